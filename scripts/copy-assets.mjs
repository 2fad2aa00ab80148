// Files that are read at run time and that the compiler does not make.
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";

const onExecutors = "engine/spark/kindling_spark";
const modules = readdirSync(onExecutors).filter((name) => name.endsWith(".py"));
const assets = ["engine/spark/connect-descriptors.binpb", ...modules.map((name) => join(onExecutors, name))];

for (const asset of assets) {
  const target = join("dist", asset);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(asset, target);
}

// The TypeScript task worker in one file, which a session sends to Spark's executors.
buildSync({
  entryPoints: ["dist/engine/execute/worker-main.js"],
  outfile: "dist/engine/spark/typescript-worker.mjs",
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  logLevel: "error",
});
