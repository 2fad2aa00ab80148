/**
 * The executor process: task slots, blocks, and the embedded query engine. It does what the driver says and ends when
 * the driver does, however that happens.
 */
import { mkdirSync } from "node:fs";
import { Socket } from "node:net";
import { EngineError } from "../errors.js";
import { type AttemptId, attemptKey, idOf } from "../schedule/stage.js";
import { readRemoteBlock, serveBlocks } from "./block-server.js";
import { BlockStore } from "./block-store.js";
import { channelDescriptor, ExecutorChannel } from "./executor-channel.js";
import type { ExecutorConfiguration, FromExecutor, ToExecutor } from "./executor-protocol.js";
import { type ExecutorMemory, executorMemory } from "./process-memory.js";
import { Queries } from "./queries.js";
import { shared } from "./slot-blocks.js";
import type { BlockAnswer, BlockRequest } from "./slot-messages.js";
import { SlotThread } from "./slot-thread.js";
import type { Task } from "./task.js";
import { needsMemory } from "./task-memory.js";
import { removeWorkspace } from "./workspace.js";

const slots: SlotThread[] = [];
let configuration: ExecutorConfiguration | null = null;
let store: BlockStore | null = null;
const queries = new Queries(() => configuration?.directory ?? null);

const channel = new ExecutorChannel<ToExecutor, FromExecutor>(new Socket({ fd: channelDescriptor }), {
  message: (message) => (handlers[message.kind] as (message: ToExecutor) => void)(message),
  // Somebody here read from the channel: what the driver wants is not known any more.
  garbage: () => process.exit(2),
  closed: () => void endAlone(),
});
const send = (message: FromExecutor): void => channel.send(message);

const workerPids = (): number[] => slots.flatMap((slot) => slot.workerPid ?? []);
const memoryNow = (): ExecutorMemory => executorMemory(workerPids());

/** What the first tasks started has come to rest after this time without another one. */
const restMs = 200;
let rest: NodeJS.Timeout | null = null;
let hasRested = false;

/** Tells once what this process and its workers take when they have nothing to do. */
function mayRest(): void {
  if (hasRested) return;
  if (rest) clearTimeout(rest);
  rest = setTimeout(() => {
    if (hasRested || slots.some(({ task }) => task !== null)) return;
    hasRested = true;
    send({ kind: "idle", ...memoryNow() });
  }, restMs).unref();
}

/** The slot that runs an attempt. */
const slotOf = (task: AttemptId): SlotThread | undefined =>
  slots.find((slot) => slot.task !== null && attemptKey(slot.task) === attemptKey(task));

function newSlot(): SlotThread {
  /** Blocks that the running task is writing. */
  const drafts = new Set<number>();
  let granted = 0;
  const slot = new SlotThread(
    {
      outcome: (outcome) => send({ kind: "outcome", outcome }),
      print: (stream, text) => send({ kind: "print", stream, text }),
      block: (ask) => answer(ask, drafts),
      barrier: (task, message) => send({ kind: "barrier", task: idOf(task), message }),
      commit: (task) => send({ kind: "commitRequested", task: idOf(task) }),
      over: () => {
        for (const draft of drafts) store?.abandon(draft);
        drafts.clear();
        store?.release(granted);
        granted = 0;
        mayRest();
      },
    },
    configuration?.youngMiB ?? null,
  );
  grants.set(slot, (bytes) => {
    granted = bytes;
  });
  return slot;
}

/** Where a slot notes what its task was granted. */
const grants = new Map<SlotThread, (bytes: number) => void>();

function answer(ask: BlockRequest, drafts: Set<number>): BlockAnswer {
  if (store === null) return { found: null };
  switch (ask.op) {
    case "find":
      return { found: store.find(ask.block) };
    case "begin": {
      const draft = store.begin(ask.block, ask.level);
      drafts.add(draft);
      return { draft };
    }
    case "add":
      return { done: true, kept: store.add(ask.draft, ask.batch) };
    default:
      drafts.delete(ask.draft);
      store[ask.op](ask.draft);
      return { done: true };
  }
}

function configure(given: ExecutorConfiguration): void {
  configuration = given;
  const { directory, memoryBytes, storageFraction } = given;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const opened = new BlockStore({
    directory,
    memoryBytes,
    storageFraction,
    updated: (status) => send({ kind: "blockUpdated", status }),
  });
  store = opened;
  if (given.servesBlocks) serveBlocks(opened, directory).unref();
  // The one that was started ahead knows no bounds.
  if (given.youngMiB !== null) for (const slot of slots.splice(0)) void slot.stop();
  while (slots.length < given.slots) slots.push(newSlot());
  if (given.leaveSignal !== null) process.on(given.leaveSignal, () => send({ kind: "leaving" }));
  setInterval(
    () => send({ kind: "heartbeat", storageBytes: opened.usedBytes, ...memoryNow() }),
    given.heartbeatMs,
  ).unref();
}

/** What a task may hold in a slot, or have on its way. */
function memoryFor(task: Task, slot: SlotThread): number {
  if (store === null) return 0;
  if (!needsMemory(task.input)) return store.flow(slots.length);
  const granted = store.grant(slots.length);
  grants.get(slot)?.(granted);
  return granted;
}

/** Copies of blocks that are under way. */
const copies = new Set<Promise<void>>();

async function copyBlock({ block, level, socket }: Extract<ToExecutor, { kind: "copyBlock" }>): Promise<void> {
  const batches = store && (await readRemoteBlock(socket, block));
  if (!store || !batches) return;
  const draft = store.begin(block, level);
  try {
    for await (const batch of batches) store.add(draft, shared(batch));
    store.finish(draft);
  } catch {
    // The other executor is gone: there is one copy less than was asked for.
    store.abandon(draft);
  }
}

const handlers: { readonly [K in ToExecutor["kind"]]: (message: Extract<ToExecutor, { kind: K }>) => void } = {
  configure: (message) => configure(message.configuration),
  warm: ({ python }) => {
    for (const slot of slots) slot.warm(python);
  },
  run({ task }) {
    const directory = configuration?.directory ?? ".";
    if (task.input.kind === "query") {
      void queries.run(task, directory).then((outcome) => send({ kind: "outcome", outcome }));
      return;
    }
    const slot = slots.find((free) => free.task === null);
    if (!slot) return;
    slot.run(task, memoryFor(task, slot), directory);
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
    const slot = slotOf(task);
    if (!slot) return;
    void slot.kill().then(() => send({ kind: "outcome", outcome: { kind: "killed", task } }));
  },
  commit({ task, allowed }) {
    slotOf(task)?.commit(allowed);
  },
  ping: ({ request }) => void Promise.all(copies).then(() => send({ kind: "pong", request })),
  release({ task, messages }) {
    slotOf(task)?.release(messages);
  },
  copyBlock(message) {
    const copy = copyBlock(message).finally(() => copies.delete(copy));
    copies.add(copy);
  },
  removeBlocks: ({ rdd }) => store?.removeRdd(rdd),
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
  if (configuration !== null) removeWorkspace(configuration.workspace);
  process.exit(0);
}

process.stderr.on("error", () => {});
// Ctrl-C is for the program: it cancels its jobs and ends, and this process with it.
process.on("SIGINT", () => {});
// One slot is ready before it is needed.
slots.push(newSlot());
send({ kind: "ready" });
