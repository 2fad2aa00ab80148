/** Rows as a TypeScript program sees them. */

/** The values of one row by column name; of several columns with one name the last counts. */
export interface Row {
  readonly [column: string]: unknown;
}
