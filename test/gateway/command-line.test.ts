import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageVersion } from "../../gateway/exposure.js";
import { RawClient } from "./raw-client.js";

const main = fileURLToPath(new URL("../../gateway/command-line/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kindling-command-line-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

type Environment = Readonly<Record<string, string | undefined>>;

function kindling(
  args: readonly string[],
  environment: Environment = {},
): { code: number | null; out: string; err: string } {
  const env = {
    ...process.env,
    VIRTUAL_ENV: undefined,
    KINDLING_PYTHON: undefined,
    KINDLING_DEBUG: undefined,
    ...environment,
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    env,
    encoding: "utf8",
    timeout: 30_000,
  });
  return { code: status, out: stdout, err: stderr };
}

describe("help", () => {
  test("--version", () => {
    expect(kindling(["--version"])).toEqual({ code: 0, out: `kindling ${packageVersion()}\n`, err: "" });
  });

  test.each([
    [["--help"], "Usage: kindling COMMAND"],
    [["help"], "Usage: kindling COMMAND"],
    [["run", "--help"], "Usage: kindling run [--py-files FILES] PROGRAM [ARGUMENT]..."],
    [["help", "gateway"], "Usage: kindling gateway [--port N] [--token-file FILE] [--announce]"],
    [["gateway", "-h"], "Usage: kindling gateway [--port N] [--token-file FILE] [--announce]"],
  ])("%j", (args, firstLine) => {
    const { code, out, err } = kindling(args);
    expect([code, out.split("\n")[0], err]).toEqual([0, firstLine, ""]);
  });
});

const wrong: [string, () => string[], string][] = [
  ["no command", () => [], "a command is missing"],
  ["an unknown command", () => ["serve"], '"serve" is not a command'],
  ["no program", () => ["run"], "the program is missing"],
  ["an unknown option of run", () => ["run", "--fast", "a.ts"], 'unknown option "--fast"'],
  ["files that are not named", () => ["run", "--py-files"], "--py-files needs a value"],
  ["a missing file", () => ["run", "nothing.ts"], 'cannot run "nothing.ts": there is no such file'],
  ["a folder", () => ["run", folder], `cannot run "${folder}": it is not a file`],
  ["an unknown suffix", () => ["run", file("a.rb", "")], "its name must end in .ts, .mts, .cts, .js, .mjs, .cjs, .py"],
  ["an unknown option of gateway", () => ["gateway", "--prot", "1"], "Unknown option '--prot'"],
  ["the token on the command line", () => ["gateway", "--token", "x"], "Unknown option '--token'"],
  ["an argument of gateway", () => ["gateway", "8080"], "Unexpected argument '8080'"],
  ["a port that is none", () => ["gateway", "--port", "70000"], '--port must be 0 to 65535, not "70000"'],
];

test.each(wrong)("%s is one line and exit code 2", (_, args, message) => {
  const { code, out, err } = kindling(args());
  expect([code, out, err.trimEnd().split("\n").length]).toEqual([2, "", 1]);
  expect(err).toMatch(/^kindling: /);
  expect(err).toContain(message);
});

describe("run", () => {
  const programs: [string, string][] = [
    ["program.ts", 'const args: string[] = process.argv.slice(2); console.log(args.join("|")); process.exit(3);'],
    [
      "program.mjs",
      'import process from "node:process"; console.log(process.argv.slice(2).join("|")); process.exit(3);',
    ],
    ["program.js", 'console.log(process.argv.slice(2).join("|")); process.exit(3);'],
    ["program.py", 'import kindling, sys; print("|".join(sys.argv[1:])); sys.exit(3)'],
  ];
  beforeAll(() => {
    mkdirSync(join(folder, "kindling"));
    writeFileSync(join(folder, "kindling", "__init__.py"), "");
  });

  test.each([[["--py-files", "a.py,b.zip"]], [["--py-files=a.py,b.zip"]]])("%j reach the program", (options) => {
    const program = file("files.mjs", "console.log(process.env.KINDLING_PY_FILES, process.argv.length);");
    expect(kindling(["run", ...options, program])).toEqual({ code: 0, out: "a.py,b.zip 2\n", err: "" });
  });

  test.each(programs)("%s gets its arguments, and its exit code is ours", (name, text) => {
    const args = ["run", file(name, text), "a b", "--help", "-x"];
    expect(kindling(args)).toEqual({ code: 3, out: "a b|--help|-x\n", err: "" });
  });

  test("a program that a signal ended", () => {
    const program = file("killed.js", 'process.kill(process.pid, "SIGKILL"); setTimeout(() => {}, 10_000);');
    expect(kindling(["run", program]).code).toBe(137);
  });

  test("signals reach the program", async () => {
    const program = file(
      "waits.js",
      'process.on("SIGTERM", () => process.exit(7)); setInterval(() => {}, 1000); console.log("up");',
    );
    const child = spawn(process.execPath, [main, "run", program]);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill("SIGTERM");
    expect(await exitCode(child)).toBe(7);
  });

  test("an interpreter that is missing", () => {
    const { code, err } = kindling(["run", file("a.py", "")], { KINDLING_PYTHON: "/nowhere/python" });
    expect([code, err.trimEnd().split("\n").length]).toEqual([1, 1]);
    expect(err).toContain('cannot start "/nowhere/python" for a Python program');
    expect(err).toContain("set KINDLING_PYTHON");
  });

  test("a Python without the client", () => {
    const elsewhere = mkdtempSync(join(folder, "elsewhere-"));
    const environment = join(elsewhere, "venv");
    expect(spawnSync("python3", ["-m", "venv", "--without-pip", environment]).status).toBe(0);
    const program = join(elsewhere, "app.py");
    writeFileSync(program, "import kindling");
    const { code, err } = kindling(["run", program], { VIRTUAL_ENV: environment });
    expect([code, err.trimEnd().split("\n").length]).toEqual([1, 1]);
    expect(err).toContain(`the Python at "${environment}/bin/python" has no module "kindling"; install it: `);
    expect(err).toContain(`${environment}/bin/python -m pip install `);
  });
});

const exitCode = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.once("exit", resolve));

describe("gateway", () => {
  interface Announced {
    readonly port: number;
    readonly token: string;
    readonly pid: number;
  }

  function start(...args: string[]): ChildProcess & { readonly ended: Promise<number | null> } {
    const child = spawn(process.execPath, [main, "gateway", ...args], { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
    return Object.assign(child, { ended: exitCode(child) });
  }
  const firstLine = (child: ChildProcess): Promise<string> =>
    new Promise((resolve) => child.stdout?.once("data", (data: Buffer) => resolve(data.toString("utf8"))));
  const announced = async (child: ChildProcess): Promise<Announced> => JSON.parse(await firstLine(child)) as Announced;

  test("--announce serves until standard input closes, whatever the terminal sends", async () => {
    const child = start("--announce");
    const { port, token, pid } = await announced(child);
    expect(pid).toBe(child.pid);
    const client = await RawClient.connect({ port, token });
    child.kill("SIGINT");
    expect(await client.value("ping")).toEqual({});
    child.stdin?.end();
    expect(await client.closed).toBe(1001);
    expect(await child.ended).toBe(0);
  });

  test.each(["SIGTERM", "SIGINT"] as const)("without --announce it runs until %s", async (signal) => {
    const child = start();
    expect(await firstLine(child)).toMatch(/^kindling gateway on ws:\/\/127\.0\.0\.1:\d+\/ \(token [\w-]{43}\)\n$/);
    child.kill(signal);
    expect(await child.ended).toBe(0);
  });

  test("a token file is made for its owner alone, and used again", async () => {
    const path = join(folder, "token");
    const tokens: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      const child = start("--announce", "--token-file", path);
      tokens.push((await announced(child)).token);
      child.stdin?.end();
      await child.ended;
    }
    expect(tokens[0]).toBe(tokens[1]);
    expect([statSync(path).mode & 0o777, readFileSync(path, "utf8")]).toEqual([0o600, `${tokens[0]}\n`]);
  });

  const unsafe: [string, () => string, string][] = [
    [
      "a token file that others can read",
      () => withMode(file("open", "x".repeat(40)), 0o644),
      "others can read or write it",
    ],
    ["a token that is too short", () => withMode(file("short", "abc"), 0o600), "it must hold one word of 16 or more"],
    ["an empty token file", () => withMode(file("empty", ""), 0o600), "it must hold one word of 16 or more"],
    ["a folder as token file", () => folder, "it is not a file"],
    ["a token file in a missing folder", () => join(folder, "no", "token"), "no such file or directory"],
  ];
  const withMode = (path: string, mode: number): string => {
    chmodSync(path, mode);
    return path;
  };
  test.each(unsafe)("%s is refused", (_, path, reason) => {
    const { code, err } = kindling(["gateway", "--token-file", path()]);
    expect(code).toBe(1);
    expect(err).toContain(reason);
  });

  test("a port in use is one line", async () => {
    const taken: Server = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const { code, out, err } = kindling(["gateway", "--port", String(port)]);
    const announced = kindling(["gateway", "--announce", "--port", String(port)]);
    taken.close();
    expect([announced.code, JSON.parse(announced.out)]).toMatchObject([1, { error: { code: "PORT_IN_USE" } }]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toBe(
      `kindling: port ${port} on 127.0.0.1 is in use; choose another with --port, or 0 for a free one\n`,
    );
  });
});
