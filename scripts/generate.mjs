// `npm run generate [-- --check]`: api.json and the generated clients from the engine's declarations.
import { installPackages, root, run } from "./setup.mjs";

installPackages();
run(process.execPath, ["node_modules/typescript/bin/tsc", "-b", "codegen"]);
run(process.execPath, ["dist/codegen/generate.js", ...process.argv.slice(2)], { cwd: root });
