/** Whose turn it is: Spark's FIFO and fair scheduling between stages, and between pools of them. */
import type { PoolSettings } from "./settings.js";
import type { Pool, SchedulerState, StageState } from "./state.js";

/** Under FIFO, the pool of every job; under FAIR, that of jobs which name none. */
export const defaultPool = "default";

export function poolOf(state: SchedulerState, wanted: string): Pool {
  const { mode, pools } = state.settings;
  const name = mode === "FIFO" ? defaultPool : wanted;
  const known = state.pools.get(name);
  if (known) return known;
  const configured = mode === "FIFO" ? undefined : pools.find((settings) => settings.name === name);
  const pool = newPool(configured ?? { name, mode: "FIFO", weight: 1, minShare: 0 });
  state.pools.set(name, pool);
  return pool;
}

const newPool = (settings: PoolSettings): Pool => ({ ...settings, running: 0, stages: 0, queue: [], cursor: 0 });

/** Moves a stage to the pool, and to the place in it, of the first job that lists it. */
export function assignPool(state: SchedulerState, stage: StageState): void {
  let priority = Number.POSITIVE_INFINITY;
  for (const job of stage.jobs) priority = Math.min(priority, job);
  if (priority === stage.priority) return;
  const isQueued = stage.queued;
  dequeue(stage);
  leavePool(state, stage);
  stage.priority = priority;
  const job = state.jobs.get(priority);
  if (job) joinPool(stage, poolOf(state, job.pool));
  if (isQueued) enqueue(stage);
}

function joinPool(stage: StageState, pool: Pool): void {
  stage.pool = pool;
  pool.stages += 1;
  pool.running += stage.live;
}

/** Pools without stages are forgotten, and made again when a job names them. */
function leavePool(state: SchedulerState, stage: StageState): void {
  const { pool } = stage;
  if (!pool) return;
  stage.pool = null;
  pool.stages -= 1;
  pool.running -= stage.live;
  if (pool.stages === 0) state.pools.delete(pool.name);
}

const isBefore = (left: StageState, right: StageState): boolean =>
  left.priority < right.priority || (left.priority === right.priority && left.spec.id < right.spec.id);

/** Where the stage is in the queue, or belongs. */
function placeIn(queue: readonly StageState[], stage: StageState): number {
  let [low, high] = [0, queue.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = queue[middle];
    if (other && isBefore(other, stage)) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function enqueue(stage: StageState): void {
  const queue = stage.pool?.queue;
  if (stage.queued || !queue) return;
  stage.queued = true;
  queue.splice(placeIn(queue, stage), 0, stage);
}

export function dequeue(stage: StageState): void {
  const queue = stage.pool?.queue;
  if (!stage.queued || !queue) return;
  stage.queued = false;
  queue.splice(placeIn(queue, stage), 1);
}

/** Puts the stage into its pool's queue when it has tasks that can start, and takes it out otherwise. */
export function refreshQueue(stage: StageState): void {
  if (stage.ready && (stage.waiting.count > 0 || stage.slow.length > 0)) enqueue(stage);
  else dequeue(stage);
}

/** Every stage may be offered slots again. */
export function startRound(state: SchedulerState): void {
  for (const pool of state.pools.values()) pool.cursor = 0;
}

/** The stage to which the next slot belongs, unless it found none in this round. */
export function nextStage(state: SchedulerState): StageState | null {
  let best: { readonly pool: Pool; readonly stage: StageState } | null = null;
  for (const pool of state.pools.values()) {
    const stage = pool.mode === "FIFO" ? (pool.queue[pool.cursor] ?? null) : fairest(pool, state.events);
    if (stage && (!best || isFairer(pool, best.pool))) best = { pool, stage };
  }
  return best?.stage ?? null;
}

/** The stage found no slot: those after it may. */
export function passOver(state: SchedulerState, stage: StageState): void {
  stage.blockedIn = state.events;
  if (stage.pool) stage.pool.cursor += 1;
}

/** Stages share a fair pool by the number of their running tasks: all have weight 1 and no share of their own. */
function fairest({ queue }: Pool, round: number): StageState | null {
  let best: StageState | null = null;
  for (const stage of queue) {
    if (stage.blockedIn !== round && (!best || stage.live < best.live)) best = stage;
  }
  return best;
}

/** The comparison of Spark's FairSchedulingAlgorithm: shares first, then weights, then names. */
function isFairer(left: Pool, right: Pool): boolean {
  const [leftNeeds, rightNeeds] = [left.running < left.minShare, right.running < right.minShare];
  if (leftNeeds !== rightNeeds) return leftNeeds;
  const ratio = leftNeeds
    ? ({ running, minShare }: Pool): number => running / Math.max(minShare, 1)
    : ({ running, weight }: Pool): number => running / weight;
  const difference = ratio(left) - ratio(right);
  return difference < 0 || (difference === 0 && left.name < right.name);
}
