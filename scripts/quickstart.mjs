// Counts words over real text twice: by a TypeScript program inside the engine, and by a Python program through the
// gateway. Installs and builds what is missing first.
import { join } from "node:path";
import { build, installPython, root, run, venvPython } from "./setup.mjs";

build();
installPython();

const environment = {
  ...process.env,
  KINDLING_PROGRESS: process.env.KINDLING_PROGRESS ?? (process.stderr.isTTY ? "bar" : "lines"),
};
const kindling = join(root, "dist", "gateway", "command-line", "main.js");

console.log("\n— TypeScript: examples/word-count.ts");
run(process.execPath, [kindling, "run", join(root, "examples", "word-count.ts")], { env: environment });
console.log("\n— Python: examples/word_count.py");
run(process.execPath, [kindling, "run", join(root, "examples", "word_count.py")], {
  env: { ...environment, KINDLING_PYTHON: venvPython },
});
