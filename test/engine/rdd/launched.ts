/** How many jobs a call launches, and how many tasks they run. */
import type { SparkContext } from "../../../engine/index.js";
import { runAs } from "../../../engine/session/caller.js";

/** For each job its stages that ran, sources first: how many tasks of each succeeded. */
export async function launched(sc: SparkContext, call: () => Promise<unknown>): Promise<number[][]> {
  const jobs: number[] = [];
  const { host } = sc.session;
  await runAs({ host, at: null, signal: null, started: (job) => void jobs.push(job) }, call);
  const tracker = sc.statusTracker();
  return jobs.map((job) => {
    const stages = [...(tracker.getJobInfo(job)?.stageIds ?? [])].sort((left, right) => left - right);
    return stages.map((stage) => tracker.getStageInfo(stage)?.numCompletedTasks ?? 0).filter((tasks) => tasks > 0);
  });
}
