// Files that are read at run time and that the compiler does not copy.
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

const assets = ["engine/spark/connect-descriptors.binpb", "engine/spark/kindling_spark_stage.py"];

for (const asset of assets) {
  const target = join("dist", asset);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(asset, target);
}
