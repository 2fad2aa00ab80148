/**
 * Which names a function uses but does not declare, found by scope analysis of its parsed source.
 *
 * References are collected together with the scope they occur in and resolved at the end, when every declaration is
 * known, so that hoisting needs no pass of its own. `x => { const y = x + z; return y; }` gives `z`.
 */

import { eachTarget, isNode, nodeOf, nodesOf, type SyntaxNode } from "./syntax-node.js";

/** Why a function cannot be sent, and what its author can do instead. */
export interface Obstacle {
  readonly reason: string;
  readonly remedy: string;
}

export interface FreeVariable {
  readonly name: string;
  /** Property names when every use is `name.property`; null when the value is used as a whole. */
  members: Set<string> | null;
  /** Assigned to inside the function. */
  written: boolean;
  /** Needed while the class is defined, not only when its methods run. */
  early: boolean;
}

export interface FreeVariables {
  readonly variables: ReadonlyMap<string, FreeVariable>;
  readonly obstacle: Obstacle | undefined;
  /** `import(…)` and `import.meta`, which mean the file they stand in. */
  readonly moduleNodes: readonly SyntaxNode[];
}

interface Scope {
  readonly names: Set<string>;
  readonly parent: Scope | undefined;
  /** `var` declarations end up here, and not in blocks. */
  readonly holdsVar: boolean;
}

interface Context {
  readonly scope: Scope;
  /** Inside something that has its own `this`, `arguments` and `new.target`. */
  readonly ownThis: boolean;
  readonly ownSuper: boolean;
  readonly privateNames: ReadonlySet<string>;
  readonly early: boolean;
}

interface Reference {
  readonly name: string;
  readonly scope: Scope;
  readonly member: string | null;
  readonly write: boolean;
  readonly early: boolean;
}

/** Parts of the tree that are replaced before the source is shipped, hence not searched. */
export type Replaced = ReadonlySet<unknown>;

const useParameter = "pass what it needs as a parameter, or capture it in a variable of its own";
const outsideClass = "capture the object and call its method, or write a function that needs no class";

class Analysis {
  readonly references: Reference[] = [];
  readonly moduleNodes: SyntaxNode[] = [];
  readonly replaced: Replaced;
  obstacle: Obstacle | undefined;

  constructor(replaced: Replaced) {
    this.replaced = replaced;
  }

  refuse(reason: string, remedy: string): void {
    this.obstacle ??= { reason, remedy };
  }

  visit(value: unknown, context: Context): void {
    if (Array.isArray(value)) for (const item of value) this.visit(item, context);
    else if (isNode(value) && !this.replaced.has(value)) {
      const visitor = visitors[value.type];
      if (visitor) visitor(this, value, context);
      else this.visitChildren(value, context);
    }
  }

  visitChildren(node: SyntaxNode, context: Context): void {
    for (const field in node) if (isNode(node[field]) || Array.isArray(node[field])) this.visit(node[field], context);
  }

  refer(name: string, context: Context, use: { member?: string | null; write?: boolean } = {}): void {
    if (name === "arguments" && context.ownThis) return;
    const { scope, early } = context;
    this.references.push({ name, scope, member: use.member ?? null, write: use.write ?? false, early });
  }

  /** The names that a pattern declares; its defaults and computed keys are ordinary expressions. */
  declare(pattern: unknown, scope: Scope, context: Context): void {
    eachTarget(nodeOf(pattern), {
      name: (target) => scope.names.add(String(target["name"])),
      expression: (node) => this.visit(node, context),
    });
  }

  assign(pattern: unknown, context: Context): void {
    eachTarget(nodeOf(pattern), {
      name: (target) => this.refer(String(target["name"]), context, { write: true }),
      expression: (node) => this.visit(node, context),
    });
  }

  /** Parameters and body have a scope each: a default value does not see the body's variables. */
  visitFunction(node: SyntaxNode, outer: Context, method: boolean): void {
    const arrow = node.type === "ArrowFunctionExpression";
    const parameters = child(outer.scope, false);
    if (node.type === "FunctionExpression" && isNode(node["id"])) parameters.names.add(String(node["id"]["name"]));
    const own = arrow ? {} : { ownThis: true, ownSuper: method };
    const inner: Context = { ...outer, ...own, scope: parameters, early: false };
    for (const parameter of nodesOf(node["params"])) this.declare(parameter, parameters, inner);
    const body = nodeOf(node["body"]);
    const bodyContext = { ...inner, scope: child(parameters, true) };
    if (body.type === "BlockStatement") this.visit(body["body"], bodyContext);
    else this.visit(body, bodyContext);
  }

  visitClass(node: SyntaxNode, outer: Context): void {
    const scope = child(outer.scope, false);
    if (isNode(node["id"])) scope.names.add(String(node["id"]["name"]));
    const members = nodesOf(nodeOf(node["body"])["body"]).filter(isNode);
    const names = members
      .map((member) => member["key"])
      .filter((key) => isNode(key) && key.type === "PrivateIdentifier")
      .map((key) => String(nodeOf(key)["name"]));
    const context = { ...outer, scope, privateNames: new Set([...outer.privateNames, ...names]) };
    this.visit(node["superClass"], context);
    for (const member of members) this.visit(member, context);
  }
}

const child = (parent: Scope | undefined, holdsVar: boolean): Scope => ({ names: new Set(), parent, holdsVar });

const blockScoped = (analysis: Analysis, node: SyntaxNode, context: Context): void =>
  analysis.visitChildren(node, { ...context, scope: child(context.scope, false) });

const ownBody = (context: Context): Context => ({
  ...context,
  scope: child(context.scope, true),
  ownThis: true,
  ownSuper: true,
});

const functionExpression = (analysis: Analysis, node: SyntaxNode, context: Context): void =>
  analysis.visitFunction(node, context, false);

/** A member of an object literal or class: its function may use `super`. */
function member(analysis: Analysis, node: SyntaxNode, context: Context): void {
  if (node["computed"]) analysis.visit(node["key"], context);
  const value = node["value"];
  const method = node.type === "MethodDefinition" || node["method"] === true || node["kind"] !== "init";
  if (isNode(value) && value.type === "FunctionExpression" && method) analysis.visitFunction(value, context, true);
  else analysis.visit(value, context);
}

function forEach(analysis: Analysis, node: SyntaxNode, context: Context): void {
  const inner = { ...context, scope: child(context.scope, false) };
  const left = nodeOf(node["left"]);
  if (left.type === "VariableDeclaration") analysis.visit(left, inner);
  else analysis.assign(left, inner);
  analysis.visit(node["right"], inner);
  analysis.visit(node["body"], inner);
}

type Visitor = (analysis: Analysis, node: SyntaxNode, context: Context) => void;

/** Every node type whose children are not simply expressions and statements of the same scope. */
const visitors: Readonly<Record<string, Visitor>> = {
  Identifier: (analysis, node, context) => analysis.refer(String(node["name"]), context),
  MemberExpression: (analysis, node, context) => {
    const object = nodeOf(node["object"]);
    const property = nodeOf(node["property"]);
    if (object.type === "Identifier" && !node["computed"] && property.type === "Identifier")
      analysis.refer(String(object["name"]), context, { member: String(property["name"]) });
    else analysis.visit(object, context);
    if (node["computed"] || property.type === "PrivateIdentifier") analysis.visit(property, context);
  },
  Property: member,
  MethodDefinition: member,
  PropertyDefinition: (analysis, node, context) => {
    if (node["computed"]) analysis.visit(node["key"], context);
    analysis.visit(node["value"], { ...ownBody(context), early: false });
  },
  StaticBlock: (analysis, node, context) => analysis.visit(node["body"], ownBody(context)),
  FunctionDeclaration: (analysis, node, context) => {
    if (isNode(node["id"])) context.scope.names.add(String(node["id"]["name"]));
    analysis.visitFunction(node, context, false);
  },
  FunctionExpression: functionExpression,
  ArrowFunctionExpression: functionExpression,
  ClassDeclaration: (analysis, node, context) => {
    if (isNode(node["id"])) context.scope.names.add(String(node["id"]["name"]));
    analysis.visitClass(node, context);
  },
  ClassExpression: (analysis, node, context) => analysis.visitClass(node, context),
  VariableDeclaration: (analysis, node, context) => {
    let scope = context.scope;
    while (node["kind"] === "var" && !scope.holdsVar && scope.parent) scope = scope.parent;
    for (const declarator of nodesOf(node["declarations"]).filter(isNode)) {
      analysis.declare(declarator["id"], scope, context);
      analysis.visit(declarator["init"], context);
    }
  },
  BlockStatement: blockScoped,
  ForStatement: blockScoped,
  SwitchStatement: blockScoped,
  ForInStatement: forEach,
  ForOfStatement: forEach,
  CatchClause: (analysis, node, context) => {
    const inner = { ...context, scope: child(context.scope, false) };
    if (isNode(node["param"])) analysis.declare(node["param"], inner.scope, inner);
    analysis.visit(node["body"], inner);
  },
  LabeledStatement: (analysis, node, context) => analysis.visit(node["body"], context),
  BreakStatement: () => {},
  ContinueStatement: () => {},
  AssignmentExpression: (analysis, node, context) => {
    analysis.assign(node["left"], context);
    analysis.visit(node["right"], context);
  },
  UpdateExpression: (analysis, node, context) => analysis.assign(node["argument"], context),
  CallExpression: (analysis, node, context) => {
    const callee = nodeOf(node["callee"]);
    if (callee.type === "Identifier" && callee["name"] === "eval")
      analysis.refuse("it calls eval, so nobody can tell which variables it uses", "write it without eval");
    analysis.visitChildren(node, context);
  },
  ImportExpression: (analysis, node, context) => {
    analysis.moduleNodes.push(node);
    analysis.visitChildren(node, context);
  },
  MetaProperty: (analysis, node, context) => {
    if (nodeOf(node["meta"])["name"] === "import") analysis.moduleNodes.push(node);
    else if (!context.ownThis) analysis.refuse("it uses new.target of the function around it", useParameter);
  },
  ThisExpression: (analysis, _, context) => {
    if (!context.ownThis) analysis.refuse("it uses this of the function or class around it", thisRemedy);
  },
  Super: (analysis, _, context) => {
    if (!context.ownSuper) analysis.refuse("it uses super of the object or class around it", outsideClass);
  },
  PrivateIdentifier: (analysis, node, context) => {
    const name = String(node["name"]);
    if (!context.privateNames.has(name)) analysis.refuse(`it uses the private name #${name} of a class`, outsideClass);
  },
};

const thisRemedy = "copy what it needs into a variable first: const value = this.value";

/** The free variables of a function's expression; `method` when it is written as a member of an object. */
export function freeVariables(root: SyntaxNode, method: boolean, replaced: Replaced): FreeVariables {
  const analysis = new Analysis(replaced);
  const context: Context = {
    scope: child(undefined, true),
    ownThis: false,
    ownSuper: false,
    privateNames: new Set(),
    early: true,
  };
  if (method) analysis.visitFunction(root, context, false);
  else analysis.visit(root, context);
  const variables = new Map<string, FreeVariable>();
  for (const reference of analysis.references) {
    if (isDeclared(reference)) continue;
    if (reference.name === "arguments")
      analysis.refuse("it uses arguments of the function around it", "use a rest parameter: (...args) => …");
    note(variables, reference);
  }
  return { variables, obstacle: analysis.obstacle, moduleNodes: analysis.moduleNodes };
}

function isDeclared({ name, scope }: Reference): boolean {
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at.names.has(name)) return true;
  return false;
}

function note(variables: Map<string, FreeVariable>, { name, member, write, early }: Reference): void {
  let variable = variables.get(name);
  if (!variable) {
    variable = { name, members: new Set(), written: false, early: false };
    variables.set(name, variable);
  }
  if (member === null) variable.members = null;
  else variable.members?.add(member);
  variable.written ||= write;
  variable.early ||= early;
}
