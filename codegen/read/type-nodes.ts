/**
 * Type nodes of the source → types of the description. Nodes, not the checker's types: `int`, `long`, `Elements<T>` and the
 * function aliases are plain to the checker, and only their names say what clients must know.
 */
import { Node, SyntaxKind, type TypeNode, type TypeReferenceNode } from "ts-morph";
import type { ApiType, ScalarKind } from "../description.js";
import type { Reference, Scope } from "./scope.js";

const scalar = (kind: ScalarKind): ApiType => ({ kind });

/** What a failed type becomes, so that the reader can go on. */
const unknown: ApiType = { kind: "unknown" };

const keywords: Readonly<Partial<Record<SyntaxKind, ApiType>>> = {
  [SyntaxKind.StringKeyword]: scalar("string"),
  [SyntaxKind.BooleanKeyword]: scalar("boolean"),
  [SyntaxKind.BigIntKeyword]: scalar("long"),
  [SyntaxKind.VoidKeyword]: scalar("void"),
  [SyntaxKind.UnknownKeyword]: unknown,
  [SyntaxKind.UndefinedKeyword]: scalar("null"),
};

/** Kinds of type nodes that no client could be given, and what to write instead. */
const refused: Readonly<Partial<Record<SyntaxKind, readonly [problem: string, remedy: string]>>> = {
  [SyntaxKind.NumberKeyword]: ['a bare "number"', "use int, long or double"],
  [SyntaxKind.AnyKeyword]: ['"any"', "name the type, or use unknown"],
  [SyntaxKind.ObjectKeyword]: ['"object"', "declare and export an interface"],
  [SyntaxKind.SymbolKeyword]: ["a symbol", "use a string"],
  [SyntaxKind.NeverKeyword]: ['"never"', "use void"],
  [SyntaxKind.MappedType]: ["a mapped type", "write its members out in an exported interface"],
  [SyntaxKind.ConditionalType]: ["a conditional type", "declare overloads"],
  [SyntaxKind.TypeLiteral]: ["a type literal", "declare and export an interface"],
  [SyntaxKind.IntersectionType]: ["an intersection type", "declare an interface with all the members"],
  [SyntaxKind.TypeOperator]: ["a keyof or unique type", "write the names out as literals"],
  [SyntaxKind.IndexedAccessType]: ["an indexed access type", "name the type of that member"],
  [SyntaxKind.TypeQuery]: ["a typeof type", "name the type"],
  [SyntaxKind.TemplateLiteralType]: ["a template literal type", "use string"],
  [SyntaxKind.ThisType]: ['"this" inside a type', "name the class; only a method's whole return type may be this"],
  [SyntaxKind.FunctionType]: [
    "a function that does not say where it runs",
    "wrap it in TaskFunction, Callback, ExprFunction or LocalFunction",
  ],
};

const functionAliases: Readonly<Record<string, (ApiType & { kind: "function" })["runs"]>> = {
  TaskFunction: "task",
  Callback: "callback",
  ExprFunction: "expression",
  LocalFunction: "local",
};

type Composite = (args: readonly ApiType[]) => ApiType;

const list: Composite = ([of = unknown]) => ({ kind: "list", of });
const set: Composite = ([of = unknown]) => ({ kind: "set", of });
const iterable: Composite = ([of = unknown]) => ({ kind: "iterable", of });
const map: Composite = ([key = unknown, value = unknown]) => ({ kind: "map", key, value });

/** Types by name that are not declared by the entry itself. */
const composites: Readonly<Record<string, Composite>> = {
  int: () => scalar("int"),
  long: () => scalar("long"),
  double: () => scalar("double"),
  Uint8Array: () => scalar("bytes"),
  Int32Array: () => list([scalar("int")]),
  BigInt64Array: () => list([scalar("long")]),
  Float64Array: () => list([scalar("double")]),
  Array: list,
  ReadonlyArray: list,
  Set: set,
  ReadonlySet: set,
  Map: map,
  ReadonlyMap: map,
  Record: ([, value = unknown]) => ({ kind: "map", key: scalar("string"), value, plain: true }),
  Iterable: iterable,
  Iterator: iterable,
  IterableIterator: iterable,
  Generator: iterable,
  Elements: ([of = unknown]) => ({ kind: "elements", of }),
  Element: ([of = unknown]) => ({ kind: "element", of }),
  ElementMap: ([key = unknown, value = unknown]) => ({ kind: "elementMap", key, value }),
  Readonly: ([of = unknown]) => of,
};

/** Forms that values of other declared types have on the wire: no client names them. */
export const wireForms: ReadonlySet<string> = new Set(["EncodedElements", "ShippedFunction"]);

export function readType(node: TypeNode, scope: Scope): ApiType {
  const keyword = keywords[node.getKind()];
  if (keyword) return keyword;
  if (Node.isParenthesizedTypeNode(node)) return readType(node.getTypeNode(), scope);
  if (Node.isArrayTypeNode(node)) return list([readType(node.getElementTypeNode(), scope)]);
  if (Node.isTypeOperatorTypeNode(node) && node.getOperator() === SyntaxKind.ReadonlyKeyword) {
    return readType(node.getTypeNode(), scope);
  }
  if (Node.isTupleTypeNode(node)) return { kind: "tuple", of: node.getElements().map((item) => readItem(item, scope)) };
  if (Node.isUnionTypeNode(node)) return readUnion(node.getTypeNodes(), scope);
  if (Node.isLiteralTypeNode(node)) return readLiteral(node.getLiteral(), scope);
  if (Node.isTypeReference(node)) return readReference(node, scope);
  const [problem, remedy] = refused[node.getKind()] ?? [`the type ${node.getText()}`, "use a type the generator knows"];
  return refuse(node, scope, problem, remedy);
}

function refuse(node: Node, scope: Scope, problem: string, remedy: string): ApiType {
  scope.failures.add(node, scope.member, problem, remedy);
  return unknown;
}

const readItem = (item: TypeNode, scope: Scope): ApiType => {
  if (item.getKind() === SyntaxKind.RestType || item.getKind() === SyntaxKind.OptionalType) {
    return refuse(item, scope, "a tuple of open length", "use an array");
  }
  return readType(Node.isNamedTupleMember(item) ? item.getTypeNode() : item, scope);
};

function readLiteral(literal: Node, scope: Scope): ApiType {
  if (literal.getKind() === SyntaxKind.NullKeyword) return scalar("null");
  if (Node.isStringLiteral(literal)) return { kind: "literal", value: literal.getLiteralValue() };
  if (Node.isTrueLiteral(literal) || Node.isFalseLiteral(literal)) {
    return { kind: "literal", value: Node.isTrueLiteral(literal) };
  }
  const value = Number(literal.getText());
  return Number.isNaN(value)
    ? refuse(literal, scope, `the literal type ${literal.getText()}`, "use a string, boolean or number")
    : { kind: "literal", value };
}

function readUnion(nodes: readonly TypeNode[], scope: Scope): ApiType {
  const named = nodes.filter((node) => !wireForms.has(Node.isTypeReference(node) ? node.getTypeName().getText() : ""));
  return unionOf(named.map((node) => readType(node, scope)));
}

/** One type of several: flat, each once; with null among them optional. */
export function unionOf(types: readonly ApiType[]): ApiType {
  const flat = types.flatMap((type): readonly ApiType[] => {
    if (type.kind === "union") return type.of;
    return type.kind === "optional" ? [type.of, scalar("null")] : [type];
  });
  const seen = new Set<string>();
  const distinct = flat.filter((type) => !seen.has(JSON.stringify(type)) && seen.add(JSON.stringify(type)));
  const values = distinct.filter(({ kind }) => kind !== "null");
  const of: ApiType = values.length === 1 && values[0] ? values[0] : { kind: "union", of: values };
  return values.length === distinct.length ? of : { kind: "optional", of };
}

function readReference(node: TypeReferenceNode, scope: Scope): ApiType {
  const name = node.getTypeName().getText();
  const parameter = scope.parameters.get(name);
  if (parameter) return parameter;
  const runs = functionAliases[name];
  if (runs) return readFunction(node, runs, scope);
  const declaration = declarationOf(node);
  const reference = declaration && scope.references.get(declaration);
  if (reference) return readNamed(node, reference, scope);
  const composite = composites[name];
  if (composite) return composite(node.getTypeArguments().map((argument) => readType(argument, scope)));
  if (Node.isTypeAliasDeclaration(declaration)) return expand(node, declaration, scope);
  return refuse(node, scope, `the type ${name} is not exported`, "export it from the entry, or use an exported type");
}

/** What a type name means, through imports and re-exports. */
export function declarationOf(node: TypeReferenceNode): Node | undefined {
  const symbol = node.getTypeName().getSymbol();
  return (symbol?.getAliasedSymbol() ?? symbol)?.getDeclarations()[0];
}

function readNamed(node: TypeReferenceNode, { kind, name }: Reference, scope: Scope): ApiType {
  if (kind === "enum") return { kind, name };
  return { kind, name, typeArguments: node.getTypeArguments().map((argument) => readType(argument, scope)) };
}

/** A type alias is its meaning, with its parameters replaced. */
function expand(
  node: TypeReferenceNode,
  alias: Node & { getTypeParameters(): { getName(): string; getDefault(): TypeNode | undefined }[] },
  scope: Scope,
): ApiType {
  const meaning = Node.isTypeAliasDeclaration(alias) ? alias.getTypeNode() : undefined;
  if (!meaning) return unknown;
  if (scope.expanding.includes(alias)) {
    return refuse(node, scope, `the type ${node.getText()} contains itself`, "declare and export an interface");
  }
  const args = node.getTypeArguments();
  const parameters = new Map(scope.parameters);
  for (const [index, parameter] of alias.getTypeParameters().entries()) {
    const argument = args[index] ?? parameter.getDefault();
    parameters.set(parameter.getName(), argument ? readType(argument, scope) : unknown);
  }
  return readType(meaning, { ...scope, parameters, expanding: [...scope.expanding, alias] });
}

function readFunction(node: TypeReferenceNode, runs: (ApiType & { kind: "function" })["runs"], scope: Scope): ApiType {
  let signature: Node | undefined = node.getTypeArguments()[0];
  while (Node.isParenthesizedTypeNode(signature)) signature = signature.getTypeNode();
  if (Node.isTypeReference(signature)) {
    const alias = declarationOf(signature);
    signature = Node.isTypeAliasDeclaration(alias) ? alias.getTypeNode() : undefined;
  }
  if (!Node.isFunctionTypeNode(signature)) {
    return refuse(node, scope, "a function whose parameters are not written out", "write (name: type) => type");
  }
  const returns = signature.getReturnTypeNode();
  return {
    kind: "function",
    runs,
    parameters: signature.getParameters().map((parameter) => {
      const type = parameter.getTypeNode();
      const name = parameter.getName();
      const problem = `parameter ${name} of a function has no type`;
      return { name, type: type ? readType(type, scope) : refuse(parameter, scope, problem, "write its type") };
    }),
    returns: returns ? readType(returns, scope) : unknown,
  };
}
