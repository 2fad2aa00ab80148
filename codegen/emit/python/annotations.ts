/** Types in Python: as annotations, and as the constants by which the runtime encodes and decodes. */
import type { ApiType } from "../../description.js";
import { literal } from "./names.js";

/** What an annotation needs imported. */
export interface Imports {
  /** Names from `typing`. */
  readonly typing: Set<string>;
  /** Classes and enums of the description. */
  readonly api: Set<string>;
}

/** `given`: the program gives it, so any sequence will do; `taken`: the program takes it and may rely on a list. */
export type Direction = "given" | "taken";

type Kind = ApiType["kind"];
type Of<K extends Kind> = Extract<ApiType, { kind: K }>;
type Annotate = (type: ApiType, direction?: Direction) => string;
type Annotation<K extends Kind> = (
  type: Of<K>,
  direction: Direction,
  annotate: Annotate,
  typing: (name: string) => string,
) => string;

const opposite = (direction: Direction): Direction => (direction === "given" ? "taken" : "given");

const generic = (name: string, args: readonly string[]): string =>
  args.length === 0 ? name : `${name}[${args.join(", ")}]`;

const named = ({ name, typeArguments }: Of<"object" | "value">, _: Direction, annotate: Annotate): string =>
  generic(
    name,
    typeArguments.map((argument) => annotate(argument)),
  );

/** Names from `typing`, not `list` and `set`: a method of that name would hide them inside its class. */
const annotations: { readonly [K in Kind]: Annotation<K> } = {
  boolean: () => "bool",
  int: () => "int",
  long: () => "int",
  double: () => "float",
  string: () => "str",
  bytes: () => "bytes",
  null: () => "None",
  void: () => "None",
  unknown: (_, __, ___, typing) => typing("Any"),
  literal: ({ value }, _, __, typing) => `${typing("Literal")}[${literal(value)}]`,
  list: ({ of }, direction, annotate, typing) =>
    `${typing(direction === "given" ? "Sequence" : "List")}[${annotate(of)}]`,
  set: ({ of }, direction, annotate, typing) =>
    `${typing(direction === "given" ? "AbstractSet" : "Set")}[${annotate(of)}]`,
  iterable: ({ of }, direction, annotate, typing) =>
    `${typing(direction === "given" ? "Iterable" : "Iterator")}[${annotate(of)}]`,
  optional: ({ of }, _, annotate, typing) => `${typing("Optional")}[${annotate(of)}]`,
  map: ({ key, value }, direction, annotate, typing) =>
    `${typing(direction === "given" ? "Mapping" : "Dict")}[${annotate(key)}, ${annotate(value)}]`,
  tuple: ({ of }, _, annotate, typing) =>
    of.length === 0 ? `${typing("Tuple")}[()]` : `${typing("Tuple")}[${of.map((item) => annotate(item)).join(", ")}]`,
  union: ({ of }, _, annotate, typing) => {
    const literals = of.filter((member) => member.kind === "literal");
    const members = of.filter((member) => member.kind !== "literal").map((member) => annotate(member));
    if (literals.length > 0)
      members.push(`${typing("Literal")}[${literals.map(({ value }) => literal(value)).join(", ")}]`);
    const distinct = [...new Set(members)];
    return distinct.length === 1 ? String(distinct[0]) : `${typing("Union")}[${distinct.join(", ")}]`;
  },
  object: named,
  value: named,
  enum: ({ name }) => name,
  parameter: ({ name }) => name,
  elements: ({ of }, direction, annotate, typing) =>
    `${typing(direction === "given" ? "Iterable" : "List")}[${annotate(of)}]`,
  element: ({ of }, _, annotate) => annotate(of),
  elementMap: ({ key, value }, direction, annotate, typing) =>
    `${typing(direction === "given" ? "Mapping" : "Dict")}[${annotate(key)}, ${annotate(value)}]`,
  function: ({ parameters, returns }, direction, annotate, typing) => {
    const args = parameters.map(({ type }) => annotate(type, opposite(direction)));
    return `${typing("Callable")}[[${args.join(", ")}], ${annotate(returns, direction)}]`;
  },
};

/** The annotation of a type, recording what it needs imported. */
export function annotation(type: ApiType, direction: Direction, imports: Imports): string {
  const typing = (name: string): string => {
    imports.typing.add(name);
    return name;
  };
  const annotate = (inner: ApiType, inside: Direction): string => {
    if (inner.kind === "object" || inner.kind === "value" || inner.kind === "enum") imports.api.add(inner.name);
    const write = annotations[inner.kind] as Annotation<Kind>;
    return write(inner, inside, (next, changed) => annotate(next, changed ?? inside), typing);
  };
  return annotate(type, direction);
}

type Wire<K extends Kind> = (type: Of<K>, wire: (type: ApiType) => string) => string;

const same = ({ kind }: ApiType): string => kind;
const hidden = (): string => "unknown";
const around = ({ kind, of }: Of<"list" | "set" | "iterable" | "optional">, wire: (type: ApiType) => string): string =>
  `${kind}<${wire(of)}>`;
/** A union with a member of any type is any type. */
const union = ({ of }: Of<"union">, wire: (type: ApiType) => string): string => {
  const members = [...new Set(of.map(wire))];
  if (members.includes("unknown")) return "unknown";
  return members.length === 1 ? String(members[0]) : `union<${members.join(",")}>`;
};
const byName = ({ kind, name }: Of<"object" | "value" | "enum">): string => `${kind}<${name}>`;

const wires: { readonly [K in Kind]: Wire<K> } = {
  boolean: same,
  int: same,
  long: same,
  double: same,
  string: same,
  bytes: same,
  null: same,
  void: same,
  unknown: same,
  literal: hidden,
  list: around,
  set: around,
  iterable: around,
  optional: around,
  map: ({ key, value }, wire) => `map<${wire(key)},${wire(value)}>`,
  tuple: ({ of }, wire) => `tuple<${of.map(wire).join(",")}>`,
  union,
  object: byName,
  value: byName,
  enum: byName,
  parameter: hidden,
  elements: same,
  element: same,
  elementMap: same,
  function: ({ runs }) => runs,
};

/** The type as the runtime's constant: `list<object<RDD>>`. */
export function wireType(type: ApiType): string {
  const write = wires[type.kind] as Wire<Kind>;
  return write(type, wireType);
}

/** Whether null is a value of the type, so that leaving it out must be told apart from `None`. */
export const acceptsNull = ({ kind }: ApiType): boolean =>
  kind === "optional" || kind === "null" || kind === "unknown" || kind === "parameter" || kind === "element";
