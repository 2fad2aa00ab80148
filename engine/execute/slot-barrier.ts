/** How a task in a slot waits for the others of a barrier stage. */
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { MainReply, SlotReply } from "./slot-messages.js";

export class SlotBarrier {
  readonly #tell: (reply: SlotReply) => void;
  #waiting: ((messages: readonly string[]) => void) | null = null;
  /** Where messages for a thread that sleeps come. */
  readonly #port: MessagePort;

  constructor(tell: (reply: SlotReply) => void, port: MessagePort) {
    this.#tell = tell;
    this.#port = port;
  }

  /** For a worker process, whose messages go on meanwhile. */
  wait(message: string): Promise<readonly string[]> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#tell({ kind: "barrier", message, bed: null });
    });
  }

  /** For a function in this thread: the thread itself waits, since the function cannot. */
  waitHere(message: string): readonly string[] {
    const flag = new SharedArrayBuffer(4);
    this.#tell({ kind: "barrier", message, bed: { flag } });
    Atomics.wait(new Int32Array(flag), 0, 0);
    const received = receiveMessageOnPort(this.#port)?.message as readonly string[] | undefined;
    return received ?? [];
  }

  release({ messages }: Extract<MainReply, { kind: "released" }>): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.(messages);
  }
}
