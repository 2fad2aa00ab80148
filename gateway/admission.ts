/** Who may open a connection: decided from the head of the HTTP request alone. */
import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { EngineError } from "../engine/errors.js";

export interface AdmissionPolicy {
  readonly token: string;
  /** The host name that the gateway was told to listen on. */
  readonly host: string;
  readonly allowedOrigins: readonly string[];
}

/** What an upgrade request says of itself. */
export interface RequestHead {
  readonly path: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
}

export interface Refusal {
  readonly status: 401 | 403 | 404 | 426 | 503;
  readonly error: EngineError;
}

/** The path of the one endpoint. */
const endpoint = "/";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Compares in a time that tells nothing of the token: neither its length nor where the two differ. */
const isToken = (given: string, token: string): boolean => timingSafeEqual(digest(given), digest(token));

/**
 * A page of a web site that gave its own name our address (DNS rebinding) sends that name here. Addresses cannot be
 * made to point elsewhere.
 */
function isOwnHost(header: string | undefined, own: string): boolean {
  const name = (header ?? "")
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();
  return name === "localhost" || name === own.toLowerCase() || isIP(name) !== 0;
}

/** Why a request is refused; null if it may open a connection. */
export function refusal(head: RequestHead, policy: AdmissionPolicy): Refusal | null {
  if (!isOwnHost(head.host, policy.host)) {
    return { status: 403, error: new EngineError("ORIGIN_REFUSED", { origin: `host ${head.host ?? "(none)"}` }) };
  }
  if (head.origin !== undefined && !policy.allowedOrigins.includes(head.origin)) {
    return { status: 403, error: new EngineError("ORIGIN_REFUSED", { origin: head.origin }) };
  }
  if (head.path !== endpoint) return { status: 404, error: new EngineError("METHOD_NOT_FOUND", { method: head.path }) };
  const given = /^Bearer +(\S+) *$/i.exec(head.authorization ?? "")?.[1] ?? "";
  if (!isToken(given, policy.token)) return { status: 401, error: new EngineError("UNAUTHENTICATED") };
  return null;
}
