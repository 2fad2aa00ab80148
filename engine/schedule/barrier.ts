/**
 * Where the tasks of a barrier stage wait for each other: Spark's BarrierCoordinator. Like the scheduler it is told what
 * happens and says what is to be done.
 *
 * Each call of `barrier` or `allGather` is one epoch, from 0, of one attempt of a stage. The last task to join releases
 * all of them, with the message of each. One that does not come in time, or calls something else, fails the others.
 */
import { EngineError, type ErrorData } from "../errors.js";

export type BarrierOperation = "barrier" | "allGather";

export type BarrierEvent =
  | BarrierJoin
  /** The attempt of the stage is over. */
  | { readonly kind: "ended"; readonly stage: number; readonly attempt: number }
  | { readonly kind: "tick"; readonly nowMs: number };

export interface BarrierJoin {
  readonly kind: "join";
  readonly stage: number;
  /** Of the stage. */
  readonly attempt: number;
  /** Its partition. */
  readonly task: number;
  /** How many tasks the stage has. */
  readonly tasks: number;
  readonly epoch: number;
  readonly operation: BarrierOperation;
  readonly message: string;
  readonly nowMs: number;
}

export type BarrierAction =
  /** To every task of the stage; messages in order of partitions. */
  | {
      readonly kind: "release";
      readonly stage: number;
      readonly attempt: number;
      readonly epoch: number;
      readonly messages: readonly string[];
    }
  /** To these tasks, which wait in vain. */
  | {
      readonly kind: "fail";
      readonly stage: number;
      readonly attempt: number;
      readonly tasks: readonly number[];
      readonly error: ErrorData;
    };

interface Meeting {
  readonly stage: number;
  readonly attempt: number;
  readonly tasks: number;
  epoch: number;
  operation: BarrierOperation;
  /** Messages by task. */
  readonly waiting: Map<number, string>;
  deadlineMs: number;
  /** Once it has failed, the tasks of this attempt meet no more. */
  failed: boolean;
}

export interface BarrierState {
  readonly timeoutMs: number;
  readonly meetings: Map<string, Meeting>;
}

/** `timeoutMs`: how long the first task of an epoch waits for the last. */
export const initialBarriers = (timeoutMs: number): BarrierState => ({ timeoutMs, meetings: new Map() });

/** Takes in one event; the state is changed in place. */
export function coordinate(state: BarrierState, event: BarrierEvent): readonly BarrierAction[] {
  switch (event.kind) {
    case "join":
      return join(state, event);
    case "ended":
      state.meetings.delete(keyOf(event));
      return [];
    case "tick":
      return [...state.meetings.values()].flatMap((meeting) => expire(state, meeting, event.nowMs));
  }
}

/** The moment at which to send a `tick`; null: none is needed. */
export function barrierWakeAtMs({ meetings }: BarrierState): number | null {
  const next = Math.min(...[...meetings.values()].map(({ deadlineMs }) => deadlineMs));
  return next === Number.POSITIVE_INFINITY ? null : next;
}

const keyOf = ({ stage, attempt }: { readonly stage: number; readonly attempt: number }): string =>
  `${stage}/${attempt}`;

function join(state: BarrierState, event: BarrierJoin): readonly BarrierAction[] {
  const meeting = meetingOf(state, event);
  const refusal = refusalOf(meeting, event);
  if (refusal !== null) return [failure(meeting, [event.task], refusal)];
  if (meeting.waiting.size === 0) open(state, meeting, event);
  meeting.waiting.set(event.task, event.message);
  if (meeting.operation !== event.operation) {
    return failAll(meeting, `one called ${meeting.operation}, another ${event.operation}`);
  }
  return meeting.waiting.size === meeting.tasks ? [release(meeting)] : [];
}

function meetingOf({ meetings }: BarrierState, event: BarrierJoin): Meeting {
  const known = meetings.get(keyOf(event));
  if (known) return known;
  const { stage, attempt, tasks, operation } = event;
  const meeting: Meeting = {
    stage,
    attempt,
    tasks,
    epoch: 0,
    operation,
    waiting: new Map(),
    deadlineMs: Number.POSITIVE_INFINITY,
    failed: false,
  };
  meetings.set(keyOf(event), meeting);
  return meeting;
}

function refusalOf({ failed, epoch, tasks }: Meeting, event: BarrierJoin): string | null {
  if (failed) return "an earlier call of this attempt failed";
  if (event.epoch !== epoch) return `call ${event.epoch + 1} came while call ${epoch + 1} was due`;
  if (event.tasks !== tasks) return `one counts ${tasks} tasks, another ${event.tasks}`;
  return null;
}

function open({ timeoutMs }: BarrierState, meeting: Meeting, { operation, nowMs }: BarrierJoin): void {
  meeting.operation = operation;
  meeting.deadlineMs = nowMs + timeoutMs;
}

function release(meeting: Meeting): BarrierAction {
  const { stage, attempt, epoch } = meeting;
  const messages = [...meeting.waiting].sort(([left], [right]) => left - right).map(([, message]) => message);
  close(meeting);
  meeting.epoch += 1;
  return { kind: "release", stage, attempt, epoch, messages };
}

function close(meeting: Meeting): void {
  meeting.waiting.clear();
  meeting.deadlineMs = Number.POSITIVE_INFINITY;
}

function expire({ timeoutMs }: BarrierState, meeting: Meeting, nowMs: number): readonly BarrierAction[] {
  if (nowMs < meeting.deadlineMs) return [];
  return failAll(meeting, `${meeting.waiting.size} of ${meeting.tasks} came within ${timeoutMs} ms`);
}

function failAll(meeting: Meeting, reason: string): readonly BarrierAction[] {
  const tasks = [...meeting.waiting.keys()];
  close(meeting);
  meeting.failed = true;
  return [failure(meeting, tasks, reason)];
}

const failure = ({ stage, attempt }: Meeting, tasks: readonly number[], reason: string): BarrierAction => ({
  kind: "fail",
  stage,
  attempt,
  tasks,
  error: new EngineError("BARRIER_SYNC_FAILED", { reason }).toData(),
});
