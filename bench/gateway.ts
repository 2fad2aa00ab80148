/** Calls from Python through the gateway, against Py4J: both in one process, in turn, over the same service. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { emitPython } from "../codegen/emit/python.js";
import { describeOwn } from "../codegen/read/own-api.js";
import { load, median } from "./measure.js";
import { programs, python, root, sparkPython } from "./peers.js";

const rounds = process.env["KINDLING_BENCH_ROUNDS"] ?? "9";
const folder = join(programs, "gateway");
/** How often as fast as Py4J each is to be at least. */
const aims: Readonly<Record<string, number>> = {
  "sequential calls over TCP": 0.55,
  "sequential calls over a Unix socket": 0.8,
  "independent calls, pipelined": 5,
  "chains of ten calls": 3,
  "10,000 objects, created and released": 7,
};
/** How many milliseconds each may take. */
const limits: Readonly<Record<string, number>> = { "10 MB of bytes, down": 12, "10 MB of bytes, up": 40 };

interface Measure {
  readonly name: string;
  /** Seconds of each round. */
  readonly py4j: readonly number[];
  readonly kindling: readonly number[];
}

/** The first line that a server prints, once it serves. */
async function served(child: ChildProcess): Promise<string> {
  const [line] = await new Promise<string[]>((resolve, reject) => {
    child.once("error", reject).once("exit", (status) => reject(new Error(`the server ended with ${status}`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once("line", (text) => resolve([text]));
  });
  return line ?? "";
}

async function py4jJar(): Promise<string> {
  const find = "import glob, sys; print(glob.glob(sys.prefix + '/share/py4j/py4j*.jar')[0])";
  return (await promisify(execFile)(sparkPython, ["-c", find])).stdout.trim();
}

/** The description, and the client that is generated from it. */
function generate(below: string): string {
  const { api } = describeOwn(join(folder, "service.ts"));
  mkdirSync(join(below, "bench_service"));
  for (const [path, text] of emitPython(api, "bench_service")) writeFileSync(join(below, "bench_service", path), text);
  const path = join(below, "service.json");
  writeFileSync(path, JSON.stringify({ ...api, errors: [] }));
  return path;
}

function tell({ name, py4j, kindling }: Measure): void {
  const ratios = py4j.map((seconds, i) => seconds / (kindling[i] ?? Number.NaN));
  const best = Math.min(...py4j) / Math.min(...kindling);
  const [aim, limitMs] = [aims[name], limits[name]];
  const reached =
    aim === undefined ? "" : `, aim ${aim} ${Math.max(best, median(ratios)) >= aim ? "reached" : "MISSED"}`;
  const within =
    limitMs === undefined ? "" : `, limit ${limitMs} ms ${Math.min(...kindling) * 1000 <= limitMs ? "kept" : "MISSED"}`;
  const ms = (values: readonly number[]): string =>
    `${(Math.min(...values) * 1000).toFixed(1)} best, ${(median(values) * 1000).toFixed(1)} median`;
  console.log(`\n${name}`);
  console.log(`  py4j      ${ms(py4j)} ms`);
  console.log(`  Kindling  ${ms(kindling)} ms`);
  console.log(
    `  py4j / this: ${best.toFixed(2)} best by best, ${median(ratios).toFixed(2)} paired median${reached}${within}`,
  );
}

export async function gateway(): Promise<void> {
  console.log(`Calls through a gateway; ${rounds} rounds, load ${load()}`);
  const below = mkdtempSync(join(tmpdir(), "kindling-bench-"));
  const java = spawn("java", ["-cp", await py4jJar(), join(folder, "Service.java")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const api = generate(below);
  const node = spawn(process.execPath, [join(root, "dist", "bench", "programs", "gateway", "serve.js"), api], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const [port, announced] = await Promise.all([served(java), served(node)]);
    const { url, socket, token } = JSON.parse(announced) as Record<string, string>;
    const env = { ...process.env, PYTHONPATH: [below, join(root, "clients", "python", "src")].join(":") };
    const args = [join(folder, "calls.py"), rounds, port, url ?? "", socket ?? "", token ?? ""];
    const driver = spawn(sparkPython, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: driver.stdout })) {
      const measure = JSON.parse(line) as Measure & { readonly clients?: readonly number[] };
      if (measure.clients) {
        const [least, most] = [Math.min(...measure.clients), Math.max(...measure.clients)];
        console.log(
          `\n${measure.name}: ${least.toFixed(2)} to ${most.toFixed(2)} s, ${(most / least).toFixed(2)} times, limit 2`,
        );
      } else tell(measure);
    }
    const { stdout } = await promisify(execFile)(python, ["-c", importTime], { env });
    console.log(`\nimport kindling: ${stdout.trim()} ms, limit 100 ms`);
  } finally {
    java.kill();
    node.stdin.end();
    rmSync(below, { recursive: true, force: true });
  }
}

const importTime =
  "import time; t = time.perf_counter(); import kindling; from kindling import SparkContext; print(round((time.perf_counter() - t) * 1000, 1))";
