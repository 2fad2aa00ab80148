/** Damaged and senseless frames from a seed, against a gateway that another client goes on using. */
import { setTimeout as delay } from "node:timers/promises";
import { encodeFrame } from "../../gateway/frames.js";
import type { Gateway } from "../../gateway/index.js";
import { RawClient } from "./raw-client.js";

export interface FuzzOptions {
  readonly seed: number;
  /** Whether so many frames are enough. */
  readonly isOver: (frames: number) => boolean;
  /** Told after each connection. */
  readonly progress?: (frames: number, connections: number) => void;
}

const framesPerConnection = 400;

const methods = [
  "Counter.new",
  "Counter.plus",
  "Counter.value",
  "Counter.add",
  "Counter.slow",
  "Counter.twins",
  "Counter.sum",
  "Echo.unknown",
  "Echo.bytesBack",
  "Shared.publish",
  "Shared.find",
  "Shared.withdraw",
  "release",
  "cancel",
  "ping",
  "ack",
  "hello",
  "__proto__",
  "",
];

/** Numbers, choices and damage from one seed. */
class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** One in so many times. */
  in(times: number): boolean {
    return this.below(times) === 0;
  }
}

function junk(chance: Chance, depth: number): unknown {
  const scalars = [
    null,
    true,
    -1,
    0.5,
    2 ** 60,
    "",
    "x",
    "read",
    "\ud800",
    { $: "ref", id: chance.below(30) },
    { $: "unset" },
    { $: "frame", n: chance.below(3) },
    { $: "bytes", base64: "!" },
    { $: "long", value: "9".repeat(chance.below(40)) },
    { $: 7 },
  ];
  if (chance.in(500)) return nested(chance.below(1000));
  if (depth === 0 || chance.below(3) > 0) return chance.of(scalars);
  return chance.in(2)
    ? Array.from({ length: chance.below(4) }, () => junk(chance, depth - 1))
    : { [chance.of(["a", "$", "constructor", "__proto__", "args"])]: junk(chance, depth - 1) };
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

const message = (chance: Chance, seq: number): Record<string, unknown> => ({
  jsonrpc: chance.of(["2.0", "2.0", "2.0", 2]),
  seq,
  ack: 0,
  method: chance.of(methods),
  ...(chance.in(2) ? { id: chance.below(40) } : {}),
  params: chance.in(8)
    ? junk(chance, 2)
    : {
        on: chance.below(30),
        as: chance.below(30),
        args: chance.in(2) ? [chance.below(5)] : junk(chance, 4),
        lane: chance.below(3),
        deadlineMs: chance.of([undefined, 1, "x"]),
      },
});

function damaged(chance: Chance, text: string): string | Buffer {
  const bytes = Buffer.from(text);
  if (chance.in(30)) bytes[chance.below(bytes.length)] = chance.below(256);
  if (chance.in(40)) return bytes;
  return chance.in(60) ? text.slice(0, chance.below(text.length)) : bytes.toString("utf8");
}

/** A body for a call that may come, or never. */
function body(chance: Chance, seq: number): Buffer {
  const frame = encodeFrame(
    { seq, ack: 0, call: chance.below(40), part: chance.of([1, 1, 1, 2, 7]), last: chance.in(2) },
    Buffer.alloc(chance.below(200)),
  );
  return chance.in(20) ? frame.subarray(0, chance.below(frame.length)) : frame;
}

/** Sends frames until it is over; the other client is answered all the time, or this fails. */
export async function fuzz(
  gateway: Gateway,
  bystander: RawClient,
  { seed, isOver, progress }: FuzzOptions,
): Promise<{ readonly frames: number; readonly connections: number }> {
  const chance = new Chance(seed);
  let [frames, connections] = [0, 0];
  while (!isOver(frames)) {
    const client = await RawClient.connect(gateway);
    connections += 1;
    let isOpen = true;
    void client.closed.then(() => {
      isOpen = false;
    });
    for (let seq = 1, sent = 0; isOpen && sent < framesPerConnection && !isOver(frames); sent += 1, frames += 1) {
      if (chance.in(10)) {
        client.raw(body(chance, seq));
        seq += 1;
        continue;
      }
      const count = 1 + chance.below(3);
      const list = Array.from({ length: count }, (_, index) => message(chance, seq + index));
      client.raw(damaged(chance, JSON.stringify(count === 1 ? list[0] : list)));
      seq += count;
      if (frames % 25 === 0) await delay(0);
    }
    client.socket.terminate();
    await client.closed;
    if ((await bystander.value("Echo.int", { args: [connections] })) !== connections) throw new Error("another answer");
    progress?.(frames, connections);
  }
  return { frames, connections };
}

/** Waits until a gateway has no more than so many sessions. */
export async function sessionsAre(gateway: Gateway, count: number): Promise<void> {
  for (let waited = 0; gateway.counts().sessions > count && waited < 10_000; waited += 10) await delay(10);
}
