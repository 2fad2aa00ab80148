/**
 * Packs a TypeScript function, with all it captures, into bytes that `unpackFunction` turns into an equal function in
 * another process.
 *
 * The function's source comes from `toString`; the variables it captures are found by scope analysis and read by the
 * inspector at this moment, so a captured `let` is a snapshot; captured functions and classes are packed the same way.
 */

import { serialize } from "node:v8";
import { EngineError } from "../errors.js";
import type { ShippedFunction } from "../plan/kernel.js";
import type { AnyFunction } from "../plan/task-function.js";
import { type Body, type Container, holdsBinary, plainBody, type Special } from "./body.js";
import { buildOrder, type Dependencies } from "./build-order.js";
import { captureFunction, type FunctionDraft, programUrl } from "./capture-function.js";
import { nameOfFunction } from "./function-facts.js";
import { obstacleOf } from "./obstacles.js";
import { type ResolveModule, Shipment, type Trail } from "./shipment.js";
import { writePart } from "./write-code.js";

/** Captured data beyond this belongs into a broadcast or a file. */
export const maxBodyBytes: number = 64 * 1024 * 1024;

export interface PackOptions {
  /** Names modules that the engine cannot recognise by itself. */
  readonly resolveModule?: ResolveModule;
}

/**
 * The function as workers receive it.
 *
 * Throws `FUNCTION_NOT_SHIPPABLE`, naming the captured variable, when it cannot run in another process.
 */
export function packFunction(fn: AnyFunction, options: PackOptions = {}): ShippedFunction {
  if (typeof fn !== "function")
    throw new EngineError("INVALID_ARGUMENT", {
      call: "packFunction",
      parameter: "fn",
      expected: "a function",
      actual: typeof fn,
    });
  const name = nameOfFunction(fn);
  const shipment = new Shipment(name, options.resolveModule);
  const trail: Trail = { text: "", root: name, from: programUrl() };
  const obstacle = obstacleOf(fn);
  if (obstacle) shipment.refuse(trail, obstacle);
  try {
    captureFunction(shipment, fn, trail);
  } catch (thrown) {
    throw thrown instanceof RangeError ? tooDeep(shipment, thrown) : thrown;
  }
  const total = [...shipment.sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  if (total > maxBodyBytes) tooLarge(shipment, total);
  const content = serializeBody(shipment);
  if (content.length > maxBodyBytes) tooLarge(shipment, content.length);
  const body = new Uint8Array(content.length + 1);
  body[0] = shipment.holdsBinary ? holdsBinary : plainBody;
  body.set(content, 1);
  return { language: "typescript", name, body };
}

function serializeBody(shipment: Shipment): Uint8Array {
  try {
    return serialize(bodyOf(shipment));
  } catch (thrown) {
    if (thrown instanceof RangeError) throw tooDeep(shipment, thrown);
    const reason = `what it captures cannot be copied: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    return shipment.refuse({ text: "", root: "", from: "" }, { reason, remedy: "make the object inside the function" });
  }
}

/** Specials in the order they are rebuilt in: what is looked up by name, then functions, each with its prototype. */
function bodyOf(shipment: Shipment): Body {
  const { drafts, links } = shipment;
  const edges = dependencies(shipment);
  const functions = buildOrder(edges);
  const position = new Map(functions.map((index, at) => [index, at]));
  const specialOf = (index: number): Special => {
    const draft = drafts[index] as Exclude<Shipment["drafts"][number], undefined>;
    if (draft.kind !== "function") return draft;
    const late = new Set<number>();
    const at = position.get(index) ?? 0;
    for (const [target, variable] of edges.get(index)?.uses ?? [])
      if ((position.get(target) ?? -1) >= at) late.add(variable);
    return writePart(draft, late);
  };
  const prototypes = new Map<number, number>();
  const first: number[] = [];
  drafts.forEach((draft, index) => {
    if (draft.kind === "prototype") prototypes.set(draft.of, index);
    else if (draft.kind !== "function") first.push(index);
  });
  const withPrototypes = (indices: readonly number[]): number[] =>
    indices.flatMap((index) => [index, ...(prototypes.has(index) ? [prototypes.get(index) as number] : [])]);
  const order = [...withPrototypes(first), ...withPrototypes(functions)];
  const newIndex = new Map(order.map((index, at) => [index, at]));
  return {
    specials: order
      .map(specialOf)
      .map((special) => (special.kind === "prototype" ? { ...special, of: newIndex.get(special.of) ?? 0 } : special)),
    entry: newIndex.get(0) ?? 0,
    links: order.map((index) => links[index] ?? []),
    prototypes: shipment.prototypes as unknown as Body["prototypes"],
    fills: shipment.fills,
    definitions: shipment.definitions as unknown as Body["definitions"],
  };
}

interface Uses extends Dependencies {
  /** Pairs of a function's index and the variable that holds it or its prototype. */
  readonly uses: readonly (readonly [number, number])[];
}

/** Which function holds which others directly in its variables. */
function dependencies({ drafts, links }: Shipment): Map<number, Uses> {
  const holders = new Map<Container, number>();
  const uses = new Map<number, [number, number][]>();
  drafts.forEach((draft, index) => {
    if (draft.kind !== "function") return;
    holders.set(draft.values as unknown as Container, index);
    uses.set(index, []);
  });
  drafts.forEach((draft, index) => {
    const target = draft.kind === "prototype" ? draft.of : index;
    for (const [container, key] of links[index] ?? []) {
      const holder = holders.get(container);
      if (holder !== undefined && uses.has(target)) uses.get(holder)?.push([target, Number(key)]);
    }
  });
  return new Map(
    [...uses].map(([index, pairs]) => {
      const { variables } = drafts[index] as FunctionDraft;
      const early = pairs.filter(([, variable]) => variables[variable]?.early).map(([target]) => target);
      return [index, { uses: pairs, all: pairs.map(([target]) => target), early }];
    }),
  );
}

function tooLarge(shipment: Shipment, bytes: number): never {
  const [variable = "", size = 0] = [...shipment.sizes].toSorted((left, right) => right[1] - left[1])[0] ?? [];
  const mebibytes = (count: number): string => `${Math.round(count / 1024 / 1024)} MiB`;
  return shipment.refuse(
    { text: variable, root: variable, from: "" },
    {
      reason: `that is ${mebibytes(size)} of the ${mebibytes(bytes)} it would send with every task; the limit is ${mebibytes(maxBodyBytes)}`,
      remedy: "broadcast it, read it inside the function, or make it an RDD and join with it",
    },
  );
}

function tooDeep(shipment: Shipment, cause: RangeError): EngineError {
  const variable = shipment.capturing;
  return new EngineError(
    "FUNCTION_NOT_SHIPPABLE",
    {
      function: shipment.name,
      variable,
      reason: `it captures ${variable}, but objects nested that deeply cannot be copied`,
      remedy: "capture an array instead of a long chain of objects",
    },
    { cause },
  );
}
