/** An API of one's own, from its source to a program in another language: the example, step by step as its README says. */
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../gateway/exposure.js";
import { commandLine, python } from "../programs/program-run.js";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kindling-expose-"));
  cpSync(join(packageRoot(), "examples", "expose"), folder, { recursive: true });
  symlinkSync(join(packageRoot(), "node_modules"), join(folder, "node_modules"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kindling = (
  ...args: readonly string[]
): { readonly status: number | null; readonly out: string; readonly err: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [commandLine, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, out: stdout, err: stderr };
};

test("generated, served, and used from Python", async () => {
  const made = kindling("generate", "--from", "inventory.ts", "--python", "shop");
  expect(made).toMatchObject({ status: 0, err: "" });
  expect(readdirSync(join(folder, "shop")).sort()).toEqual(["__init__.py", "core.py", "py.typed"]);
  const server = spawn(process.execPath, [commandLine, "run", "serve.ts"], {
    cwd: folder,
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const line = await new Promise<string>((resolve) =>
      server.stdout.once("data", (text: Buffer) => resolve(`${text}`)),
    );
    const { url, token } = JSON.parse(line) as { url: string; token: string };
    const env = { ...process.env, KINDLING_URL: url, KINDLING_TOKEN: token };
    const run = spawnSync(python, ["client.py"], { cwd: folder, env, encoding: "utf8", timeout: 30_000 });
    expect(run.stderr).toBe("");
    expect(run.stdout.split("\n")).toEqual([
      "worth 25.0",
      "cheap [('pear', 40), ('plum', 8)]",
      "on sale 12.5",
      "Ben 0.75 and Anna",
      "",
    ]);
  } finally {
    server.stdin.end();
    await new Promise((resolve) => server.once("close", resolve));
  }
});

/** As if the package were not there. */
const withoutTsMorph = `
import { register } from "node:module";
const hook = 'export const resolve = async (name, context, next) => {' +
  'if (name === "ts-morph") throw Object.assign(new Error("not there"), { code: "ERR_MODULE_NOT_FOUND" });' +
  'return next(name, context); };';
register("data:text/javascript," + encodeURIComponent(hook));
`;

test("without the package that reads TypeScript it is PACKAGE_MISSING", () => {
  const preload = `data:text/javascript,${encodeURIComponent(withoutTsMorph)}`;
  const args = ["--import", preload, commandLine, "generate", "--from", "inventory.ts"];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr).toBe("kindling: the package ts-morph is not installed; npm install --save-dev ts-morph\n");
});

test("a second run writes the same", () => {
  const text = (): string => readFileSync(join(folder, "shop", "core.py"), "utf8");
  const first = text();
  expect(kindling("generate", "--from", "inventory.ts", "--python", "shop").status).toBe(0);
  expect(text()).toBe(first);
});

describe("what cannot be described", () => {
  test("is named with file, line and remedy, and nothing is written", () => {
    writeFileSync(
      join(folder, "bad.ts"),
      "/** Counts. */\nexport class Bad {\n  /** Adds. */\n  add(n: number): void {}\n}\n",
    );
    const { status, err } = kindling("generate", "--from", "bad.ts", "--python", "bad");
    expect(status).toBe(1);
    expect(err).toContain("bad.ts:4");
    expect(err).toContain("1 declarations cannot be described; nothing was written");
    expect(existsSync(join(folder, "bad"))).toBe(false);
  });

  test.each([
    [[], "--from is missing"],
    [["--from", "shop.py"], '--from must be a TypeScript file, not "shop.py"'],
    [["--from", "missing.ts"], "missing.ts"],
    [["--from", "inventory.ts", "--python", "My-Shop"], '--python must end with the name of a package, not "My-Shop"'],
  ])("%j", (args, text) => {
    const { status, err } = kindling("generate", ...args);
    expect(status).not.toBe(0);
    expect(err).toContain(text);
  });
});
