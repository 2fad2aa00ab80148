/**
 * The order of calls (contracts C.4). A lane is one thread or task of the client: its calls start in the order in which
 * they came; one that is not `concurrent` also ends before the next starts; one that waits for an object of another
 * lane holds back its own lane only. Waits always point to calls that came earlier, so that no two lanes wait for each other.
 */

export interface LaneCall {
  /** Whether the next call may start before this one ends. */
  readonly concurrent: boolean;
  /** Calls `resume` later and returns true if the call has to wait for an object. */
  waits(resume: () => void): boolean;
  /** Starts it; the promise, which never rejects, is there if it has not ended on return. */
  start(): Promise<void> | undefined;
}

export class Lanes {
  /** The waiting calls of the lanes that are held by a call; a lane with nothing to do is not in the map. */
  private readonly queues = new Map<number, LaneCall[]>();

  enter(lane: number, call: LaneCall): void {
    const queue = this.queues.get(lane);
    if (queue) {
      queue.push(call);
      return;
    }
    const fresh = [call];
    this.queues.set(lane, fresh);
    this.advance(lane, fresh);
  }

  /** Starts what may start, and forgets the lane when nothing is left. Starting one call may append others. */
  private advance(lane: number, queue: LaneCall[]): void {
    let started = 0;
    let held = false;
    while (!held && started < queue.length) {
      const call = queue[started] as LaneCall;
      if (call.waits(this.resumption(lane, queue))) {
        held = true;
        break;
      }
      started += 1;
      const ended = call.start();
      if (ended === undefined || call.concurrent) continue;
      held = true;
      void ended.then(this.resumption(lane, queue));
    }
    queue.splice(0, started);
    if (!held) this.queues.delete(lane);
  }

  /** Goes on with the lane, once: an object that is ready and a call that is stopped may both ask for it. */
  private resumption(lane: number, queue: LaneCall[]): () => void {
    let used = false;
    return () => {
      if (used) return;
      used = true;
      queueMicrotask(() => this.advance(lane, queue));
    };
  }
}
