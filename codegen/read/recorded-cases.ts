/** The cases recorded from PySpark, as far as documents name them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordedCases } from "../emit/rdd-docs.js";

interface Recorded {
  readonly source: string;
  readonly names: RecordedCases["names"];
  readonly cases: readonly { readonly name: string }[];
}

export function readRecordedCases(root: string): RecordedCases {
  const path = join(root, "test", "golden", "rdd.json");
  const { source, names, cases } = JSON.parse(readFileSync(path, "utf8")) as Recorded;
  return { source, names, cases: cases.map(({ name }) => name) };
}
