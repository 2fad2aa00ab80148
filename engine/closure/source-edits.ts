/** Rewriting of a function's source: what is replaced, what is put around it, and where each character went. */

import type { SyntaxNode } from "./syntax-node.js";

/** Names that only rewritten source uses. */
export const superclassName = "$kindling_super";
export const importName = "$kindling_import";
export const metaName = "$kindling_meta";
export const privateStaticName = (name: string): string => `$kindling_static_${name}`;

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A stretch of the expression that is copied from the source: from `source` on, `length` characters. */
export interface Stretch {
  readonly expression: number;
  readonly source: number;
  readonly length: number;
}

/** What is to change in a function's source, collected before anything is changed. */
export interface Rewriting {
  /** The source, and how many characters stood before it when it was parsed. */
  readonly text: string;
  readonly shift: number;
  readonly edits: Edit[];
  /** Nodes that the edits remove: no variable of theirs is needed. */
  readonly replaced: Set<unknown>;
  readonly privateStatics: string[];
  /** Classes: whether there is an `extends`, and the first private member of instances. */
  extends: boolean;
  privateMember: string | undefined;
}

/** Replaces a stretch of the parsed text, keeping its line breaks. */
export function edit(rewriting: Rewriting, { start, end, text }: Edit): void {
  const removed = rewriting.text.slice(start - rewriting.shift, end - rewriting.shift);
  const breaks = "\n".repeat(removed.split("\n").length - 1);
  rewriting.edits.push({ start: start - rewriting.shift, end: end - rewriting.shift, text: text + breaks });
}

/** The superclass becomes a captured variable; static fields get their present values elsewhere. */
export function rewriteClass(root: SyntaxNode, rewriting: Rewriting): void {
  const superclass = root["superClass"] as SyntaxNode | null;
  if (superclass) {
    rewriting.extends = true;
    rewriting.replaced.add(superclass);
    const body = root["body"] as SyntaxNode;
    edit(rewriting, {
      start: heritageStart(root, superclass, rewriting),
      end: body.start,
      text: ` ${superclassName} `,
    });
  }
  for (const member of (root["body"] as SyntaxNode)["body"] as SyntaxNode[]) rewriteMember(member, rewriting);
}

/** Just behind `extends`: the superclass may stand in parentheses, which are no part of its node. */
function heritageStart(root: SyntaxNode, superclass: SyntaxNode, rewriting: Rewriting): number {
  const before = rewriting.text.slice(root.start - rewriting.shift, superclass.start - rewriting.shift);
  return root.start + before.lastIndexOf("extends") + "extends".length;
}

function rewriteMember(member: SyntaxNode, rewriting: Rewriting): void {
  const key = member["key"] as SyntaxNode | undefined;
  const isPrivate = key?.type === "PrivateIdentifier";
  const isStatic = member["static"] === true || member.type === "StaticBlock";
  if (isPrivate && !isStatic) rewriting.privateMember ??= String(key["name"]);
  if (member.type === "StaticBlock") {
    rewriting.replaced.add(member);
    edit(rewriting, { start: member.start, end: member.end, text: "" });
  } else if (member.type === "PropertyDefinition" && isStatic && !isPrivate) {
    rewriting.replaced.add(member);
    edit(rewriting, { start: member.start, end: member.end, text: ";" });
  } else if (member.type === "PropertyDefinition" && isStatic && key) {
    const name = String(key["name"]);
    rewriting.privateStatics.push(name);
    rewriting.replaced.add(member["value"]);
    edit(rewriting, { start: key.end, end: member.end, text: ` = ${privateStaticName(name)};` });
  }
}

/** A key that is computed or private is replaced by its name in quotes; access is by that name. */
export function wrapMethod(
  root: SyntaxNode,
  rewriting: Rewriting,
): { readonly before: string; readonly after: string } {
  const key = root["key"] as SyntaxNode;
  let name = key.type === "Identifier" ? String(key["name"]) : String(key["value"]);
  if (root["computed"] || key.type === "PrivateIdentifier") {
    name = "member";
    rewriting.replaced.add(key);
    const { start, end } = root["computed"] ? brackets(key, rewriting) : key;
    edit(rewriting, { start, end, text: JSON.stringify(name) });
  }
  const quoted = JSON.stringify(name);
  const accessor = root["kind"] === "get" || root["kind"] === "set";
  return accessor
    ? { before: "Object.getOwnPropertyDescriptor({", after: `}, ${quoted}).${String(root["kind"])}` }
    : { before: "({", after: `})[${quoted}]` };
}

function brackets(key: SyntaxNode, rewriting: Rewriting): { readonly start: number; readonly end: number } {
  const start = rewriting.text.lastIndexOf("[", key.start - rewriting.shift) + rewriting.shift;
  return { start, end: rewriting.text.indexOf("]", key.end - rewriting.shift) + 1 + rewriting.shift };
}

export interface Assembled {
  readonly expression: string;
  readonly stretches: readonly Stretch[];
}

/** The expression, and which stretches of the source are in it. */
export function assemble(
  rewriting: Rewriting,
  { before, after }: { readonly before: string; readonly after: string },
): Assembled {
  const stretches: Stretch[] = [];
  let expression = before;
  let at = 0;
  const keep = (end: number): void => {
    stretches.push({ expression: expression.length, source: at, length: end - at });
    expression += rewriting.text.slice(at, end);
  };
  for (const { start, end, text } of rewriting.edits.toSorted((left, right) => left.start - right.start)) {
    keep(start);
    expression += text;
    at = end;
  }
  keep(rewriting.text.length);
  return { expression: `${expression}\n${after}`, stretches };
}
