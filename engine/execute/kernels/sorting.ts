/** `sort`, and `bounds`, which cuts what is sorted into equal runs. */
import type { Kernel } from "../../plan/kernel.js";
import { Sorter } from "../memory/sorter.js";
import { functionOf } from "./functions.js";
import type { Emit, KernelPlace, RunningKernel } from "./running-kernel.js";

type KernelOf<Op extends Kernel["op"]> = Extract<Kernel, { op: Op }>;

type Order = Omit<KernelOf<"sort">, "op">;

function sorterBy({ key, ascending, limit }: Order, { memory, heldBytes }: KernelPlace): Sorter {
  const keyOf = functionOf(key, { call: "sort", key: "sortByKey" });
  const [kept, ofPairs] = [key.language !== "any", key.language === "any" && key.name === "key"];
  return new Sorter({ memory, heldBytes, ascending, keyOf, kept, ofPairs, limit: limit ?? null });
}

const gathering = (sorter: Sorter, { blame }: KernelPlace, end: () => Iterable<void>): RunningKernel => ({
  push: (element) => {
    try {
      sorter.add(element);
    } catch (thrown) {
      throw blame(thrown);
    }
  },
  end,
});

export function sort(kernel: KernelOf<"sort">, emit: Emit, place: KernelPlace): RunningKernel {
  const sorter = sorterBy(kernel, place);
  const running = gathering(sorter, place, function* () {
    for (const elements of sorter.sorted()) {
      for (let i = 0; i < elements.length; i++) emit(elements[i]);
      yield;
    }
  });
  if (kernel.key.language !== "any" || kernel.key.name !== "key") return running;
  return {
    ...running,
    pushPair: (key, value) => {
      try {
        sorter.addPair(key, value);
      } catch (thrown) {
        throw place.blame(thrown);
      }
    },
  };
}

export function bounds({ partitions }: KernelOf<"bounds">, emit: Emit, place: KernelPlace): RunningKernel {
  const sorter = sorterBy({ key: { language: "any", name: "identity" }, ascending: true }, place);
  return gathering(sorter, place, function* () {
    if (sorter.count === 0) return;
    let [passed, next] = [0, 1];
    const wanted = (): number => Math.floor((sorter.count * next) / partitions);
    for (const elements of sorter.sorted()) {
      for (; next < partitions && wanted() < passed + elements.length; next++) emit(elements[wanted() - passed]);
      passed += elements.length;
      yield;
    }
  });
}
