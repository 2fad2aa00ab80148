/** The first request of a connection: who the client is. */
import { EngineError } from "../engine/errors.js";
import type { Language } from "../engine/plan/kernel.js";
import type { Host } from "../engine/session/caller.js";
import type { EngineEvent } from "../engine/session/events.js";
import { actual, isWireObject, type Wire, type WireObject } from "./values.js";

export const protocolVersion = 1;

/** The client languages and the language of the workers that run their functions. */
const languages: ReadonlyMap<Wire, Language> = new Map<Wire, Language>([
  ["python", "python"],
  ["r", "r"],
  ["java", "jvm"],
  ["scala", "jvm"],
]);

const invalid = (reason: string): EngineError => new EngineError("MESSAGE_INVALID", { reason });

function text(client: WireObject, name: string): string {
  const value = client[name];
  if (typeof value !== "string" || value === "")
    throw invalid(`hello: client.${name} must be a string, not ${actual(value)}`);
  return value;
}

function pythonOf(client: WireObject): Host["python"] {
  const searchPath = client["searchPath"];
  const isPath = Array.isArray(searchPath) && searchPath.every((folder: Wire) => typeof folder === "string");
  if (!isPath) throw invalid("hello: client.searchPath must be a list of strings");
  return {
    executable: text(client, "executable"),
    version: text(client, "languageVersion"),
    searchPath: searchPath as readonly string[],
  };
}

/** Where a client goes on that has lost its connection. */
export interface Resumption {
  readonly session: string;
  readonly secret: string;
  /** The highest number that it has received. */
  readonly received: number;
}

/** What a `hello` asks to go on with; null: a new session. An error if this gateway speaks another protocol. */
export function resumptionOf({ protocol, resume }: WireObject): Resumption | null {
  if (protocol !== protocolVersion) {
    throw invalid(
      `this gateway speaks version ${protocolVersion} of the protocol, not ${actual(protocol)}; use client and gateway of the same release`,
    );
  }
  if (resume === undefined || resume === null) return null;
  const { session, secret, received } = isWireObject(resume) ? resume : ({} as WireObject);
  const isWhole = typeof session === "string" && typeof secret === "string" && Number.isSafeInteger(received);
  if (!isWhole || (received as number) < 0) throw invalid("hello: resume must have session, secret and received");
  return { session, secret, received: received as number };
}

/** The host that a `hello` describes; an error if this gateway cannot serve it. */
export function hostOf({ client }: WireObject, listen: (event: EngineEvent) => void): Host {
  if (!isWireObject(client)) throw invalid("hello: client is missing");
  const language = languages.get(client["language"] ?? null);
  if (!language)
    throw invalid(`hello: client.language must be python, r, java or scala, not ${actual(client["language"])}`);
  const workingDirectory = text(client, "workingDirectory");
  return { language, workingDirectory, python: language === "python" ? pythonOf(client) : null, listen };
}
