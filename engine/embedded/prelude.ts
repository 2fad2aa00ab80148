/**
 * Macros that every DuckDB instance gets: casts and functions whose Spark meaning takes more than one call. An error
 * they raise is `kindling:CODE:parameter:…`, which `failure.ts` reads.
 */

const control = "[\\x00-\\x20\\x7f]*";

/** Text cast to a whole number, as Spark's `UTF8String.toIntExact`: digits with a sign, blanks and controls around them. */
const toInteger = (name: string, physical: string, spark: string): string => `
CREATE OR REPLACE MACRO ${name}(s) AS CASE WHEN s IS NULL THEN NULL ELSE coalesce(
  CASE WHEN regexp_full_match(s, '${control}[+-]?[0-9]+${control}') THEN TRY_CAST(regexp_replace(s, '[\\x00-\\x20\\x7f]', '', 'g') AS ${physical}) END,
  error('kindling:CAST_INVALID_INPUT:${spark}:' || s)) END;`;

const toBoolean = `
CREATE OR REPLACE MACRO kindling_boolean(s) AS CASE
  WHEN s IS NULL THEN NULL
  WHEN regexp_full_match(s, '(?i)${control}(t|true|y|yes|1)${control}') THEN true
  WHEN regexp_full_match(s, '(?i)${control}(f|false|n|no|0)${control}') THEN false
  ELSE error('kindling:CAST_INVALID_INPUT:BOOLEAN:' || s) END;`;

/** Java's `Double.parseDouble` (save hexadecimal), then Spark's names of the special values. */
const toDouble = `
CREATE OR REPLACE MACRO kindling_double(s) AS CASE
  WHEN s IS NULL THEN NULL
  WHEN regexp_full_match(s, '[\\x00-\\x20]*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?[dDfF]?[\\x00-\\x20]*')
    THEN CAST(regexp_replace(s, '[\\x00-\\x20dDfF]', '', 'g') AS DOUBLE)
  WHEN regexp_full_match(s, '(?i)[\\x00-\\x20]*\\+?inf(inity)?[\\x00-\\x20]*') THEN CAST('inf' AS DOUBLE)
  WHEN regexp_full_match(s, '(?i)[\\x00-\\x20]*-inf(inity)?[\\x00-\\x20]*') THEN CAST('-inf' AS DOUBLE)
  WHEN regexp_full_match(s, '[\\x00-\\x20]*([+-]?NaN|(?i:nan))[\\x00-\\x20]*') THEN CAST('nan' AS DOUBLE)
  ELSE error('kindling:CAST_INVALID_INPUT:DOUBLE:' || s) END;`;

/** Java's text of a double: `1.0E10`, where DuckDB has `10000000000.0` and `1e+16`. */
const doubleText = `
CREATE OR REPLACE MACRO kindling_mantissa(digits) AS
  substring(digits, 1, 1) || '.' || CASE WHEN length(digits) > 1 THEN substring(digits, 2) ELSE '0' END;
CREATE OR REPLACE MACRO kindling_scientific(t) AS CASE
  WHEN contains(t, 'e') THEN
    CASE WHEN contains(t, '.') THEN split_part(t, 'e', 1) ELSE split_part(t, 'e', 1) || '.0' END
      || 'E' || CAST(CAST(split_part(t, 'e', 2) AS INTEGER) AS VARCHAR)
  WHEN starts_with(t, '0.') THEN
    kindling_mantissa(ltrim(substring(t, 3), '0')) || 'E-' || CAST(length(t) - 1 - length(ltrim(substring(t, 3), '0')) AS VARCHAR)
  ELSE
    kindling_mantissa(CASE WHEN rtrim(replace(t, '.', ''), '0') = '' THEN '0' ELSE rtrim(replace(t, '.', ''), '0') END)
      || 'E' || CAST(length(split_part(t, '.', 1)) - 1 AS VARCHAR) END;
CREATE OR REPLACE MACRO kindling_double_text(x) AS CASE
  WHEN x IS NULL THEN NULL
  WHEN isnan(x) THEN 'NaN'
  WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END
  WHEN x = 0 OR (abs(x) >= 0.001 AND abs(x) < 10000000) THEN CAST(x AS VARCHAR)
  ELSE CASE WHEN x < 0 THEN '-' ELSE '' END || kindling_scientific(CAST(abs(x) AS VARCHAR)) END;`;

/** Spark's `UTF8String.substringSQL`: a start before the text shortens the part. */
const substring = `
CREATE OR REPLACE MACRO kindling_start(s, pos) AS
  CASE WHEN pos > 0 THEN CAST(pos AS BIGINT) - 1 WHEN pos < 0 THEN length(s) + pos ELSE 0 END;
CREATE OR REPLACE MACRO kindling_substring(s, pos, len) AS CASE
  WHEN s IS NULL OR pos IS NULL OR len IS NULL THEN NULL
  WHEN kindling_start(s, pos) + len <= greatest(kindling_start(s, pos), 0) THEN ''
  ELSE substring(s, greatest(kindling_start(s, pos), 0) + 1, kindling_start(s, pos) + len - greatest(kindling_start(s, pos), 0)) END;`;

/** One statement per element. */
export const prelude: readonly string[] = [
  toInteger("kindling_int", "INTEGER", "INT"),
  toInteger("kindling_bigint", "BIGINT", "BIGINT"),
  toBoolean,
  toDouble,
  doubleText,
  substring,
];
