/** Members of classes and interfaces: methods, getters, constructors, and the fields of values. */
import {
  type ClassDeclaration,
  type ConstructorDeclaration,
  type GetAccessorDeclaration,
  type InterfaceDeclaration,
  type MethodDeclaration,
  Node,
  type PropertyDeclaration,
  type PropertySignature,
  SyntaxKind,
} from "ts-morph";
import type { ApiField, ApiMethod, ApiType, CallMode } from "../description.js";
import type { Scope } from "./scope.js";
import { type Callable, literalValue, type ReadSignature, readSignature } from "./signatures.js";
import { isInternal, itself, type Remarks, readRemarks } from "./tags.js";
import { readType } from "./type-nodes.js";

/** The class whose members are read; not always the one that declares them. */
export interface Owner {
  readonly name: string;
  readonly type: ApiType;
  readonly passing: "remote" | "value";
}

type Member = MethodDeclaration | GetAccessorDeclaration | PropertyDeclaration | ConstructorDeclaration;

/** Public members that this class declares itself; an override without doc comment is its base's. */
function publicMembers(node: ClassDeclaration): Member[] {
  return [...node.getConstructors(), ...node.getMembers()]
    .filter(
      (member): member is Member =>
        Node.isMethodDeclaration(member) ||
        Node.isGetAccessorDeclaration(member) ||
        Node.isPropertyDeclaration(member) ||
        Node.isConstructorDeclaration(member),
    )
    .filter((member, index, all) => all.indexOf(member) === index && isPublic(member));
}

function isPublic(member: Member): boolean {
  if (member.hasModifier(SyntaxKind.PrivateKeyword) || member.hasModifier(SyntaxKind.ProtectedKeyword)) return false;
  if (signaturesOf(member).some(isInternal)) return false;
  if (Node.isConstructorDeclaration(member)) return true;
  if (member.hasModifier(SyntaxKind.OverrideKeyword) && member.getJsDocs().length === 0) return false;
  // Computed names are protocols of JavaScript (Symbol.iterator); each language has its own, in its overlay.
  return /^[A-Za-z]/.test(member.getName());
}

/** The declared overloads, and the implementation. */
const signaturesOf = (member: Member): (Callable & Node)[] =>
  Node.isMethodDeclaration(member) || Node.isConstructorDeclaration(member)
    ? [...member.getOverloads(), member]
    : [member];

export const nameOf = (member: Member): string => (Node.isConstructorDeclaration(member) ? "new" : member.getName());

export function readMethods(node: ClassDeclaration, owner: Owner, scope: Scope): ApiMethod[] {
  checkSetters(node, owner, scope);
  const isMethod = (member: Member): boolean =>
    !Node.isPropertyDeclaration(member) || member.isStatic() || owner.passing === "remote";
  return publicMembers(node)
    .filter(isMethod)
    .map((member) => readMethod(member, owner, { ...scope, member: `${owner.name}.${nameOf(member)}` }));
}

function checkSetters(node: ClassDeclaration, owner: Owner, scope: Scope): void {
  for (const setter of node.getMembers().filter(Node.isSetAccessorDeclaration)) {
    if (isInternal(setter)) continue;
    scope.failures.add(setter, `${owner.name}.${setter.getName()}`, "a setter", "declare a method");
  }
}

function readMethod(member: Member, owner: Owner, scope: Scope): ApiMethod {
  const nodes = signaturesOf(member);
  const remarks = readRemarks(nodes, scope.member, scope);
  const signatures = nodes.map((node) => readSignature(node, owner.type, remarks, scope));
  const own = signatures[signatures.length - 1] as ReadSignature;
  const overloads = signatures.slice(0, -1);
  if (overloads.some(({ mode }) => mode !== overloads[0]?.mode)) {
    scope.failures.add(member, scope.member, "overloads that are called in different ways", "give each its own name");
  }
  const derived = overloads[0] ?? own;
  checkParameters(member, signatures, remarks, scope);
  if (remarks.doc.summary === "") scope.failures.add(member, scope.member, "no doc comment", "say what it does");
  const form = formOf(member);
  return {
    name: nameOf(member),
    form,
    property: form === "getter" || form === "staticGetter" || remarks.flags.has("property"),
    mode: modeOf(member, owner, derived, remarks, scope),
    eager: remarks.flags.has("eager"),
    self: derived.self,
    ...own.signature,
    overloads: overloads.map(({ signature }) => signature),
    names: remarks.names,
    rights: remarks.rights,
    doc: remarks.doc,
  };
}

function formOf(member: Member): ApiMethod["form"] {
  if (Node.isConstructorDeclaration(member)) return "constructor";
  if (Node.isMethodDeclaration(member)) return member.isStatic() ? "static" : "method";
  return member.isStatic() ? "staticGetter" : "getter";
}

function modeOf(member: Member, owner: Owner, derived: ReadSignature, { flags }: Remarks, scope: Scope): CallMode {
  const mode = owner.passing === "value" || flags.has("local") ? "local" : derived.mode;
  if (flags.has("eager") && mode !== "new" && mode !== "effect") {
    scope.failures.add(
      member,
      scope.member,
      `@eager on a call of mode ${mode}`,
      "remove it: the call is awaited anyway",
    );
  }
  if (!flags.has("awaited")) return mode;
  if (mode === "local" || derived.self || derived.signature.returns.kind !== "void") {
    scope.failures.add(member, scope.member, `@awaited on a call of mode ${mode}`, "it is for void ones only");
  }
  return "value";
}

/** A tag that names a parameter which no signature has is a misspelling. */
function checkParameters(member: Member, signatures: readonly ReadSignature[], remarks: Remarks, scope: Scope): void {
  const known = new Set(signatures.flatMap(({ signature }) => signature.parameters.map(({ name }) => name)));
  for (const name of remarks.parameters.keys()) {
    if (known.has(name)) continue;
    scope.failures.add(
      member,
      scope.member,
      name === itself ? "a tag without parameter name" : `a tag for the parameter "${name}", which does not exist`,
      `name one of ${[...known].join(", ") || "none"}`,
    );
  }
}

/** Fields of a value class: its public properties. */
export function readClassFields(node: ClassDeclaration, owner: Owner, scope: Scope): ApiField[] {
  return publicMembers(node)
    .filter(Node.isPropertyDeclaration)
    .filter((member) => !member.isStatic())
    .map((member) => readField(member, owner, scope));
}

/** Fields of an interface, those of its bases first. */
export function readInterfaceFields(node: InterfaceDeclaration, owner: Owner, scope: Scope): ApiField[] {
  const inherited = node
    .getBaseDeclarations()
    .filter(Node.isInterfaceDeclaration)
    .flatMap((base) => readInterfaceFields(base, owner, scope));
  const own: ApiField[] = [];
  for (const member of node.getMembers()) {
    if (isInternal(member)) continue;
    if (Node.isPropertySignature(member)) own.push(readField(member, owner, scope));
    // A record of any names, such as a row: a value whose fields are not declared.
    else if (!Node.isIndexSignatureDeclaration(member)) {
      const remedy = "a value has fields only; declare a class";
      scope.failures.add(member, owner.name, "an interface with more than fields", remedy);
    }
  }
  return [...inherited.filter(({ name }) => own.every((field) => field.name !== name)), ...own];
}

function readField(node: PropertyDeclaration | PropertySignature, owner: Owner, outer: Scope): ApiField {
  const scope = { ...outer, member: `${owner.name}.${node.getName()}` };
  const remarks = readRemarks([node], scope.member, scope);
  const declared = node.getTypeNode();
  if (!declared) scope.failures.add(node, scope.member, "an inferred type", "write the type of the field");
  const initial = Node.isPropertyDeclaration(node) ? literalValue(node.getInitializer()) : undefined;
  const standard =
    remarks.parameters.get(itself)?.default ??
    (initial === undefined ? undefined : { kind: "value" as const, value: initial });
  return {
    name: node.getName(),
    type: declared ? readType(declared, scope) : { kind: "unknown" },
    optional: node.hasQuestionToken(),
    ...(standard && { default: standard }),
    names: remarks.names,
    doc: [remarks.doc.summary, remarks.doc.details].filter((part) => part !== "").join("\n\n"),
  };
}
