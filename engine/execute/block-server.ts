/**
 * Blocks from one executor to another, over a Unix socket in the executor's own directory: a request is one line with
 * the RDD and the partition; the answer is `+` and the batches as block files hold them, then the end; or `-`.
 */
import { rmSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { Batch } from "../data/batch.js";
import { batchHeader, cutBatches } from "../data/block-file.js";
import { EngineError } from "../errors.js";
import { type BlockStore, readFound } from "./block-store.js";
import type { BlockId } from "./task.js";

/** A socket that is silent for so long belongs to an executor that does not answer. */
const silenceDeadlineMs = 10_000;

export const socketPath = (directory: string): string => join(directory, "blocks.sock");

async function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  if (socket.write(bytes) || socket.destroyed) return;
  await new Promise<void>((resolve) => {
    socket.once("drain", resolve).once("close", resolve);
  });
}

async function answer(store: BlockStore, socket: Socket, line: string): Promise<void> {
  const [rdd = -1, partition = -1] = line.split(" ").map(Number);
  const found = store.find({ rdd, partition });
  await write(socket, Buffer.from(found ? "+" : "-"));
  for (const batch of found ? readFound(found) : []) {
    if (socket.destroyed) return;
    await write(socket, batchHeader(batch));
    await write(socket, batch.bytes);
  }
  socket.end();
}

/** Serves the blocks of a store to other executors. */
export function serveBlocks(store: BlockStore, directory: string): Server {
  const server = createServer((socket) => {
    let line = "";
    socket.setTimeout(silenceDeadlineMs, () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.setEncoding("latin1").on("data", (text: string) => {
      line += text;
      if (line.endsWith("\n")) answer(store, socket, line.trim()).catch(() => socket.destroy());
    });
  });
  server.on("error", () => server.close());
  rmSync(socketPath(directory), { force: true });
  server.listen(socketPath(directory));
  return server;
}

/** A block of another executor, read as it comes; null when it has none, or does not answer. */
export async function readRemoteBlock(path: string, { rdd, partition }: BlockId): Promise<AsyncIterable<Batch> | null> {
  const socket = createConnection(path);
  socket.setTimeout(silenceDeadlineMs, () => socket.destroy(new Error("no answer")));
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    socket.write(`${rdd} ${partition}\n`);
    const { value: first, done } = await chunks.next();
    if (done || first[0] !== "+".charCodeAt(0)) {
      socket.destroy();
      return null;
    }
    return cutBatches(first.subarray(1), chunks, () => lost(path));
  } catch {
    socket.destroy();
    return null;
  }
}

const lost = (path: string): EngineError =>
  new EngineError("EXECUTOR_LOST", { attempts: 1, reason: `no more of a block from ${path}` });
