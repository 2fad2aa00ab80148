/** What must hold after every decision, and at the end, whatever happened. */
import type { World, WorldExecutor } from "./world.js";

/** Nothing is left of an indeterminate stage of which something was lost after it was complete. */
export function checkWholeReruns(world: World): void {
  for (const [id, files] of world.outputs) {
    const spec = world.specs.get(id);
    if (spec?.determinism !== "indeterminate" || files.size < spec.partitions) continue;
    const known = [...files.values()].filter((file) => file.known);
    world.expect(known.length === 0, () => `stage ${id} is held to be complete`);
  }
}

/** What the scheduler counts is what there is. */
export function checkBooks(world: World): void {
  const live = new Map<number, number>();
  for (const { launch } of world.runs.values()) live.set(launch.stage, (live.get(launch.stage) ?? 0) + 1);
  let inPools = 0;
  for (const [id, stage] of world.state.stages) {
    world.expect(stage.live === (live.get(id) ?? 0), () => `stage ${id} is held to have ${stage.live} attempts`);
    if (stage.pool) inPools += stage.live;
  }
  for (const { running } of world.state.pools.values()) inPools -= running;
  world.expect(inPools === 0, () => `pools miss ${inPools} attempts`);
}

/** A free slot and a task that could have it do not stay apart. */
export function checkIdleSlots(world: World): void {
  const { cpusPerTask, exclusion } = world.settings;
  if (exclusion.enabled || exclusion.applicationEnabled) return;
  const isFree = [...world.executors.values()].some(
    ({ alive, retired, slots, runs }) => alive && !retired && slots - runs.size * cpusPerTask >= cpusPerTask,
  );
  if (!isFree) return;
  for (const { spec, tasks, demand } of world.state.stages.values()) {
    if (demand === 0 || spec.barrier) continue;
    const isReady = spec.parents.every((id) => (world.outputs.get(id)?.size ?? 0) === world.specs.get(id)?.partitions);
    const waiting = isReady ? [...tasks.values()].filter(({ status }) => status === "waiting") : [];
    const isStuck = waiting.some(({ preferred }) => preferred.length === 0 || !mayWait(world, waiting));
    world.expect(!isStuck, () => `a task of stage ${spec.id} waits beside a free slot`);
  }
}

/** While one of them prefers an executor that is there, and not for ever. */
function mayWait(world: World, tasks: readonly { readonly preferred: readonly number[] }[]): boolean {
  const there = ({ alive, retired, slots }: WorldExecutor): boolean =>
    alive && !retired && slots >= world.settings.cpusPerTask;
  const present = [...world.executors.values()].filter(there);
  const untilMs = world.wakeAtMs ?? Number.POSITIVE_INFINITY;
  return (
    untilMs <= world.nowMs + world.settings.localityWaitMs &&
    present.some(({ id }) => tasks.some(({ preferred }) => preferred.includes(id)))
  );
}

/** Called when every job and every attempt is over, and every stage was forgotten. */
export function checkNothingLeft(world: World): void {
  const { stages, jobs, outputs, pools, unschedulable, shortOfSlots, executors, free, exclusion } = world.state;
  const sizes = { stages, jobs, outputs, pools, unschedulable, shortOfSlots };
  for (const [name, { size }] of Object.entries(sizes)) world.expect(size === 0, () => `${size} ${name} are left`);
  let left = 0;
  for (const { id, slots, attempts, ...executor } of executors.values()) {
    world.expect(attempts.size === 0 && executor.free === slots, () => `executor ${id} is held to be busy`);
    if (!world.executors.get(id)?.retired) left += slots;
  }
  world.expect(free === left, () => `${free} slots are held to be free, and are ${left}`);
  const blamed = [...exclusion.failures.keys(), ...exclusion.untilMs.keys()];
  world.expect(
    blamed.every((id) => executors.has(id)),
    () => "failures of executors are left that are gone",
  );
}
