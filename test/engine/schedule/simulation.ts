/** Plays one random history to its end: tasks end, fail, are slow; files and executors get lost; words come late or twice. */
import type { SchedulerEvent } from "../../../engine/schedule/event.js";
import { checkNothingLeft } from "./checks.js";
import { type History, type JobPlan, randomHistory } from "./history.js";
import { Random } from "./random.js";
import { failures, idOf, type Reactions, type Run, Violation, World, type WorldExecutor } from "./world.js";

const maxSteps = 6000;

interface Entry {
  readonly atMs: number;
  readonly act: () => void;
}

export interface Outcome {
  /** What was wrong; null: nothing. */
  readonly violation: string | null;
  /** How many troubles there were. */
  readonly troubles: number;
  readonly events: number;
  readonly log: () => readonly string[];
  readonly succeeded: number;
  /** Kinds of events and actions, and codes of errors. */
  readonly seen: ReadonlySet<string>;
}

export class Simulation implements Reactions {
  readonly #random: Random;
  readonly #history: History;
  readonly #world: World;
  readonly #maxTroubles: number;
  #agenda: Entry[] = [];
  #troubles = 0;
  #steps = 0;
  #nextExecutor = 0;

  constructor(seed: number, maxTroubles: number) {
    this.#random = new Random(seed);
    this.#history = randomHistory(this.#random);
    this.#world = new World(this.#history.settings);
    this.#world.reactions = this;
    this.#maxTroubles = maxTroubles;
  }

  play(): Outcome {
    let violation: string | null = null;
    try {
      this.#begin();
      while (this.#isGoing()) this.#step();
      this.#finish();
    } catch (error) {
      if (!(error instanceof Violation || error instanceof TypeError || error instanceof RangeError)) throw error;
      violation = error instanceof Violation ? error.message : (error.stack ?? error.message);
    }
    const { state, jobs, seen } = this.#world;
    const succeeded = [...jobs.values()].filter(({ end }) => end === "succeeded").length;
    return {
      violation,
      troubles: this.#troubles,
      events: state.events,
      log: () => this.#world.log(),
      succeeded,
      seen,
    };
  }

  #begin(): void {
    const { executors, jobs } = this.#history;
    for (const slots of executors) this.#world.addExecutor(this.#nextExecutor++, slots);
    for (const plan of jobs) {
      this.#at(plan.submitAtMs, () => this.#submit(plan));
      if (plan.cancelAtMs !== null)
        this.#at(plan.submitAtMs + plan.cancelAtMs, () => this.#tell({ kind: "jobCancelled", job: plan.job }));
    }
    const moments = Math.round(this.#history.trouble * 30);
    for (let index = 0; index < moments; index++) this.#at(this.#random.below(3000), () => this.#trouble());
  }

  #submit(plan: JobPlan): void {
    const { job, stages, partitions, pool } = plan;
    const isLean = this.#random.chance(0.3);
    const listed = stages.filter(({ id }) => !(isLean && this.#world.state.stages.has(id)));
    this.#world.jobs.set(job, { plan, delivered: new Map(), end: "none" });
    this.#tell({ kind: "jobSubmitted", job, stages: listed, partitions, pool });
  }

  #isGoing(): boolean {
    const { jobs, runs } = this.#world;
    const isOver = jobs.size === this.#history.jobs.length && [...jobs.values()].every(({ end }) => end !== "none");
    return !isOver || runs.size > 0 || this.#agenda.length > 0;
  }

  /** The next thing that happens, which may be that the scheduler wakes. */
  #step(): void {
    this.#steps += 1;
    if (this.#steps > maxSteps) throw new Violation(`no end after ${maxSteps} steps`);
    let next = -1;
    for (const [index, entry] of this.#agenda.entries()) {
      if (next < 0 || entry.atMs < (this.#agenda[next]?.atMs ?? 0)) next = index;
    }
    const wakeAtMs = this.#world.wakeAtMs ?? Number.POSITIVE_INFINITY;
    const entry = this.#agenda[next];
    if (!entry && wakeAtMs === Number.POSITIVE_INFINITY)
      throw new Violation("nothing runs and not all jobs have ended");
    if (entry && entry.atMs <= wakeAtMs) {
      this.#agenda.splice(next, 1);
      this.#world.nowMs = Math.max(this.#world.nowMs, entry.atMs);
      entry.act();
    } else {
      this.#world.nowMs = Math.max(this.#world.nowMs, wakeAtMs);
      this.#tell({ kind: "tick", nowMs: this.#world.nowMs });
    }
  }

  #at(delayMs: number, act: () => void): void {
    this.#agenda.push({ atMs: this.#world.nowMs + delayMs, act });
  }

  #tell(event: SchedulerEvent): void {
    this.#world.tell(event);
  }

  /** Whether something goes wrong now, of which there is a limit. */
  #goesWrong(probability: number): boolean {
    if (!this.#random.chance(probability * this.#history.trouble) || this.#troubles >= this.#maxTroubles) return false;
    this.#troubles += 1;
    return true;
  }

  // --- attempts

  started(run: Run): void {
    const isSlow = this.#random.chance(0.1);
    this.#at(this.#random.between(10, 100) * (isSlow ? this.#random.between(3, 40) : 1), () => this.#end(run));
  }

  killed(run: Run): void {
    this.#at(this.#random.below(30), () => {
      if (!run.over) this.#world.report(run, { kind: "taskKilled", task: idOf(run.launch) });
    });
  }

  #end(run: Run): void {
    if (run.over) return;
    const task = idOf(run.launch);
    const lost = run.files.find((file) => file.lost);
    if (lost && !this.#random.chance(0.3)) {
      const { stage, partition } = lost;
      this.#world.report(run, { kind: "fetchFailed", task, lost: { stage, partition }, error: failures.fetch });
    } else if (this.#goesWrong(0.25)) this.#failTask(run);
    else if (this.#goesWrong(0.03)) this.#world.report(run, { kind: "taskKilled", task });
    else if (this.#commits(run) && !run.allowed) this.#tell({ kind: "commitRequested", task });
    else this.#succeed(run);
  }

  #failTask(run: Run): void {
    const permanent = this.#random.chance(0.03);
    const error = failures[permanent ? "permanent" : "task"];
    this.#world.report(run, { kind: "taskFailed", task: idOf(run.launch), error, permanent });
  }

  #commits({ launch }: Run): boolean {
    return this.#history.jobs.some(({ commits, stages }) => commits && stages.at(-1)?.id === launch.stage);
  }

  commitAnswered(run: Run, allowed: boolean): void {
    this.#at(this.#random.between(1, this.#random.chance(0.3) ? 1000 : 10), () => {
      if (run.over) return;
      const task = idOf(run.launch);
      if (allowed && this.#goesWrong(0.2)) this.#failTask(run);
      else if (allowed) this.#succeed(run);
      else
        this.#world.report(run, {
          kind: "taskFailed",
          task,
          error: failures.denied,
          permanent: false,
          commitDenied: true,
        });
    });
  }

  #succeed(run: Run): void {
    this.#world.succeedWith(run);
    if (this.#goesWrong(0.2)) this.#late({ kind: "taskSucceeded", task: idOf(run.launch) });
  }

  /** The same word once more, or for the first time when nobody waits for it any more. */
  #late(event: SchedulerEvent): void {
    this.#at(this.#random.below(300), () => this.#tell(event));
  }

  // --- executors

  executorWanted(): void {
    this.#at(this.#random.between(5, 50), () => {
      const id = this.#nextExecutor++;
      if (this.#goesWrong(0.1)) this.#tell({ kind: "executorStartFailed", executor: id });
      else this.#world.addExecutor(id, this.#random.between(Math.max(1, this.#history.settings.cpusPerTask), 4));
    });
  }

  executorReleased(executor: WorldExecutor): void {
    this.#at(this.#random.between(1, 50), () => {
      const takers = [...this.#world.executors.values()].filter(({ alive, retired }) => alive && !retired);
      const taker = this.#random.pick(takers);
      if (executor.alive && taker && this.#random.chance(0.5)) this.#world.moveFiles(executor.id, taker.id);
      this.#lose(executor, false);
    });
  }

  #lose(executor: WorldExecutor, causedByTask: boolean): void {
    if (!executor.alive) return;
    const runs = [...executor.runs];
    for (const run of runs) {
      this.#world.end(run);
      if (this.#goesWrong(0.3)) this.#late({ kind: "taskSucceeded", task: idOf(run.launch) });
    }
    this.#world.executorLost(executor, runs, {
      outputsLost: this.#random.chance(0.4),
      reallyLost: this.#random.chance(0.3),
      causedByTask,
    });
  }

  /** Something from outside. */
  #trouble(): void {
    const executor = this.#random.pick([...this.#world.executors.values()].filter(({ alive }) => alive));
    if (!executor || !this.#goesWrong(1)) return;
    const kind = this.#random.below(10);
    if (kind < 3) this.#lose(executor, this.#random.chance(0.7));
    else if (kind < 5) this.#decommission(executor);
    else if (kind < 8) this.#loseFile();
    else if (kind < 9) this.#tell({ kind: "blocksChanged", executor: executor.id, blocks: this.#random.below(3) });
    else this.#changePreferences();
  }

  #decommission(executor: WorldExecutor): void {
    executor.retired = true;
    this.#tell({ kind: "executorDecommissioning", executor: executor.id });
    this.#at(this.#random.between(50, 2000), () => this.#lose(executor, true));
  }

  /** A file is gone, and nobody knows. */
  #loseFile(): void {
    const files = [...this.#world.outputs.values()].flatMap((byPartition) => [...byPartition.values()]);
    for (const file of this.#random.some(files, 0.3)) file.lost = true;
  }

  #changePreferences(): void {
    const stage = this.#random.pick([...this.#world.specs.values()].filter(({ preferred }) => preferred));
    if (!stage) return;
    const partition = this.#random.below(stage.partitions);
    const executors = this.#random.some([...this.#world.executors.keys()], 0.4);
    this.#tell({ kind: "preferencesChanged", stage: stage.id, preferred: [{ partition, executors }] });
  }

  // --- the end

  /** Nothing is left once every stage was forgotten. */
  #finish(): void {
    const world = this.#world;
    for (const id of world.specs.keys()) this.#tell({ kind: "stageForgotten", stage: id });
    checkNothingLeft(world);
  }
}
