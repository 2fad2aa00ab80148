/** How values come in and go out: portable, as text, in a worker's own format; in batches of what size. */
import { describe, expect, test } from "vitest";
import { Double, decodePortableExactly, tuple } from "../../engine/data/portable.js";
import { map, upTo } from "./case.js";
import { shownValues, textValues } from "./cases/values.js";
import { decoded, lines, portable, Running } from "./running.js";
import { format } from "./worker-process.js";
import { workers } from "./workers.js";

const texts: readonly { name: string; text: string | Uint8Array; elements: unknown[]; invalid?: number }[] = [
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

describe.each(workers)("$language", (worker) => {
  const running = new Running(worker);

  test("portable elements are what the language shows, and come back as they were", async () => {
    const process = await running.started({ TZ: "UTC" });
    const input = portable(shownValues);
    const shown = await process.run({ steps: running.shipped([map("show")]) }, [input]);
    expect(decoded(shown)).toEqual(worker.expected.shown);
    const { batches } = await process.run({ steps: [] }, [input]);
    const exact = batches.flatMap((batch) => decodePortableExactly({ ...batch, format: "portable" }));
    expect(exact).toEqual(decodePortableExactly({ ...input, format: "portable" }));
    expect(exact[5]).toBeInstanceOf(Double);
  });

  test("the slice of a batch that is asked for", async () => {
    const process = await running.kept();
    const outcome = await process.run({ steps: [] }, [{ ...portable(upTo(10)), from: 3, to: 6 }, portable([99])]);
    expect(decoded(outcome)).toEqual([3, 4, 5, 99]);
    expect(outcome.done?.read).toBe(4);
  });

  test("the language's own format, also for classes of the user's program", async () => {
    const process = await running.kept();
    const own = await process.run({ steps: running.shipped([map("toPoint")]), output: "own" }, [portable([1, 2])]);
    expect(own.batches.map((batch) => batch.format)).toEqual([worker.ownFormat]);
    const back = await process.run({ steps: running.shipped([map("pointX")]) }, own.batches);
    expect(decoded(back)).toEqual([1, 2]);
  });

  test.each([
    [2, [2, 2, 1]],
    [5, [5]],
    [100, [5]],
    [0, [5]],
  ])("batches of %i elements", async (batchElements, counts) => {
    const process = await running.kept();
    const input = [portable(upTo(3)), portable(upTo(2))];
    const { batches, done } = await process.run({ steps: [], output: "own", batchElements }, input);
    expect(batches.map(({ count }) => count)).toEqual(counts);
    expect(done).toMatchObject({ read: 5, written: 5 });
    const back = await process.run({ steps: [] }, batches);
    expect(decoded(back)).toEqual([...upTo(3), ...upTo(2)]);
  });

  test("groups in the language's own format", async () => {
    const process = await running.kept();
    const pairs = portable([tuple("a", 1), tuple("a", 2)]);
    const own = await process.run({ steps: [{ op: "groupByKey" }], output: "own" }, [pairs]);
    const back = await process.run({ steps: running.shipped([map("partsOf")]) }, own.batches);
    expect(decoded(back)).toEqual([["a", [1, 2]]]);
  });

  test.each(texts)("$name", async ({ text, elements, invalid = 0 }) => {
    const process = await running.kept();
    const outcome = await process.run({ steps: [] }, [lines(text)]);
    expect(decoded(outcome)).toEqual(elements);
    expect(outcome.done).toMatchObject({ read: elements.length, written: elements.length, invalidUtf8: invalid });
  });

  test("text of elements, each a line", async () => {
    const process = await running.kept();
    const outcome = await process.run({ steps: [{ op: "text" }], output: "lines" }, [portable(textValues)]);
    expect(Buffer.concat(outcome.batches.map((batch) => batch.bytes))).toEqual(
      Buffer.concat([...worker.expected.lines]),
    );
    expect(outcome.batches.map((batch) => batch.format)).toEqual([format.lines]);
  });

  test("many small elements: at most 10,000 in a batch, and few batches", async () => {
    const process = await running.kept();
    const input = Array.from({ length: 20 }, () => portable(upTo(10_000)));
    const outcome = await process.run({ steps: [] }, input);
    expect(Math.max(...outcome.batches.map((batch) => batch.count))).toBe(10_000);
    expect(outcome.batches.length).toBeLessThan(26);
    expect(outcome.done?.written).toBe(200_000);
  });

  test("large elements: about one MiB in a batch", async () => {
    const process = await running.kept();
    const input = [portable(Array.from({ length: 40 }, () => 200))];
    const outcome = await process.run({ steps: running.shipped([map("kilobytes")]) }, input);
    expect(Math.max(...outcome.batches.map((batch) => batch.bytes.length))).toBeLessThan(1.5 * 2 ** 20);
    expect(outcome.done?.written).toBe(40);
  });

  test("a small result is one batch", async () => {
    const process = await running.kept();
    expect((await process.run({ steps: [] }, [portable(upTo(10))])).batches).toHaveLength(1);
  });
});
