// `npm run fuzz -- --seconds 600 [--seed N]`: senseless frames against a gateway.
import { join } from "node:path";
import { build, root, run } from "./setup.mjs";

build();
run(process.execPath, [join(root, "dist", "test", "gateway", "fuzz-main.js"), ...process.argv.slice(2)]);
