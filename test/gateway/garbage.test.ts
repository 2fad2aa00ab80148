import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../../gateway/index.js";
import { fuzz, sessionsAre } from "./fuzzing.js";
import { RawClient } from "./raw-client.js";
import { toy } from "./toy.js";

let gateway: Gateway;
/** A client that does nothing wrong, and must notice nothing. */
let bystander: RawClient;

const messageBytes = 64 * 1024;

beforeAll(async () => {
  gateway = await startGateway({
    ...toy,
    limits: {
      messageBytes,
      chunkBytes: 32 * 1024,
      heldFrameBytes: 100_000,
      openCalls: 50,
      objects: 100,
      callsPerBatch: 20,
      leaseMs: 20,
    },
  });
  bystander = await RawClient.connect(gateway);
});
afterAll(() => gateway.close());

const first = '{"jsonrpc":"2.0","seq":1,"ack":0,"method":"ping","id":1}';

/** Frames that end the connection that sends them, and the close code. */
const fatal: [string, string | Buffer, number][] = [
  ["what is not JSON", "hello", 1002],
  ["nothing", "", 1002],
  ["an empty array", "[]", 1002],
  ["null", "null", 1002],
  ["an array of nulls", "[null]", 1002],
  ["a message without a number", '{"jsonrpc":"2.0","method":"ping","id":1}', 1002],
  ["a number that is none", '{"jsonrpc":"2.0","seq":"1","ack":0,"method":"ping","id":1}', 1002],
  ["a negative number", '{"jsonrpc":"2.0","seq":-1,"ack":0,"method":"ping","id":1}', 1002],
  ["too many messages", `[${[first, ...Array.from({ length: 20 }, () => "null")].join()}]`, 1002],
  ["a text that is too long", " ".repeat(messageBytes + 1), 1009],
  ["a binary frame without its header", Buffer.from([1, 2, 3]), 1002],
  ["a binary frame that is too long", Buffer.alloc(messageBytes + 1), 1009],
  ["a binary frame of zeros", Buffer.alloc(21), 1002],
];

test.each(fatal)("%s ends its own connection only", async (_, frame, code) => {
  const client = await RawClient.connect(gateway);
  client.raw(frame);
  expect(await client.closed).toBe(code);
  expect(await bystander.value("Echo.int", { args: [1] })).toBe(1);
});

/** Elements after a valid first one that are answered with an error; the others of the array go on. */
const answered: [string, string][] = [
  ["null", "null"],
  ["a number", "7"],
  ["an array in the array", "[]"],
  ["an empty object", "{}"],
  ["another version", '{"jsonrpc":"1.0","method":"ping"}'],
  ["no method", '{"jsonrpc":"2.0","id":5}'],
  ["a method that is a number", '{"jsonrpc":"2.0","method":7}'],
  ["an id that is a fraction", '{"jsonrpc":"2.0","method":"ping","id":1.5}'],
  ["an id beyond 2^53", '{"jsonrpc":"2.0","method":"ping","id":9007199254740993}'],
  ["an id that is a string", '{"jsonrpc":"2.0","method":"ping","id":"a"}'],
  ["params that are a list", '{"jsonrpc":"2.0","method":"ping","params":[]}'],
  ["a reply to nothing", '{"jsonrpc":"2.0","id":3,"result":null}'],
];

test.each(answered)("%s is answered, and its neighbours run", async (_, element) => {
  const client = await RawClient.connect(gateway);
  const replies = Promise.all([client.reply(1), client.reply(2)]);
  client.raw(`[${first},${element},{"jsonrpc":"2.0","method":"ping","id":2}]`);
  expect((await replies).map(({ result }) => result)).toEqual([{}, {}]);
  expect(client.others[0]?.error).toMatchObject({ code: -32600, data: { code: "MESSAGE_INVALID" } });
  await client.end();
});

test("limits are told by code and the client goes on", async () => {
  const client = await RawClient.connect(gateway);
  const on = client.make("Counter.new", {});
  for (let index = 0; index < 120; index += 1) client.make("Counter.plus", { on, args: [1] });
  expect(await client.code("Counter.plus", { on, as: client.id(), args: [1] })).toBe("LIMIT_REACHED");
  const slow = Array.from({ length: 50 }, () => client.request("Counter.slow", { on, args: [100] }));
  expect(await client.code("Counter.value", { on })).toBe("LIMIT_REACHED");
  expect((await Promise.all(slow)).map(({ result }) => result)).toEqual(slow.map(() => "done"));
  expect(await client.code("Echo.batches", { args: [1000, 10] })).toBe("MESSAGE_TOO_LARGE");
  await client.end();
});

test("bodies that nobody asks for are limited", async () => {
  const client = await RawClient.connect(gateway);
  for (let call = 1; call <= 4; call += 1) client.sendPart(call, 1, Buffer.alloc(30_000));
  expect(await client.closed).toBe(1002);
  expect(client.others[0]?.error?.data.code).toBe("LIMIT_REACHED");
});

test("bodies whose calls came do not count", async () => {
  const client = await RawClient.connect(gateway);
  for (let round = 0; round < 10; round += 1) {
    const id = client.id();
    client.sendPart(id, 1, Buffer.alloc(30_000));
    const { result } = await client.request("Echo.bytesBack", { args: [{ $: "frame", n: 1 }] }, id);
    expect(result).toEqual({ $: "frame", n: 1 });
  }
  await client.end();
});

test("a client that never reads slows nobody else", async () => {
  const client = await RawClient.connect(gateway);
  client.socket.pause();
  for (let index = 0; index < 30; index += 1) void client.request("Echo.bytes", { args: [4_000_000] });
  await delay(50);
  expect(await bystander.value("Echo.int", { args: [2] })).toBe(2);
  client.socket.terminate();
});

/** Bytes that are not WebSocket at all, after a correct upgrade. */
test("raw bytes after the upgrade end that connection only", async () => {
  const socket = connect(gateway.port, "127.0.0.1");
  socket.write(
    `GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}\r\nAuthorization: Bearer ${gateway.token}\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once("data", resolve));
  socket.write(Buffer.alloc(4096, 0xff));
  await new Promise((resolve) => socket.once("close", resolve));
  expect(await bystander.value("ping")).toEqual({});
});

test("thousands of damaged frames (seeded) harm nobody", async () => {
  const seed = Number(process.env["KINDLING_SEED"] ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}`);
  const { frames, connections } = await fuzz(gateway, bystander, { seed, isOver: (sent) => sent >= 4000 });
  console.log(`${frames} frames over ${connections} connections`);
  await sessionsAre(gateway, 1);
  expect(gateway.counts()).toEqual({ sessions: 1, objects: 0 });
});

test("hundreds of connections that say nothing keep nobody out", async () => {
  const idle = await Promise.all(Array.from({ length: 300 }, () => RawClient.open(gateway.port, gateway.token)));
  expect(await bystander.value("Echo.int", { args: [3] })).toBe(3);
  const late = await RawClient.connect(gateway);
  expect(await late.value("Echo.int", { args: [4] })).toBe(4);
  await Promise.all([late, ...idle].map((client) => client.end()));
});

/** One byte after the other, slower than anybody types. */
test("a peer that never ends its request is cut off", async () => {
  const impatient = await startGateway({ ...toy, limits: { helloMs: 300 } });
  const socket = connect(impatient.port, "127.0.0.1");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => {});
  const drip = setInterval(() => socket.write("G"), 50);
  await closed;
  clearInterval(drip);
  await impatient.close();
});
