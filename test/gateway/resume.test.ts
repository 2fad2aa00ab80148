/** Sessions that outlive their connections: nothing is lost, nothing runs twice, and nothing waits for ever. */
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../../gateway/index.js";
import { RawClient } from "./raw-client.js";
import { toy } from "./toy.js";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ ...toy, limits: { leaseMs: 300, keptBytes: 1_000_000, unsentBytes: 8_000_000 } });
});
afterAll(() => gateway.close());

interface Place {
  readonly session: string;
  readonly secret: string;
}

/** A client that has said hello, and where its session is found again. */
async function begun(): Promise<{ client: RawClient; place: Place }> {
  const client = await RawClient.open(gateway.port, gateway.token);
  const { result } = await client.hello();
  return { client, place: result as Place };
}

const resume = (client: RawClient, place: Place, received: number): ReturnType<RawClient["hello"]> =>
  client.hello({ protocol: 1, resume: { session: place.session, secret: place.secret, received } });

test("a call that was sent before the connection broke is answered on the next one, once", async () => {
  const { client, place } = await begun();
  const on = client.make("Counter.new", {});
  await client.value("Counter.add", { on, args: [5] });
  const id = client.id();
  client.send({ method: "Counter.slow", id, params: { on, args: [100] } });
  await client.value("ping");
  const { sent, seen } = client;
  client.socket.terminate();
  const next = await RawClient.open(gateway.port, gateway.token);
  const reply = next.reply(id);
  expect((await resume(next, place, seen)).result).toMatchObject({ session: place.session, received: sent });
  next.seen = seen;
  next.sent = sent;
  expect((await reply).result).toBe("done");
  expect(await next.value("Counter.value", { on })).toBe(5);
  await next.end();
});

test("messages that come again are dropped, those that were lost are sent again", async () => {
  const { client, place } = await begun();
  const on = client.make("Counter.new", {});
  await client.value("Counter.add", { on, args: [1] });
  client.socket.terminate();
  const next = await RawClient.open(gateway.port, gateway.token);
  // It has not even the reply to its first call: that comes again.
  const replies = next.reply(2);
  await resume(next, place, 0);
  expect((await replies).result).toBeNull();
  next.send({ method: "Counter.new", params: { as: on } }, { method: "Counter.add", id: 2, params: { on, args: [1] } });
  expect(await next.value("Counter.value", { on })).toBe(1);
  await next.end();
});

test.each([
  ["a wrong secret", { secret: "x".repeat(32) }, 0],
  ["another session", { session: "s0" }, 0],
  ["more received than was sent", {}, 50],
])("%s: SESSION_LOST", async (_, changed, received) => {
  const { client, place } = await begun();
  const next = await RawClient.open(gateway.port, gateway.token);
  expect((await resume(next, { ...place, ...changed }, received)).error?.data.code).toBe("SESSION_LOST");
  await next.end();
  expect(await client.value("ping")).toEqual({});
  await client.end();
});

test("the newest connection has the session", async () => {
  const { client, place } = await begun();
  const next = await RawClient.open(gateway.port, gateway.token);
  expect((await resume(next, place, 0)).error).toBeUndefined();
  expect(await client.closed).toBe(1006);
  expect(await next.value("ping")).toEqual({});
  await next.end();
});

test("objects are freed when the lease is over, not before", async () => {
  const { client, place } = await begun();
  client.make("Counter.new", {});
  await client.value("ping");
  const before = gateway.counts();
  expect(before.objects).toBeGreaterThan(0);
  client.socket.terminate();
  await client.closed;
  await delay(50);
  expect(gateway.counts()).toEqual(before);
  for (let waited = 0; gateway.counts().objects > 0 && waited < 3000; waited += 20) await delay(20);
  expect(gateway.counts()).toEqual({ sessions: before.sessions - 1, objects: 0 });
  const late = await RawClient.open(gateway.port, gateway.token);
  expect((await resume(late, place, client.seen)).error?.data.code).toBe("SESSION_LOST");
  await late.end();
});

test("bodies wait for the client to acknowledge what came", async () => {
  const { client } = await begun();
  const id = client.id();
  const first = client.request("Echo.bytes", { args: [4_000_000] }, id);
  const second = client.request("Echo.bytes", { args: [4_000_000] });
  expect((await first).result).toEqual({ $: "frame", n: 1 });
  await delay(50);
  // The first body is over the bound by itself; the second one waits.
  expect(client.parts.size).toBe(1);
  client.raw(JSON.stringify({ jsonrpc: "2.0", method: "ack", params: { received: client.seen } }));
  expect((await second).result).toEqual({ $: "frame", n: 1 });
  expect(client.parts.size).toBe(2);
  await client.end();
});

test("a client that only sends is told what has come", async () => {
  const { client } = await begun();
  for (let count = 0; count < 1100; count += 1) client.notify("release", { ids: [1] });
  await client.value("ping");
  expect(client.others).toContainEqual({ jsonrpc: "2.0", method: "ack", params: { received: expect.any(Number) } });
  await client.end();
});
