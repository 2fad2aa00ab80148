/** What one random history is about: settings, executors, a graph of stages and the jobs that share it. */
import { defaultSettings, type SchedulerSettings } from "../../../engine/schedule/settings.js";
import type { Determinism, StageSpec } from "../../../engine/schedule/stage.js";
import type { Random } from "./random.js";

export interface JobPlan {
  readonly job: number;
  readonly stages: readonly StageSpec[];
  readonly partitions: readonly number[];
  readonly pool: string;
  readonly submitAtMs: number;
  readonly cancelAtMs: number | null;
  /** Its tasks ask before they publish. */
  readonly commits: boolean;
}

export interface History {
  readonly settings: SchedulerSettings;
  /** Slots of the executors that are there from the start. */
  readonly executors: readonly number[];
  readonly jobs: readonly JobPlan[];
  /** How often things go wrong, from 0 to 1. */
  readonly trouble: number;
}

const count = (partitions: number): number[] => Array.from({ length: partitions }, (_, partition) => partition);

export function randomHistory(random: Random): History {
  const executors = count(random.between(1, 4)).map(() => random.between(1, 4));
  const shared = randomStages(random);
  const jobs = count(random.between(1, 4)).map((job) => randomJob(random, job, shared));
  return { settings: randomSettings(random, executors.length), executors, jobs, trouble: random.next() };
}

function randomSettings(random: Random, executors: number): SchedulerSettings {
  const { speculation, exclusion, allocation, barrier } = defaultSettings;
  const excludes = random.chance(0.25);
  return {
    ...defaultSettings,
    maxTaskFailures: random.between(1, 5),
    cpusPerTask: random.chance(0.2) ? 2 : 1,
    mode: random.chance(0.4) ? "FAIR" : "FIFO",
    localityWaitMs: random.between(50, 3000),
    pools: [
      { name: "a", mode: "FIFO", weight: 1, minShare: 2 },
      { name: "b", mode: "FAIR", weight: 2, minShare: 0 },
    ],
    speculation: { ...speculation, enabled: random.chance(0.5), quantile: 0.5, multiplier: 1.5 },
    exclusion: {
      ...exclusion,
      enabled: excludes,
      applicationEnabled: excludes && random.chance(0.5),
      timeoutMs: random.between(300, 5000),
      onFetchFailure: random.chance(0.2),
      killExcludedExecutors: random.chance(0.2),
    },
    barrier: { ...barrier, maxCheckFailures: 3 },
    allocation: {
      ...allocation,
      enabled: random.chance(0.25),
      minExecutors: random.below(2),
      maxExecutors: random.between(2, 6),
      initialExecutors: executors,
      slotsPerExecutor: 2,
      shuffleTracking: random.chance(0.5),
      idleTimeoutMs: 2000,
    },
  };
}

const kinds: readonly Determinism[] = ["determinate", "determinate", "unordered", "indeterminate"];

/** Stages whose outputs jobs share, each over some of those before it. */
function randomStages(random: Random): StageSpec[] {
  const stages: StageSpec[] = [];
  for (let id = 0; id < random.between(0, 5); id++) {
    const below = stages.map((stage) => stage.id).slice(-3);
    stages.push({
      id,
      parents: random.some(below, 0.6),
      partitions: random.between(random.chance(0.05) ? 0 : 1, 5),
      role: "outputs",
      determinism: random.pick(kinds) ?? "determinate",
      ...traits(random),
    });
  }
  return stages;
}

function traits(random: Random): Pick<StageSpec, "barrier" | "preferred"> {
  const barrier = random.chance(0.1);
  if (!random.chance(0.3)) return { barrier };
  return { barrier, preferred: count(6).map(() => random.some([0, 1, 2, 9], 0.4)) };
}

function randomJob(random: Random, job: number, shared: readonly StageSpec[]): JobPlan {
  const parents = random.some(shared, 0.5).map(({ id }) => id);
  const partitions = random.between(1, 6);
  const last: StageSpec = {
    id: 100 + job,
    parents,
    partitions,
    role: "result",
    determinism: random.pick(kinds) ?? "determinate",
    ...traits(random),
  };
  const wanted = random.chance(0.7) ? count(partitions) : random.some(count(partitions), 0.6);
  return {
    job,
    stages: [...ancestors(shared, parents), last],
    partitions: wanted,
    pool: random.pick(["a", "b", "c", "default"]) ?? "default",
    submitAtMs: random.below(600),
    cancelAtMs: random.chance(0.1) ? random.below(2000) : null,
    commits: random.chance(0.5),
  };
}

/** In order of dependency. */
function ancestors(shared: readonly StageSpec[], parents: readonly number[]): StageSpec[] {
  const needed = new Set(parents);
  for (const { id, parents: above } of [...shared].reverse())
    if (needed.has(id)) for (const one of above) needed.add(one);
  return shared.filter(({ id }) => needed.has(id));
}
