import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Gateway, startGateway } from "../../gateway/index.js";
import { type Params, RawClient } from "./raw-client.js";
import { Engine, log, toy } from "./toy.js";

let gateway: Gateway;
let client: RawClient;

beforeAll(async () => {
  gateway = await startGateway({ ...toy, limits: { stopMs: 500, drainMs: 500, leaseMs: 20 } });
});
afterAll(() => gateway.close());
beforeEach(async () => {
  if (client) await client.end();
  client = await RawClient.connect(gateway);
  log.length = 0;
});

const counter = (start: number, more: object = {}): number => client.make("Counter.new", { args: [start], ...more });
const valueAt = (on: number): Promise<unknown> => client.value("Counter.value", { on });

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition() && waited < 3000; waited += 10) await delay(10);
}

describe("one round trip", () => {
  test("a chain of ten calls and its value are one frame each way", async () => {
    const framesBefore = client.framesSent;
    const receivedBefore = client.received.length;
    const ids = Array.from({ length: 10 }, () => client.id());
    const chain = ids.map((as, index) =>
      index === 0
        ? { method: "Counter.new", params: { as, args: [1] } }
        : { method: "Counter.plus", params: { as, on: ids[index - 1], args: [1] } },
    );
    const id = client.id();
    const reply = client.reply(id);
    client.send(...chain, { method: "Counter.value", id, params: { on: ids.at(-1) } });
    expect((await reply).result).toBe(10);
    expect(client.framesSent - framesBefore).toBe(1);
    expect(client.received.length - receivedBefore).toBe(1);
  });

  test("several values of one array come back in one array", async () => {
    const on = counter(5);
    const ids = [client.id(), client.id(), client.id()];
    const replies = Promise.all(ids.map((id) => client.reply(id)));
    client.send(...ids.map((id) => ({ method: "Counter.value", id, params: { on } })));
    expect((await replies).map(({ result }) => result)).toEqual([5, 5, 5]);
    expect(client.received.at(-1)).toHaveLength(3);
  });

  test("a new object that is awaited comes back as its reference; self as the object's own", async () => {
    const as = client.id();
    expect(await client.value("Counter.new", { as })).toEqual({ $: "ref", id: as });
    expect(await client.value("Counter.self", { on: as })).toEqual({ $: "ref", id: as });
  });

  test("objects inside a list get ids of the server's choice, which can be called and released", async () => {
    const on = counter(3);
    const twins = (await client.value("Counter.twins", { on })) as { id: number }[];
    expect(twins.map(({ id }) => id)).toEqual([-1, on]);
    expect(await valueAt(-1)).toBe(3);
    client.notify("release", { ids: [-1] });
    expect(await client.code("Counter.value", { on: -1 })).toBe("OBJECT_NOT_FOUND");
  });

  test("calls know the client and its line", async () => {
    expect(await client.value("Counter.where", { on: counter(0), at: ["app.py", 8] })).toBe("python app.py:8");
  });
});

describe("order", () => {
  test("effects and values of one lane see each other in order", async () => {
    const on = counter(0);
    client.notify("Counter.addLater", { on, args: [1, 30] });
    const first = valueAt(on);
    client.notify("Counter.add", { on, args: [10] });
    expect([await first, await valueAt(on)]).toEqual([1, 11]);
    expect(log).toEqual(["new 0", "add 1", "add 10"]);
  });

  test("values run side by side; another lane does not wait for a slow effect", async () => {
    const on = counter(0);
    const slow = client.request("Counter.slow", { on, args: [60] });
    const ended: string[] = [];
    void slow.then(() => ended.push("slow"));
    void valueAt(on).then(() => ended.push("value"));
    client.notify("Counter.addLater", { on, args: [1, 40], lane: 1 });
    await client.value("Counter.value", { on, lane: 2 }).then(() => ended.push("lane 2"));
    await slow;
    expect(ended).toEqual(["value", "lane 2", "slow"]);
  });

  test("a call waits for an object that another lane is still making, and only its own lane waits with it", async () => {
    const on = counter(1);
    const as = client.id();
    client.notify("Counter.plusLater", { on, as, args: [1, 50], lane: 1 });
    const ended: string[] = [];
    const waiting = client
      .value("Counter.value", { on: as, lane: 2 })
      .then((value) => ended.push(`made ${String(value)}`));
    const behind = client.value("Counter.value", { on, lane: 2 }).then(() => ended.push("behind"));
    const free = client.value("Counter.value", { on, lane: 3 }).then(() => ended.push("free"));
    await Promise.all([waiting, behind, free]);
    expect(ended).toEqual(["free", "made 2", "behind"]);
  });

  test("ping, cancel and release are answered while a lane is busy", async () => {
    const on = counter(0);
    client.notify("Counter.addLater", { on, args: [1, 2000] });
    const queued = client.id();
    const stopped = client.request("Counter.value", { on }, queued);
    expect(await client.value("ping")).toEqual({});
    client.notify("cancel", { call: queued });
    expect((await stopped).error?.data.code).toBe("JOB_CANCELLED");
  });

  test("random lanes: every lane keeps its order (seeded)", async () => {
    const seed = Date.now() % 100_000;
    console.log(`seed ${seed}`);
    let state = seed;
    const random = (below: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((state / 2 ** 31) * below);
    };
    const lanes = Array.from({ length: 8 }, (_, lane) => ({ on: counter(0, { lane }), expected: 0 }));
    const checks: Promise<void>[] = [];
    for (let step = 0; step < 400; step += 1) {
      const lane = random(lanes.length);
      const target = lanes[lane] as (typeof lanes)[number];
      if (random(3) === 0) {
        const { on, expected } = target;
        checks.push(client.value("Counter.value", { on, lane }).then((value) => expect(value).toBe(expected)));
      } else {
        target.expected += 1;
        const method = random(4) === 0 ? "Counter.addLater" : "Counter.add";
        client.notify(method, { on: target.on, args: method === "Counter.add" ? [1] : [1, random(3)], lane });
      }
    }
    await Promise.all(checks);
  });
});

describe("failures", () => {
  test("a failed object poisons what comes from it, with the first error and its line", async () => {
    const on = counter(0);
    const failed = client.make("Counter.fail", { on, args: ["mars"], at: ["app.py", 3] });
    const next = client.make("Counter.plus", { on: failed, args: [1], at: ["app.py", 4] });
    const { error } = await client.request("Counter.sum", { on, args: [[{ $: "ref", id: next }]], at: ["app.py", 5] });
    expect(error).toMatchObject({
      code: -32000,
      data: {
        code: "INVALID_MASTER",
        params: { master: "mars" },
        origin: { site: { file: "app.py", line: 3, call: "fail" } },
      },
    });
    expect(error?.message).toContain('[INVALID_MASTER] master "mars"');
    expect(await client.value("close")).toEqual({ failures: [] });
  });

  test("a mistake of ours is INTERNAL and tells no stack", async () => {
    const on = counter(0);
    const { error } = await client.request("Counter.fail", { on, as: client.id(), args: ["bare"] });
    expect(error?.data).toEqual({
      code: "INTERNAL",
      kind: "internal",
      params: { reason: "TypeError: a mistake of ours" },
      message: "TypeError: a mistake of ours",
      origin: {},
    });
  });

  test("KINDLING_DEBUG adds the stack", async () => {
    process.env["KINDLING_DEBUG"] = "1";
    try {
      const { error } = await client.request("Counter.fail", { on: counter(0), as: client.id(), args: ["bare"] });
      expect(error?.data).toHaveProperty("stack", expect.stringContaining("at Counter.fail"));
    } finally {
      delete process.env["KINDLING_DEBUG"];
    }
  });

  test("close reports what failed and was told to nobody, and closes the connection", async () => {
    const on = counter(0);
    client.notify("Counter.add", { on, args: [-1], at: ["app.py", 7] });
    const failed = client.make("Counter.fail", { on, args: ["x"], at: ["app.py", 8] });
    client.make("Counter.plus", { on: failed, args: [1], at: ["app.py", 9] });
    const { failures } = (await client.value("close")) as { failures: { at: unknown; error: { code: string } }[] };
    expect(failures.map(({ at, error }) => [at, error.code])).toEqual([
      [["app.py", 7], "INVALID_ARGUMENT"],
      [["app.py", 8], "INVALID_MASTER"],
    ]);
    expect(await client.closed).toBe(1000);
  });

  test("close lets earlier notifications end first", async () => {
    const on = counter(0);
    client.notify("Counter.addLater", { on, args: [1, 30] });
    await client.value("close");
    expect(log).toContain("add 1");
  });

  const bad: [string, string, Params, string][] = [
    ["an unknown method", "Counter.nothing", {}, "METHOD_NOT_FOUND"],
    ["a local method", "Counter.hidden", { on: 1 }, "METHOD_NOT_FOUND"],
    ["an inherited property", "Counter.toString", { on: 1 }, "METHOD_NOT_FOUND"],
    ["the constructor of Object", "Object.new", {}, "METHOD_NOT_FOUND"],
    ["__proto__", "__proto__", {}, "METHOD_NOT_FOUND"],
    ["no object", "Counter.value", {}, "MESSAGE_INVALID"],
    ["an object that does not exist", "Counter.value", { on: 999 }, "OBJECT_NOT_FOUND"],
    ["an argument that does not exist", "Echo.counter", { args: [{ $: "ref", id: 999 }] }, "OBJECT_NOT_FOUND"],
    ["a missing argument", "Counter.plus", { on: 1, as: 50 }, "INVALID_ARGUMENT"],
    ["too many arguments", "Counter.plus", { on: 1, as: 51, args: [1, 2] }, "WRONG_ARGUMENT_COUNT"],
    ["a malformed on", "Counter.value", { on: 0 }, "MESSAGE_INVALID"],
    ["a malformed as", "Counter.new", { as: 1.5 }, "MESSAGE_INVALID"],
    ["malformed args", "Counter.new", { as: 52, args: "x" as unknown as [] }, "MESSAGE_INVALID"],
    ["a malformed lane", "Counter.new", { as: 53, lane: -1 }, "MESSAGE_INVALID"],
    ["a malformed at", "Counter.new", { as: 54, at: ["app.py", -1] }, "MESSAGE_INVALID"],
    ["a malformed deadline", "Counter.new", { as: 55, deadlineMs: -1 }, "MESSAGE_INVALID"],
    ["an id that is taken", "Counter.new", { as: 1 }, "MESSAGE_INVALID"],
    ["a malformed release", "release", { ids: 7 }, "MESSAGE_INVALID"],
    ["a malformed cancel", "cancel", {}, "MESSAGE_INVALID"],
    ["a second hello", "hello", {}, "MESSAGE_INVALID"],
  ];
  test.each(bad)("%s", async (_, method, params, code) => {
    counter(0);
    expect((await client.request(method, params, 100)).error?.data.code).toBe(code);
    expect(await client.value("ping")).toEqual({});
  });

  test("an object of another class is refused by name", async () => {
    const on = client.make("Engine.new");
    const { error } = await client.request("Counter.value", { on });
    expect(error?.message).toBe("[INVALID_ARGUMENT] value: the object must be a Counter, not an Engine");
  });

  test("a call whose message is malformed poisons its object too", async () => {
    const as = client.make("Counter.new", { lane: -5 });
    expect(await client.code("Counter.value", { on: as })).toBe("MESSAGE_INVALID");
  });
});

describe("release", () => {
  test("objects are freed", async () => {
    const before = gateway.counts().objects;
    const ids = Array.from({ length: 100 }, (_, index) => counter(index));
    await client.value("ping");
    expect(gateway.counts().objects - before).toBe(100);
    client.notify("release", { ids });
    await client.value("ping");
    expect(gateway.counts().objects - before).toBe(0);
  });

  test("what an open call uses stays until it ends", async () => {
    const on = counter(1);
    const slow = client.request("Counter.slow", { on, args: [40] });
    const as = client.id();
    client.notify("Counter.plusLater", { on, as, args: [1, 20], lane: 1 });
    const dependent = client.request("Counter.value", { on: as, lane: 2 });
    client.notify("release", { ids: [on, as] });
    expect(await client.code("Counter.value", { on, lane: 3 })).toBe("OBJECT_NOT_FOUND");
    expect((await dependent).result).toBe(2);
    expect((await slow).result).toBe("done");
    const again = await client.value("Counter.sum", { on: counter(0), args: [[]] });
    expect([again, gateway.counts().objects]).toEqual([0, 1]);
  });

  test("unknown ids are ignored", async () => {
    client.notify("release", { ids: [12345] });
    expect(await client.value("ping")).toEqual({});
  });
});

describe("cancel and deadlines", () => {
  test("cancel ends the job and the call", async () => {
    const on = counter(0);
    const id = client.id();
    const reply = client.request("Counter.slow", { on, args: [5000], at: ["app.py", 2] }, id);
    client.notify("cancel", { call: id });
    const { error } = await reply;
    expect(error?.data).toMatchObject({ code: "JOB_CANCELLED", kind: "cancelled", origin: { site: { line: 2 } } });
    expect(log).toContain("aborted");
  });

  test("a call that does not listen is answered all the same", async () => {
    const on = counter(0);
    const id = client.id();
    const reply = client.request("Counter.deaf", { on, args: [300] }, id);
    client.notify("cancel", { call: id });
    expect((await reply).error?.data.code).toBe("JOB_CANCELLED");
  });

  test("a call that waits for another lane's object can be cancelled, and its lane goes on", async () => {
    const on = counter(0);
    const as = client.id();
    client.notify("Counter.plusLater", { on, as, args: [1, 500], lane: 1 });
    const id = client.id();
    const waiting = client.request("Counter.value", { on: as, lane: 2 }, id);
    const behind = client.request("Counter.value", { on, lane: 2 });
    client.notify("cancel", { call: id });
    expect((await waiting).error?.data.code).toBe("JOB_CANCELLED");
    expect((await behind).result).toBe(0);
  });

  test("a notification is cancelled by its `as`, and poisons it", async () => {
    const on = counter(0);
    const as = client.make("Counter.plusLater", { on, args: [1, 5000] });
    client.notify("cancel", { call: as });
    expect(await client.code("Counter.value", { on: as })).toBe("JOB_CANCELLED");
  });

  test("a deadline counts from arrival, while the call waits too", async () => {
    const on = counter(0);
    const running = client.request("Counter.slow", { on, args: [5000], deadlineMs: 30 });
    client.notify("Counter.addLater", { on, args: [1, 300] });
    const queued = client.request("Counter.value", { on, deadlineMs: 30 });
    const errors = (await Promise.all([running, queued])).map(({ error }) => error?.data);
    expect(errors).toMatchObject([
      { code: "DEADLINE_EXCEEDED", kind: "timeout", params: { what: "slow", limitMs: "30" } },
      { code: "DEADLINE_EXCEEDED", params: { what: "value" } },
    ]);
    expect(log).toContain("aborted");
  });

  test("cancelling what is over, or never was, does nothing", async () => {
    client.notify("cancel", { call: 4711 });
    expect(await client.value("ping")).toEqual({});
  });
});

describe("numbers of messages", () => {
  test("a message that comes twice is dropped", async () => {
    const on = counter(0);
    client.notify("Counter.add", { on, args: [1] });
    client.sent -= 1;
    client.notify("Counter.add", { on, args: [1] });
    expect(await valueAt(on)).toBe(1);
  });

  test("an array that overlaps with what came is run from where it is new", async () => {
    const on = counter(0);
    client.notify("Counter.add", { on, args: [1] });
    client.sent -= 1;
    const add = (n: number): Record<string, unknown> => ({ method: "Counter.add", params: { on, args: [n] } });
    client.send(add(1), add(10), add(100));
    expect(await valueAt(on)).toBe(111);
  });

  test("a gap ends the connection", async () => {
    client.sent += 1;
    client.notify("ping", {});
    expect(await client.closed).toBe(1002);
    expect(client.others.at(-1)?.error?.data.code).toBe("MESSAGE_INVALID");
  });

  test("an ack of what was never sent ends the connection", async () => {
    client.seen += 5;
    client.notify("ping", {});
    expect(await client.closed).toBe(1002);
  });

  test("the server numbers its messages without gaps and acknowledges ours", async () => {
    await client.value("ping");
    await client.value("Echo.bytes", { args: [100_000] });
    const last = client.received.at(-1) as { seq: number; ack: number };
    expect([last.seq, last.ack]).toEqual([3, 2]);
  });
});

test("events reach the client as notifications", async () => {
  await client.value("Counter.speak", { on: counter(0) });
  expect(client.others).toMatchObject([
    { method: "warning", params: { message: "careful" } },
    { method: "output", params: { stream: "stdout", text: "hello\n" } },
    {
      method: "progress",
      params: { stage: 1, name: "map", partitions: 4, done: 1, running: 2, failed: 0, elapsedMs: 5, ended: false },
    },
  ]);
});

describe("the end of a connection", () => {
  test("stops what the client started, cancels its calls and frees its objects", async () => {
    const engines = Array.from({ length: 3 }, () => client.make("Engine.new"));
    const on = counter(0);
    void client.request("Counter.slow", { on, args: [5000] });
    client.notify("release", { ids: engines.slice(0, 1) });
    await client.value("ping");
    expect(Engine.running).toBe(3);
    client.socket.terminate();
    await until(() => gateway.counts().sessions === 0);
    expect([Engine.running, gateway.counts()]).toEqual([0, { sessions: 0, objects: 0 }]);
    expect(log).toContain("aborted");
  });

  test("stops what becomes ready only afterwards", async () => {
    void client.request("Engine.start", { as: client.id(), args: [60] });
    await client.value("ping");
    client.socket.terminate();
    await until(() => gateway.counts().sessions === 0);
    await delay(120);
    expect(Engine.running).toBe(0);
  });

  test("what the client stopped itself is not stopped again", async () => {
    const on = client.make("Engine.new");
    await client.value("Engine.stop", { on });
    expect(await client.value("close")).toEqual({ failures: [] });
    expect(Engine.running).toBe(0);
  });
});

test("fifty clients at once each see their own objects", async () => {
  const clients = await Promise.all(Array.from({ length: 50 }, () => RawClient.connect(gateway)));
  const values = await Promise.all(
    clients.map((each, index) => {
      const on = each.make("Counter.new", { args: [index] });
      return each.value("Counter.value", { on });
    }),
  );
  expect(values).toEqual(clients.map((_, index) => index));
  await Promise.all(clients.map((each) => each.end()));
  await until(() => gateway.counts().sessions <= 1);
  expect(gateway.counts().sessions).toBe(1);
});
