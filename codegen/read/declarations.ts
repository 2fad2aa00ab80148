/**
 * The source of an entry file → the classes, values and enums it exports.
 *
 * Classes are described wherever they are exported; interfaces and literal unions only where a class's members lead to
 * them, so that an entry may export types for TypeScript alone.
 */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import {
  type ClassDeclaration,
  type InterfaceDeclaration,
  Node,
  Project,
  type SourceFile,
  type TypeAliasDeclaration,
  ts,
} from "ts-morph";
import type { ApiClass, ApiEnum, ApiField, ApiMethod, ApiType } from "../description.js";
import { type Failure, Failures } from "./failures.js";
import { type Owner, readClassFields, readInterfaceFields, readMethods } from "./members.js";
import type { Reference, Scope } from "./scope.js";
import { readTypeParameters, withTypeParameters } from "./signatures.js";
import { isInternal, type Remarks, readRemarks } from "./tags.js";
import { readType, wireForms } from "./type-nodes.js";

export interface ReadOptions {
  /** The file whose exports are the API. */
  readonly entry: string;
  /** Failures name files relative to this folder. */
  readonly root: string;
  /** Codes of the error table, for `@throws`. */
  readonly codes: Iterable<string>;
}

export interface Declarations {
  readonly classes: readonly ApiClass[];
  readonly enums: readonly ApiEnum[];
  /** Complete: reading goes on after each. Where there are any, the rest is not to be used. */
  readonly failures: readonly Failure[];
}

export function readDeclarations({ entry, root, codes }: ReadOptions): Declarations {
  const failures = new Failures(root);
  const exported = exportedDeclarations(loadSource(entry));
  const references = new Map<Node, Reference>();
  for (const [name, node] of exported) {
    const kind = referenceKind(node);
    if (kind) references.set(node, { kind, name });
  }
  const scope: Scope = {
    failures,
    codes: new Set(codes),
    references,
    parameters: new Map(),
    bounds: new Map(),
    expanding: [],
    member: "",
  };
  checkLooseExports(exported, failures);
  return { ...describeAll(references, scope), failures: failures.all };
}

/**
 * The entry and, through relative imports, our own files only: without the declarations of packages and of JavaScript
 * itself the whole engine is read in about a second. Names that stay unresolved are told by name.
 */
function loadSource(entry: string): SourceFile {
  const project = new Project({
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
    compilerOptions: {
      noLib: true,
      noResolve: true,
      types: [],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    },
  });
  const pending = [resolve(entry)];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (project.getSourceFile(path)) continue;
    const file = project.addSourceFileAtPath(path);
    for (const specifier of [...file.getImportDeclarations(), ...file.getExportDeclarations()]) {
      const name = specifier.getModuleSpecifierValue();
      if (name?.startsWith(".")) pending.push(sourcePath(resolve(dirname(path), name)));
    }
  }
  return project.getSourceFileOrThrow(resolve(entry));
}

const sourcePath = (module: string): string => {
  const path = module.replace(/\.js$/, ".ts");
  return existsSync(path) ? path : `${path}x`;
};

function exportedDeclarations(file: SourceFile): [string, Node][] {
  const all = [...file.getExportedDeclarations()].flatMap(([name, nodes]) =>
    nodes.map((node): [string, Node] => [name, node]),
  );
  // Functions of the functions table may be exported as a namespace: the table describes them.
  return all.filter(([, node]) => !Node.isSourceFile(node) && !isInternal(node));
}

function referenceKind(node: Node): Reference["kind"] | null {
  if (Node.isClassDeclaration(node)) return isValue(node) ? "value" : "object";
  if (Node.isInterfaceDeclaration(node)) return "value";
  return Node.isTypeAliasDeclaration(node) && literalsOf(node) ? "enum" : null;
}

const isValue = (node: ClassDeclaration): boolean =>
  node.getJsDocs().some((comment) => /^\s*@value\b/m.test(comment.getInnerText()));

/** The strings of a union of literals; null for any other alias. */
function literalsOf(node: TypeAliasDeclaration): string[] | null {
  const type = node.getTypeNode();
  const members = Node.isUnionTypeNode(type) ? type.getTypeNodes() : [];
  const values = members.flatMap((member) => {
    const literal = Node.isLiteralTypeNode(member) ? member.getLiteral() : undefined;
    return Node.isStringLiteral(literal) ? [literal.getLiteralValue()] : [];
  });
  return values.length > 0 && values.length === members.length ? values : null;
}

/** Functions and constants have no object to be called on. */
function checkLooseExports(exported: readonly [string, Node][], failures: Failures): void {
  for (const [name, node] of exported) {
    if (!Node.isFunctionDeclaration(node) && !Node.isVariableDeclaration(node)) continue;
    failures.add(node, name, "an exported function or constant", "make it a static method, or tag it @internal");
  }
}

function describeAll(references: ReadonlyMap<Node, Reference>, scope: Scope): Pick<Declarations, "classes" | "enums"> {
  const classes = new Map<string, ApiClass>();
  const enums = new Map<string, ApiEnum>();
  for (const [node, { name }] of references) {
    if (Node.isClassDeclaration(node) && !isError(node) && !wireForms.has(name))
      classes.set(name, readClass(node, name, scope));
  }
  const byName = new Map([...references].map(([node, { name }]) => [name, node]));
  const pending = byNameOrder(classes);
  for (let owner = pending.shift(); owner !== undefined; owner = pending.shift()) {
    for (const name of mentioned(owner)) {
      const node = byName.get(name);
      if (classes.has(name) || enums.has(name) || node === undefined) continue;
      if (Node.isTypeAliasDeclaration(node)) enums.set(name, readEnum(node, name, owner.module, scope));
      if (!Node.isInterfaceDeclaration(node)) continue;
      const value = readInterface(node, name, owner.module, scope);
      classes.set(name, value);
      pending.push(value);
    }
  }
  return { classes: byNameOrder(classes), enums: byNameOrder(enums) };
}

/** Errors are described by the error table. */
const isError = (node: ClassDeclaration): boolean => node.getExtends()?.getExpression().getText() === "Error";

const byNameOrder = <T>(all: ReadonlyMap<string, T>): T[] =>
  [...all].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, value]) => value);

/** Names of the values and enums that a description refers to. */
function mentioned(owner: ApiClass): string[] {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { kind, name } = value as { kind?: unknown; name?: unknown };
    if ((kind === "value" || kind === "enum") && typeof name === "string") names.add(name);
    for (const inner of Object.values(value)) visit(inner);
  };
  visit(owner);
  return [...names];
}

function readClass(node: ClassDeclaration, name: string, outer: Scope): ApiClass {
  const generics = node.getTypeParameters();
  const scope = withTypeParameters(
    { ...outer, member: name },
    generics.map((parameter) => parameter.getName()),
  );
  const remarks = readDocumented(node, name, scope);
  const passing = remarks.flags.has("value") ? "value" : "remote";
  const owner: Owner = {
    name,
    passing,
    type: {
      kind: passing === "value" ? "value" : "object",
      name,
      typeArguments: generics.map((parameter) => ({ kind: "parameter", name: parameter.getName() })),
    },
  };
  const members = readMembers(node, owner, scope);
  checkValueConstructor(node, members, owner, scope);
  return {
    name,
    passing,
    module: remarks.module ?? "core",
    typeParameters: readTypeParameters(generics, scope),
    ...members,
    names: remarks.names,
    doc: remarks.doc,
  };
}

interface Members {
  extends?: ApiType;
  methods: readonly ApiMethod[];
  fields: readonly ApiField[];
}

/** Own members, and those of bases that are not exported; of an exported base the constructor, if there is none here. */
function readMembers(node: ClassDeclaration, owner: Owner, scope: Scope): Members {
  const fields = owner.passing === "value" ? readClassFields(node, owner, scope) : [];
  const own: Members = { methods: readMethods(node, owner, scope), fields };
  const clause = node.getExtends();
  if (!clause) return own;
  const symbol = clause.getExpression().getSymbol();
  const base = (symbol?.getAliasedSymbol() ?? symbol)?.getDeclarations().find(Node.isClassDeclaration);
  if (!base) {
    scope.failures.add(clause, owner.name, `the base ${clause.getText()} is not ours`, "hold it in a private field");
    return own;
  }
  const args = clause.getTypeArguments().map((argument) => readType(argument, scope));
  const reference = scope.references.get(base);
  const given = base.getTypeParameters().map((parameter, index): [string, ApiType] => {
    return [parameter.getName(), args[index] ?? { kind: "unknown" }];
  });
  const inherited = readMembers(base, owner, { ...scope, parameters: new Map([...scope.parameters, ...given]) });
  if (node.getConstructors().length > 0) inherited.methods = inherited.methods.filter(({ name }) => name !== "new");
  if (reference?.kind !== "object" && reference?.kind !== "value") return merge(inherited, own);
  const constructors = inherited.methods.filter(({ name }) => name === "new");
  const described: ApiType = { kind: reference.kind, name: reference.name, typeArguments: args };
  return { ...own, methods: [...constructors, ...own.methods], extends: described };
}

/** A member of the base stands where the class does not declare it again. */
function merge(base: Members, own: Members): Members {
  const missing = <T extends { readonly name: string }>(theirs: readonly T[], ours: readonly T[]): T[] =>
    theirs.filter(({ name }) => ours.every((member) => member.name !== name));
  return {
    ...(base.extends && { extends: base.extends }),
    methods: [...own.methods, ...missing(base.methods, own.methods)],
    fields: [...missing(base.fields, own.fields), ...own.fields],
  };
}

/** Clients build a value from its fields alone: the constructor must do no more. */
function checkValueConstructor(node: ClassDeclaration, { methods, fields }: Members, owner: Owner, scope: Scope): void {
  if (owner.passing !== "value") return;
  const known = new Set(fields.map(({ name }) => name));
  const parameters = methods.find(({ form }) => form === "constructor")?.parameters ?? [];
  const foreign = parameters.find(({ name }) => !known.has(name));
  if (!foreign) return;
  const remedy = "take the fields under their names, or tag it @internal";
  scope.failures.add(node, `${owner.name}.new`, `parameter "${foreign.name}" is no field of the value`, remedy);
}

function readDocumented(node: Node, name: string, scope: Scope): Remarks {
  const remarks = readRemarks([node], name, scope);
  if (remarks.doc.summary === "") scope.failures.add(node, name, "no doc comment", "say what it is");
  return remarks;
}

/** Without a tag it belongs to the module of the class that led to it. */
function readInterface(node: InterfaceDeclaration, name: string, module: string, outer: Scope): ApiClass {
  const generics = node.getTypeParameters();
  const scope = withTypeParameters(
    { ...outer, member: name },
    generics.map((parameter) => parameter.getName()),
  );
  const remarks = readDocumented(node, name, scope);
  const type: ApiType = { kind: "value", name, typeArguments: [] };
  return {
    name,
    passing: "value",
    module: remarks.module ?? module,
    typeParameters: readTypeParameters(generics, scope),
    methods: [],
    fields: readInterfaceFields(node, { name, passing: "value", type }, scope),
    names: remarks.names,
    doc: remarks.doc,
  };
}

function readEnum(node: TypeAliasDeclaration, name: string, module: string, scope: Scope): ApiEnum {
  const remarks = readDocumented(node, name, { ...scope, member: name });
  return { name, module: remarks.module ?? module, values: literalsOf(node) ?? [], doc: remarks.doc };
}
