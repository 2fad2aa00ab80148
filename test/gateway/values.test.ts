import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Gateway, limitTable, startGateway } from "../../gateway/index.js";
import { RawClient } from "./raw-client.js";
import { pattern, toy } from "./toy.js";

let gateway: Gateway;
let client: RawClient;

beforeAll(async () => {
  gateway = await startGateway({ ...toy });
  client = await RawClient.connect(gateway);
});
afterAll(() => gateway.close());

/** Wire forms that come back as they went, by the declared type: the table of `docs/protocol.md`. */
const same: [string, unknown][] = [
  ["boolean", true],
  ["int", -(2 ** 31)],
  ["int", 2 ** 31 - 1],
  ["long", 2 ** 53 - 1],
  ["long", { $: "long", value: "9007199254740993" }],
  ["long", { $: "long", value: "-9223372036854775808" }],
  ["double", 1.5],
  ["double", 3],
  ["double", { $: "double", value: "NaN" }],
  ["double", { $: "double", value: "-Infinity" }],
  ["double", { $: "double", value: "-0" }],
  ["string", "naïve 🙂"],
  ["string", { $: "text", utf16: [97, 0xd800, 98] }],
  ["bytesBack", { $: "bytes", base64: "AAEC/w==" }],
  ["null", null],
  ["literal", "yes"],
  ["enum", "large"],
  ["ints", [1, 2, 3]],
  ["set", ["a", "b"]],
  ["map", { a: 1.5, b: { $: "double", value: "NaN" } }],
  ["map", { $: "map", entries: [["$", 1.5]] }],
  [
    "longMap",
    {
      $: "map",
      entries: [
        [1, "a"],
        [{ $: "long", value: "9007199254740993" }, "b"],
      ],
    },
  ],
  ["record", { a: 1 }],
  ["tuple", ["a", 1]],
  ["optional", null],
  ["optional", 1],
  ["union", 1],
  ["union", "a"],
  ["union", ["a"]],
  ["options", { limit: 3 }],
  ["options", { header: true, limit: 3 }],
  ["unknown", { kind: "call", fn: "add", args: [1, "a", null, true, { $: "long", value: "9007199254740993" }] }],
  ["unknown", { $: "double", value: "9007199254740992" }],
  ["elementsBack", { $: "elements", batches: [{ format: "pickle", count: 2, body: { $: "bytes", base64: "gAQ=" } }] }],
  ["elementsBack", { $: "elements", batches: [] }],
  ["elementBack", { $: "elements", batches: [{ format: "portable", count: 1, body: { $: "bytes", base64: "kQE=" } }] }],
  [
    "elementMapBack",
    { $: "elements", batches: [{ format: "pickle", count: 9, body: { $: "bytes", base64: "gAQ=" } }] },
  ],
];

test.each(same)("%s %j comes back as it went", async (method, wire) => {
  expect(await client.value(`Echo.${method}`, { args: [wire] })).toEqual(wire);
});

/** Values that do not fit, and what the message says was expected and found. */
const refused: [string, unknown, string, string][] = [
  ["boolean", 1, "true or false", "1"],
  ["int", 1.5, "an integer of 32 bits", "1.5"],
  ["int", 2 ** 31, "an integer of 32 bits", "2147483648"],
  ["int", "7", "an integer of 32 bits", '"7"'],
  ["int", null, "an integer of 32 bits", "null"],
  ["int", { $: "double", value: "NaN" }, "an integer of 32 bits", "NaN"],
  ["long", 2 ** 53, "an integer of 64 bits", "9007199254740992"],
  ["long", { $: "long", value: "9223372036854775808" }, "an integer of 64 bits", "9223372036854775808"],
  ["double", "1.5", "a number", '"1.5"'],
  ["string", 7, "a string", "7"],
  ["bytesBack", "abc", "bytes", '"abc"'],
  ["literal", "no", '"yes"', '"no"'],
  ["enum", "huge", '"small" or "large"', '"huge"'],
  ["set", "ab", "a set, each item a string", '"ab"'],
  ["map", [1], "a map, each value a number", "a list of 1"],
  ["tuple", ["a"], "a tuple of 2", "a list of 1"],
  ["optional", "a", "an integer of 32 bits or null", '"a"'],
  ["union", 1.5, "an integer of 32 bits, a string or a list, each item a string", "1.5"],
  ["options", 7, "an Options", "7"],
  ["counter", 7, "a Counter", "7"],
  ["describe", [1, 2], "a collection of elements", "a list of 2"],
  ["elementBack", { $: "elements", batches: [] }, "one element", "a collection of elements"],
  ["elementMapBack", { a: 1 }, "a map of elements", "an object"],
  ["shipped", "f", "a function", '"f"'],
];

test.each(refused)("%s refuses %j", async (method, wire, expected, actual) => {
  const { error } = await client.request(`Echo.${method}`, { args: [wire] });
  expect(error?.data).toMatchObject({ code: "INVALID_ARGUMENT", params: { call: method, expected, actual } });
});

/** The place of what does not fit inside a value. */
const places: [string, unknown, string][] = [
  ["ints", [1, "a"], "value[1]"],
  ["map", { a: "x" }, "value.a"],
  ["longMap", { a: "x" }, "value (a key)"],
  ["options", { limit: "x" }, "value.limit"],
  ["options", {}, "value.limit"],
  ["tuple", ["a", "b"], "value[1]"],
];

test.each(places)("%s names the place of what is wrong in %j", async (method, wire, parameter) => {
  expect((await client.request(`Echo.${method}`, { args: [wire] })).error?.data.params).toMatchObject({ parameter });
});

test("an option that does not exist is named beside those that do", async () => {
  const { error } = await client.request("Echo.options", { args: [{ limit: 1, headr: true }] });
  expect(error?.message).toContain('options: value must be made of header, limit, not with "headr"');
});

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

/** What no client of ours ever sends. */
const malformed: [string, string, unknown][] = [
  ["a prototype", "unknown", JSON.parse('{"__proto__":{"polluted":true}}')],
  ["a prototype in a tag", "record", JSON.parse('{"$":"map","entries":[["__proto__",1]]}')],
  ["a constructor", "unknown", { a: { constructor: 1 } }],
  ["values nested too deeply", "unknown", deep(limitTable.depth.value + 1)],
  ["base64 that is not", "bytesBack", { $: "bytes", base64: "a" }],
  ["a frame that did not come", "bytesBack", { $: "frame", n: 1 }],
  [
    "a batch of another language's format",
    "describe",
    { $: "elements", batches: [{ format: "v8", count: 1, body: { $: "bytes", base64: "" } }] },
  ],
  [
    "a batch without a count",
    "describe",
    { $: "elements", batches: [{ format: "pickle", body: { $: "bytes", base64: "" } }] },
  ],
  [
    "a function of another language",
    "shipped",
    { $: "function", language: "r", name: "f", body: { $: "bytes", base64: "" } },
  ],
  ["UTF-16 that is not", "string", { $: "text", utf16: [70000] }],
];

test.each(malformed)("%s is MESSAGE_INVALID", async (_, method, wire) => {
  expect(await client.code(`Echo.${method}`, { args: [wire] })).toBe("MESSAGE_INVALID");
  expect(Object.prototype).not.toHaveProperty("polluted");
});

test("values at the depth limit pass", async () => {
  const wire = deep(limitTable.depth.value - 1);
  expect(await client.value("Echo.unknown", { args: [wire] })).toEqual(wire);
});

test("a parameter that is not set has its default; the end may be left out", async () => {
  const unset = client.make("Counter.new", { args: [{ $: "unset" }] });
  const left = client.make("Counter.new", {});
  expect(await client.value("Counter.sum", { on: unset, args: [[{ $: "ref", id: left }]] })).toBe(0);
  expect(await client.value("Counter.sum", { on: unset })).toBe(0);
});

test("a function for workers", async () => {
  const body = { $: "bytes", base64: Buffer.from("packed").toString("base64") };
  const wire = { $: "function", language: "python", name: "<lambda>", body };
  expect(await client.value("Echo.shipped", { args: [wire] })).toBe("python <lambda> packed");
});

describe("binary frames", () => {
  const body = (length: number): Buffer => Buffer.alloc(length, pattern);

  test("bodies of arguments come in frames before the call, whole or in pieces", async () => {
    const id = client.id();
    client.sendPart(id, 1, body(20_000));
    client.sendPart(id, 2, body(100), false);
    client.sendPart(id, 2, body(50));
    const batch = (n: number, count: number): object => ({ format: "pickle", count, body: { $: "frame", n } });
    const { result } = await client.request(
      "Echo.describe",
      { args: [{ $: "elements", batches: [batch(1, 7), batch(2, 8)] }] },
      id,
    );
    expect(result).toBe("pickle 7 20000,pickle 8 150");
  });

  test("frames of a notification are found by its `as`", async () => {
    const as = client.id();
    client.sendPart(as, 1, body(10));
    client.notify("Echo.describe", {
      as,
      args: [{ $: "elements", batches: [{ format: "pickle", count: 1, body: { $: "frame", n: 1 } }] }],
    });
    expect(await client.value("ping")).toEqual({});
  });

  test.each([
    [0, 0],
    [16 * 1024, 0],
    [16 * 1024 + 1, 1],
    [20 * 1024 * 1024, 1],
  ])("a result of %i bytes has %i part", async (length, parts) => {
    const id = client.id();
    const { result } = await client.request("Echo.bytes", { args: [length] }, id);
    if (parts === 0) expect(result).toEqual({ $: "bytes", base64: body(length).toString("base64") });
    else {
      expect(result).toEqual({ $: "frame", n: 1 });
      expect(client.parts.get(id)?.map((part) => part.equals(body(length)))).toEqual([true]);
    }
  });

  test("many small bodies of one result do not make a huge text", async () => {
    const id = client.id();
    const { result } = await client.request("Echo.batches", { args: [200, 10_000] }, id);
    const bodies = (result as { batches: { body: { $: string } }[] }).batches.map(({ body: { $ } }) => $);
    expect([bodies.filter((tag) => tag === "bytes").length, bodies.filter((tag) => tag === "frame").length]).toEqual([
      104, 96,
    ]);
    expect(client.parts.get(id)?.every((part) => part.equals(body(10_000)))).toBe(true);
  });

  test("a client that reads slowly gets everything whole", async () => {
    const slow = await RawClient.connect(gateway);
    slow.socket.pause();
    const ids = Array.from({ length: 6 }, () => slow.id());
    const replies = ids.map((id) => slow.request("Echo.bytes", { args: [9_000_000] }, id));
    await delay(150);
    slow.socket.resume();
    expect((await Promise.all(replies)).map(({ result }) => result)).toEqual(ids.map(() => ({ $: "frame", n: 1 })));
    expect(ids.every((id) => slow.parts.get(id)?.[0]?.equals(body(9_000_000)))).toBe(true);
    await slow.end();
  });

  test("parts out of order end the connection", async () => {
    const other = await RawClient.connect(gateway);
    other.sendPart(other.id(), 2, body(1));
    expect(await other.closed).toBe(1002);
  });
});
