/** What users get wrong: one clear error each, their own line first, and nothing left behind. */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Ended, Place, type Way } from "./program-run.js";

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.remove());

const maxLines = 15;

/** The programs' line that is at fault ends in this comment; it is the first that the error must show. */
const atFault = /\s*(?:\/\/|#) at fault$/;

interface BadProgram {
  readonly what: string;
  readonly typescript: string;
  readonly python: string;
  /** The rest of the error begins so, in the words of each language. */
  readonly typescriptError: string;
  readonly pythonError: string;
}

const missing = '[PATH_NOT_FOUND] input path does not exist: "';
const noFiles = "(the directory holds no visible file)";
const tooManyLinks = '/loop": ELOOP: too many symbolic links encountered';

const programs: readonly BadProgram[] = [
  {
    what: "a missing path",
    typescript: `console.log(await sc.textFile("nothing/here.txt").count()); // at fault`,
    python: `print(sc.textFile("nothing/here.txt").count())  # at fault`,
    typescriptError: `EngineError: ${missing}`,
    pythonError: `NotFoundError: ${missing}`,
  },
  {
    what: "a directory without files",
    typescript: `console.log(await sc.textFile("empty").count()); // at fault`,
    python: `print(sc.textFile("empty").count())  # at fault`,
    typescriptError: `EngineError: [NO_INPUT_FILES] ${noFiles}`,
    pythonError: `NotFoundError: [NO_INPUT_FILES] ${noFiles}`,
  },
  {
    what: "a file that cannot be opened",
    typescript: `console.log(await sc.textFile("loop").count()); // at fault`,
    python: `print(sc.textFile("loop").count())  # at fault`,
    typescriptError: `EngineError: [PATH_NOT_READABLE] ${tooManyLinks}`,
    pythonError: `AccessError: [PATH_NOT_READABLE] ${tooManyLinks}`,
  },
];
