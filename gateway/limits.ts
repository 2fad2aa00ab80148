/** Everything the gateway limits, in one table: value, unit, why, and the error that says so. */
import type { ErrorCode } from "../engine/errors.js";

export interface Limit {
  readonly value: number;
  readonly unit: "bytes" | "calls" | "messages" | "objects" | "sessions" | "connections" | "failures" | "levels" | "ms";
  readonly reason: string;
  /** How whoever runs into it is told; null where nothing is refused. */
  readonly code: ErrorCode | null;
}

const KiB = 1024;
const MiB = 1024 * KiB;

const limit = (value: number, unit: Limit["unit"], code: ErrorCode | null, reason: string): Limit => ({
  value,
  unit,
  reason,
  code,
});

export type LimitName =
  | "messageBytes"
  | "chunkBytes"
  | "inlineBytes"
  | "inlineTotalBytes"
  | "heldFrameBytes"
  | "unsentPauseBytes"
  | "unsentBytes"
  | "keptBytes"
  | "keptMessages"
  | "callsPerBatch"
  | "openCalls"
  | "objects"
  | "published"
  | "failures"
  | "sessions"
  | "connections"
  | "depth"
  | "helloMs"
  | "leaseMs"
  | "drainMs"
  | "stopMs"
  | "keepAliveMs";

export const limitTable: Readonly<Record<LimitName, Limit>> = {
  messageBytes: limit(
    16 * MiB,
    "bytes",
    "MESSAGE_TOO_LARGE",
    "bulk travels in binary frames; a text of more is a mistake",
  ),
  chunkBytes: limit(
    8 * MiB,
    "bytes",
    "MESSAGE_TOO_LARGE",
    "a longer body would keep cancel and ping waiting behind it",
  ),
  inlineBytes: limit(16 * KiB, "bytes", null, "below this a frame of its own costs more than base64"),
  inlineTotalBytes: limit(
    1 * MiB,
    "bytes",
    null,
    "bodies of one reply beyond this sum go into frames, however small they are",
  ),
  heldFrameBytes: limit(1024 * MiB, "bytes", "LIMIT_REACHED", "frames whose call has not come yet lie in memory"),
  unsentPauseBytes: limit(8 * MiB, "bytes", null, "further frames and progress wait until a slow client has read"),
  unsentBytes: limit(
    256 * MiB,
    "bytes",
    null,
    "a client that never reads must not fill the memory: its session is ended",
  ),
  keptBytes: limit(64 * MiB, "bytes", null, "what the client has not acknowledged is kept for its next connection"),
  keptMessages: limit(100_000, "messages", null, "the same, counted; a client that acknowledges nothing is cut off"),
  callsPerBatch: limit(256, "calls", "LIMIT_REACHED", "clients flush at this many; more keep the others waiting"),
  openCalls: limit(65_536, "calls", "LIMIT_REACHED", "calls that wait for a slow one lie in memory"),
  objects: limit(1_000_000, "objects", "LIMIT_REACHED", "a client that never releases must not fill the memory"),
  published: limit(10_000, "objects", "LIMIT_REACHED", "names that nobody withdraws must not fill the memory"),
  failures: limit(100, "failures", null, "the first failures tell the cause; a loop that fails makes millions"),
  sessions: limit(256, "sessions", "LIMIT_REACHED", "each may hold a context with processes of its own"),
  connections: limit(512, "connections", null, "sockets that have not shown a token yet are dropped beyond this"),
  depth: limit(200, "levels", "MESSAGE_INVALID", "values are walked by recursion; no expression is nested deeper"),
  helloMs: limit(10_000, "ms", "DEADLINE_EXCEEDED", "a connection that never says hello holds a place of another"),
  leaseMs: limit(60_000, "ms", "SESSION_LOST", "how long a session waits for a client whose connection is gone"),
  drainMs: limit(5_000, "ms", null, "how long `close` waits for the notifications that came before it"),
  stopMs: limit(10_000, "ms", null, "how long the end of a session waits for one object to stop"),
  keepAliveMs: limit(
    30_000,
    "ms",
    null,
    "finds a peer whose machine vanished; a client that waits may stay silent as long as it likes",
  ),
};

export type Limits = { readonly [Name in LimitName]: number };

/** The values of the table, some replaced. */
export function limitValues(overrides: Partial<Limits> = {}): Limits {
  const values = Object.fromEntries(Object.entries(limitTable).map(([name, { value }]) => [name, value]));
  return { ...(values as Record<LimitName, number>), ...overrides };
}
