/**
 * A real Spark Connect server on loopback, from PyPI's pyspark.
 *
 * From a test: `const server = await startSpark()`, then `server.master`, then `await server.stop()`. By hand, after a
 * build: `node dist/test/servers/spark/start.js` prints the master URL and serves until it is interrupted.
 *
 * Spark's classes are started by one `java` command (no launcher, no shell scripts) with a quick compiler and a small
 * heap: about 7 s instead of 12 on two cores.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineError } from "../../../engine/errors.js";
import { installSpark, type SparkInstallation } from "./install.js";

const startMs = 90_000;
const stopMs = 10_000;
/** Whatever happens to the process that started it, the server ends after this time, unless another is given. */
const defaultLifetimeSeconds = 1800;

export interface SparkServer {
  /** Such as `sc://127.0.0.1:41627`. */
  readonly master: string;
  /** The interpreter of its Python workers, which has pyspark and pyarrow. */
  readonly python: string;
  /** The last lines of the server's log. */
  log(): string;
  stop(): Promise<void>;
}

/** What Spark's own launcher opens for Java 17. */
const openedPackages = [
  "java.lang",
  "java.lang.invoke",
  "java.lang.reflect",
  "java.io",
  "java.net",
  "java.nio",
  "java.util",
  "java.util.concurrent",
  "java.util.concurrent.atomic",
  "sun.nio.ch",
  "sun.nio.cs",
  "sun.security.action",
  "sun.util.calendar",
];

const javaOptions = [
  "-Xmx1g",
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Djdk.reflect.useDirectMethodHandle=false",
  "-Dio.netty.tryReflectionSetAccessible=true",
  ...openedPackages.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
];

const settings = (folder: string): Readonly<Record<string, string>> => ({
  "spark.master": "local[2]",
  "spark.app.name": "kindling-test",
  "spark.ui.enabled": "false",
  "spark.driver.host": "127.0.0.1",
  "spark.driver.bindAddress": "127.0.0.1",
  "spark.connect.grpc.binding.address": "127.0.0.1",
  "spark.connect.grpc.binding.port": "0",
  "spark.sql.catalogImplementation": "in-memory",
  "spark.sql.warehouse.dir": join(folder, "warehouse"),
  "spark.local.dir": folder,
  "spark.sql.shuffle.partitions": "4",
});

function spawnServer({ python, java, home }: SparkInstallation, folder: string, lifetimeSeconds: number): ChildProcess {
  const properties = Object.entries(settings(folder)).map(([key, value]) => `-D${key}=${value}`);
  const main = "org.apache.spark.sql.connect.service.SparkConnectServer";
  const command = [
    java,
    ...javaOptions,
    `-Djava.io.tmpdir=${folder}`,
    "-cp",
    join(home, "jars", "*"),
    ...properties,
    main,
  ];
  return spawn("timeout", ["--kill-after=5", String(lifetimeSeconds), ...command], {
    cwd: folder,
    env: { ...process.env, SPARK_HOME: home, PYSPARK_PYTHON: python, SPARK_LOCAL_IP: "127.0.0.1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Resolves with the port that Spark's log names. */
function listening(child: ChildProcess, log: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new EngineError("SPARK_UNAVAILABLE", { master: "a local server", reason: `${reason}\n${log()}` }));
    };
    const timer = setTimeout(() => fail(`not up within ${startMs} ms`), startMs);
    const look = (): void => {
      const port = /Connect server started at: \S*?:(\d+)/.exec(log())?.[1];
      if (!port) return;
      clearTimeout(timer);
      child.stderr?.off("data", look);
      resolve(Number(port));
    };
    child.stderr?.on("data", look);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`it ended with status ${code}`));
  });
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), stopMs);
    await ended;
    clearTimeout(timer);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

export async function startSpark({
  lifetimeSeconds = defaultLifetimeSeconds,
}: {
  readonly lifetimeSeconds?: number;
} = {}): Promise<SparkServer> {
  const installation = await installSpark();
  const folder = await mkdtemp(join(tmpdir(), "kindling-spark-"));
  const child = spawnServer(installation, folder, lifetimeSeconds);
  let tail = "";
  const keep = (chunk: Buffer): void => {
    tail = (tail + chunk.toString()).slice(-64 * 1024);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const kill = (): boolean => child.kill("SIGTERM");
  process.once("exit", kill);
  const stop = async (): Promise<void> => {
    await end(child, folder);
    process.off("exit", kill);
  };
  try {
    const port = await listening(child, () => tail);
    return { master: `sc://127.0.0.1:${port}`, python: installation.python, log: () => tail, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function serve(): Promise<void> {
  const server = await startSpark();
  console.log(server.master);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve()).once("SIGTERM", () => resolve());
  });
  await server.stop();
}

if (process.argv[1] && import.meta.url === new URL(process.argv[1], "file:").href) await serve();
