/** The lineage of an RDD as text, in the form of Spark's `toDebugString`. */
import { basename } from "node:path";
import type { FunctionPlan } from "../plan/plan.js";
import { knownPartitions } from "../plan/settle.js";
import type { Session } from "../session/session.js";
import { type Ancestor, ancestorOf } from "./lineage.js";
import { levelText } from "./storage-levels.js";

const byteUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/** As Spark shows sizes: from two of a unit on in that unit. */
export function sizeText(bytes: number): string {
  let unit = 0;
  for (let limit = 2 * 1024; bytes >= limit && unit < byteUnits.length - 1; limit *= 1024) unit += 1;
  return `${(bytes / 1024 ** unit).toFixed(1)} ${byteUnits[unit]}`;
}

/** The lines of a settled plan. */
export async function debugString(session: Session, plan: FunctionPlan): Promise<string> {
  const top = ancestorOf(plan, session.host.language === "python");
  const level = plan.retention?.level.keeps ? levelText(plan.retention.level) : "";
  return (await new Lineage(session, level).first(top)).join("\n");
}

class Lineage {
  readonly #session: Session;
  /** Of the RDD that was asked; every line shows it, as in Spark. */
  readonly #level: string;

  constructor(session: Session, level: string) {
    this.#session = session;
    this.#level = level;
  }

  async first(top: Ancestor): Promise<string[]> {
    const count = await this.#count(top);
    const offset = Math.floor((count.length - 1) / 2);
    const prefix = `${" ".repeat(offset)}|${" ".repeat(count.length - offset)}`;
    const own = this.#own(top).map((line, i) => `${i === 0 ? count : prefix} ${line}`);
    return [...own, ...(await this.#parents(top, prefix))];
  }

  async #parents({ parents }: Ancestor, prefix: string): Promise<string[]> {
    const found = parents();
    const lines: string[] = [];
    for (const [i, parent] of found.entries()) {
      const isLast = i === found.length - 1;
      if (parent.isShuffled) lines.push(...(await this.#shuffled(parent, prefix, isLast)));
      else lines.push(...this.#own(parent).map((line) => prefix + line), ...(await this.#parents(parent, prefix)));
    }
    return lines;
  }

  /** A stage of its own, indented. */
  async #shuffled(top: Ancestor, outer: string, isLast: boolean): Promise<string[]> {
    const count = await this.#count(top);
    const offset = Math.floor((count.length - 1) / 2);
    const stem = outer.replace(/\|\s+$/, "");
    const prefix = `${stem}${isLast ? "  " : "| "}${" ".repeat(offset)}|${" ".repeat(count.length - offset)}`;
    const own = this.#own(top).map((line, i) => (i === 0 ? `${stem}+-${count} ${line}` : `${prefix}${line}`));
    return [...own, ...(await this.#parents(top, prefix))];
  }

  async #count({ node }: Ancestor): Promise<string> {
    return `(${knownPartitions(node) ?? (await this.#session.partitionCount(node))})`;
  }

  /** The RDD itself, and what is stored of it. */
  #own({ kind, number, retention, path, site }: Ancestor): string[] {
    const name = retention?.name ?? path;
    const place = `${site.call} at ${basename(site.file)}:${site.line}`;
    const line = `${name === null ? "" : `${name} `}${kind}${number === null ? "" : `[${number}]`} at ${place} [${this.#level}]`;
    const stored = this.#session.backend.storage().find(({ rdd }) => rdd === retention?.rdd);
    if (!stored) return [line];
    const { cachedPartitions, memoryBytes, diskBytes } = stored;
    const sizes = `MemorySize: ${sizeText(memoryBytes)}; DiskSize: ${sizeText(diskBytes)}`;
    return [line, `    CachedPartitions: ${cachedPartitions}; ${sizes}`];
  }
}
