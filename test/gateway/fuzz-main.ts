/** `npm run fuzz -- --seconds 600 [--seed N]`: senseless frames against a gateway; ends with 1 where something is left. */
import { parseArgs } from "node:util";
import { startGateway } from "../../gateway/index.js";
import { fuzz, sessionsAre } from "./fuzzing.js";
import { RawClient } from "./raw-client.js";
import { toy } from "./toy.js";

const MiB = 2 ** 20;
const { values } = parseArgs({ options: { seconds: { type: "string" }, seed: { type: "string" } } });
const seconds = Number(values.seconds ?? 600);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const end = performance.now() + seconds * 1000;

const gateway = await startGateway({ ...toy, limits: { leaseMs: 20, openCalls: 50, objects: 100 } });
const bystander = await RawClient.connect(gateway);
const before = process.memoryUsage().rss;
console.log(`fuzzing for ${seconds} s, seed ${seed}`);
let toldAt = performance.now();
const { frames, connections } = await fuzz(gateway, bystander, {
  seed,
  isOver: () => performance.now() > end,
  progress: (sent, opened) => {
    if (performance.now() - toldAt < 10_000) return;
    toldAt = performance.now();
    const { rss } = process.memoryUsage();
    console.log(`  ${sent} frames over ${opened} connections, ${Math.round(rss / MiB)} MiB`);
  },
});
await sessionsAre(gateway, 1);
const left = gateway.counts();
const grownMiB = Math.round((process.memoryUsage().rss - before) / MiB);
console.log(
  `${frames} frames over ${connections} connections; ${left.sessions} session and ${left.objects} objects left, grown by ${grownMiB} MiB`,
);
await bystander.end();
await gateway.close();
process.exit(left.sessions === 1 && left.objects === 0 ? 0 : 1);
