/** The messages of the protocol as they are once checked, and replies as they are sent. */

import type { JSONRPCErrorResponse, JSONRPCID, JSONRPCRequest } from "json-rpc-2.0";
import { EngineError, type ErrorData } from "../engine/errors.js";
import { isWireObject, type Wire, type WireObject } from "./values.js";

/** The parameters of a call. */
export interface CallParams {
  readonly on: number | null;
  readonly as: number | null;
  readonly args: readonly Wire[];
  readonly lane: number;
  readonly at: { readonly file: string; readonly line: number } | null;
  readonly deadlineMs: number | null;
}

const invalid = (reason: string): EngineError => new EngineError("MESSAGE_INVALID", { reason });

export const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

const isCallId = (id: Wire, method: string): id is number => (id === 0 && method === "hello") || isId(id);

/** One element of a text frame as a JSON-RPC request or notification. */
export function requestOf(message: unknown): JSONRPCRequest {
  if (!isWireObject(message)) throw invalid("a message must be a JSON object");
  const { jsonrpc, method, id, params } = message;
  if (jsonrpc !== "2.0") throw invalid('a message must have "jsonrpc":"2.0"');
  if (typeof method !== "string") throw invalid("a message must have a method");
  if (id !== undefined && !isCallId(id, method)) throw invalid("an id must be a positive integer");
  if (params !== undefined && !isWireObject(params)) throw invalid("params must be an object");
  const given = params ?? {};
  return id === undefined ? { jsonrpc, method, params: given } : { jsonrpc, method, id, params: given };
}

/** The id of a message that may be anything, for the reply that refuses it. */
export const idOf = (message: unknown): number | null =>
  isWireObject(message) && isId(message["id"]) ? message["id"] : null;

type Reader<T> = (wire: Wire) => T | undefined;

function field<T>(params: WireObject, name: string, fallback: T, read: Reader<T>): T {
  const wire = params[name];
  if (wire === undefined) return fallback;
  const value = read(wire);
  if (value === undefined) throw invalid(`malformed "${name}"`);
  return value;
}

const positive: Reader<number> = (wire) => (isId(wire) ? wire : undefined);
const objectId: Reader<number> = (wire) => (wire !== 0 && Number.isSafeInteger(wire) ? (wire as number) : undefined);
const natural: Reader<number> = (wire) =>
  Number.isSafeInteger(wire) && (wire as number) >= 0 ? (wire as number) : undefined;
const list: Reader<readonly Wire[]> = (wire) => (Array.isArray(wire) ? (wire as readonly Wire[]) : undefined);

const site: Reader<CallParams["at"]> = (wire) => {
  if (wire === null) return null;
  if (!Array.isArray(wire) || wire.length !== 2) return undefined;
  const [file, line] = wire as readonly Wire[];
  return typeof file === "string" && natural(line ?? null) !== undefined ? { file, line: line as number } : undefined;
};

export const callParams = (params: WireObject): CallParams => ({
  on: field(params, "on", null, objectId),
  as: field(params, "as", null, positive),
  args: field(params, "args", [], list),
  lane: field(params, "lane", 0, natural),
  at: field(params, "at", null, site),
  deadlineMs: field(params, "deadlineMs", null, positive),
});

/** The ids of a `release`. */
export function releasedIds(params: WireObject): readonly number[] {
  const ids = list(params["ids"] ?? null);
  if (!ids?.every((id) => objectId(id) !== undefined)) throw invalid('malformed "ids"');
  return ids as readonly number[];
}

/** The number of an `ack`. */
export function acknowledgedNumber(params: Wire | undefined): number {
  const received = isWireObject(params) ? natural(params["received"] ?? null) : undefined;
  if (received === undefined) throw invalid('malformed "received"');
  return received;
}

/** The call that a `cancel` names. */
export function cancelledCall(params: WireObject): number {
  const call = positive(params["call"] ?? null);
  if (call === undefined) throw invalid('malformed "call"');
  return call;
}

/** The error as it travels; stacks of our side only where `KINDLING_DEBUG` asks for them. */
export function errorData(error: EngineError): ErrorData & { readonly stack?: string } {
  const cause = error.cause instanceof Error ? error.cause.stack : error.stack;
  return process.env["KINDLING_DEBUG"] && cause !== undefined ? { ...error.toData(), stack: cause } : error.toData();
}

const rpcCodes: Readonly<Record<string, number>> = { MESSAGE_INVALID: -32600, METHOD_NOT_FOUND: -32601 };

export function errorResponse(id: JSONRPCID, thrown: unknown, rpcCode?: number): JSONRPCErrorResponse {
  const error = EngineError.from(thrown);
  const code = rpcCode ?? rpcCodes[error.code] ?? -32000;
  return { jsonrpc: "2.0", id, error: { code, message: error.message, data: errorData(error) } };
}
