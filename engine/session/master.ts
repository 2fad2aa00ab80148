/** Master URLs, parsed once on entry. */
import { availableParallelism } from "node:os";
import { EngineError } from "../errors.js";

export type Master =
  | {
      readonly kind: "local";
      readonly url: string;
      /** Tasks at once. */
      readonly slots: number;
      /** Attempts a task has before its job fails; 1 (no second attempt) unless the URL says otherwise. */
      readonly maxFailures: number;
    }
  | { readonly kind: "connect"; readonly url: string };

const localUrl = /^local(?:\[(\d+|\*)(?:\s*,\s*(\d+))?\])?$/;

/** Parses `local`, `local[N]`, `local[*]`, `local[N,maxFailures]` and `sc://host:port`, as Spark reads them. */
export function parseMaster(url: string): Master {
  if (/^sc:\/\/[^/\s]+/.test(url)) return { kind: "connect", url };
  const found = localUrl.exec(url);
  const slots = found?.[1] === undefined ? 1 : found[1] === "*" ? availableParallelism() : Number(found[1]);
  const maxFailures = found?.[2] === undefined ? 1 : Number(found[2]);
  if (!found || slots < 1 || maxFailures < 1) throw new EngineError("INVALID_MASTER", { master: url });
  return { kind: "local", url, slots, maxFailures };
}
