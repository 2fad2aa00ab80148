/** Parameters, type parameters and results of methods. */
import { Node, type ParameterDeclaration, SyntaxKind, type TypeNode, type TypeParameterDeclaration } from "ts-morph";
import type { ApiDefault, ApiParameter, ApiSignature, ApiType, ApiTypeParameter, CallMode } from "../description.js";
import type { Scope } from "./scope.js";
import type { ParameterRemarks, Remarks } from "./tags.js";
import { readType } from "./type-nodes.js";

/** Anything with parameters: methods, constructors, getters, their overloads. */
export interface Callable extends Node {
  getParameters?(): ParameterDeclaration[];
  getTypeParameters?(): TypeParameterDeclaration[];
  getReturnTypeNode?(): TypeNode | undefined;
}

export interface ReadSignature {
  readonly signature: ApiSignature;
  readonly mode: CallMode;
  readonly self: boolean;
}

export function withTypeParameters(scope: Scope, names: readonly string[]): Scope {
  const own = names.map((name): [string, ApiType] => [name, { kind: "parameter", name }]);
  return { ...scope, parameters: new Map([...scope.parameters, ...own]) };
}

export function readTypeParameters(nodes: readonly TypeParameterDeclaration[], scope: Scope): ApiTypeParameter[] {
  return nodes.map((node) => {
    const bound = node.getConstraint();
    checkBound(node, bound?.getText() ?? "", scope);
    const standard = node.getDefault();
    return {
      name: node.getName(),
      ...(bound && { bound: readType(bound, scope) }),
      ...(standard && { default: readType(standard, scope) }),
    };
  });
}

/** Python declares a type variable once for all classes, so a name has one bound everywhere. */
function checkBound(node: TypeParameterDeclaration, bound: string, { bounds, failures, member }: Scope): void {
  const name = node.getName();
  const known = bounds.get(name) ?? bound;
  bounds.set(name, known);
  if (known === bound) return;
  const other = known === "" ? "has no bound" : `extends ${known}`;
  failures.add(node, member, `the type parameter ${name} ${other} elsewhere`, "give it another name");
}

/** `owner` is the type of the object itself, which a method that returns `this` returns. */
export function readSignature(callable: Callable, owner: ApiType, remarks: Remarks, outer: Scope): ReadSignature {
  const generics = callable.getTypeParameters?.() ?? [];
  const scope = withTypeParameters(
    outer,
    generics.map((node) => node.getName()),
  );
  const all = callable.getParameters?.() ?? [];
  const receiver = all.find((node) => node.getName() === "this")?.getTypeNode();
  const parameters = all
    .filter((node) => node.getName() !== "this")
    .map((node) => readParameter(node, remarks.parameters.get(node.getName()) ?? {}, scope));
  checkOrder(callable, parameters, scope);
  const result = readResult(callable, owner, scope);
  return {
    signature: {
      typeParameters: readTypeParameters(generics, scope),
      ...(receiver && { receiver: readType(receiver, scope) }),
      parameters,
      returns: result.type,
    },
    mode: result.mode,
    self: result.self,
  };
}

/** An argument that may be left out cannot stand before one that must be given, where arguments go by position. */
function checkOrder(callable: Callable, parameters: readonly ApiParameter[], scope: Scope): void {
  const positional = parameters.filter(({ passing }) => passing === "positional");
  const optional = positional.findIndex((parameter) => parameter.default !== undefined);
  if (optional >= 0 && positional.slice(optional).some((parameter) => parameter.default === undefined)) {
    scope.failures.add(callable, scope.member, "a required parameter after an optional one", "put required ones first");
  }
}

interface Result {
  readonly type: ApiType;
  readonly mode: CallMode;
  readonly self: boolean;
}

const iterators: ReadonlySet<string> = new Set([
  "AsyncIterable",
  "AsyncIterableIterator",
  "AsyncGenerator",
  "AsyncIterator",
]);

/** The result, and from it the mode of the call: `docs/protocol.md`, Order. */
function readResult(callable: Callable, owner: ApiType, scope: Scope): Result {
  if (Node.isConstructorDeclaration(callable)) return { type: owner, mode: "new", self: false };
  // A property is read like a getter: its type is the result.
  const node = Node.isPropertyDeclaration(callable) ? callable.getTypeNode() : callable.getReturnTypeNode?.();
  if (!node) {
    scope.failures.add(callable, scope.member, "an inferred return type", "write the return type");
    return { type: { kind: "unknown" }, mode: "value", self: false };
  }
  if (node.getKind() === SyntaxKind.ThisType) return { type: owner, mode: "effect", self: true };
  const [inner] = Node.isTypeReference(node) ? node.getTypeArguments() : [];
  const name = Node.isTypeReference(node) ? node.getTypeName().getText() : "";
  if (inner && name === "Promise") return { type: readType(inner, scope), mode: "value", self: false };
  if (inner && iterators.has(name)) {
    return { type: { kind: "iterable", of: readType(inner, scope) }, mode: "iterate", self: false };
  }
  const type = readType(node, scope);
  return { type, mode: modes[type.kind] ?? "value", self: false };
}

const modes: Readonly<Partial<Record<ApiType["kind"], CallMode>>> = { object: "new", void: "effect" };

function readParameter(node: ParameterDeclaration, remarks: ParameterRemarks, scope: Scope): ApiParameter {
  const type = node.isRestParameter() ? elementType(node, scope) : parameterType(node, scope);
  const standard = node.isRestParameter() ? undefined : (remarks.default ?? defaultOf(node));
  return {
    name: node.getName(),
    type,
    passing: passingOf(node, type, remarks, scope),
    ...(standard && { default: standard }),
    names: remarks.names ?? {},
    doc: remarks.doc ?? "",
  };
}

function passingOf(
  node: ParameterDeclaration,
  type: ApiType,
  remarks: ParameterRemarks,
  scope: Scope,
): ApiParameter["passing"] {
  if (node.isRestParameter() && remarks.passing === "keyword") {
    scope.failures.add(node, scope.member, "a rest parameter cannot be keyword-only", "remove @keyword");
  }
  if (node.isRestParameter()) return remarks.passing === "list" ? "list" : "rest";
  if (remarks.passing === "list") {
    scope.failures.add(node, scope.member, "@list is for rest parameters", `declare it as ...${node.getName()}`);
  }
  if (remarks.passing !== "keyword") return "positional";
  return type.kind === "value" ? "options" : "keyword";
}

function elementType(node: ParameterDeclaration, scope: Scope): ApiType {
  const type = parameterType(node, scope);
  return type.kind === "list" || type.kind === "elements" ? type.of : type;
}

function parameterType(node: ParameterDeclaration, scope: Scope): ApiType {
  const declared = node.getTypeNode();
  if (declared) return readType(declared, scope);
  const value = literalValue(node.getInitializer());
  if (typeof value === "boolean" || typeof value === "string") return { kind: typeof value as "boolean" | "string" };
  const problem = typeof value === "number" ? 'a bare "number"' : "a parameter without type";
  scope.failures.add(node, `${scope.member}, parameter ${node.getName()}`, problem, "write its type");
  return { kind: "unknown" };
}

/** From the source: an initialiser that is a literal is the default, any other may be left out. */
export function defaultOf(node: ParameterDeclaration): ApiDefault | undefined {
  const initialiser = node.getInitializer();
  if (!initialiser && !node.hasQuestionToken()) return undefined;
  const value = literalValue(initialiser);
  return value === undefined ? { kind: "unset" } : { kind: "value", value };
}

/** The value of a literal expression; undefined for any other. */
export function literalValue(node: Node | undefined): string | number | boolean | null | undefined {
  if (node === undefined) return undefined;
  if (Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node)) return node.getLiteralValue();
  if (Node.isTrueLiteral(node) || Node.isFalseLiteral(node)) return Node.isTrueLiteral(node);
  if (node.getKind() === SyntaxKind.NullKeyword) return null;
  const number = /^-?\d[\d_]*(\.\d+)?(e-?\d+)?n?$/i.test(node.getText()) ? node.getText().replace(/_|n$/g, "") : "";
  return number === "" || !Number.isSafeInteger(Math.trunc(Number(number))) ? undefined : Number(number);
}
