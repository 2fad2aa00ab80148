/**
 * Settling whole plans: deferred nodes are put in their place, on both sides of `rows` and `elements`, and the program's
 * views that a plan names are looked up.
 */
import { type FunctionPlan, inputsOf, type RelationalPlan, withInputs } from "../plan/plan.js";
import { settle } from "../plan/settle.js";

/** Temporary views, by name in lower case. */
export type Views = ReadonlyMap<string, RelationalPlan>;

export interface Settled<P> {
  readonly plan: P;
  /** The views that the plan names, settled too. */
  readonly views: Views;
}

/** Names in a SQL text that may be views: words and back-quoted names outside of strings and comments. */
function namesIn(text: string): string[] {
  const tokens = text.matchAll(
    /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|--[^\n]*|\/\*[\s\S]*?\*\/|`((?:[^`]|``)+)`|([\p{L}_][\p{L}\p{N}_]*)/gu,
  );
  const names = [...tokens].map((token) => token[1]?.replaceAll("``", "`") ?? token[2]);
  return [...new Set(names.filter((name) => name !== undefined).map((name) => name.toLowerCase()))];
}

/** The views that a SQL text names. */
export const viewsIn = (text: string, views: Views): [string, RelationalPlan][] =>
  namesIn(text).flatMap((name) => {
    const plan = views.get(name);
    return plan ? [[name, plan]] : [];
  });

class Settler {
  readonly views: Map<string, RelationalPlan> = new Map();
  readonly #all: Views;

  constructor(all: Views) {
    this.#all = all;
  }

  async functions(plan: FunctionPlan): Promise<FunctionPlan> {
    const node = await settle(plan);
    if (node.kind === "rows") return withInput(node, await this.relation(node.input));
    const inputs = await Promise.all(inputsOf(node).map((input) => this.functions(input)));
    return inputs.every((input, i) => input === inputsOf(node)[i]) ? node : withInputs(node, inputs);
  }

  async relation(node: RelationalPlan): Promise<RelationalPlan> {
    if (node.kind === "deferredRelation") return this.relation(await node.plan);
    if (node.kind === "elements") return withInput(node, await this.functions(node.input));
    if (node.kind === "view") await this.#look(node.name.toLowerCase());
    if (node.kind === "sql") for (const [name] of viewsIn(node.text, this.#all)) await this.#look(name);
    return "input" in node ? withInput(node, await this.relation(node.input)) : node;
  }

  async #look(name: string): Promise<void> {
    const plan = this.#all.get(name);
    if (!plan || this.views.has(name)) return;
    // First unsettled, so that a view that names itself ends here.
    this.views.set(name, plan);
    this.views.set(name, await this.relation(plan));
  }
}

const withInput = <N extends { readonly input: unknown }>(node: N, input: N["input"]): N =>
  input === node.input ? node : { ...node, input };

export async function settleFunctions(plan: FunctionPlan, views: Views): Promise<Settled<FunctionPlan>> {
  const settler = new Settler(views);
  return { plan: await settler.functions(plan), views: settler.views };
}

export async function settleRelation(plan: RelationalPlan, views: Views): Promise<Settled<RelationalPlan>> {
  const settler = new Settler(views);
  return { plan: await settler.relation(plan), views: settler.views };
}
