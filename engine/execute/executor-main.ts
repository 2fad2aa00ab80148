/**
 * The executor process: task slots, and the embedded query engine. It does what the driver says and ends when the
 * driver does, however that happens.
 */
import { EngineError } from "../errors.js";
import type { FromExecutor, ToExecutor } from "./executor-protocol.js";
import { Queries } from "./queries.js";
import { SlotThread } from "./slot-thread.js";
import { removeWorkspace } from "./workspace.js";

const slots: SlotThread[] = [];
let directory: string | null = null;
const queries = new Queries(() => directory);

const send = (message: FromExecutor): void => {
  if (process.connected) process.send?.(message);
};

const newSlot = (): SlotThread =>
  new SlotThread({
    outcome: (outcome) => send({ kind: "outcome", outcome }),
    print: (stream, text) => send({ kind: "print", stream, text }),
    workerChanged: () => send({ kind: "workers", pids: slots.flatMap((slot) => slot.workerPid ?? []) }),
  });

const handlers: { readonly [K in ToExecutor["kind"]]: (message: Extract<ToExecutor, { kind: K }>) => void } = {
  configure(message) {
    directory = message.directory;
    while (slots.length < message.slots) slots.push(newSlot());
  },
  warm: ({ python }) => {
    for (const slot of slots) slot.warm(python);
  },
  run({ task }) {
    if (task.source.kind === "query") void queries.run(task).then((outcome) => send({ kind: "outcome", outcome }));
    else slots.find((slot) => slot.task === null)?.run(task);
  },
  describe({ request, paths }) {
    const reply = (answer: Extract<FromExecutor, { kind: "described" }>["answer"]): void =>
      send({ kind: "described", request, answer });
    queries.describe(paths).then(
      (schema) => reply({ schema }),
      (error: unknown) => reply({ error: EngineError.from(error).toData() }),
    );
  },
  kill({ task }) {
    queries.kill(task);
    const found = slots.find(
      ({ task: running }) =>
        running?.stage === task.stage && running.partition === task.partition && running.attempt === task.attempt,
    );
    found?.kill();
  },
  stop: () => void end(),
};

/** Nothing runs any more when this resolves, so that nobody writes a file behind the back of who removes them. */
async function end(): Promise<never> {
  await Promise.all(slots.map((slot) => slot.stop()));
  process.exit(0);
}

/** The driver is gone, and with it whoever would have removed the files. */
async function endAlone(): Promise<never> {
  await Promise.all(slots.map((slot) => slot.stop()));
  if (directory !== null) removeWorkspace(directory);
  process.exit(0);
}

process.on("message", (message: ToExecutor) => (handlers[message.kind] as (message: ToExecutor) => void)(message));
process.on("disconnect", () => void endAlone());
// A driver that ended while this process still loaded has sent its farewell to nobody.
if (!process.connected) void endAlone();
// Ctrl-C is for the program: it cancels its jobs and ends, and this process with it.
process.on("SIGINT", () => {});
// One slot is ready before it is needed.
slots.push(newSlot());
send({ kind: "ready" });
