/** What in the declarations cannot be described, and what to do about it. */
import { relative } from "node:path";
import type { Node } from "ts-morph";

export interface Failure {
  /** Relative to the root that the reader was given. */
  readonly file: string;
  readonly line: number;
  /** The member, such as `RDD.map`. */
  readonly member: string;
  readonly problem: string;
  readonly remedy: string;
}

/** Collects failures: the reader goes on after each, so that one run names all of them. */
export class Failures {
  readonly all: Failure[] = [];
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  add(node: Node, member: string, problem: string, remedy: string): void {
    const file = relative(this.#root, node.getSourceFile().getFilePath());
    const line = node.getStartLineNumber();
    const known = this.all.some((other) => other.file === file && other.line === line && other.problem === problem);
    if (!known) this.all.push({ file, line, member, problem, remedy });
  }
}

export const failureText = ({ file, line, member, problem, remedy }: Failure): string =>
  `${file}:${line}: ${member}: ${problem}; ${remedy}`;
