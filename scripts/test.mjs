// `npm test`: everything. `npm test -- NAME…`: the TypeScript and Python suites whose path holds one of the names.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, installPython, installSpark, root, sparkPython, venvPython } from "./setup.mjs";

const names = process.argv.slice(2);

build();
installPython();
installSpark();

const reports = mkdtempSync(join(tmpdir(), "kindling-reports-"));
const environment = {
  ...process.env,
  KINDLING_PYTHON: venvPython,
  KINDLING_SPARK_PYTHON: sparkPython,
  KINDLING_PROGRESS: "off",
};

function suite(title, command, args) {
  console.log(`\n— ${title}`);
  return spawnSync(command, args, { cwd: root, stdio: "inherit", env: environment }).status ?? 1;
}

function vitest() {
  const report = join(reports, "vitest.json");
  const args = ["node_modules/vitest/vitest.mjs", "run", "--config", "vitest.config.mts", "--passWithNoTests"];
  const status = suite("TypeScript", process.execPath, [
    ...args,
    "--reporter=default",
    "--reporter=json",
    `--outputFile=${report}`,
    ...names,
  ]);
  if (!existsSync(report)) return { passed: 0, failed: 1, status };
  const { numPassedTests, numFailedTests, numFailedTestSuites, success } = JSON.parse(readFileSync(report, "utf8"));
  return { passed: numPassedTests, failed: numFailedTests || (success ? 0 : Math.max(1, numFailedTestSuites)), status };
}

function pytest() {
  const report = join(reports, "pytest.xml");
  const filter = names.length > 0 ? ["-k", names.map((name) => name.replace(/\W+/g, "_")).join(" or ")] : [];
  const status = suite("Python", venvPython, [
    "-m",
    "pytest",
    "-q",
    "-p",
    "no:cacheprovider",
    `--junitxml=${report}`,
    ...filter,
    "clients/python/tests",
  ]);
  const count = (what) => Number(new RegExp(`${what}="(\\d+)"`).exec(readFileSync(report, "utf8"))?.[1] ?? 0);
  if (!existsSync(report)) return { passed: 0, failed: 1, status };
  const failed = count("failures") + count("errors") + count("skipped");
  // Status 5: no test has such a name.
  return { passed: count("tests") - failed, failed, status: status === 5 && names.length > 0 ? 0 : status };
}

const results = [vitest(), pytest()];
rmSync(reports, { recursive: true, force: true });
const sum = (field) => results.reduce((total, result) => total + result[field], 0);
const broken = results.some(({ status, failed }) => status !== 0 && failed === 0);
const failed = sum("failed") + Number(broken);
console.log(`\n${sum("passed")} passed, ${failed} failed`);
if (sum("passed") === 0) console.log(`no test has a name like ${names.join(", ")}`);
process.exit(failed > 0 || sum("passed") === 0 ? 1 : 0);
