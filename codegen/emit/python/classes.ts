/** Remote classes and values as Python classes. */
import type { ApiClass, ApiMethod, ApiParameter, ApiSignature, ApiType } from "../../description.js";
import { acceptsNull, annotation, wireType } from "./annotations.js";
import { docstring, quoted } from "./docstring.js";
import { pythonName, snakeCase } from "./names.js";
import { asParameter, declare, type PythonSignature, pythonSignature, type SignatureContext } from "./signature.js";

export interface ClassContext extends SignatureContext {
  /** What the overlay has written by hand: `RDD.toDF`, `Column`. */
  readonly overlay: ReadonlySet<string>;
  /** Kinds of errors by code. */
  readonly kinds: ReadonlyMap<string, string>;
  /** Other imports of the module: `from kindling.overlay.rdd import RDDOverlay`. */
  readonly lines: Set<string>;
}

const lineWidth = 120;
const indent = (lines: readonly string[]): string[] => lines.map((line) => (line === "" ? "" : `    ${line}`));

/** The lines of one class. */
export const emitClass = (owner: ApiClass, context: ClassContext): string[] =>
  owner.passing === "value" ? emitValue(owner, context) : emitRemote(owner, context);

const pythonClassName = (owner: ApiClass): string => pythonName(owner.name, owner.names);

function emitRemote(owner: ApiClass, context: ClassContext): string[] {
  const constructible = owner.methods.some(({ form }) => form === "constructor");
  const methods = owner.methods
    .filter(
      (method) => method.mode !== "local" && !isOverlaid(owner, method, context) && pythonMethodName(method) !== "",
    )
    .map((method) => emitMethod(owner, method, context));
  const refusal = constructible || isHandWritten(owner, "__init__", context) ? [] : [noConstructor(owner, context)];
  const bases = [...genericBase(owner, context), ...remoteBase(owner, context), `remote=${JSON.stringify(owner.name)}`];
  return [
    `class ${pythonClassName(owner)}(${bases.join(", ")}):`,
    ...indent(separated([docstring({ doc: owner.doc }), ...refusal, ...methods])),
  ];
}

/** Blank lines between the parts of a class. */
const separated = (parts: readonly (readonly string[])[]): string[] =>
  parts.flatMap((part, index) => (index === 0 ? part : ["", ...part]));

function genericBase(owner: ApiClass, { imports }: ClassContext): string[] {
  if (owner.typeParameters.length === 0) return [];
  imports.typing.add("Generic");
  return [`Generic[${owner.typeParameters.map(({ name }) => name).join(", ")}]`];
}

/** The described base, or the overlay's mixin, which is itself a `Remote`, or `Remote`. */
function remoteBase(owner: ApiClass, context: ClassContext): string[] {
  const { lines, runtime, built, overlay, imports } = context;
  const described = owner.extends ? [annotation(owner.extends, "given", imports)] : [];
  if (owner.extends && "name" in owner.extends) built.add(owner.extends.name);
  if ([...overlay].some((member) => member.startsWith(`${owner.name}.`))) {
    const mixin = `${owner.name}Overlay`;
    lines.add(`from kindling.overlay.${snakeCase(owner.name)} import ${mixin}`);
    return [mixin, ...described];
  }
  if (described.length > 0) return described;
  runtime.add("Remote");
  return ["Remote"];
}

const pythonMethodName = ({ form, name, names }: ApiMethod): string =>
  form === "constructor" ? "__init__" : pythonName(name, names);

const isHandWritten = (owner: ApiClass, member: string, { overlay }: ClassContext): boolean =>
  overlay.has(`${owner.name}.${member}`);

const isOverlaid = (owner: ApiClass, method: ApiMethod, context: ClassContext): boolean =>
  isHandWritten(owner, pythonMethodName(method), context) || isHandWritten(owner, method.name, context);

/** Objects that only the engine makes. */
function noConstructor(owner: ApiClass, { imports }: ClassContext): string[] {
  imports.typing.add("Any");
  const text = `${pythonClassName(owner)} has no constructor: call a method that returns one`;
  return ["def __init__(self, *_: Any, **__: Any) -> None:", `    raise TypeError(${JSON.stringify(text)})`];
}

function emitMethod(owner: ApiClass, method: ApiMethod, context: ClassContext): string[] {
  const name = pythonMethodName(method);
  const isStatic = method.form === "static" || method.form === "staticGetter";
  const decorators = [...(isStatic ? ["@staticmethod"] : []), ...(method.property && !isStatic ? ["@property"] : [])];
  const overloads = method.overloads.flatMap((overload) => {
    context.imports.typing.add("overload");
    const { declared } = pythonSignature(underOneName(overload.parameters, method.parameters), context);
    const head = definition(
      name,
      [...receiver(isStatic, overload, context), ...declared],
      resultOf(method, overload, context),
    );
    return ["@overload", ...decorators, ...head.slice(0, -1), `${head.at(-1)} ...`];
  });
  const signature = pythonSignature(method.parameters, context);
  const result = resultOf(method, method, context);
  const documentation = docstring({
    doc: method.doc,
    parameters: signature.documented,
    returns: result,
    kinds: context.kinds,
  });
  return [
    ...overloads,
    ...decorators,
    ...definition(name, [...receiver(isStatic, method, context), ...signature.declared], result),
    ...indent([...documentation, ...body(owner, method, signature, isStatic, context)]),
  ];
}

/** Python has one name for each place: that of the implementation, which takes all overloads. */
const underOneName = (overload: readonly ApiParameter[], own: readonly ApiParameter[]): ApiParameter[] =>
  overload.map((parameter, index) => {
    const { name, names, default: standard } = own[index] ?? parameter;
    return { ...parameter, name, names, ...(parameter.default && standard && { default: standard }) };
  });

/** `self`, with its narrower type where only some objects have the method. */
function receiver(isStatic: boolean, signature: ApiSignature, { imports }: ClassContext): string[] {
  if (isStatic) return [];
  return [signature.receiver ? `self: ${annotation(signature.receiver, "given", imports)}` : "self"];
}

const resultOf = (method: ApiMethod, signature: ApiSignature, { imports }: ClassContext): string =>
  method.form === "constructor" ? "None" : annotation(signature.returns, "taken", imports);

/** The lines of a `def`, on one line where they fit. */
function definition(name: string, parameters: readonly string[], result: string): string[] {
  const line = `def ${name}(${parameters.join(", ")}) -> ${result}:`;
  if (line.length + 4 <= lineWidth) return [line];
  return [`def ${name}(`, ...parameters.map((parameter) => `    ${parameter},`), `) -> ${result}:`];
}

/** The call into the runtime: one function for each way of calling. */
function body(
  owner: ApiClass,
  method: ApiMethod,
  { passed }: PythonSignature,
  isStatic: boolean,
  { runtime }: ClassContext,
): string[] {
  const on = isStatic ? "None" : "self";
  const wireName = JSON.stringify(`${owner.name}.${method.name}`);
  const call = (fn: string, head: readonly string[], tail: readonly string[] = []): string[] => {
    runtime.add(fn);
    return invocation(fn, head, passed, tail);
  };
  const returned = ([first = "", ...others]: string[]): string[] => [`return ${first}`, ...others];
  if (method.form === "constructor") return call("construct", ["self", JSON.stringify(owner.name)]);
  const { returns } = method;
  if (method.mode === "new") return returned(call("call_new", [on, wireName, JSON.stringify(nameOf(returns))]));
  if (method.mode === "iterate") {
    const of = returns.kind === "iterable" ? returns.of : returns;
    return returned(call("call_iterate", [on, wireName, JSON.stringify(wireType(of))]));
  }
  if (method.mode === "effect")
    return [...call("call_effect", [on, wireName]), ...(method.self ? ["return self"] : [])];
  if (returns.kind === "void") return call("call_effect", [on, wireName], ["awaited=True"]);
  return returned(call("call_value", [on, wireName, JSON.stringify(wireType(returns))]));
}

const nameOf = (type: ApiType): string => ("name" in type ? type.name : "");

function invocation(fn: string, head: readonly string[], passed: readonly string[], tail: readonly string[]): string[] {
  const tuple = passed.length === 0 ? [] : [`(${passed.join(", ")}${passed.length === 1 ? "," : ""})`];
  const line = `${fn}(${[...head, ...tuple, ...tail].join(", ")})`;
  if (line.length + 15 <= lineWidth) return [line];
  return [
    `${fn}(`,
    ...head.map((part) => `    ${part},`),
    "    (",
    ...passed.map((part) => `        ${part},`),
    "    ),",
    ...tail.map((part) => `    ${part},`),
    ")",
  ];
}

/** A value: its fields, and its form on the wire. */
function emitValue(owner: ApiClass, context: ClassContext): string[] {
  const made = owner.methods.find(({ form }) => form === "constructor");
  const fields = owner.fields
    .map((field) => ({ ...field, default: field.default ?? defaultIn(made, field.name) }))
    .map(({ default: standard, ...field }) => ({ ...field, ...(standard && { default: standard }) }))
    .filter((field) => pythonName(field.name, field.names) !== "");
  const required = fields.filter((field) => field.default === undefined && !field.optional);
  const ordered = [...required, ...fields.filter((field) => !required.includes(field))];
  context.lines.add("from dataclasses import dataclass");
  const bases = genericBase(owner, context);
  const documentation = (doc: string): string[] => (doc === "" ? [] : quoted(doc.split("\n")));
  return [
    "@dataclass(frozen=True)",
    `class ${pythonClassName(owner)}${bases.length === 0 ? "" : `(${bases.join(", ")})`}:`,
    ...indent([
      ...docstring({ doc: owner.doc }),
      "",
      ...ordered.flatMap((field) => [declare(asParameter(field), context).text, ...documentation(field.doc)]),
      "",
      ...toWire(owner, context),
      "",
      ...fromWire(owner, context),
    ]),
  ];
}

const defaultIn = (made: ApiMethod | undefined, name: string): ApiClass["fields"][number]["default"] =>
  made?.parameters.find((parameter) => parameter.name === name)?.default;

function toWire(owner: ApiClass, { imports }: ClassContext): string[] {
  for (const name of ["Any", "Dict"]) imports.typing.add(name);
  const lines = owner.fields.flatMap((field) => {
    const name = pythonName(field.name, field.names);
    const set = `wire[${JSON.stringify(field.name)}] = self.${name}`;
    if (name === "") return [];
    if (!field.optional || field.default) return [set];
    return [`if self.${name} is not ${acceptsNull(field.type) ? "UNSET" : "None"}:`, `    ${set}`];
  });
  return [
    "def to_wire(self) -> Dict[str, Any]:",
    ...indent([
      '"""Its form on the wire, without what is not set."""',
      "wire: Dict[str, Any] = {}",
      ...lines,
      "return wire",
    ]),
  ];
}

function fromWire(owner: ApiClass, { imports }: ClassContext): string[] {
  for (const name of ["Any", "Mapping"]) imports.typing.add(name);
  const names = owner.fields.filter((field) => pythonName(field.name, field.names) !== "");
  const pairs = names.map(
    (field) => `${JSON.stringify(field.name)}: ${JSON.stringify(pythonName(field.name, field.names))}`,
  );
  const name = pythonClassName(owner);
  const generic =
    owner.typeParameters.length === 0 ? "" : `[${owner.typeParameters.map((item) => item.name).join(", ")}]`;
  return [
    "@classmethod",
    `def from_wire(cls, wire: Mapping[str, Any]) -> ${name}${generic}:`,
    ...indent([
      '"""The value that `to_wire` gives this form."""',
      `names = {${pairs.join(", ")}}`,
      "return cls(**{names[name]: value for name, value in wire.items() if name in names})",
    ]),
  ];
}
