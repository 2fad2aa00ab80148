/** Whether the map of a TASK frame is a task of the protocol: what comes from outside is looked at once, here. */
import type { AnyKernel, Bucketing } from "../plan/kernel.js";
import type { TaskContextValues, WorkerTask } from "./worker-frames.js";

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;
type Checks = Readonly<Record<string, Check>>;

const isMap = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
const isNumber: Check = (value) => typeof value === "number" || typeof value === "bigint";
const isBoolean: Check = (value) => typeof value === "boolean";
const isOptional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const isList = Array.isArray as Check;
const isBatch: Check = (value) => isMap(value) && isNumber(value["count"]) && value["bytes"] instanceof Uint8Array;

const namedFunctions: ReadonlySet<unknown> = new Set([
  "add",
  "min",
  "max",
  "left",
  "key",
  "value",
  "identity",
  "withNull",
  "withOne",
]);

const isFunction: Check = (value) =>
  isMap(value) &&
  (value["language"] === "any"
    ? namedFunctions.has(value["name"])
    : value["language"] === "typescript" && value["body"] instanceof Uint8Array);

const isOneOf =
  (...names: readonly string[]): Check =>
  (value) =>
    names.includes(value as string);

const samplings: Readonly<Record<string, Checks>> = {
  fraction: { fraction: isNumber },
  poisson: { fraction: isNumber },
  range: { from: isNumber, to: isNumber },
};

const isSampling: Check = (value) => isMap(value) && hasAll(value, samplings[String(value["by"])]);
const isCreator: Check = (value) => isMap(value) && (isFunction(value["fn"]) || isBatch(value["zero"]));
const isCalls: Check = (value) =>
  Array.isArray(value) && value.every((call) => hasAll(call, { fn: isFunction, args: isList }));

const byFunction: Checks = { fn: isFunction };

const kernelChecks: Readonly<Record<AnyKernel["op"], Checks>> = {
  map: byFunction,
  flatMap: byFunction,
  filter: byFunction,
  mapValues: byFunction,
  flatMapValues: byFunction,
  keyBy: byFunction,
  mapPartitions: byFunction,
  foreach: byFunction,
  foreachPartition: byFunction,
  glom: {},
  reduce: byFunction,
  fold: { fn: isFunction, zero: isBatch },
  count: {},
  take: { count: isNumber },
  takeOrdered: { count: isNumber, key: isFunction, ascending: isBoolean },
  sample: { sampling: isSampling, seed: isNumber },
  sampleByKey: { fractions: isBatch, poisson: isBoolean, seed: isNumber },
  zipIndex: { starts: isList, step: isNumber },
  reduceByKey: byFunction,
  combineByKey: { create: isCreator, merge: isFunction },
  groupByKey: {},
  sort: { key: isFunction, ascending: isBoolean, limit: isOptional(isNumber) },
  bounds: { partitions: isNumber },
  stats: {},
  histogram: { buckets: isBatch, even: isBoolean },
  extent: {},
  distinctSketch: { precision: isNumber },
  row: { names: isList },
  udf: { calls: isCalls },
  text: {},
  zip: {},
  cartesian: {},
  cogroup: {},
  join: { how: isOneOf("inner", "left", "right", "full", "semi", "anti") },
  zipPartitions: byFunction,
};

const inputsOps: ReadonlySet<unknown> = new Set(["zip", "cartesian", "cogroup", "join", "zipPartitions"]);
const pairOps: ReadonlySet<unknown> = new Set(["zip", "cartesian", "join"]);

const bucketingChecks: Readonly<Record<Bucketing["by"], Checks>> = {
  hash: { family: isOneOf("own", "portable") },
  function: byFunction,
  range: { key: isFunction, ascending: isBoolean, bounds: (value) => Array.isArray(value) && value.every(isBatch) },
  position: { group: isNumber },
  partition: {},
  single: {},
};

function hasAll(value: unknown, checks: Checks | undefined): boolean {
  if (!isMap(value) || checks === undefined) return false;
  return Object.entries(checks).every(([name, check]) => check(value[name]));
}

const noContext: TaskContextValues = {
  taskAttemptId: 0,
  stageAttempt: 0,
  cpus: 1,
  properties: {},
  barrier: false,
  addresses: [],
};

/** What may be left out. */
const defaults: Partial<WorkerTask> = {
  inputs: 1,
  bucketing: null,
  batchElements: 0,
  memoryBytes: 0,
  spillDirectory: "",
  broadcasts: [],
  context: noContext,
  searchPath: [],
  workingDirectory: "",
};

/** The task, or what is wrong with it. */
export function checkedTask(value: unknown): WorkerTask | string {
  if (!isMap(value)) return "a task that is no map";
  const task = { ...defaults, ...value } as Fields;
  const { steps, bucketing, inputs, output } = task;
  if (!Array.isArray(steps)) return "a task without steps";
  if (!isNumber(task["partition"]) || !isNumber(task["partitions"])) return "a task without its partition";
  const problem = stepsProblem(steps, Number(inputs));
  if (problem !== null) return problem;
  if (bucketing !== null && !isBucketing(bucketing)) return `the bucketing ${JSON.stringify(bucketing)}`;
  if (output !== "lines" && output !== "portable" && output !== "own") return `the output ${String(output)}`;
  return task as unknown as WorkerTask;
}

function isBucketing(value: unknown): boolean {
  if (!isMap(value) || !isNumber(value["partitions"])) return false;
  return hasAll(value, (bucketingChecks as Readonly<Record<string, Checks>>)[String(value["by"])]);
}

function stepsProblem(steps: readonly unknown[], inputs: number): string | null {
  for (const [index, step] of steps.entries()) {
    const op = isMap(step) ? step["op"] : undefined;
    if (!hasAll(step, (kernelChecks as Readonly<Record<string, Checks>>)[String(op)]))
      return `the kernel ${String(op)}`;
    if (index > 0 && inputsOps.has(op)) return `the kernel ${String(op)} that is not the first`;
  }
  const first = isMap(steps[0]) ? steps[0]["op"] : undefined;
  if (inputs > 1 && !inputsOps.has(first)) return `${inputs} inputs and no kernel for them`;
  if (pairOps.has(first) && inputs !== 2) return `the kernel ${String(first)} of ${inputs} inputs`;
  return null;
}
