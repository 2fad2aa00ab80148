// `npm run check`: formatting, lint, types, and that generated files are what the declarations say.
import { spawnSync } from "node:child_process";
import { build, installPython, root, venvPython } from "./setup.mjs";

build();
installPython();

const node = (...args) => [process.execPath, args];
const python = (...args) => [venvPython, ["-m", ...args]];
// Tests outside the client follow its rules.
const cases = ["--config", "clients/python/pyproject.toml", "test/rdd"];
const checks = {
  "format and lint (TypeScript)": node("node_modules/@biomejs/biome/bin/biome", "ci", "--error-on-warnings", "."),
  "generated files": node("dist/codegen/generate.js", "--check"),
  "format (Python)": python("ruff", "format", "--check", "clients/python", "examples"),
  "format (recorded cases)": python("ruff", "format", "--check", ...cases),
  "lint (Python)": python("ruff", "check", "clients/python", "examples"),
  "lint (recorded cases)": python("ruff", "check", ...cases),
  "types (Python)": python("mypy", "--config-file", "clients/python/pyproject.toml", "clients/python/src"),
};

const failed = Object.entries(checks).filter(([title, [command, args]]) => {
  console.log(`\n— ${title}`);
  return spawnSync(command, args, { cwd: root, stdio: "inherit" }).status !== 0;
});
console.log(`\n${Object.keys(checks).length - failed.length} checks passed, ${failed.length} failed`);
process.exit(failed.length > 0 ? 1 : 0);
