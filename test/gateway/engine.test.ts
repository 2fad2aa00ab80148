/** The engine itself behind a gateway, driven by hand; the clients' own tests go further. */
import { execFileSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../../gateway/index.js";
import { RawClient } from "./raw-client.js";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ limits: { leaseMs: 100 } });
  await gateway.ready;
});
afterAll(() => gateway.close());

/** Processes below this one. */
function descendants(): number[] {
  const listing = execFileSync("ps", ["-e", "-o", "pid=,ppid=,comm="], { encoding: "utf8" }).trim().split("\n");
  const rows = listing.map((line) => line.trim().split(/\s+/)).filter(([, , command]) => command !== "ps");
  const below = (parent: number): number[] =>
    rows.filter(([, above]) => Number(above) === parent).flatMap(([pid]) => [Number(pid), ...below(Number(pid))]);
  return below(process.pid);
}

/** `pickle.dumps([1, 2, 3])` of CPython 3.11. */
const pickled = "gASVCwAAAAAAAABdlChLAUsCSwNlLg==";

test("a job runs for a client, and a client that dies leaves no process", async () => {
  const before = descendants();
  const client = await RawClient.connect(gateway);
  const context = client.make("SparkContext.new", { args: ["local[2]", "test"], at: ["app.py", 1] });
  const batches = [{ format: "pickle", count: 3, body: { $: "bytes", base64: pickled } }];
  const numbers = client.make("SparkContext.parallelize", {
    on: context,
    args: [{ $: "elements", batches }, 2],
    at: ["app.py", 2],
  });
  expect(await client.value("RDD.count", { on: numbers, at: ["app.py", 3] })).toBe(3);
  expect(client.others.some(({ method }) => method === "progress")).toBe(true);
  expect(descendants().length).toBeGreaterThan(before.length);
  client.socket.terminate();
  for (let waited = 0; descendants().length > before.length && waited < 8000; waited += 100) await delay(100);
  expect(descendants()).toEqual(before);
  expect(gateway.counts()).toEqual({ sessions: 0, objects: 0 });
});

test("an error of the engine names the client's line", async () => {
  const client = await RawClient.connect(gateway);
  const context = client.make("SparkContext.new", { args: ["local[1]"], at: ["app.py", 1] });
  const lines = client.make("SparkContext.textFile", { on: context, args: ["/no/such/file"], at: ["app.py", 2] });
  const { error } = await client.request("RDD.count", { on: lines, at: ["app.py", 3] });
  expect(error?.data).toMatchObject({ code: "PATH_NOT_FOUND", origin: { site: { file: "app.py" } } });
  await client.value("close");
});

test("a wrong master is the error of the context, and of all that comes from it", async () => {
  const client = await RawClient.connect(gateway);
  const context = client.make("SparkContext.new", { args: ["mars"], at: ["app.py", 1] });
  const lines = client.make("SparkContext.textFile", { on: context, args: ["x"], at: ["app.py", 2] });
  const { error } = await client.request("RDD.count", { on: lines, at: ["app.py", 3] });
  expect(error?.data).toMatchObject({ code: "INVALID_MASTER", origin: { site: { file: "app.py", line: 1 } } });
  await client.end();
});
