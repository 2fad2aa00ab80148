/** What a wrong command is, by code: the command line itself shows message and hint (`command-line.test.ts`). */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import type { ErrorCode } from "../../engine/errors.js";
import { runProgram } from "../../gateway/command-line/run.js";
import { serveGateway } from "../../gateway/command-line/serve.js";
import { tokenFrom } from "../../gateway/command-line/token-file.js";

const folder = mkdtempSync(join(tmpdir(), "kindling-command-errors-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const file = (name: string, text: string, mode = 0o600): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};

interface Mistake {
  readonly name: string;
  readonly action: () => unknown;
  readonly code: ErrorCode;
  readonly hint?: RegExp;
}

const mistakes: readonly Mistake[] = [
  { name: "no program", action: () => runProgram([]), code: "USAGE_INVALID", hint: /^kindling run --help tells more$/ },
  { name: "an unknown option", action: () => runProgram(["--fast"]), code: "USAGE_INVALID" },
  {
    name: "an unknown option of the gateway",
    action: () => serveGateway(["--prot", "1"]),
    code: "USAGE_INVALID",
    hint: /^kindling gateway --help tells more$/,
  },
  { name: "a program that does not exist", action: () => runProgram(["nothing.ts"]), code: "PROGRAM_NOT_RUNNABLE" },
  { name: "a program of no language", action: () => runProgram([file("a.rb", "")]), code: "PROGRAM_NOT_RUNNABLE" },
  {
    name: "an interpreter that does not exist",
    action: () => {
      vi.stubEnv("KINDLING_PYTHON", "/nowhere/python");
      return runProgram([file("a.py", "")]);
    },
    code: "INTERPRETER_NOT_FOUND",
    hint: /set KINDLING_PYTHON/,
  },
  {
    name: "a Python without the client",
    action: () => {
      const environment = join(folder, "venv");
      expect(spawnSync("python3", ["-m", "venv", "--without-pip", environment]).status).toBe(0);
      vi.stubEnv("KINDLING_PYTHON", join(environment, "bin/python"));
      return runProgram([file("b.py", "")]);
    },
    code: "CLIENT_NOT_INSTALLED",
    hint: /^install it: .*python -m pip install /,
  },
  {
    name: "a token that others can read",
    action: () => tokenFrom(file("open", "x".repeat(40), 0o644)),
    code: "TOKEN_FILE_UNSAFE",
    hint: /^chmod 600 /,
  },
  { name: "a token that can be guessed", action: () => tokenFrom(file("short", "abc")), code: "TOKEN_FILE_UNSAFE" },
];

test.each(mistakes)("$name is $code", async ({ action, code, hint = /^/ }) => {
  const error = (await Promise.resolve()
    .then(action)
    .catch((thrown: unknown) => thrown)) as { code?: ErrorCode; toData?: () => { hint?: string } };
  expect(error.code).toBe(code);
  expect(error.toData?.().hint ?? "").toMatch(hint);
});
