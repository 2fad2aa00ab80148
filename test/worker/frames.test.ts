/** The frames themselves: the bytes that `docs/worker-protocol.md` shows, ENOUGH, and what is no frame of the protocol. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decode, encode } from "@msgpack/msgpack";
import { describe, expect, test } from "vitest";
import { fn, map, mapPartitions, named, upTo } from "./case.js";
import { root } from "./recorded.js";
import { decoded, portable, Running } from "./running.js";
import { kind, type OutputBatch, type WorkerProcess } from "./worker-process.js";
import { workers } from "./workers.js";

interface Example {
  readonly from: "executor" | "worker";
  readonly bytes: Buffer;
}

/** The rows of the section Examples, in order. */
function examples(): Example[] {
  const page = readFileSync(join(root, "docs/worker-protocol.md"), "utf8");
  const section = /^## Examples\n([\s\S]*?)(?=^## )/m.exec(page)?.[1] ?? "";
  return [...section.matchAll(/^\| (executor|worker) \|.*\| `([0-9a-f ]+)` \|$/gm)].map(([, from, hex = ""]) => ({
    from: from as Example["from"],
    bytes: Buffer.from(hex.replaceAll(" ", ""), "hex"),
  }));
}

describe.each(workers)("$language", (worker) => {
  const running = new Running(worker);

  test("the examples of the document", async () => {
    const process = await running.started();
    const asked = examples().filter(({ from }) => from === "executor");
    const answers = examples().filter(({ from }) => from === "worker");
    expect([asked.length, answers.length]).toEqual([3, 2]);
    process.sendRaw(Buffer.concat(asked.map(({ bytes }) => bytes)));
    for (const { bytes } of answers) {
      const answer = await process.next();
      const said = { kind: bytes.readUInt8(4), payload: bytes.subarray(5) };
      expect(bytes.readUInt32LE(0)).toBe(said.payload.length + 1);
      // The fields of a map come in any order.
      if (said.kind === kind.done) expect(decode(answer?.payload ?? [])).toEqual(decode(said.payload));
      else expect(answer).toEqual(said);
    }
  });

  test("READY says what it is", async () => {
    expect(await running.start().ready()).toEqual({
      language: worker.language,
      version: expect.stringMatching(worker.expected.version),
      protocol: 2,
      pid: expect.any(Number),
    });
  });

  describe("ENOUGH", () => {
    test.each([
      { name: "take", steps: [{ op: "take", count: 3 }], output: [0, 1, 2] },
      { name: "take of none", steps: [{ op: "take", count: 0 }], output: [] },
      { name: "steps around take", steps: [map("double"), { op: "take", count: 2 }, map("show")], output: ["0", "2"] },
      { name: "a function that stops reading", steps: [mapPartitions("firstTwo")], output: [0, 1] },
      {
        name: "a function that is run for its effects and stops reading",
        steps: [{ op: "foreachPartition", fn: fn("firstTwo") }],
        output: [],
      },
    ])("$name: says so before the input ends", async ({ steps, output }) => {
      const process = await running.started();
      process.sendTask({ steps: running.shipped(steps) });
      process.sendBatch(portable(upTo(100)));
      // No END yet: the worker must not wait for it.
      const batches: OutputBatch[] = [];
      for (;;) {
        const frame = await process.next();
        if (frame?.kind === kind.enough) break;
        expect(frame?.kind).toBe(kind.output);
        batches.push({ bucket: 0, format: 1, count: 0, bytes: frame?.payload.subarray(9) ?? Buffer.alloc(0) });
      }
      process.sendBatch(portable(upTo(100)));
      process.send(kind.end);
      expect(decoded({ batches, enough: true, done: null, error: null })).toEqual(output);
      expect((await process.outcome()).done).toMatchObject({ written: output.length });
      expect(decoded(await process.run({ steps: [] }, [portable([1])]))).toEqual([1]);
    });

    test("only the elements taken are computed", async () => {
      const process = await running.started();
      const steps = running.shipped([map("announce"), { op: "take", count: 2 }]);
      await process.run({ steps }, [portable(upTo(1000))]);
      await process.printing("saw 0\nsaw 1\n");
    });

    test("take of more than there is", async () => {
      const process = await running.started();
      const outcome = await process.run({ steps: [{ op: "take", count: 5 }] }, [portable([1])]);
      expect([decoded(outcome), outcome.enough]).toEqual([[1], false]);
    });
  });

  const taskWith = (fields: object): ((process: WorkerProcess) => void) => {
    return (process) => {
      process.sendTask({ steps: [], ...fields });
      process.sendBatch(portable([1]));
    };
  };
  const between = (send: (process: WorkerProcess) => void): ((process: WorkerProcess) => void) => {
    return (process) => {
      process.sendTask({ steps: [] });
      send(process);
    };
  };

  test.each<{ name: string; send: (process: WorkerProcess) => void }>([
    { name: "bytes that are no frame", send: (process) => process.sendRaw(Buffer.from("GET / HTTP/1.1\r\n\r\n")) },
    { name: "a frame of no length", send: (process) => process.sendRaw(Buffer.alloc(5)) },
    { name: "an unknown kind of frame", send: (process) => process.send(99) },
    { name: "a batch outside a task", send: (process) => process.sendBatch(portable([1])) },
    { name: "RELEASE outside a task", send: (process) => process.release([]) },
    { name: "RELEASE without a barrier", send: between((process) => process.release([])) },
    { name: "a task that is no map", send: (process) => process.send(kind.task, Uint8Array.of(0xc1)) },
    { name: "a task without steps", send: (process) => process.send(kind.task, encode({})) },
    { name: "a task inside a task", send: between((process) => process.sendTask({ steps: [] })) },
    { name: "a batch without header", send: between((process) => process.send(kind.batch, Uint8Array.of(0, 1))) },
    {
      name: "a batch of unknown format",
      send: between((process) => process.sendBatch({ ...portable([1]), format: 9 })),
    },
    { name: "a batch of an input that there is not", send: between((process) => process.sendBatch(portable([1], 1))) },
    {
      name: "an input after a later one",
      send: (process) => {
        process.sendTask({ inputs: 2, steps: [{ op: "zip" }] });
        process.sendBatch(portable([1], 1));
        process.sendBatch(portable([1], 0));
      },
    },
    { name: "an unknown kernel", send: taskWith({ steps: [{ op: "levitate" }] }) },
    { name: "a kernel without its function", send: taskWith({ steps: [{ op: "map" }] }) },
    { name: "an unknown named function", send: taskWith({ steps: [{ op: "map", fn: named("cube") }] }) },
    {
      name: "a function of another language",
      send: taskWith({ steps: [{ op: "map", fn: { language: "cobol", name: "f", body: new Uint8Array() } }] }),
    },
    { name: "an unknown sampling", send: taskWith({ steps: [{ op: "sample", sampling: { by: "moon" }, seed: 1 }] }) },
    { name: "an unknown join", send: taskWith({ inputs: 2, steps: [{ op: "join", how: "sideways" }] }) },
    { name: "a kernel of two inputs with one", send: taskWith({ steps: [{ op: "zip" }] }) },
    {
      name: "a kernel of two inputs that is not the first",
      send: taskWith({ inputs: 2, steps: [{ op: "count" }, { op: "zip" }] }),
    },
    { name: "two inputs without a kernel for them", send: taskWith({ inputs: 2, steps: [{ op: "count" }] }) },
    { name: "an unknown bucketing", send: taskWith({ bucketing: { by: "moon", partitions: 2 } }) },
    { name: "an unknown hash family", send: taskWith({ bucketing: { by: "hash", partitions: 2, family: "royal" } }) },
    { name: "an unknown output", send: taskWith({ output: "xml" }) },
  ])("$name: WORKER_PROTOCOL and the end", async ({ send }) => {
    const process = await running.started();
    send(process);
    expect((await process.outcome()).error).toMatchObject({
      code: "WORKER_PROTOCOL",
      params: { language: worker.language },
    });
    expect(await process.exited()).toBe(2);
  });
});
