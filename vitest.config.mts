import { defineConfig } from "vitest/config";

const dist = process.env["KINDLING_DIST"] ?? "dist";

// Tests run as compiled by `npm run build`, under Node's own module loader: what is tested is what is shipped.
export default defineConfig({
  test: {
    include: [`${dist}/test/**/*.test.js`],
    exclude: ["node_modules/**"],
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});
