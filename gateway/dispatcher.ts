/**
 * Which message does what. json-rpc-2.0 carries out one message at a time; order, arrays and numbers are `connection.ts`
 * and `lanes.ts`, because its own arrays run side by side.
 */

import type { JSONRPCRequest, JSONRPCResponse } from "json-rpc-2.0";
import { JSONRPCServer } from "json-rpc-2.0";
import { EngineError } from "../engine/errors.js";
import type { Member } from "./calls.js";
import type { EncodedResult } from "./encode.js";
import { cancelledCall, errorResponse, releasedIds } from "./messages.js";
import type { Session } from "./session.js";
import type { Wire, WireObject } from "./values.js";

/** The connection as messages see it: its session, and the way for bodies that go before a reply. */
export interface Origin {
  readonly session: Session;
  readonly sendParts: (call: number, parts: readonly Uint8Array[]) => Promise<void>;
}

export type Dispatcher = JSONRPCServer<Origin>;

type Response = Promise<JSONRPCResponse | null>;

const nothing: Response = Promise.resolve(null);

/** The methods of the protocol itself; none of them is ever queued. `hello` belongs to the connection. */
const control: Readonly<Record<string, (params: WireObject, session: Session) => Wire | Promise<Wire>>> = {
  ping: () => ({}),
  release: (params, session) => {
    session.objects.release(releasedIds(params));
    return null;
  },
  cancel: (params, session) => {
    session.cancel(cancelledCall(params));
    return null;
  },
  close: async (_, session) => ({ failures: await session.close() }) as unknown as Wire,
  hello: () => {
    throw new EngineError("MESSAGE_INVALID", { reason: "hello was said already" });
  },
};

async function answerControl(name: string, { id, params }: JSONRPCRequest, session: Session): Response {
  try {
    const result = await control[name]?.(params as WireObject, session);
    return id === undefined ? null : { jsonrpc: "2.0", id, result };
  } catch (error) {
    return errorResponse(id ?? null, error);
  }
}

function answerCall(
  { method, id, params }: JSONRPCRequest,
  member: Member | undefined,
  { session, sendParts }: Origin,
): Response {
  const message = { method, id: (id as number | undefined) ?? null, params: params as WireObject };
  if (message.id === null) {
    session.open(message, member, noAnswer);
    return nothing;
  }
  const { id: call } = message;
  return new Promise((resolve) => {
    session.open(message, member, (result) => {
      if (result instanceof EngineError) resolve(errorResponse(call, result));
      else
        resolve(
          result.parts.length === 0
            ? responseOf(call, result)
            : sendParts(call, result.parts).then(() => responseOf(call, result)),
        );
    });
  });
}

const noAnswer = (): void => {};

const responseOf = (id: number, { wire }: EncodedResult): JSONRPCResponse => ({ jsonrpc: "2.0", id, result: wire });

/** A dispatcher over the methods of the protocol and these members. */
export function createDispatcher(members: ReadonlyMap<string, Member>): Dispatcher {
  const rpc: Dispatcher = new JSONRPCServer<Origin>({ errorListener: () => {} });
  for (const name of Object.keys(control)) {
    rpc.addMethodAdvanced(name, (request, { session }) => answerControl(name, request, session));
  }
  for (const [name, member] of members) {
    rpc.addMethodAdvanced(name, (request, origin) => answerCall(request, member, origin));
  }
  rpc.handleMethodNotFound = (request, origin) => answerCall(request, undefined, origin as Origin);
  rpc.mapErrorToJSONRPCErrorResponse = (id, error) => errorResponse(id, error);
  return rpc;
}
