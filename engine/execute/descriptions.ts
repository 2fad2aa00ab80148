/** Questions for the columns of files, which executors answer. */
import type { Schema } from "../data/data-type.js";
import { EngineError } from "../errors.js";
import type { FromExecutor } from "./executor-protocol.js";

/** Reading the schema of a file takes milliseconds; after this time its disk does not answer. */
const deadlineMs = 60_000;

interface Question {
  readonly resolve: (schema: Schema) => void;
  readonly reject: (error: EngineError) => void;
}

export class Descriptions {
  readonly #open = new Map<number, Question>();
  #next = 0;

  /** `send` asks an executor, under the number it is given. */
  async ask(send: (request: number) => void): Promise<Schema> {
    const request = this.#next++;
    let timer: NodeJS.Timeout | undefined;
    const tooSlow = new EngineError("DEADLINE_EXCEEDED", {
      what: "reading the columns of files",
      limitMs: deadlineMs,
    });
    try {
      return await new Promise<Schema>((resolve, reject) => {
        this.#open.set(request, { resolve, reject });
        timer = setTimeout(() => reject(tooSlow), deadlineMs);
        send(request);
      });
    } finally {
      clearTimeout(timer);
      this.#open.delete(request);
    }
  }

  answered({ request, answer }: Extract<FromExecutor, { kind: "described" }>): void {
    const question = this.#open.get(request);
    if ("schema" in answer) question?.resolve(answer.schema);
    else question?.reject(EngineError.fromData(answer.error));
  }

  /** Whoever was asked is gone. */
  failAll(error: EngineError): void {
    for (const { reject } of this.#open.values()) reject(error);
  }
}
