/** The running form of each kernel. */
import type { InputsKernel, Kernel } from "../../plan/kernel.js";
import { sample, sampleByKey, take, takeOrdered } from "./choosing.js";
import { combineByKey, reduceByKey } from "./combining.js";
import * as eachElement from "./each-element.js";
import * as folding from "./folding.js";
import { cogroup, groupByKey } from "./grouping.js";
import { join } from "./joining.js";
import type { PullingKernel } from "./pulling.js";
import type { Emit, KernelPlace, RunningInputsKernel, RunningKernel } from "./running-kernel.js";
import { bounds, sort } from "./sorting.js";

/** Kernels into which elements are pushed. */
export type PushedKernel = Exclude<Kernel, PullingKernel>;
export type PushedInputsKernel = Exclude<InputsKernel, PullingKernel>;

type Start<Op extends PushedKernel["op"]> = (
  kernel: Extract<PushedKernel, { op: Op }>,
  emit: Emit,
  place: KernelPlace,
) => RunningKernel;

const { map, flatMap, filter, mapValues, flatMapValues, keyBy, foreach, zipIndex, row, udf, text } = eachElement;
const { reduce, fold, count, glom, stats, extent, histogram, distinctSketch } = folding;

const starts: { readonly [Op in PushedKernel["op"]]: Start<Op> } = {
  map,
  flatMap,
  filter,
  mapValues,
  flatMapValues,
  keyBy,
  foreach,
  zipIndex,
  row,
  udf,
  text,
  reduce,
  fold,
  count,
  glom,
  stats,
  extent,
  histogram,
  distinctSketch,
  take,
  takeOrdered,
  sample,
  sampleByKey,
  reduceByKey,
  combineByKey,
  groupByKey,
  sort,
  bounds,
};

export const startKernel = (kernel: PushedKernel, emit: Emit, place: KernelPlace): RunningKernel =>
  (starts[kernel.op] as Start<PushedKernel["op"]>)(kernel as never, emit, place);

export const startInputsKernel = (
  kernel: PushedInputsKernel,
  emit: Emit,
  place: KernelPlace,
  inputs: number,
): RunningInputsKernel => (kernel.op === "join" ? join(kernel, emit, place) : cogroup(kernel, emit, place, inputs));

const holdingOps: ReadonlySet<string> = new Set([
  "glom",
  "takeOrdered",
  "reduceByKey",
  "combineByKey",
  "groupByKey",
  "sort",
  "bounds",
  "cogroup",
  "join",
  "cartesian",
]);

/** Whether a kernel holds elements. */
export const isHolding = ({ op }: { readonly op: string }): boolean => holdingOps.has(op);
