/** Rebuilds and calls packed functions in a process that shares nothing with the one that packed them. */

import { readFileSync, writeSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import { unpackFunction, userFrames } from "../../../engine/closure/unpack.js";

export interface Call {
  readonly body: Uint8Array;
  readonly args: readonly unknown[];
}

/** What came of a call: the value, or the message and the user's frames of what was thrown. */
export interface Outcome {
  readonly value?: unknown;
  readonly thrown?: string;
  readonly frames?: readonly { file: string; line: number; function: string; text?: string }[];
}

const calls = deserialize(readFileSync(0)) as readonly Call[];
const outcomes: Outcome[] = [];
for (const { body, args } of calls) {
  try {
    outcomes.push({ value: await unpackFunction(body)(...args) });
  } catch (thrown) {
    outcomes.push({ thrown: String(thrown), frames: userFrames(thrown) });
  }
}
writeSync(1, serialize(outcomes));
