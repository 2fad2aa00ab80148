/** Master URLs, parsed once on entry. */
import { availableParallelism } from "node:os";
import { EngineError } from "../errors.js";

export type Master =
  | {
      readonly kind: "local";
      readonly url: string;
      /** One process beside the program. */
      readonly executors: 1;
      /** Tasks at once in one executor. */
      readonly slots: number;
      /** Attempts a task has before its job fails; 1 (no second attempt) unless the URL says otherwise. */
      readonly maxFailures: number;
    }
  | {
      readonly kind: "localCluster";
      readonly url: string;
      readonly executors: number;
      readonly slots: number;
      /** Memory of one executor. */
      readonly memoryMiB: number;
    }
  | { readonly kind: "connect"; readonly url: string };

const localUrl = /^local(?:\[(\d+|\*)(?:\s*,\s*(\d+))?\])?$/;
const clusterUrl = /^local-cluster\[\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\]$/;

/**
 * Parses `local`, `local[N]`, `local[*]`, `local[N,maxFailures]`, `local-cluster[executors,cores,memMiB]` and
 * `sc://host:port`, as Spark reads them.
 */
export function parseMaster(url: string): Master {
  if (/^sc:\/\/[^/\s]+/.test(url)) return { kind: "connect", url };
  const master = cluster(url) ?? local(url);
  if (!master) throw new EngineError("INVALID_MASTER", { master: url });
  return master;
}

function local(url: string): Master | null {
  const found = localUrl.exec(url);
  const slots = found?.[1] === undefined ? 1 : found[1] === "*" ? availableParallelism() : Number(found[1]);
  const maxFailures = found?.[2] === undefined ? 1 : Number(found[2]);
  return found && slots >= 1 && maxFailures >= 1 ? { kind: "local", url, executors: 1, slots, maxFailures } : null;
}

function cluster(url: string): Master | null {
  const [executors = 0, slots = 0, memoryMiB = 0] = (clusterUrl.exec(url)?.slice(1) ?? []).map(Number);
  return executors >= 1 && slots >= 1 && memoryMiB >= 1
    ? { kind: "localCluster", url, executors, slots, memoryMiB }
    : null;
}
