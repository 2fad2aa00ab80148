/**
 * What `docs/worker-protocol.md` promises of a task worker, as tables of cases. Expected values: arithmetic on small
 * lists is CPython's own; those marked "PySpark" were recorded from PySpark 4.3.0 under PYTHONHASHSEED=0.
 */
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  Double,
  decodePortableExactly,
  double,
  encodePortable,
  LocalDate,
  Timestamp,
  tuple,
} from "../../engine/data/portable.js";
import { errorCases, FunctionName, fn, kernelCases, map, mapPartitions, named, upTo } from "./cases.js";
import { pythonFunctions, pythonWorker } from "./python-worker.js";
import {
  format,
  type InputBatch,
  kind,
  type Outcome,
  type TaskFields,
  uncounted,
  WorkerProcess,
} from "./worker-process.js";

const worker = pythonWorker;

let bodies: ReadonlyMap<string, Uint8Array>;

/** The same value with each function name replaced by the packed function. */
function shipped(value: unknown): unknown {
  if (value instanceof FunctionName) {
    const body = bodies.get(value.name);
    expect(body, value.name).toBeDefined();
    return { language: worker.language, name: value.name, body };
  }
  if (Array.isArray(value)) return value.map(shipped);
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shipped(field)]));
}

const portable = (elements: readonly unknown[]): InputBatch => {
  const { bytes } = encodePortable(elements);
  return { format: format.portable, count: elements.length, bytes };
};

const lines = (text: string | Uint8Array): InputBatch => ({
  format: format.lines,
  count: uncounted,
  to: uncounted,
  bytes: typeof text === "string" ? Buffer.from(text) : text,
});

const decoded = ({ batches }: Outcome): unknown[] =>
  batches.flatMap(({ bytes, count }) => decodePortableExactly({ format: "portable", count, bytes }));

/** Elements by bucket, in the order in which they came. */
function byBucket({ batches }: Outcome): Record<number, unknown[]> {
  const buckets: Record<number, unknown[]> = {};
  for (const { bucket, bytes, count } of batches) {
    const held = buckets[bucket] ?? [];
    held.push(...decodePortableExactly({ format: "portable", count, bytes }));
    buckets[bucket] = held;
  }
  return buckets;
}

const open: WorkerProcess[] = [];

async function started(): Promise<WorkerProcess> {
  const process = new WorkerProcess(worker);
  open.push(process);
  await process.ready();
  return process;
}

beforeAll(async () => {
  bodies = await worker.pack();
});

afterEach(async () => {
  for (const process of open.splice(0)) await process.end();
});

describe("kernels", () => {
  test.each(kernelCases)("$name", async ({ steps, input, output, partition = 0 }) => {
    const process = await started();
    const half = Math.ceil(input.length / 2);
    const batches = [portable(input.slice(0, half)), portable(input.slice(half))];
    const outcome = await process.run({ steps: shipped(steps) as object[], partition }, batches);
    expect(outcome.error).toBeNull();
    expect(decoded(outcome)).toEqual(output);
    expect(outcome.done).toEqual({ read: input.length, written: output.length, invalidUtf8: 0 });
  });

  test("one worker serves task after task", async () => {
    const process = await started();
    for (const { name, steps, input, output, partition = 0 } of kernelCases) {
      const outcome = await process.run({ steps: shipped(steps) as object[], partition }, [portable(input)]);
      expect(decoded(outcome), name).toEqual(output);
    }
  });
});

describe("values", () => {
  const values: readonly (readonly [unknown, string])[] = [
    [tuple(1, tuple("a")), "(1, ('a',))"],
    [2 ** 53 - 1, "9007199254740991"],
    [2 ** 53, "9007199254740992.0"],
    [-(2n ** 63n), "-9223372036854775808"],
    [2n ** 70n, "1180591620717411303424"],
    [double(3), "3.0"],
    [1.5, "1.5"],
    [-0, "-0.0"],
    [Number.NaN, "nan"],
    [Number.NEGATIVE_INFINITY, "-inf"],
    [new LocalDate(-1), "datetime.date(1969, 12, 31)"],
    [new Timestamp(1_700_000_000_123_456n), "datetime.datetime(2023, 11, 14, 22, 13, 20, 123456)"],
    [new Set([7]), "{7}"],
    [
      new Map<unknown, unknown>([
        [1, "a"],
        [tuple(1, 2), "b"],
      ]),
      "{1: 'a', (1, 2): 'b'}",
    ],
    [{ a: [null, true] }, "{'a': [None, True]}"],
    [Uint8Array.of(0, 255), "b'\\x00\\xff'"],
    ["é\u{1f600}\n", "'é\u{1f600}\\n'"],
  ];

  const inUtc = { ...worker, environment: { ...worker.environment, TZ: "UTC" } };

  test("portable elements are what CPython's repr shows, and come back as they were", async () => {
    const process = new WorkerProcess(inUtc);
    open.push(process);
    await process.ready();
    const input = [portable(values.map(([value]) => value))];
    const shown = await process.run({ steps: shipped([map("show")]) as object[] }, input);
    expect(decoded(shown)).toEqual(values.map(([, text]) => text));
    const back = decoded(await process.run({ steps: [] }, input));
    expect(back).toEqual(
      decodePortableExactly({ format: "portable", count: values.length, bytes: input[0]?.bytes ?? new Uint8Array() }),
    );
    expect(back[5]).toBeInstanceOf(Double);
  });

  test("the slice of a batch that is asked for", async () => {
    const process = await started();
    const outcome = await process.run({ steps: [] }, [{ ...portable(upTo(10)), from: 3, to: 6 }, portable([99])]);
    expect(decoded(outcome)).toEqual([3, 4, 5, 99]);
    expect(outcome.done?.read).toBe(4);
  });

  test("the language's own format, also for classes of the user's script", async () => {
    const process = await started();
    const own = await process.run({ steps: shipped([map("to_point")]) as object[], output: "own" }, [portable([1, 2])]);
    expect(own.batches.map((batch) => batch.format)).toEqual([worker.ownFormat]);
    const back = await process.run({ steps: shipped([map("point_x")]) as object[] }, own.batches);
    expect(decoded(back)).toEqual([1, 2]);
  });

  test("a value that no other language knows", async () => {
    const process = await started();
    const { error } = await process.run({ steps: shipped([map("to_point")]) as object[] }, [portable([1])]);
    expect(error).toMatchObject({ code: "VALUE_NOT_PORTABLE", params: { type: "Point" }, step: 1 });
  });
});

describe("text", () => {
  const textCases: readonly { name: string; text: string | Uint8Array; elements: unknown[]; invalid?: number }[] = [
    { name: "lines", text: "a\n\nb c\n", elements: ["a", "", "b c"] },
    { name: "a carriage return is part of the line", text: "a\r\n", elements: ["a\r"] },
    {
      name: "separators of Unicode are not line ends",
      text: "a\u2028b\u0085c\x0cd\n",
      elements: ["a\u2028b\u0085c\x0cd"],
    },
    { name: "nothing", text: "", elements: [] },
    { name: "a last line without its end", text: "a\nb", elements: ["a", "b"] },
    {
      name: "invalid UTF-8 is replaced and its lines are counted",
      text: Buffer.concat([
        Buffer.from("gut\n"),
        Uint8Array.of(0xff, 0x41, 0x0a),
        Buffer.from("\ufffd\n"),
        Uint8Array.of(0xc3, 0x0a),
      ]),
      elements: ["gut", "\ufffdA", "\ufffd", "\ufffd"],
      invalid: 2,
    },
  ];

  test.each(textCases)("$name", async ({ text, elements, invalid = 0 }) => {
    const process = await started();
    const outcome = await process.run({ steps: [] }, [lines(text)]);
    expect(decoded(outcome)).toEqual(elements);
    expect(outcome.done).toEqual({ read: elements.length, written: elements.length, invalidUtf8: invalid });
  });

  test("count needs no decoding", async () => {
    const process = await started();
    const outcome = await process.run({ steps: [{ op: "count" }] }, [
      lines("a\nb\n"),
      portable([1]),
      { ...lines("x\ny\n"), count: 2, from: 1, to: 2 },
    ]);
    expect(decoded(outcome)).toEqual([4]);
  });

  test("text writes str(x), and bytes as they are", async () => {
    const process = await started();
    const input = [portable(["é", 1, double(2), tuple(1, "a"), null, Uint8Array.of(0xff)])];
    const outcome = await process.run({ steps: [{ op: "text" }], output: "lines" }, input);
    const expected = Buffer.concat([Buffer.from("é\n1\n2.0\n(1, 'a')\nNone\n"), Uint8Array.of(0xff, 0x0a)]);
    expect(Buffer.concat(outcome.batches.map((batch) => batch.bytes))).toEqual(expected);
    expect(outcome.batches.map((batch) => batch.format)).toEqual([format.lines]);
  });
});

describe("bucketing", () => {
  test("by PySpark's portable_hash", async () => {
    const process = await started();
    // Recorded: portable_hash(key) % 4.
    const keys: readonly (readonly [unknown, number])[] = [
      [null, 0],
      [1, 1],
      [-1, 2],
      [7, 3],
      [2n ** 70n, 0],
      [1.5, 1],
      [true, 1],
      ["", 0],
      ["a", 3],
      ["kindling", 0],
      ["é", 3],
      [tuple(), 0],
      [tuple(null), 1],
      [tuple(null, 1), 1],
      [tuple("a", 1), 2],
      [tuple("a", tuple("b", null)), 1],
      [Uint8Array.of(0x78), 3],
    ];
    const input = [portable(keys.map(([key], i) => tuple(key, i)))];
    const buckets = byBucket(await process.run({ steps: [], bucketing: { by: "hash", partitions: 4 } }, input));
    const places = Object.entries(buckets).flatMap(([bucket, pairs]) =>
      (pairs as [unknown, number][]).map(([, i]) => [i, Number(bucket)] as const),
    );
    expect(new Map(places)).toEqual(new Map(keys.map(([, bucket], i) => [i, bucket])));
  });

  const bounds = [{ ...encodePortable([3, 7]), format: "portable" }];
  const range = { by: "range", partitions: 3, key: named("identity"), bounds };

  test.each([
    { name: "range", bucketing: { ...range, ascending: true }, buckets: { 0: [1, 3, 2], 1: [7, 5], 2: [9] } },
    {
      name: "range downwards",
      bucketing: { ...range, ascending: false },
      buckets: { 2: [1, 3, 2], 1: [7, 5], 0: [9] },
    },
    {
      name: "range without bounds",
      bucketing: { ...range, ascending: true, bounds: [] },
      buckets: { 0: [1, 9, 3, 7, 5, 2] },
    },
    {
      name: "range by a function",
      bucketing: { ...range, ascending: true, key: fn("negate") },
      buckets: { 0: [1, 9, 3, 7, 5, 2] },
    },
    { name: "single", bucketing: { by: "single", partitions: 1 }, buckets: { 0: [1, 9, 3, 7, 5, 2] } },
  ])("$name keeps the order within a bucket", async ({ bucketing, buckets }) => {
    const process = await started();
    const outcome = await process.run({ steps: [], bucketing: shipped(bucketing) as object }, [
      portable([1, 9, 3, 7, 5, 2]),
    ]);
    expect(byBucket(outcome)).toEqual(buckets);
  });

  test.each([2, 97])("100,000 elements over %i buckets come out complete and in order", async (partitions) => {
    const process = await started();
    const input = Array.from({ length: 10 }, (_, i) =>
      portable(upTo(10_000).map((j) => tuple(i * 10_000 + j, "value"))),
    );
    const buckets = byBucket(await process.run({ steps: [], bucketing: { by: "hash", partitions } }, input));
    for (const [bucket, pairs] of Object.entries(buckets)) {
      const keys = (pairs as [number, string][]).map(([key]) => key);
      expect(keys).toEqual(upTo(100_000).filter((key) => key % partitions === Number(bucket)));
    }
    expect(Object.keys(buckets)).toHaveLength(partitions);
  });
});

describe("size of batches", () => {
  test("many small elements: at most 10,000 in a batch, and few batches", async () => {
    const process = await started();
    const outcome = await process.run(
      { steps: [] },
      Array.from({ length: 20 }, () => portable(upTo(10_000))),
    );
    expect(Math.max(...outcome.batches.map((batch) => batch.count))).toBe(10_000);
    expect(outcome.batches.length).toBeLessThan(26);
    expect(outcome.done?.written).toBe(200_000);
  });

  test("large elements: about one MiB in a batch", async () => {
    const process = await started();
    const input = [portable(Array.from({ length: 40 }, () => 200))];
    const outcome = await process.run({ steps: shipped([map("kilobytes")]) as object[] }, input);
    expect(Math.max(...outcome.batches.map((batch) => batch.bytes.length))).toBeLessThan(1.5 * 2 ** 20);
    expect(outcome.done?.written).toBe(40);
  });

  test("a small result is one batch", async () => {
    const process = await started();
    expect((await process.run({ steps: [] }, [portable(upTo(10))])).batches).toHaveLength(1);
  });
});

describe("ENOUGH", () => {
  test.each([
    { name: "take", steps: [{ op: "take", count: 3 }], output: [0, 1, 2] },
    { name: "take of none", steps: [{ op: "take", count: 0 }], output: [] },
    { name: "steps around take", steps: [map("double"), { op: "take", count: 2 }, map("negate")], output: [0, -2] },
    { name: "a function that stops reading", steps: [mapPartitions("first_two")], output: [0, 1] },
  ])("$name: says so before the input ends", async ({ steps, output }) => {
    const process = await started();
    process.sendTask({ steps: shipped(steps) as object[] });
    process.sendBatch(portable(upTo(100)));
    // No END yet: the worker must not wait for it.
    const batches = [];
    for (;;) {
      const frame = await process.next();
      if (frame?.kind === kind.enough) break;
      expect(frame?.kind).toBe(kind.output);
      batches.push(frame);
    }
    process.sendBatch(portable(upTo(100)));
    process.send(kind.end);
    expect(
      batches.flatMap((frame) =>
        decodePortableExactly({ format: "portable", count: 0, bytes: frame?.payload.subarray(9) ?? new Uint8Array() }),
      ),
    ).toEqual(output);
    expect((await process.outcome()).done).toMatchObject({ written: output.length });
    expect(decoded(await process.run({ steps: [] }, [portable([1])]))).toEqual([1]);
  });

  test("only the elements taken are computed", async () => {
    const process = await started();
    const steps = shipped([map("announce"), { op: "take", count: 2 }]) as object[];
    await process.run({ steps }, [portable(upTo(1000))]);
    expect(process.printed).toBe("saw 0\nsaw 1\n");
  });

  test("take of more than there is", async () => {
    const process = await started();
    const outcome = await process.run({ steps: [{ op: "take", count: 5 }] }, [portable([1])]);
    expect([decoded(outcome), outcome.enough]).toEqual([[1], false]);
  });
});

describe("errors", () => {
  test.each(errorCases)("$name", async ({ steps, input, bucketing, error, functions }) => {
    const process = await started();
    const fields: TaskFields = { steps: shipped(steps) as object[], ...(bucketing && { bucketing }) };
    const outcome = await process.run(fields, [portable(input)]);
    expect(outcome.error).toMatchObject(error);
    if (functions) {
      expect(outcome.error?.frames.map((frame) => frame.function)).toEqual(functions);
      expect(new Set(outcome.error?.frames.map((frame) => frame.file))).toEqual(new Set([pythonFunctions]));
      expect(outcome.error?.frames.every((frame) => frame.line > 0 && frame.text)).toBe(true);
    }
    expect(decoded(await process.run({ steps: [] }, [portable([1])])), "the next task").toEqual([1]);
  });

  test("comes at once, and the rest of the input is skipped", async () => {
    const process = await started();
    process.sendTask({ steps: shipped([map("invert")]) as object[] });
    process.sendBatch(portable([0]));
    expect((await process.outcome()).error).toMatchObject({ code: "USER_FUNCTION_FAILED" });
    for (let i = 0; i < 50; i++) process.sendBatch(portable(upTo(10_000)));
    process.send(kind.end);
    expect(decoded(await process.run({ steps: [] }, [portable([1])]))).toEqual([1]);
  });

  test("a function that cannot be loaded names the missing module", async () => {
    const process = await started();
    // What `pickle.dumps` makes of a function `f` of a module `missing_module`: GLOBAL, STOP.
    const body = Buffer.from("cmissing_module\nf\n.");
    const steps = [{ op: "count" }, { op: "map", fn: { language: worker.language, name: "f", body } }];
    const { error } = await process.run({ steps }, [portable([1])]);
    expect(error).toMatchObject({ code: "USER_FUNCTION_FAILED", type: "ModuleNotFoundError", step: 1 });
    expect(error?.message).toContain('"missing_module"');
  });
});

describe("the process", () => {
  test("READY says what it is", async () => {
    const process = new WorkerProcess(worker);
    open.push(process);
    expect(await process.ready()).toEqual({
      language: worker.language,
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      protocol: 1,
      pid: expect.any(Number),
    });
  });

  test("ends with 0 when the input closes", async () => {
    const process = await started();
    await process.run({ steps: [] }, [portable([1])]);
    expect(await process.end()).toBe(0);
  });

  test("ends when the input closes in the middle of a task", async () => {
    const process = await started();
    process.sendTask({ steps: shipped([map("double")]) as object[] });
    process.sendBatch(portable(upTo(100)));
    expect(await process.end()).toBe(0);
  });

  test("ends when nobody reads its output", async () => {
    const process = await started();
    process.closeOutput();
    process.sendTask({ steps: [] });
    for (let i = 0; i < 50; i++) process.sendBatch(portable(upTo(10_000)));
    expect(await process.exited()).toBe(0);
  });

  test("what a task printed is there before DONE", async () => {
    const process = await started();
    await process.run({ steps: shipped([map("announce")]) as object[] }, [portable([1, 2])]);
    // One turn of the event loop: both pipes were written before DONE was.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(process.printed).toBe("saw 1\nsaw 2\n");
  });

  test("a function that ends the process ends it", async () => {
    const process = await started();
    const outcome = await process.run({ steps: shipped([map("die")]) as object[] }, [portable([1])]);
    expect([outcome.done, outcome.error, await process.exited()]).toEqual([null, null, 7]);
  });

  test("Ctrl-C is not for the worker", async () => {
    const process = await started();
    const outcome = await process.run({ steps: shipped([map("interrupt_self")]) as object[] }, [portable([1])]);
    expect(decoded(outcome)).toEqual([1]);
  });

  test("the client's modules and working directory", async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "worker-")));
    folders.push(folder);
    await writeFile(join(folder, "worker_sibling.py"), 'NAME = "sibling"\n');
    const process = await started();
    const places = { searchPath: [folder], workingDirectory: folder };
    const steps = shipped([map("sibling_name")]) as object[];
    expect((await process.run({ steps }, [portable([1])])).error).toMatchObject({ type: "ModuleNotFoundError" });
    expect(decoded(await process.run({ steps, ...places }, [portable([1])]))).toEqual(["sibling"]);
    expect(
      decoded(
        await process.run({ steps: shipped([map("working_directory")]) as object[], ...places }, [portable([1])]),
      ),
    ).toEqual([folder]);
  });

  const taskWith = (fields: object): ((process: WorkerProcess) => void) => {
    return (process) => {
      process.sendTask({ steps: [], ...fields });
      process.sendBatch(portable([1]));
    };
  };

  test.each<{ name: string; send: (process: WorkerProcess) => void }>([
    { name: "bytes that are no frame", send: (process) => process.sendRaw(Buffer.from("GET / HTTP/1.1\r\n\r\n")) },
    { name: "a frame of no length", send: (process) => process.sendRaw(Buffer.alloc(5)) },
    { name: "an unknown kind of frame", send: (process) => process.send(99) },
    { name: "a batch outside a task", send: (process) => process.sendBatch(portable([1])) },
    { name: "a task that is no map", send: (process) => process.send(kind.task, Uint8Array.of(0xc1)) },
    { name: "a task without steps", send: (process) => process.send(kind.task, Uint8Array.of(0x80)) },
    {
      name: "a task inside a task",
      send: (process) => [process.sendTask({ steps: [] }), process.sendTask({ steps: [] })],
    },
    {
      name: "a batch without header",
      send: (process) => [process.sendTask({ steps: [] }), process.send(kind.batch, Uint8Array.of(1))],
    },
    { name: "an unknown kernel", send: taskWith({ steps: [{ op: "zip" }] }) },
    { name: "a kernel without its function", send: taskWith({ steps: [{ op: "map" }] }) },
    { name: "an unknown named function", send: taskWith({ steps: [{ op: "map", fn: named("cube") }] }) },
    {
      name: "a function of another language",
      send: taskWith({ steps: [{ op: "map", fn: { language: "cobol", name: "f", body: new Uint8Array() } }] }),
    },
    { name: "an unknown bucketing", send: taskWith({ bucketing: { by: "moon", partitions: 2 } }) },
    { name: "an unknown output", send: taskWith({ output: "xml" }) },
    {
      name: "a batch of unknown format",
      send: (process) => [process.sendTask({ steps: [] }), process.sendBatch({ ...portable([1]), format: 9 })],
    },
  ])("$name: WORKER_PROTOCOL and the end", async ({ send }) => {
    const process = await started();
    send(process);
    expect((await process.outcome()).error).toMatchObject({
      code: "WORKER_PROTOCOL",
      params: { language: worker.language },
    });
    expect(await process.exited()).toBe(2);
  });

  const folders: string[] = [];
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true });
  });
});
