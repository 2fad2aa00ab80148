/**
 * What V8 knows of a function beyond its source: the variables it captures, and where it was defined.
 *
 * One in-process inspector session answers synchronously and stays connected. Values never pass through the protocol:
 * the session only runs a callback of ours on the list of scopes, so what is read is the very object that the function sees.
 */

import { type InspectorNotification, Session } from "node:inspector";
import { EngineError } from "../errors.js";

/** A place in a script; line and column count from 0. */
export interface ScriptPlace {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

export interface FunctionFacts {
  /** The captured variables among the names asked for; names that only the global object has are missing. */
  readonly captured: ReadonlyMap<string, unknown>;
  /** Whether the function stands in an ES module, whose code is strict. */
  readonly inModule: boolean;
  readonly place: ScriptPlace | undefined;
  /** Values of a class's private static fields, by name without `#`. */
  readonly privateStatics: ReadonlyMap<string, unknown>;
}

export interface ParsedScript {
  readonly scriptId: string;
  readonly url: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly sourceMapURL?: string;
}

interface RemoteObject {
  readonly value?: unknown;
  readonly objectId?: string;
  readonly unserializableValue?: string;
}

interface RemoteProperty {
  readonly name: string;
  readonly value?: RemoteObject;
}

interface RemoteProperties {
  readonly internalProperties?: readonly RemoteProperty[];
  readonly privateProperties?: readonly RemoteProperty[];
}

type Receiver = (this: unknown, value: unknown) => void;

/** The object through which values go in and out of the session. */
interface Bridge {
  subject: unknown;
  receive: Receiver;
}

interface Connection {
  readonly session: Session;
  readonly bridge: Bridge;
  readonly bridgeId: string;
}

const objectGroup = "kindling.closure";
const bridgeKey = Symbol.for("kindling.closureBridge");
let connection: Connection | undefined;

function connected(): Connection {
  if (connection) return connection;
  const bridge: Bridge = { subject: undefined, receive: () => {} };
  const holder = globalThis as unknown as Record<symbol, unknown>;
  holder[bridgeKey] = bridge;
  try {
    const session = new Session();
    session.connect();
    const { result } = post<{ result: RemoteObject }>(session, "Runtime.evaluate", {
      expression: `globalThis[Symbol.for("kindling.closureBridge")]`,
    });
    if (result.objectId === undefined)
      throw new EngineError("INTERNAL", {
        reason: "the inspector does not reach this context; vm contexts cannot pack functions",
      });
    connection = { session, bridge, bridgeId: result.objectId };
    return connection;
  } finally {
    delete holder[bridgeKey];
  }
}

function post<T>(session: Session, method: string, parameters: object): T {
  let answer: T | undefined;
  let failure: Error | null = null;
  session.post(method, parameters, (error: Error | null, result?: object) => {
    failure = error;
    answer = result as T;
  });
  if (failure !== null || answer === undefined)
    throw new EngineError("INTERNAL", { reason: `the inspector did not answer ${method}` }, { cause: failure });
  return answer;
}

function callOn({ session, bridge, bridgeId }: Connection, objectId: string, receive: Receiver): void {
  bridge.receive = receive;
  post(session, "Runtime.callFunctionOn", {
    objectId,
    functionDeclaration: "function (bridge) { bridge.receive(this); }",
    arguments: [{ objectId: bridgeId }],
    silent: true,
    objectGroup,
  });
  bridge.receive = () => {};
}

/** Reads the captured variables `names` of a function, and where it was defined. */
export function readFunction(
  subject: object,
  names: readonly string[],
  privateStatics: readonly string[],
): FunctionFacts {
  const link = connected();
  const { session, bridge, bridgeId } = link;
  bridge.subject = subject;
  try {
    const { result } = post<{ result: RemoteObject }>(session, "Runtime.callFunctionOn", {
      objectId: bridgeId,
      functionDeclaration: "function () { return this.subject; }",
      objectGroup,
    });
    const properties = post<RemoteProperties>(session, "Runtime.getProperties", {
      objectId: result.objectId,
      ownProperties: true,
    });
    const internal = (name: string) => properties.internalProperties?.find((property) => property.name === name)?.value;
    const captured = new Map<string, unknown>();
    let inModule = false;
    const scopes = internal("[[Scopes]]")?.objectId;
    if (scopes !== undefined)
      callOn(link, scopes, (list) => {
        inModule = readScopes(list as ScopeList, names, captured);
      });
    return {
      captured,
      inModule,
      place: internal("[[FunctionLocation]]")?.value as ScriptPlace | undefined,
      privateStatics: readPrivateStatics(link, properties, privateStatics),
    };
  } finally {
    bridge.subject = undefined;
    post(session, "Runtime.releaseObjectGroup", { objectGroup });
  }
}

interface ScopeList {
  readonly length: number;
  readonly [index: number]: { readonly description: string; readonly object: Record<string, unknown> };
}

/** Innermost scope first, as V8 lists them; returns whether one of them is a module's. */
function readScopes(scopes: ScopeList, names: readonly string[], captured: Map<string, unknown>): boolean {
  let inModule = false;
  for (let index = 0; index < scopes.length; index++) {
    const scope = scopes[index];
    if (!scope || scope.description === "Global") continue;
    if (scope.description === "Module") inModule = true;
    for (const name of names)
      if (!captured.has(name) && Object.hasOwn(scope.object, name)) captured.set(name, scope.object[name]);
  }
  return inModule;
}

function readPrivateStatics(
  link: Connection,
  properties: RemoteProperties,
  names: readonly string[],
): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const name of names) {
    const remote = properties.privateProperties?.find((property) => property.name === `#${name}`)?.value;
    if (remote?.objectId !== undefined) callOn(link, remote.objectId, (value) => values.set(name, value));
    else values.set(name, remote && primitive(remote));
  }
  return values;
}

function primitive({ value, unserializableValue }: RemoteObject): unknown {
  if (unserializableValue === undefined) return value;
  return unserializableValue.endsWith("n") ? BigInt(unserializableValue.slice(0, -1)) : Number(unserializableValue);
}

/** All scripts of the process; `wanted` tells of which ones the source text is needed. */
export function listScripts(
  wanted: (script: ParsedScript) => boolean,
): readonly (ParsedScript & { readonly text?: string })[] {
  const { session } = connected();
  const scripts: ParsedScript[] = [];
  const collect = ({ params }: InspectorNotification<ParsedScript>): void => {
    scripts.push(params);
  };
  const events = session as unknown as NodeJS.EventEmitter;
  events.on("Debugger.scriptParsed", collect);
  // Only for this moment: an enabled debugger would stop at the user's `debugger` statements.
  post(session, "Debugger.enable", {});
  try {
    return scripts.map((script) => {
      if (!wanted(script)) return script;
      const { scriptSource } = post<{ scriptSource: string }>(session, "Debugger.getScriptSource", {
        scriptId: script.scriptId,
      });
      return { ...script, text: scriptSource };
    });
  } finally {
    post(session, "Debugger.disable", {});
    events.off("Debugger.scriptParsed", collect);
  }
}
