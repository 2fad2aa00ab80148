/** `npm run bench -- NAME…`: runs the named benchmarks against their peers, in turn, and prints ratios. */
import { cancel } from "./cancel.js";
import { firstResult } from "./first-result.js";
import { gateway } from "./gateway.js";
import { memory } from "./memory.js";
import { rddJobs } from "./rdd-jobs.js";
import { scaling } from "./scaling.js";
import { wordCount } from "./word-count.js";

const benchmarks: Readonly<Record<string, () => Promise<void>>> = {
  wordcount: wordCount,
  start: firstResult,
  rdd: rddJobs,
  gateway,
  scaling,
  cancel,
  memory,
};

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
  const benchmark = benchmarks[name];
  if (!benchmark) {
    console.error(`no benchmark "${name}"; there are ${Object.keys(benchmarks).join(", ")}`);
    process.exit(2);
  }
  await benchmark();
}
