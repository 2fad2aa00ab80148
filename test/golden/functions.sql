-- What the functions, casts, names and clauses of the relational slice give in the real Spark: one query per line,
-- recorded by record-functions.py into functions.json. Views: t(k string, i int, l bigint, d double, b boolean), none(x bigint).
SELECT 1 + 2.5e0
SELECT 1 - 3
SELECT 3 * 4
SELECT 3 / 2
SELECT -7 % 3
SELECT 1 = 1L
SELECT 'a' <> 'b'
SELECT NULL <=> 1
SELECT 'a' < 'B'
SELECT 2 <= 2.0e0
SELECT true > false
SELECT 1 >= '2'
SELECT false AND NULL
SELECT true OR NULL
SELECT NOT false
SELECT 2 IN (1, 2)
SELECT 2 BETWEEN 1 AND 3
SELECT -(5)
SELECT isnull(1)
SELECT isnotnull(1)
SELECT if(1 > 2, 'a', 'b')
SELECT coalesce(NULL, 2, 3)
SELECT abs(-1.5e0)
SELECT length('Spark ☕')
SELECT concat('Spark', 4)
SELECT substring('abcdef', -3, 2)
SELECT sum(id) FROM range(5)
SELECT count(*) FROM range(5)
SELECT min(id) FROM range(3, 8)
SELECT max(id) FROM range(3, 8)
SELECT avg(id) FROM range(4)
-- Arithmetic
SELECT 1 + 1, 1 + 1L, 1L - 1, 2 * 3L, 1 / 2, 4 / 2, 7 / 2L, 1.5e0 * 2, 1 - 0.5e0
SELECT 2147483647 + 1
SELECT -2147483648 - 1
SELECT 2147483647 * 2
SELECT 9223372036854775807 + 1
SELECT -9223372036854775807 - 2
SELECT 3037000500 * 3037000500
SELECT 2147483647 + 1L, 2147483648 + 1, 1 - 9223372036854775807
SELECT 1 / 0
SELECT 1.0e0 / 0
SELECT 0e0 / 0e0
SELECT NULL / 0, 1 / NULL, NULL % 0, 1 % NULL, NULL + 1, 1e308 * 10
SELECT 1 % 0
SELECT 1.0e0 % 0
SELECT 7 % -3, -7 % -3, 5.5e0 % -2e0, -5.5e0 % 2e0, (-2147483648) % (-1), (-9223372036854775807 - 1) % -1L
SELECT mod(7, 2), mod(-7, 2)
SELECT -id, -(1), - -1, -9223372036854775808, -2147483648, -2147483649, negative(2) FROM range(1)
SELECT -(-2147483648)
SELECT abs(-2147483648)
SELECT abs(-3), abs(-3L), abs('-3'), abs(NULL)
SELECT abs('x')
SELECT abs(true)
SELECT '1' + 1, '1.5' + 1e0, '1' / 2, '7' % 2, '4' * 2L
SELECT 'a' + 1
SELECT '1' + '2'
SELECT true + 1
SELECT true AND 1
SELECT NOT 1
-- Comparison and logic
SELECT 1 <> 2, 1 != 1, 1 == 1, NULL = 1, NULL <> NULL, NULL <=> NULL, 1 <=> 1, 'a' = 'A', ' a' = 'a'
SELECT CAST('NaN' AS DOUBLE) = CAST('NaN' AS DOUBLE), CAST('NaN' AS DOUBLE) > 1e300, -0.0e0 = 0e0, true < false
SELECT '1' = 1, 1 = '1', '1' = 1.0e0, 'true' = true, 'z' < 'é', 'Z' < 'a'
SELECT 'a' = 1
SELECT true = 1
SELECT 1 > 'x'
SELECT true AND false, true AND NULL, NULL AND NULL, false OR NULL, NOT NULL, NOT true OR true
SELECT true OR 1 / 0 > 1, false AND 1 / 0 > 1
SELECT true AND 1 / 0 > 1
SELECT id IN (1, NULL), id IN (0, NULL), NULL IN (1), id NOT IN (1), id NOT IN (0), '1' IN (1, 2L) FROM range(1)
SELECT id BETWEEN 0 AND 1, id NOT BETWEEN 1 AND 2, NULL BETWEEN 1 AND 2, id BETWEEN NULL AND -1 FROM range(1)
SELECT id IS NULL, id IS NOT NULL, NULL IS NULL, isnull(NULL), id IS DISTINCT FROM 1, id IS NOT DISTINCT FROM 1 FROM range(1)
SELECT 'x' BETWEEN 1 AND 2
-- Conditional
SELECT if(NULL, 1, 2), if(true, 2, 'a'), if(true, 1, 1 / 0), if(false, 1, NULL)
SELECT if(1, 2, 3)
SELECT coalesce(1, 'a'), coalesce(1, 2L, 3e0), coalesce(NULL, NULL, 'z'), coalesce(1, 1 / 0)
SELECT coalesce(true, 1)
-- Text
SELECT length(''), length('é😀'), length(NULL), length(12), length(1.5e0), length(true), char_length('ab'), len('abc')
SELECT length()
SELECT length('a', 'b')
SELECT concat(), concat('a'), concat('a', NULL), concat('a', 1, true, 2.0e0), 'a' || 'b' || 1
SELECT substring('abc', 0, 2), substring('abc', 1, 2), substring('abc', -2, 1), substring('abc', 2), substr('abc', -2), substring('abc', 4)
SELECT substring('abcdef', -5, 3), substring('abc', -5, 3), substring('abc', 5, 1), substring('abc', 1, -1), substring('abc', -5, 1)
SELECT substring('abc', NULL, 1), substring('abc', 2, 2147483647), substring('abc', -2, 2147483647), substring('é😀b', 2, 1), substring(12345, 2, 2)
SELECT substring(k, i, 2), substring(k, -1), substring(k, 0, i) FROM t
SELECT substring('abc', 'x')
SELECT substring('abc', 2L)
-- Casts
SELECT CAST(3.7e0 AS INT), CAST(-3.7e0 AS INT), CAST(3.5e0 AS BIGINT), CAST(2147483647.9d AS INT), CAST(-2147483648.9d AS INT)
SELECT CAST(3e10 AS INT)
SELECT CAST(3000000000 AS INT)
SELECT CAST(9.3e18 AS BIGINT)
SELECT CAST(CAST('NaN' AS DOUBLE) AS INT)
SELECT CAST(' 12 ' AS INT), CAST('+5' AS INT), CAST('-0' AS BIGINT), CAST('\t7\n' AS INT), CAST('007' AS INT), CAST('9223372036854775807' AS BIGINT)
SELECT CAST('1e3' AS INT)
SELECT CAST('3.7' AS INT)
SELECT CAST('' AS INT)
SELECT CAST('+' AS INT)
SELECT CAST('--1' AS INT)
SELECT CAST('1_0' AS INT)
SELECT CAST('1 2' AS INT)
SELECT CAST('99999999999' AS INT)
SELECT CAST('9223372036854775808' AS BIGINT)
SELECT CAST('1e3' AS DOUBLE), CAST('.5' AS DOUBLE), CAST('5.' AS DOUBLE), CAST(' 1.5F ' AS DOUBLE), CAST('1.5d' AS DOUBLE), CAST('1e400' AS DOUBLE), CAST('1e-400' AS DOUBLE), CAST('-0' AS DOUBLE)
SELECT CAST('NaN' AS DOUBLE), CAST('+NaN' AS DOUBLE), CAST('nAn' AS DOUBLE), CAST('INF' AS DOUBLE), CAST(' inf ' AS DOUBLE), CAST('-Infinity' AS DOUBLE), CAST('+infinity' AS DOUBLE)
SELECT CAST('' AS DOUBLE)
SELECT CAST('1 2' AS DOUBLE)
SELECT CAST('true' AS BOOLEAN), CAST(' T ' AS BOOLEAN), CAST('yes' AS BOOLEAN), CAST('N' AS BOOLEAN), CAST('0' AS BOOLEAN), CAST('1' AS BOOLEAN)
SELECT CAST('x' AS BOOLEAN)
SELECT CAST(1 AS BOOLEAN), CAST(0e0 AS BOOLEAN), CAST(2L AS BOOLEAN), CAST(CAST('NaN' AS DOUBLE) AS BOOLEAN)
SELECT CAST(true AS INT), CAST(true AS BIGINT), CAST(true AS DOUBLE), CAST(false AS STRING), CAST(12L AS STRING), CAST(-7 AS STRING)
SELECT CAST(1e0 AS STRING), CAST(1e20 AS STRING), CAST(1.0e-5 AS STRING), CAST(1.0e7 AS STRING), CAST(1.0e-3 AS STRING), CAST(9999999.5d AS STRING), CAST(123456789.125d AS STRING), CAST(1e16d AS STRING)
SELECT CAST(0.0001d AS STRING), CAST(0.00012d AS STRING), CAST(1.5e300 AS STRING), CAST(-0.0d AS STRING), CAST(-1e100 AS STRING), CAST(2e-3 AS STRING), CAST(9007199254740993d AS STRING), CAST(-123456789.0d AS STRING), CAST(1.0e10d AS STRING)
SELECT CAST(CAST('NaN' AS DOUBLE) AS STRING), CAST(CAST('-inf' AS DOUBLE) AS STRING), CAST(2.2250738585072014E-308 AS STRING), CAST(9007199254740993L AS DOUBLE), CAST(1.23e-7 AS STRING), CAST(12345678.0d AS STRING)
SELECT CAST(NULL AS INT), CAST(NULL AS STRING), CAST(NULL AS DOUBLE), CAST(NULL AS BOOLEAN), CAST(NULL AS BIGINT)
SELECT CAST(d AS STRING), CAST(i AS DOUBLE), CAST(l AS STRING), CAST(b AS INT) FROM t
SELECT id::string, (id + 1)::double FROM range(2)
SELECT CAST(1 AS foo)
-- Aggregates
SELECT sum(i), sum(d), avg(i), avg(d), min(i), max(i), min(d), max(d), min(k), max(k), min(b), max(b), count(*), count(i), count(k, b) FROM t
SELECT sum(x), avg(x), min(x), max(x), count(x), count(*) FROM none
SELECT count(NULL), count(1), count(1, NULL), sum('1'), avg('2'), mean(4) FROM t
SELECT sum(l) FROM t WHERE k = 'big'
SELECT sum(l), avg(l), min(l), max(l) FROM t WHERE k <> 'big'
SELECT sum(2147483647 + i - i) FROM t WHERE i IS NOT NULL
SELECT sum(true) FROM t
SELECT count(1 / i) FROM t
SELECT min(1, 2)
SELECT count()
SELECT d, count(*) FROM t GROUP BY d
SELECT k, count(*) AS n, sum(i) s FROM t GROUP BY k HAVING count(*) >= 1 AND sum(i) IS NOT NULL ORDER BY s DESC, k
SELECT id % 3, sum(id), count(*), count(1), avg(id), min(id), max(id) FROM range(10) GROUP BY id % 3 HAVING id % 3 = 1
SELECT max(id) + 1, max(id) + id FROM range(3) GROUP BY id
SELECT id % 2 + 1, id % 2 FROM range(3) GROUP BY id % 2
SELECT sum(id) + 1, id % 2 FROM range(3) GROUP BY id % 2, id
SELECT id k, count(1) c FROM range(3) GROUP BY k
SELECT id % 2 id, count(1) c FROM range(3) GROUP BY id
SELECT id % 2 AS k, sum(id) s FROM range(5) GROUP BY 1 ORDER BY 2
SELECT id % 2 AS k FROM range(5) GROUP BY k ORDER BY sum(id)
SELECT id, count(1) c FROM range(3) GROUP BY id HAVING c > 0
SELECT count(*) FROM range(3) HAVING count(*) > 5
SELECT count(*) FROM range(5) ORDER BY 1
SELECT 1 GROUP BY 1
SELECT sum(id) FROM range(5) WHERE id > 10 HAVING sum(id) > 0
SELECT id FROM range(1) GROUP BY 1 + id
SELECT id, sum(id) FROM range(1)
SELECT sum(sum(id)) FROM range(1)
SELECT id FROM range(1) WHERE sum(id) > 1
SELECT id FROM range(5) ORDER BY sum(id)
SELECT id FROM range(3) GROUP BY 3
-- Names, clauses
SELECT * FROM range(3) WHERE id > 0
SELECT *, id + 1 AS x FROM range(2) ORDER BY id DESC
SELECT id x FROM range(3) ORDER BY id DESC LIMIT 1
SELECT ID, Id, (iD + 1) FROM range(1)
SELECT r.id, r.* FROM range(2) r ORDER BY r.id
SELECT q.x FROM (SELECT id AS x FROM range(2)) AS q WHERE q.x = 1
SELECT t.k FROM t WHERE t.i > 1 ORDER BY t.k
SELECT `a.b` FROM (SELECT id AS `a.b` FROM range(1))
SELECT i, d FROM t ORDER BY i, d DESC
SELECT i FROM t ORDER BY i DESC
SELECT i FROM t ORDER BY i DESC NULLS FIRST
SELECT i FROM t ORDER BY i ASC NULLS LAST
SELECT d FROM t ORDER BY d
SELECT k FROM t ORDER BY k DESC LIMIT 2
SELECT id FROM range(3) ORDER BY id DESC NULLS FIRST, 1 ASC NULLS LAST
SELECT id FROM range(5, 0, -2)
SELECT id FROM range(0)
SELECT id FROM range(3, 3) LIMIT 1
SELECT id FROM range(5) LIMIT 0
SELECT 1 + id * 2, (1 + id) * 2, NOT id = 1, id + 1 = 2 AND id < 5 OR id > 7 FROM range(2)
SELECT CAST(id AS INT), CAST(id + 1 AS INT), CAST(id AS STRING) = '1', sum(CAST(id AS INT)) FROM range(2) GROUP BY id
SELECT 1e0, 1.5d, 5000000000, 1L, "dq", 'it''s', 'a\nb', NULL, true, 1.e1, 'a' 'b', '\u0041', r'a\n', '%\_', -1, 1e20
SELECT i FROM t WHERE NULL
SELECT i FROM t WHERE i > 1 AND 10 / (i - 1) > 1
SELECT i FROM t WHERE i
SELECT id FROM range(1) WHERE id + 1
SELECT idd FROM range(1)
SELECT id FROM (SELECT 1 id, 2 id)
SELECT * FROM nope
SELECT foo(1)
SELECT id x FROM range(3) WHERE x > 0
SELECT id FROM range(3) ORDER BY 5
SELECT id FROM range(5) LIMIT -1
SELECT id, FROM range(1)
SELEC 1
SELECT 1 +
SELECT "x" AS `y z`, 'q' AS "dd"
SELECT 'a
