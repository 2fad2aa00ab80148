/** What tasks added to accumulators is told before the reply of the call that ran them, as docs/protocol.md says. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../../gateway/index.js";
import { RawClient, type Reply } from "./raw-client.js";
import { pattern, toy } from "./toy.js";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ ...toy, limits: { inlineBytes: 100, inlineTotalBytes: 1000, chunkBytes: 70_000 } });
});
afterAll(() => gateway.close());

const body = (size: number): Buffer => Buffer.alloc(size, pattern);

/** Ids and bodies in the order in which they were told, `reply` where the reply came. */
function told(client: RawClient): unknown[] {
  return client.received.flat().flatMap((message): unknown[] => {
    const { method, params, id } = message as Reply;
    if (method !== "accumulators") return id === 0 || id === undefined ? [] : ["reply"];
    const { updates } = params as { readonly updates: { readonly id: number; readonly batch: { body: object } }[] };
    return updates.map((update) => [update.id, update.batch.body]);
  });
}

test("short bodies are part of the message", async () => {
  const client = await RawClient.connect(gateway);
  const on = client.make("Counter.new", { args: [7] });
  expect(await client.value("Counter.accumulate", { on, args: [[3, 5]] })).toBe(7);
  const inline = (size: number): object => ({ $: "bytes", base64: body(size).toString("base64") });
  expect(told(client)).toEqual([[0, inline(3)], [1, inline(5)], "reply"]);
  await client.end();
});

test("long ones come before it in frames of call 0, and what follows waits for them", async () => {
  const client = await RawClient.connect(gateway);
  const on = client.make("Counter.new", { args: [7] });
  const bodies: Buffer[] = [];
  // The frames of one notification are complete when it comes; the next begins with part 1 again.
  const take = (method: string): void => {
    if (method !== "accumulators") return;
    bodies.push(...(client.parts.get(0) ?? []));
    client.parts.delete(0);
  };
  client.socket.on("message", (data: Buffer, isBinary) => {
    if (isBinary) return;
    for (const message of [JSON.parse(data.toString("utf8")) as Reply | Reply[]].flat()) take(message.method ?? "");
  });
  expect(await client.value("Counter.accumulate", { on, args: [[150_000, 4, 200]] })).toBe(7);
  expect(told(client).map((one) => (Array.isArray(one) ? one[0] : one))).toEqual([0, 1, 2, "reply"]);
  expect(told(client).map((one) => (Array.isArray(one) ? Object.keys(one[1] as object).join() : one))).toEqual([
    "$,n",
    "$,base64",
    "$,n",
    "reply",
  ]);
  expect(bodies).toEqual([body(150_000), body(200)]);
  await client.end();
});

test("the lane of a call is its caller's", async () => {
  const client = await RawClient.connect(gateway);
  const on = client.make("Counter.new", { args: [7] });
  expect([await client.value("Counter.lane", { on }), await client.value("Counter.lane", { on, lane: 9 })]).toEqual([
    0, 9,
  ]);
  await client.end();
});
