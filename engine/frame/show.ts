/** A table of text as Spark prints it: cells to the right, nulls as NULL, long ones cut at 20 characters. */
import type { DataType, Schema } from "../data/data-type.js";
import { entryOf } from "../data/type-table.js";

/** Wide characters of East Asia take two columns of a terminal. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

const widthOf = (text: string): number => text.length + (text.match(wide)?.length ?? 0);

/** Control characters that would break the table. */
const escapes: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\f": "\\f",
  "\b": "\\b",
  "\u000b": "\\v",
  "\u0007": "\\a",
};

/** The text with control characters as Spark shows them in tables and trees. */
export const escaped = (text: string): string => [...text].map((character) => escapes[character] ?? character).join("");

function cut(text: string, limit: number): string {
  if (limit <= 0 || text.length <= limit) return text;
  const [kept, dots] = limit < 4 ? [limit, ""] : [limit - 3, "..."];
  // Half of a character beyond U+FFFF becomes a question mark.
  return `${text.slice(0, kept).replace(/[\ud800-\udbff]$/, "?")}${dots}`;
}

export interface ShowOptions {
  readonly rows: number;
  /** Characters of a cell at most; 0: as long as it is. Cut cells stand to the right, whole ones to the left. */
  readonly truncate: number;
}

const cellText = (value: unknown, type: DataType): string =>
  value === null || value === undefined ? "NULL" : entryOf(type).text(value as never);

/** The text of the first rows; `values` holds one row more than asked for where there are more. */
export function showText(
  schema: Schema,
  values: readonly (readonly unknown[])[],
  { rows, truncate }: ShowOptions,
): string {
  const header = schema.map(({ name }) => escaped(name));
  const body = values
    .slice(0, rows)
    .map((row) => schema.map(({ type }, i) => cut(escaped(cellText(row[i], type)), truncate)));
  const widths = header.map((name, i) => Math.max(3, widthOf(name), ...body.map((row) => widthOf(row[i] ?? ""))));
  const pad = (text: string, width: number): string => {
    const space = " ".repeat(width - widthOf(text));
    return truncate > 0 ? space + text : text + space;
  };
  const border = `+${widths.map((width) => "-".repeat(width)).join("+")}+\n`;
  const line = (cells: readonly string[]): string =>
    `|${cells.map((text, i) => pad(text, widths[i] ?? 0)).join("|")}|\n`;
  const more = values.length > rows ? `only showing top ${rows} ${rows === 1 ? "row" : "rows"}` : "";
  return `${border}${line(header)}${border}${body.map(line).join("")}${border}${more}`;
}
