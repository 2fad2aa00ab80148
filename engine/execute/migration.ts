/**
 * What an executor holds goes to others before it leaves: outputs get a second name in another executor's directory,
 * cached blocks are copied. What is not done in time is computed again by whoever needs it, as after any loss.
 */
import { linkSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { BlockRegistry } from "./block-registry.js";
import { socketPath } from "./block-server.js";
import type { ExecutorPool } from "./executor-pool.js";
import type { DecommissionSettings } from "./options.js";
import type { OutputTable } from "./stage-outputs.js";

export interface Leave {
  readonly executor: number;
  /** Executors that stay; they take turns. */
  readonly takers: readonly number[];
  readonly pool: ExecutorPool;
  readonly blocks: BlockRegistry;
  readonly outputs: OutputTable;
  /** An output is read from another executor from now on. */
  readonly moved: (stage: number, partition: number, executor: number) => void;
}

/** How long copies of blocks may take. */
const copyDeadlineMs = 60_000;

export async function migrate(leave: Leave, { rddBlocks, shuffleBlocks }: DecommissionSettings): Promise<void> {
  if (leave.takers.length === 0) return;
  if (shuffleBlocks) moveOutputs(leave);
  if (rddBlocks) await copyBlocks(leave);
}

function moveOutputs({ executor, takers, pool, outputs, moved }: Leave): void {
  for (const [index, { stage, partition, path }] of outputs.of(executor).entries()) {
    const taker = takers[index % takers.length] ?? executor;
    const target = join(pool.directory(taker), basename(dirname(path)), basename(path));
    try {
      mkdirSync(dirname(target), { recursive: true });
      linkSync(path, target);
    } catch {
      // Then it is lost with its executor.
      continue;
    }
    outputs.move(stage, partition, target, taker);
    moved(stage, partition, taker);
  }
}

async function copyBlocks({ executor, takers, pool, blocks }: Leave): Promise<void> {
  const socket = socketPath(pool.directory(executor));
  const asked = new Set<number>();
  for (const [index, { block, level }] of blocks.of(executor).entries()) {
    const others = takers.filter((taker) => !blocks.holders(block).includes(taker));
    const taker = others[index % others.length];
    if (taker === undefined) continue;
    pool.send(taker, { kind: "copyBlock", block, level, socket });
    asked.add(taker);
  }
  await Promise.all([...asked].map((taker) => pool.answered(taker, copyDeadlineMs)));
}
