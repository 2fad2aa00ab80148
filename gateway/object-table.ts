/**
 * The objects of one session under the ids that its client chose.
 *
 * An id is `pending` from the arrival of the call that makes its object to that call's end; then `live`, or `poisoned`
 * with the first error. Calls name ids from their arrival on (`pin`), so that a release that comes later frees
 * nothing they still use.
 */
import { EngineError } from "../engine/errors.js";
import type { Grant } from "./published.js";

export interface Entry {
  readonly id: number;
  state:
    | { readonly kind: "pending" }
    | { readonly kind: "live"; readonly object: object }
    | { readonly kind: "poisoned"; readonly error: EngineError };
  /** Open calls that name it. */
  pins: number;
  released: boolean;
  /** It came under a name, or through an object that did. */
  grant: Grant | null;
  /** Called once when it is gone. */
  dropped: (() => void) | null;
  /** Called once when it is no longer pending. */
  waiting: (() => void)[];
}

export class ObjectTable {
  private readonly entries = new Map<number, Entry>();
  private readonly limit: number;
  private lastServerId = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get count(): number {
    return this.entries.size;
  }

  /** Takes an id for the result of a call that has just arrived. */
  reserve(id: number): Entry {
    if (this.entries.has(id)) throw new EngineError("MESSAGE_INVALID", { reason: `the id ${id} was used before` });
    if (this.entries.size >= this.limit) {
      throw new EngineError("LIMIT_REACHED", { what: "the number of objects of a session", limit: this.limit });
    }
    const entry: Entry = {
      id,
      state: { kind: "pending" },
      pins: 0,
      released: false,
      grant: null,
      dropped: null,
      waiting: [],
    };
    this.entries.set(id, entry);
    return entry;
  }

  /** An id of the server's own choice, for an object that the client could not name: inside a list. */
  adopt(object: object, grant: Grant | null): number {
    this.lastServerId -= 1;
    this.settle(this.reserve(this.lastServerId), object, grant);
    return this.lastServerId;
  }

  /** The entry of an id, kept until `unpin`. */
  pin(id: number): Entry {
    const entry = this.entries.get(id);
    if (!entry || entry.released) throw new EngineError("OBJECT_NOT_FOUND", { id });
    entry.pins += 1;
    return entry;
  }

  unpin(entry: Entry): void {
    entry.pins -= 1;
    this.dropUnused(entry);
  }

  /** The entry of an id whose call has not ended. */
  pending(id: number): Entry | null {
    const entry = this.entries.get(id);
    return entry?.state.kind === "pending" ? entry : null;
  }

  settle(entry: Entry, object: object, grant: Grant | null): void {
    entry.grant = grant;
    this.end(entry, { kind: "live", object });
  }

  poison(entry: Entry, error: EngineError): void {
    this.end(entry, { kind: "poisoned", error });
  }

  /** Ids that are unknown are ignored: the client may release what an ended call never made. */
  release(ids: readonly number[]): void {
    for (const id of ids) {
      const entry = this.entries.get(id);
      if (!entry) continue;
      entry.released = true;
      this.dropUnused(entry);
    }
  }

  clear(): void {
    for (const { dropped } of this.entries.values()) dropped?.();
    this.entries.clear();
  }

  private end(entry: Entry, state: Entry["state"]): void {
    if (entry.state.kind !== "pending") return;
    entry.state = state;
    for (const resume of entry.waiting.splice(0)) resume();
    this.dropUnused(entry);
  }

  private dropUnused(entry: Entry): void {
    if (entry.released && entry.pins === 0 && entry.state.kind !== "pending") {
      this.entries.delete(entry.id);
      entry.dropped?.();
    }
  }
}
