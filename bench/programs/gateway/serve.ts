/** Serves `service.ts` as `kindling generate` described it: node serve.js API.json */
import { readFileSync } from "node:fs";
import { classesOf, startGateway } from "../../../gateway/index.js";
import * as service from "./service.js";

const api = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const gateway = await startGateway({ api, classes: classesOf(service) });
await gateway.ready;
const { port, socketPath, token } = gateway;
console.log(JSON.stringify({ url: `ws://127.0.0.1:${port}/`, socket: socketPath, token }));
process.stdin.resume().on("end", () => void gateway.close().then(() => process.exit(0)));
