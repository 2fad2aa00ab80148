/** Which Python runs a program, and whether it has our client. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { EngineError } from "../../engine/errors.js";
import { packageRoot } from "../exposure.js";

/** How long the check may take: an interpreter on a slow network disk is not a missing one. */
const checkMs = 30_000;

/** Looks where the program itself would look, without running the client. */
const check =
  "import importlib.util,sys;sys.path[0]=sys.argv[1];sys.exit(0 if importlib.util.find_spec('kindling') else 3)";
const missing = 3;

function interpreter(): string {
  const virtual = process.env["VIRTUAL_ENV"];
  const candidates = [
    ...(virtual === undefined ? [] : [join(virtual, "bin", "python")]),
    join(".venv", "bin", "python"),
  ];
  return (
    process.env["KINDLING_PYTHON"] ??
    candidates.map((path) => resolve(path)).find((path) => existsSync(path)) ??
    "python3"
  );
}

/** From a checkout the client beside us, else the published one. */
function installation(): string {
  const beside = join(packageRoot(), "clients", "python");
  return existsSync(join(beside, "pyproject.toml")) ? beside : "kindling-client";
}

/** The interpreter for a program; an error with its remedy if there is none, or if it lacks the client. */
export function pythonFor(program: string): string {
  const python = interpreter();
  const { status, error, stderr } = spawnSync(python, ["-c", check, dirname(resolve(program))], {
    timeout: checkMs,
    encoding: "utf8",
  });
  if (status === 0) return python;
  if (status === missing) {
    throw new EngineError("CLIENT_NOT_INSTALLED", { python, remedy: `${python} -m pip install ${installation()}` });
  }
  const reason = error === undefined ? (stderr.trim().split("\n").at(-1) ?? "") : error.message;
  const remedy = "install Python 3.9 or later, or set KINDLING_PYTHON to the interpreter to use";
  throw new EngineError(
    "INTERPRETER_NOT_FOUND",
    { program: python, language: "Python", reason, remedy },
    { cause: error },
  );
}
