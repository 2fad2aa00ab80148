// `npm run bench -- NAME…`: builds what is missing and runs benchmarks against PySpark.
import { join } from "node:path";
import { build, installPython, installSpark, root, run, sparkPython, venvPython } from "./setup.mjs";

build();
installPython();
installSpark();
run(process.execPath, [join(root, "dist", "bench", "main.js"), ...process.argv.slice(2)], {
  env: { ...process.env, KINDLING_PYTHON: venvPython, KINDLING_SPARK_PYTHON: sparkPython },
});
