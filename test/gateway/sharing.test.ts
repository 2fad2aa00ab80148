/** Objects under names: found by other sessions, restricted, withdrawn, and kept while somebody uses them. */
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Gateway, startGateway } from "../../gateway/index.js";
import { RawClient } from "./raw-client.js";
import { Counter, Engine, toy } from "./toy.js";

let gateway: Gateway;
let publisher: RawClient;
let user: RawClient;

beforeAll(async () => {
  gateway = await startGateway({ ...toy, limits: { published: 3, leaseMs: 20 } });
});
afterAll(() => gateway.close());
beforeEach(async () => {
  publisher = await RawClient.connect(gateway);
  user = await RawClient.connect(gateway);
  return async () => {
    await Promise.all([publisher.end(), user.end()]);
    await until(() => gateway.counts().sessions === 0);
  };
});

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds() && waited < 5000; waited += 10) await delay(10);
  expect(holds()).toBe(true);
}

const publish = (on: number, name: string, rights = "full", leaseMs = 60_000): Promise<unknown> =>
  publisher.value("Shared.publish", { args: [{ $: "ref", id: on }, name, rights, leaseMs] });

/** The id under which the user has the object. */
async function find(name: string): Promise<number> {
  const as = user.id();
  expect(await user.value("Shared.find", { as, args: [name] })).toEqual({ $: "ref", id: as, class: "Counter" });
  return as;
}

test("an object of one session is found and used by another", async () => {
  const on = publisher.make("Counter.new", { args: [5] });
  await publish(on, "five");
  const found = await find("five");
  await user.value("Counter.addLater", { on: found, args: [2, 1] });
  expect(await publisher.value("Counter.value", { on })).toBe(7);
  await publisher.value("Shared.withdraw", { args: ["five"] });
});

test("what may only be read refuses what changes it, and so does what is reached through it", async () => {
  const on = publisher.make("Counter.new", { args: [5] });
  await publish(on, "read", "read");
  const found = await find("read");
  expect(await user.value("Counter.value", { on: found })).toBe(5);
  expect(await user.code("Counter.add", { on: found, args: [1] })).toBe("RIGHT_MISSING");
  const more = user.make("Counter.plus", { on: found, args: [1] });
  expect(await user.value("Counter.value", { on: more })).toBe(6);
  expect(await user.code("Counter.add", { on: more, args: [1] })).toBe("RIGHT_MISSING");
  const [twin] = (await user.value("Counter.twins", { on: found })) as { readonly id: number }[];
  expect(await user.code("Counter.add", { on: twin?.id ?? 0, args: [1] })).toBe("RIGHT_MISSING");
  expect(await publisher.value("Counter.value", { on })).toBe(5);
  await publisher.value("Shared.withdraw", { args: ["read"] });
});

test("what was withdrawn can be used no more, whoever withdrew it", async () => {
  const on = publisher.make("Counter.new", {});
  await publish(on, "gone");
  const found = await find("gone");
  await user.value("Shared.withdraw", { args: ["gone"] });
  expect(await user.code("Counter.value", { on: found })).toBe("OBJECT_WITHDRAWN");
  expect(await publisher.value("Counter.value", { on })).toBe(0);
  expect(await user.code("Shared.find", { as: user.id(), args: ["gone"] })).toBe("NAME_NOT_PUBLISHED");
});

test("names, objects and their number are checked", async () => {
  const on = publisher.make("Counter.new", {});
  for (const name of ["a", "b", "c"]) await publish(on, name);
  const code = (...args: readonly unknown[]): Promise<string | undefined> => publisher.code("Shared.publish", { args });
  expect(await code({ $: "ref", id: on }, "a", "full", 1)).toBe("NAME_TAKEN");
  expect(await code({ $: "ref", id: on }, "d", "full", 1)).toBe("LIMIT_REACHED");
  expect(await code([1], "e", "full", 1)).toBe("INVALID_ARGUMENT");
  expect(await code({ $: "ref", id: on }, "e", "write", 1)).toBe("INVALID_ARGUMENT");
  expect(await publisher.code("Shared.find", { args: ["a"] })).toBe("MESSAGE_INVALID");
  for (const name of ["a", "b", "c"]) await publisher.value("Shared.withdraw", { args: [name] });
});

test("what a publisher started stops when its last object is withdrawn, not when the publisher ends", async () => {
  const engine = publisher.make("Engine.new");
  const on = publisher.make("Counter.new", { args: [1] });
  await publish(on, "kept");
  await publisher.value("ping");
  const { running } = Engine;
  expect(running).toBeGreaterThan(0);
  expect(engine).toBeGreaterThan(0);
  await publisher.value("close");
  await publisher.closed;
  await until(() => gateway.counts().sessions === 1);
  const found = await find("kept");
  expect([Engine.running, await user.value("Counter.value", { on: found })]).toEqual([running, 1]);
  await user.value("Shared.withdraw", { args: ["kept"] });
  await until(() => Engine.running === running - 1);
});

test("it ends with its lease when its publisher is gone and nobody uses it", async () => {
  publisher.make("Engine.new");
  const on = publisher.make("Counter.new", {});
  await publish(on, "leased", "full", 50);
  const found = await find("leased");
  const { running } = Engine;
  await publisher.value("close");
  await publisher.closed;
  await delay(120);
  expect(await user.value("Counter.value", { on: found })).toBe(0);
  user.notify("release", { ids: [found] });
  await until(() => Engine.running === running - 1);
  expect(await user.code("Shared.find", { as: user.id(), args: ["leased"] })).toBe("NAME_NOT_PUBLISHED");
});

test("the gateway's own objects", async () => {
  await gateway.expose("own", new Counter(9), "read");
  const found = await find("own");
  expect(await user.value("Counter.value", { on: found })).toBe(9);
  expect(await user.code("Counter.add", { on: found, args: [1] })).toBe("RIGHT_MISSING");
  await gateway.withdraw("own");
  expect(await user.code("Counter.value", { on: found })).toBe("OBJECT_WITHDRAWN");
  await expect(gateway.expose("date", new Date())).rejects.toThrow("a class that is described");
});
