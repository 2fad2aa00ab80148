import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../../gateway/index.js";
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
  const seed = Date.now() % 1_000_000;
  console.log(`seed ${seed}`);
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const methods = [
    "Counter.new",
    "Counter.plus",
    "Counter.value",
    "Counter.add",
    "Counter.slow",
    "Echo.unknown",
    "release",
    "cancel",
    "ping",
    "__proto__",
    "",
  ];
  const junk = (depth: number): unknown => {
    const scalars = [
      null,
      true,
      -1,
      0.5,
      2 ** 60,
      "",
      "x",
      "\ud800",
      { $: "ref", id: random(30) },
      { $: "unset" },
      { $: "frame", n: random(3) },
      { $: 7 },
    ];
    if (depth === 0 || random(3) > 0) return pick(scalars);
    return random(2) === 0
      ? Array.from({ length: random(4) }, () => junk(depth - 1))
      : { [pick(["a", "$", "constructor", "args"])]: junk(depth - 1) };
  };
  const message = (seq: number): Record<string, unknown> => ({
    jsonrpc: pick(["2.0", "2.0", "2.0", 2]),
    seq,
    ack: 0,
    method: pick(methods),
    ...(random(2) === 0 ? { id: random(40) } : {}),
    params:
      random(8) === 0
        ? junk(2)
        : {
            on: random(30),
            as: random(30),
            args: random(2) === 0 ? [random(5)] : junk(4),
            lane: random(3),
            deadlineMs: pick([undefined, 1, "x"]),
          },
  });
  const damaged = (text: string): string | Buffer => {
    const bytes = Buffer.from(text);
    if (random(30) === 0) bytes[random(bytes.length)] = random(256);
    return random(40) === 0 ? bytes : random(60) === 0 ? text.slice(0, random(text.length)) : bytes.toString("utf8");
  };
  let frames = 0;
  let connections = 0;
  while (frames < 4000) {
    const client = await RawClient.connect(gateway);
    connections += 1;
    let isOpen = true;
    void client.closed.then(() => {
      isOpen = false;
    });
    for (let seq = 1; isOpen && frames < 4000; frames += 1) {
      const count = 1 + random(3);
      const list = Array.from({ length: count }, (_, index) => message(seq + index));
      client.raw(damaged(JSON.stringify(count === 1 ? list[0] : list)));
      seq += count;
      if (frames % 25 === 0) await delay(0);
      if (client.framesSent > 400) break;
    }
    client.socket.terminate();
    await client.closed;
    expect(await bystander.value("Echo.int", { args: [frames] })).toBe(frames);
  }
  console.log(`${frames} frames over ${connections} connections`);
  for (let waited = 0; gateway.counts().sessions > 1 && waited < 3000; waited += 10) await delay(10);
  expect(gateway.counts()).toEqual({ sessions: 1, objects: 0 });
});
