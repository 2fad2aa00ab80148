import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packFunction } from "../../../engine/closure/pack.js";
import { unpackFunction, userFrames } from "../../../engine/closure/unpack.js";
import { callElsewhere } from "./another-process.js";

/** The line of this file that holds the marker; the frames' lines are compared with it. */
const sourceFile = join(import.meta.dirname.replace(/dist[^/]*\//, ""), "user-frames.test.ts");
const sourceLines = readFileSync(sourceFile, "utf8").split("\n");
const lineOf = (marker: string): number => sourceLines.findIndex((line) => line.endsWith(`// ${marker}`)) + 1;

const parseAmount = (text: string): number => {
  const value = Number(text);
  if (Number.isNaN(value)) throw new TypeError(`"${text}" is no amount`); // parse throws
  return value;
};

class Account {
  static opened = 0;
  balance = 0;

  // A comment that the compiler may drop.
  deposit(text: string): void {
    this.balance += parseAmount(text); // deposit calls
  }
}

function book(texts: string[]): number {
  const account = new Account();
  texts.forEach((text) => {
    account.deposit(text); // inner arrow calls
  });
  return account.balance;
}

describe("userFrames", () => {
  it("tells the author's lines, outermost first", () => {
    const entry = (text: string): number => book(["1", text]); // entry calls
    const fn = unpackFunction(packFunction(entry).body);
    const frames = userFrames(thrownBy(() => fn("x")));
    expect(frames.map(({ line, function: name }) => [line, name])).toEqual([
      [lineOf("entry calls"), "entry"],
      [lineOf("inner arrow calls") - 1, "book"],
      [lineOf("inner arrow calls"), "<anonymous>"],
      [lineOf("deposit calls"), "Account.deposit"],
      [lineOf("parse throws"), "parseAmount"],
    ]);
    expect(new Set(frames.map(({ file }) => file))).toEqual(new Set([sourceFile]));
    expect(frames.at(-1)?.text?.trim()).toMatch(/throw new TypeError.* parse throws$/);
  });

  it("does so in another process", () => {
    const { body } = packFunction(book);
    const [outcome] = callElsewhere([{ body, args: [["7", "seven"]] }]);
    expect(outcome?.thrown).toBe('TypeError: "seven" is no amount');
    expect(outcome?.frames?.[0]).toMatchObject({
      file: sourceFile,
      function: "book",
      line: lineOf("inner arrow calls") - 1,
    });
    expect(outcome?.frames?.at(-1)).toMatchObject({ line: lineOf("parse throws"), function: "parseAmount" });
  });

  it("leaves out frames of Node and of the engine", () => {
    const fn = unpackFunction(packFunction((text: string) => JSON.parse(text) as unknown).body);
    const frames = userFrames(thrownBy(() => fn("{")));
    expect(frames.map(({ file }) => file)).toEqual([sourceFile]);
  });

  it("names async functions and constructors", async () => {
    const reader = async function readAll(text: string): Promise<number> {
      await null;
      return parseAmount(text); // async calls
    };
    const fn = unpackFunction(packFunction(reader).body) as typeof reader;
    const thrown = await fn("x").catch((error: unknown) => error);
    expect(userFrames(thrown).map(({ line, function: name }) => [line, name])).toEqual([
      [lineOf("async calls"), "readAll"],
      [lineOf("parse throws"), "parseAmount"],
    ]);
  });

  it.each([["a string"], [undefined], [null], [42], [{ stack: 5 }], [new Error("made elsewhere")]])(
    "gives nothing for %s",
    (thrown) => {
      expect(userFrames(thrown)).toEqual([]);
    },
  );
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}
