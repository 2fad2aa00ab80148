/** Interpreters, tokens, ports and program files that are not as they should be, and folders without any setup. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { userInfo } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { commandLine, inPlace, kill, type Place, python } from "./program-run.js";

const job = `from kindling import SparkContext
sc = SparkContext("local[2]")
print(sc.parallelize([1, 2]).map(lambda n: n).collect())
sc.stop()
`;

/** A Python that has nothing installed. */
function bareVenv(place: Place): string {
  const folder = join(place.folder, "bare");
  expect(spawnSync(python, ["-m", "venv", "--without-pip", folder]).status).toBe(0);
  return join(folder, "bin", "python");
}

test("kindling run with a Python that lacks the client", () =>
  inPlace(async (place) => {
    place.write("job.py", job);
    const bare = bareVenv(place);
    const { code, out, err } = await place.start("job.py", "kindling run", { KINDLING_PYTHON: bare }).ended;
    expect([code, out, err.length]).toEqual([1, "", 1]);
    expect(err[0]).toContain(`kindling: the Python at "${bare}" has no module "kindling"; install it: ${bare} -m pip`);
    expect(await place.leftBehind()).toEqual([]);
  })());

test("workers with a Python that lacks the client", () =>
  inPlace(async (place) => {
    place.write("job.py", job);
    const bare = bareVenv(place);
    const { code, out, err } = await place.start("job.py", "plain", { KINDLING_PYTHON: bare }).ended;
    expect(err[0]).toBe("job.py:3: print(sc.parallelize([1, 2]).map(lambda n: n).collect())");
    expect(err[1]).toMatch(/^UnavailableError: \[WORKER_NOT_FOUND\] cannot start the python worker: .*No module named/);
    expect(err.at(-1)).toContain(`hint: run "${bare} -m pip install kindling-client"`);
    expect([code, out, err.length <= 15]).toEqual([1, "", true]);
    expect(await place.leftBehind()).toEqual([]);
  })());

test("a wrong token, a port in use, and a gateway that is gone", () =>
  inPlace(async (place) => {
    place.write("job.py", job);
    const gateway = place.startCommand([process.execPath, commandLine, "gateway"]);
    await gateway.printed("token");
    const [, url = "", port = ""] = /(ws:\/\/127\.0\.0\.1:(\d+)\/)/.exec(gateway.out) ?? [];
    const here = 'job.py:2: sc = SparkContext("local[2]")';

    const wrong = await place.start("job.py", "plain", { KINDLING_URL: url, KINDLING_TOKEN: "wrong" }).ended;
    expect([wrong.code, wrong.out, wrong.err]).toEqual([
      1,
      "",
      [
        here,
        "AccessError: [UNAUTHENTICATED] the token is wrong or missing",
        "  hint: give the token that the gateway was started with",
      ],
    ]);

    const second = await place.startCommand([process.execPath, commandLine, "gateway", "--port", port]).ended;
    expect([second.code, second.out, second.err]).toEqual([
      1,
      "",
      [`kindling: port ${port} on 127.0.0.1 is in use; choose another with --port, or 0 for a free one`],
    ]);

    kill(gateway.pid, "SIGTERM");
    expect((await gateway.ended).code).toBe(0);
    const gone = await place.start("job.py", "plain", { KINDLING_URL: url, KINDLING_TOKEN: "wrong" }).ended;
    expect(gone.err[0]).toBe(here);
    expect(gone.err[1]).toContain(`[SESSION_LOST] cannot reach the gateway at ${url}`);
    expect([gone.code, gone.err.length <= 15]).toEqual([1, true]);
    expect(await place.leftBehind()).toEqual([]);
  })());

const scale = "export const scale = (n: number): number => 10 * n;\n";
const loadable: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  [
    "app.ts",
    {
      "lib/scale.ts": scale,
      "app.ts": `import { SparkContext } from "kindling";
import { startGateway } from "kindling/gateway";
import { scale } from "./lib/scale";
const sc = new SparkContext("local[2]");
console.log(typeof startGateway, await sc.parallelize([1, 2, 3]).map((n) => scale(n)).collect());
await sc.stop();
`,
    },
  ],
  [
    "common.ts",
    {
      "package.json": '{ "type": "commonjs" }',
      "lib/scale.ts": scale,
      "common.ts": `import { SparkContext } from "kindling";
import { scale } from "./lib/scale";
const sc = new SparkContext("local[2]");
sc.parallelize([1, 2, 3]).map((n) => scale(n)).collect().then((all) => {
  console.log(typeof require, all);
  return sc.stop();
});
`,
    },
  ],
  [
    "old.cjs",
    {
      "old.cjs": `const { SparkContext } = require("kindling");
const sc = new SparkContext("local[2]");
sc.parallelize([1, 2, 3]).map((n) => 10 * n).collect().then((all) => {
  console.log(typeof require, all);
  return sc.stop();
});
`,
    },
  ],
];
test.each(loadable)("%s finds kindling, and its own modules, in a folder where nothing is installed", (name, files) =>
  inPlace(async (place) => {
    mkdirSync(join(place.folder, "lib"));
    for (const [path, text] of Object.entries(files)) place.write(path, text);
    const { code, out, err } = await place.start(name).ended;
    expect([code, out, err]).toEqual([0, "function [ 10, 20, 30 ]\n", []]);
    expect(await place.leftBehind()).toEqual([]);
  })(),
);

const unloadable: readonly (readonly [string, string, string])[] = [
  ["broken.ts", "const a: number = ;\n", "/broken.ts:1:18: ERROR: Unexpected"],
  ["lost.ts", 'import "./nowhere.js";\n', "Cannot find module '"],
  ["lost.mjs", 'import "no-such-package";\n', "Cannot find package 'no-such-package' imported from "],
];
test.each(unloadable)("%s cannot be loaded", (name, text, message) =>
  inPlace(async (place) => {
    place.write(name, text);
    const { code, out, err } = await place.start(name).ended;
    expect(err.join("\n")).toContain(message);
    expect([code, out, err.length <= 3]).toEqual([1, "", true]);
    expect(err[0]).toMatch(/^kindling: /);
    expect(await place.leftBehind()).toEqual([]);
  })(),
);

test("plain node, without kindling run, tells of an error as briefly", () =>
  inPlace(async (place) => {
    const index = new URL("../../engine/index.js", import.meta.url);
    place.write(
      "plain.mjs",
      `import { SparkContext } from ${JSON.stringify(index.href)};
const sc = new SparkContext("local[2]");
sc.textFile("nothing.txt").count().then(console.log);
`,
    );
    const { code, out, err } = await place.start("plain.mjs", "plain").ended;
    expect([code, out]).toEqual([1, ""]);
    expect(err).toEqual([
      'plain.mjs:3: sc.textFile("nothing.txt").count().then(console.log);',
      `EngineError: [PATH_NOT_FOUND] input path does not exist: "${join(place.folder, "nothing.txt")}"`,
      `  in textFile at ${join(place.folder, "plain.mjs")}:3`,
    ]);
    expect(await place.leftBehind()).toEqual([]);
  })());

/** What lies there becomes code: a directory that anybody can write to must not be used. */
test("a temporary directory of ours that others can write to is refused", () =>
  inPlace(async (place) => {
    const shared = join(place.temporary, `kindling-${userInfo().uid}`);
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    place.write("app.ts", 'import { SparkContext } from "kindling";\nnew SparkContext("local[2]");\n');
    const { code, err } = await place.start("app.ts").ended;
    expect([code, err]).toEqual([
      1,
      [
        'app.ts:2: new SparkContext("local[2]");',
        `EngineError: [WRITE_FAILED] cannot write "${shared}": it is not a directory that only you can write`,
      ],
    ]);
    expect(await place.leftBehind(0)).toEqual([basename(shared)]);
  })());
