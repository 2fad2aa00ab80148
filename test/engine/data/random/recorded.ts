/** What `test/golden/record-rdd-jvm.py` recorded from Spark 4.3.0, read so that numbers are what they were. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Case {
  readonly family: string;
  readonly args: readonly unknown[];
  readonly value: unknown;
}

/** `{"double": text}` and `{"long": text}`, and long numbers as text. */
function restored(_: string, value: unknown): unknown {
  if (typeof value === "object" && value !== null && "double" in value) return Number(value.double);
  if (typeof value === "object" && value !== null && "long" in value) return BigInt(String(value.long));
  return value;
}

/** JSON's own numbers lose digits beyond 2^53, which seeds have. */
const text = readFileSync(join(process.cwd(), "test/golden/rdd-jvm.json"), "utf8").replace(
  /(?<=[[,: ])-?\d{17,}(?=[,\]} \n])/g,
  '{"long":"$&"}',
);

const { cases } = JSON.parse(text, restored) as { readonly cases: readonly Case[] };

/** The cases of one family that Spark did not refuse. */
export const recorded = (family: string): readonly Case[] =>
  cases.filter((one) => one.family === family && !(typeof one.value === "object" && "error" in (one.value as object)));
