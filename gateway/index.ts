/** The gateway as a library: serves the engine, or objects of one's own, to clients of other languages. */
import { randomBytes } from "node:crypto";
import type { Api } from "../codegen/description.js";
import { type ExposedClass, engineExposure, packageVersion } from "./exposure.js";
import { type Limits, limitValues } from "./limits.js";
import { newSocketPath, removeSocket } from "./local-socket.js";
import type { Rights } from "./published.js";
import { GatewayServer, type Reception } from "./server.js";

export { classesOf, type ExposedClass } from "./exposure.js";
export { type Limit, type LimitName, type Limits, limitTable } from "./limits.js";
export type { Rights } from "./published.js";

export interface GatewayOptions {
  /** Address to listen on; only this machine reaches the default, 127.0.0.1. */
  readonly host?: string;
  /** 0, the default, is a free one. */
  readonly port?: number;
  /** What clients must show; a random one if left out. Whoever has it can run code as the user of this process. */
  readonly token?: string;
  /** Web origins whose pages may connect; none by default. */
  readonly allowedOrigins?: readonly string[];
  /** Describes what clients may reach; the engine's `codegen/api.json` if left out. */
  readonly api?: Api;
  /** The classes that `api` describes, by name; the engine's if left out. */
  readonly classes?: ReadonlyMap<string, ExposedClass>;
  readonly limits?: Partial<Limits>;
}

export interface Gateway {
  readonly port: number;
  /** The Unix socket that clients on this machine may use instead; null where there is none. */
  readonly socketPath: string | null;
  readonly token: string;
  /** Resolves when the engine is loaded; connections that come before wait. */
  readonly ready: Promise<void>;
  /** What clients hold at the moment. */
  counts(): { readonly sessions: number; readonly objects: number };
  /**
   * Offers an object to all clients under a name, as `kindling.find` finds it; resolves when it can be found. Its class
   * must be one of the gateway's.
   */
  expose(name: string, object: object, rights?: Rights): Promise<void>;
  /** Ends what is offered under a name: whoever has found it can use it no more. */
  withdraw(name: string): Promise<void>;
  /** Ends every session with what it started, and stops listening. */
  close(): Promise<void>;
}

/** Starts to listen and returns at once; `PORT_IN_USE` if the port is taken. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const { host = "127.0.0.1", token = randomBytes(32).toString("base64url"), allowedOrigins = [], port = 0 } = options;
  const limits = limitValues(options.limits);
  let begin: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const socketPath = newSocketPath();
  const reception = opened.then(() => receptionOf(options, limits, socketPath));
  const ready = reception.then(() => {});
  // Told to whoever connects; who asks for `ready` is told there.
  ready.catch(() => {});
  const server = new GatewayServer({ port, socketPath, policy: { token, host, allowedOrigins }, limits, reception });
  const stop = async (): Promise<void> => {
    await server.close();
    if (socketPath !== null) removeSocket(socketPath);
  };
  const openPort = await server.listen().catch((error: unknown) => {
    if (socketPath !== null) removeSocket(socketPath);
    throw error;
  });
  let counts: Gateway["counts"] = () => ({ sessions: 0, objects: 0 });
  void reception.then(
    (loaded) => {
      counts = () => loaded.counts;
    },
    () => {},
  );
  // Loading blocks this process longer than opening the port took: the caller announces the port meanwhile.
  setImmediate(begin);
  return {
    port: openPort,
    socketPath,
    token,
    ready,
    counts: () => counts(),
    expose: async (name, object, rights = "full") => (await reception).expose(name, object, rights),
    withdraw: async (name) => (await reception).withdraw(name),
    close: stop,
  };
}

/** What serves sessions, with the engine or with the caller's own objects. */
async function receptionOf(
  { api, classes }: GatewayOptions,
  limits: Limits,
  socketPath: string | null,
): Promise<Reception> {
  const { SessionReception } = await import("./reception.js");
  const engine = api && classes ? { api, classes } : await engineExposure();
  const exposure = { api: api ?? engine.api, classes: classes ?? engine.classes };
  return new SessionReception({ limits, version: packageVersion(), socketPath, exposure });
}
