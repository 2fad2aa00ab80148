/** Serves an inventory under the name "shop": kindling run examples/expose/serve.ts */
import { readFileSync } from "node:fs";
import { classesOf, startGateway } from "kindling/gateway";
import * as inventory from "./inventory.js";

const api = JSON.parse(readFileSync(new URL("./inventory.json", import.meta.url), "utf8"));
const gateway = await startGateway({ api, classes: classesOf(inventory) });
const shop = new inventory.Inventory("Anna");
shop.add("pear", 0.5, 40);
shop.add("melon", 3);
await gateway.expose("shop", shop);
console.log(JSON.stringify({ url: `ws://127.0.0.1:${gateway.port}/`, token: gateway.token }));
process.stdin.resume().on("end", () => void gateway.close().then(() => process.exit(0)));
