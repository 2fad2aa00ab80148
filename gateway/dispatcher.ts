/**
 * Which message does what. json-rpc-2.0 carries out the messages of the protocol itself, one at a time; order, arrays and
 * numbers are `conversation.ts` and `lanes.ts`, because its own arrays run side by side.
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

/** Told of the reply, once, where the message wants one. */
type Answer = (response: JSONRPCResponse) => void;

/** Carries out one message. */
export type Dispatcher = (request: JSONRPCRequest, origin: Origin, answer: Answer) => void;

type Response = Promise<JSONRPCResponse | null>;

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

/** A call of a member. It goes around json-rpc-2.0, whose five promises cost more than most calls. */
function openCall(request: JSONRPCRequest, member: Member | undefined, origin: Origin, answer: Answer): void {
  const { method, id, params } = request;
  const call = (id as number | undefined) ?? null;
  const message = { method, id: call, params: params as WireObject };
  if (call === null) origin.session.open(message, member, noAnswer);
  else origin.session.open(message, member, (result) => answerCall(call, result, origin, answer));
}

const noAnswer = (): void => {};

function answerCall(id: number, result: EncodedResult | EngineError, { sendParts }: Origin, answer: Answer): void {
  if (result instanceof EngineError) answer(errorResponse(id, result));
  else if (result.parts.length === 0) answer(responseOf(id, result));
  else void sendParts(id, result.parts).then(() => answer(responseOf(id, result)));
}

const responseOf = (id: number, { wire }: EncodedResult): JSONRPCResponse => ({ jsonrpc: "2.0", id, result: wire });

/** A dispatcher over the methods of the protocol and these members. */
export function createDispatcher(members: ReadonlyMap<string, Member>): Dispatcher {
  const rpc = new JSONRPCServer<Session>({ errorListener: () => {} });
  for (const name of Object.keys(control)) {
    rpc.addMethodAdvanced(name, (request, session) => answerControl(name, request, session));
  }
  return (request, origin, answer) => {
    if (!Object.hasOwn(control, request.method)) openCall(request, members.get(request.method), origin, answer);
    else void rpc.receive(request, origin.session).then((response) => response && answer(response));
  };
}
