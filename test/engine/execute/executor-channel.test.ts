/** The channel between driver and executor: messages in frames, however they are cut, and nothing else. */
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ExecutorChannel } from "../../../engine/execute/executor-channel.js";

let directory: string;
let made = 0;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "kindling-channel-"));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The two ends of a socket. */
async function pair(): Promise<readonly [Socket, Socket]> {
  const path = join(directory, String(made++));
  const server = createServer();
  const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  const near = connect(path);
  const far = await accepted;
  server.close();
  return [near, far];
}

/** What comes out of a channel, as it comes; ends with the word for how it ended. */
function heard(pipe: Socket): Promise<unknown[]> {
  const messages: unknown[] = [];
  return new Promise((resolve) => {
    new ExecutorChannel<unknown, never>(pipe, {
      message: (message) => void messages.push(message),
      garbage: () => resolve([...messages, "garbage"]),
      closed: () => resolve([...messages, "closed"]),
    });
  });
}

const quiet = { message: () => {}, garbage: () => {}, closed: () => {} };

test("messages of any size come in order", async () => {
  const [near, far] = await pair();
  const messages = [{ kind: "ready" }, new Uint8Array(5_000_000).fill(7), "", [1n, undefined, new Map([[1, "a"]])]];
  const sender = new ExecutorChannel<never, unknown>(near, quiet);
  const received = heard(far);
  for (const message of messages) sender.send(message);
  near.end();
  const [ready, bytes, ...others] = await received;
  expect(ready).toEqual({ kind: "ready" });
  expect(Buffer.from(bytes as Uint8Array).equals(Buffer.alloc(5_000_000, 7))).toBe(true);
  expect(others).toEqual(["", [1n, undefined, new Map([[1, "a"]])], "closed"]);
});

test("a frame byte by byte, and many in one piece", async () => {
  const [near, far] = await pair();
  const bytes = await new Promise<Buffer>((resolve) => {
    const pieces: Buffer[] = [];
    far.on("data", (piece) => pieces.push(piece)).on("end", () => resolve(Buffer.concat(pieces)));
    const sender = new ExecutorChannel<never, unknown>(near, quiet);
    for (let i = 0; i < 50; i++) sender.send({ i });
    near.end();
  });
  const expected = [...Array.from({ length: 50 }, (_, i) => ({ i })), "closed"];
  const [whole, wholeEnd] = await pair();
  whole.end(bytes);
  expect(await heard(wholeEnd)).toEqual(expected);
  const [single, singleEnd] = await pair();
  const received = heard(singleEnd);
  single.setNoDelay(true);
  for (const byte of bytes) single.write(Buffer.of(byte));
  single.end();
  expect(await received).toEqual(expected);
});

test.each([
  ["text", Buffer.from("hello, this is somebody else\n")],
  ["bits", Buffer.alloc(100, 255)],
  ["a frame of what is no value", Buffer.from("6c646e6b04000000deadbeef", "hex")],
])("garbage between messages: %s", async (_, garbage) => {
  const [near, far] = await pair();
  const sender = new ExecutorChannel<never, unknown>(near, quiet);
  const received = heard(far);
  sender.send("before");
  near.write(garbage);
  sender.send("after");
  expect(await received).toEqual(["before", "garbage"]);
  near.destroy();
});

test("who is gone hears nothing", async () => {
  const [near, far] = await pair();
  const gone = new Promise<void>((resolve) => {
    const sender = new ExecutorChannel<never, unknown>(near, {
      ...quiet,
      closed: () => {
        sender.send("unheard");
        resolve();
      },
    });
  });
  far.destroy();
  await gone;
});
