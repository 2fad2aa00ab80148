/**
 * The Python client's generated package, from the description alone. Each module holds the classes of one area; names that
 * only annotations use are imported for type checkers alone, so that a program loads the modules it uses.
 */
import type { Api, ApiClass, ApiEnum, ApiTypeParameter } from "../description.js";
import { annotation } from "./python/annotations.js";
import { type ClassContext, emitClass } from "./python/classes.js";
import { quoted } from "./python/docstring.js";
import { emitFunction } from "./python/functions.js";
import { literal, pythonName } from "./python/names.js";

/** The package of the engine's own API. */
const enginePackage = "kindling.generated";

/** Paths inside the package, and texts: the engine's own by default, else one for somebody's API. */
export function emitPython(api: Api, name: string = enginePackage): Map<string, string> {
  const handWritten = api.overlays.python?.classes ?? {};
  const overlay = new Set(api.overlays.python?.members ?? []);
  const classes = api.classes.filter(({ name, names }) => !(name in handWritten) && names.python !== "");
  const areas = [...new Set([...classes, ...api.enums].map(({ module }) => module))].sort();
  const files = new Map<string, string>();
  for (const area of areas) files.set(`${area}.py`, areaFile(area, api, name, classes, overlay));
  if (name !== enginePackage) {
    files.set("__init__.py", ownPackageFile(name, classes, api.enums));
    return files.set("py.typed", "");
  }
  files.set("__init__.py", packageFile(classes));
  files.set("errors.py", errorsFile(api));
  return files.set("functions.py", functionsFile(api, overlay));
}

/** All names of a package of one's own; its values are made known to the client's codec. */
function ownPackageFile(name: string, classes: readonly ApiClass[], enums: readonly ApiEnum[]): string {
  const all = [
    ...classes.map(({ name: own, names, module }) => [pythonName(own, names), module]),
    ...enums.map(({ name: own, module }) => [own, module]),
  ];
  const values = classes.filter(({ passing }) => passing === "value");
  const registered = values.map((owner) => `${JSON.stringify(owner.name)}: "${name}.${owner.module}"`);
  return file([
    ...head(`Remote objects of ${name}, for clients of a gateway that serves them.`),
    "",
    ...(values.length === 0 ? [] : ["from kindling._runtime.remote import register_values"]),
    ...all.map(([own, module]) => `from ${name}.${module} import ${own}`).sort(),
    "",
    `__all__ = [${all
      .map(([own]) => JSON.stringify(own))
      .sort()
      .join(", ")}]`,
    ...(values.length === 0 ? [] : ["", `register_values({${registered.join(", ")}})`]),
  ]);
}

const head = (text: string): string[] => [
  "# Generated from codegen/api.json by `npm run generate`. Do not edit.",
  `"""${text}"""`,
  "",
  "from __future__ import annotations",
];

const file = (lines: readonly string[]): string =>
  `${lines
    .join("\n")
    .replace(/\n{4,}/g, "\n\n\n")
    .trimEnd()}\n`;

function packageFile(classes: readonly ApiClass[]): string {
  const table = (name: string, passing: ApiClass["passing"], doc: string): string[] => [
    `${name}: Dict[str, str] = {`,
    ...classes
      .filter((owner) => owner.passing === passing)
      .map((owner) => `    ${JSON.stringify(owner.name)}: "${enginePackage}.${owner.module}",`),
    "}",
    `"""${doc}"""`,
  ];
  return file([
    ...head("What is generated for this client from the description of the API."),
    "",
    "from typing import Dict",
    "",
    ...table("CLASSES", "remote", "The modules of remote classes."),
    "",
    ...table("VALUES", "value", "The modules of classes passed by value."),
  ]);
}

function errorsFile(api: Api): string {
  return file([
    ...head("The error table: kind, message, hint and Spark's condition of every code."),
    "",
    "from typing import Dict, NamedTuple",
    "",
    "",
    "class Entry(NamedTuple):",
    '    """One code; parts in braces are parameters."""',
    "",
    "    kind: str",
    "    message: str",
    "    hint: str",
    "    condition: str",
    "",
    "",
    "ERRORS: Dict[str, Entry] = {",
    ...api.errors.map(({ code, kind, message, hint, condition }) => {
      return `    ${literal(code)}: Entry(${[kind, message, hint, condition].map(literal).join(", ")}),`;
    }),
    "}",
    "KINDS: Dict[str, str] = {code: entry.kind for code, entry in ERRORS.items()}",
  ]);
}

function functionsFile(api: Api, overlay: ReadonlySet<string>): string {
  const functions = api.functions.filter(
    ({ kind, name, names }) => kind !== "operator" && names.python !== "" && !overlay.has(`functions.${name}`),
  );
  const context = newContext(api, overlay);
  const bodies = functions.map((fn) => emitFunction(fn, context));
  const names = functions.map(({ name, names }) => pythonName(name, names));
  const constants = bodies.some((lines) => lines.some((line) => line.includes("lit(")));
  const typing = [...context.imports.typing].sort();
  const types =
    bodies.length === 0 ? [] : [`from typing import ${[...new Set([...typing, "Union"])].sort().join(", ")}`];
  const imported = ["Column", ...(bodies.length > 0 ? ["call_function"] : []), ...(constants ? ["lit"] : [])];
  const runtime = [...context.runtime].sort();
  return file([
    ...head("Functions of columns, built in the client as plain data and sent with the call that uses them."),
    "",
    ...types,
    "",
    ...(runtime.length === 0 ? [] : [`from kindling._runtime.remote import ${runtime.join(", ")}`]),
    ...(bodies.length === 0 ? [] : [`from kindling.sql.column import ${imported.join(", ")}`]),
    "",
    `__all__ = [${names.map(literal).join(", ")}]`,
    ...(bodies.length === 0 ? [] : ["", "ColumnOrName = Union[Column, str]"]),
    ...bodies.flatMap((lines) => ["", "", ...lines]),
  ]);
}

function newContext(api: Api, overlay: ReadonlySet<string>): ClassContext {
  return {
    imports: { typing: new Set(), api: new Set() },
    runtime: new Set(),
    built: new Set(),
    classes: new Map(api.classes.map((owner) => [owner.name, owner])),
    overlay,
    kinds: new Map(api.errors.map(({ code, kind }) => [code, kind])),
    lines: new Set(),
  };
}

function areaFile(
  area: string,
  api: Api,
  name: string,
  classes: readonly ApiClass[],
  overlay: ReadonlySet<string>,
): string {
  const context = newContext(api, overlay);
  const own = inOrder(classes.filter(({ module }) => module === area));
  const enums = api.enums.filter(({ module }) => module === area);
  const variables = typeVariables(own, context);
  const enumLines = enums.flatMap((item) => ["", ...emitEnum(item, context)]);
  const bodies = own.map((owner) => emitClass(owner, context));
  const names = [...own.map(({ name, names }) => pythonName(name, names)), ...enums.map(({ name }) => name)].sort();
  return file([
    ...head(`The ${area} API.`),
    "",
    ...imports(`${name}.${area}`, api, new Set(names), context),
    "",
    `__all__ = [${names.map(literal).join(", ")}]`,
    "",
    ...variables,
    ...enumLines,
    ...bodies.flatMap((lines) => ["", "", ...lines]),
  ]);
}

/** Bases before the classes that extend them, otherwise as described. */
function inOrder(classes: readonly ApiClass[]): ApiClass[] {
  const placed = new Set<ApiClass>();
  const place = (owner: ApiClass): void => {
    const base = owner.extends && "name" in owner.extends ? owner.extends.name : "";
    const found = classes.find(({ name }) => name === base);
    if (found && !placed.has(found)) place(found);
    placed.add(owner);
  };
  for (const owner of classes) place(owner);
  return [...placed];
}

/** One type variable per name: the reader sees to it that a name has one bound. */
function typeVariables(classes: readonly ApiClass[], context: ClassContext): string[] {
  const parameters = classes.flatMap((owner): readonly ApiTypeParameter[] => [
    ...owner.typeParameters,
    ...owner.methods.flatMap((method) =>
      [method, ...method.overloads].flatMap((signature) => signature.typeParameters),
    ),
  ]);
  const found = new Map<string, string>();
  for (const { name, bound } of parameters) {
    const limit = bound ? `, bound=${literal(annotation(bound, "given", context.imports))}` : "";
    if (!found.has(name)) found.set(name, `${name} = TypeVar(${literal(name)}${limit})`);
  }
  if (found.size > 0) context.imports.typing.add("TypeVar");
  return [...found.values()].sort();
}

function emitEnum({ name, values, doc }: ApiEnum, { imports }: ClassContext): string[] {
  imports.typing.add("Literal");
  return [`${name} = Literal[${values.map(literal).join(", ")}]`, ...quoted([doc.summary])];
}

function imports(module: string, api: Api, own: ReadonlySet<string>, context: ClassContext): string[] {
  const folder = module.slice(0, module.lastIndexOf("."));
  const moduleOf = new Map([
    ...[...api.classes, ...api.enums].map((owner): [string, string] => [owner.name, `${folder}.${owner.module}`]),
    ...Object.entries(api.overlays.python?.classes ?? {}),
  ]);
  const line = (name: string): string => `from ${moduleOf.get(name) ?? module} import ${name}`;
  const built = [...context.built].filter((name) => !own.has(name)).map(line);
  const named = [...context.imports.api].filter((name) => !own.has(name) && !context.built.has(name)).map(line);
  const runtime = [...context.runtime].sort();
  if (named.length > 0) context.imports.typing.add("TYPE_CHECKING");
  const typing = [...context.imports.typing].sort();
  const standard = [...context.lines].filter((text) => !text.includes("kindling"));
  const overlays = [...context.lines].filter((text) => text.includes("kindling"));
  return [
    ...standard,
    ...(typing.length === 0 ? [] : [`from typing import ${typing.join(", ")}`]),
    "",
    ...(runtime.length === 0 ? [] : [`from kindling._runtime.remote import ${runtime.join(", ")}`]),
    ...[...built, ...overlays].sort(),
    ...(named.length === 0 ? [] : ["", "if TYPE_CHECKING:", ...named.sort().map((text) => `    ${text}`)]),
  ];
}
