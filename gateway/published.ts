/**
 * Objects under names, for clients of other sessions. They belong to the gateway, not to the session that made them:
 * what that session started keeps running while something of it is published. An entry ends when it is withdrawn, or
 * when its publisher is gone and nobody has used it for as long as its lease.
 */

import type { ApiMethod } from "../codegen/description.js";
import { EngineError } from "../engine/errors.js";

/** What those who find an object may do with it, and with whatever they reach through it. */
export type Rights = "full" | "read";

/** What came with an object that was found under a name; one for each entry. */
export interface Grant {
  readonly name: string;
  readonly rights: Rights;
  isRevoked: boolean;
}

/** What a publisher started, kept running while something of it is published. */
export interface Publisher {
  /** Stops what it started, once. */
  readonly release: () => void;
}

/** Timers of Node take no more: some 25 days. */
const longestMs = 2 ** 31 - 1;

interface Entry {
  readonly object: object;
  readonly grant: Grant;
  readonly publisher: Publisher | null;
  readonly leaseMs: number;
  users: number;
  timer: NodeJS.Timeout | null;
}

export class Published {
  private readonly entries = new Map<string, Entry>();
  /** Publishers whose session has ended. */
  private readonly orphans = new Set<Publisher>();
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  publish(name: string, object: object, options: Pick<Entry, "publisher" | "leaseMs"> & { rights: Rights }): void {
    const { publisher, leaseMs, rights } = options;
    if (this.entries.has(name)) throw new EngineError("NAME_TAKEN", { name });
    if (this.entries.size >= this.limit) {
      throw new EngineError("LIMIT_REACHED", { what: "the number of published objects", limit: this.limit });
    }
    const grant = { name, rights, isRevoked: false };
    this.entries.set(name, { object, grant, publisher, leaseMs, users: 0, timer: null });
  }

  /** The object under a name, for one more user; `release` when that one is gone. */
  find(name: string): { readonly object: object; readonly grant: Grant; readonly release: () => void } {
    const entry = this.entries.get(name);
    if (!entry) throw new EngineError("NAME_NOT_PUBLISHED", { name });
    entry.users += 1;
    if (entry.timer) clearTimeout(entry.timer);
    entry.timer = null;
    const release = (): void => {
      entry.users -= 1;
      this.expireLater(name, entry);
    };
    return { object: entry.object, grant: entry.grant, release };
  }

  /** Ends an entry: whoever found the object there can use it no more. */
  withdraw(name: string): void {
    const entry = this.entries.get(name);
    if (!entry) throw new EngineError("NAME_NOT_PUBLISHED", { name });
    this.end(name, entry);
  }

  /** The session of a publisher has ended; whether something of it goes on. */
  orphan(publisher: Publisher): boolean {
    const own = [...this.entries].filter(([, entry]) => entry.publisher === publisher);
    if (own.length === 0) return false;
    this.orphans.add(publisher);
    for (const [name, entry] of own) this.expireLater(name, entry);
    return true;
  }

  /** The gateway ends. */
  clear(): void {
    for (const [name, entry] of [...this.entries]) this.end(name, entry);
  }

  private expireLater(name: string, entry: Entry): void {
    const isKept = entry.users > 0 || entry.publisher === null || !this.orphans.has(entry.publisher);
    if (isKept || entry.grant.isRevoked || entry.timer) return;
    entry.timer = setTimeout(() => this.end(name, entry), Math.min(entry.leaseMs, longestMs)).unref();
  }

  private end(name: string, entry: Entry): void {
    if (entry.timer) clearTimeout(entry.timer);
    entry.grant.isRevoked = true;
    this.entries.delete(name);
    const { publisher } = entry;
    if (!publisher || !this.orphans.has(publisher)) return;
    if ([...this.entries.values()].some((other) => other.publisher === publisher)) return;
    this.orphans.delete(publisher);
    publisher.release();
  }
}

/** Whether a method changes something, as far as its declaration says: what only reads may be called with less. */
export function changes({ mode, returns, form, rights }: ApiMethod): boolean {
  if (rights.length > 0) return !rights.includes("read");
  return mode === "effect" || returns.kind === "void" || form === "constructor";
}

/** Fails if a grant does not allow this call. */
export function checkGrant({ name, rights, isRevoked }: Grant, method: ApiMethod, call: string): void {
  if (isRevoked) throw new EngineError("OBJECT_WITHDRAWN", { name });
  if (rights === "read" && changes(method)) throw new EngineError("RIGHT_MISSING", { name, call });
}
