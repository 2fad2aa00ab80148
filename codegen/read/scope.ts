/** What the reader knows while it reads one declaration. */
import type { Node } from "ts-morph";
import type { ApiType } from "../description.js";
import type { Failures } from "./failures.js";

/** A declaration that a type may refer to. */
export interface Reference {
  readonly kind: "object" | "value" | "enum";
  /** The name under which the entry exports it. */
  readonly name: string;
}

export interface Scope {
  readonly failures: Failures;
  /** Codes of the error table. */
  readonly codes: ReadonlySet<string>;
  /** Exported classes, interfaces and literal unions, by declaration. */
  readonly references: ReadonlyMap<Node, Reference>;
  /** Type parameters by name: themselves, or what an alias or a base class was given for them. */
  readonly parameters: ReadonlyMap<string, ApiType>;
  /** What type parameters extend, by name, as far as they were read. */
  readonly bounds: Map<string, string>;
  /** Aliases being expanded, against endless ones. */
  readonly expanding: readonly Node[];
  /** The member for messages. */
  readonly member: string;
}
