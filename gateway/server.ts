/** The HTTP server that WebSocket connections begin at, and the sessions that are open. */
import { createServer, type IncomingMessage, STATUS_CODES, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { EngineError } from "../engine/errors.js";
import type { Host } from "../engine/session/caller.js";
import { type AdmissionPolicy, type Refusal, refusal } from "./admission.js";
import { declarations, members } from "./calls.js";
import { closeCodes, Connection, type ConnectionSurroundings } from "./connection.js";
import { createDispatcher } from "./dispatcher.js";
import type { Exposure } from "./exposure.js";
import type { Limits } from "./limits.js";
import { Session } from "./session.js";

export interface ServerOptions {
  readonly port: number;
  readonly policy: AdmissionPolicy;
  readonly limits: Limits;
  readonly version: string;
  /** What clients may reach; connections wait for it. */
  readonly exposure: Promise<Exposure>;
}

const refusalBody = ({ error }: Refusal): string => JSON.stringify(error.toData());

function writeRefusal(socket: Duplex, refused: Refusal): void {
  const body = refusalBody(refused);
  const challenge = refused.status === 401 ? "WWW-Authenticate: Bearer\r\n" : "";
  socket.end(
    `HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status]}\r\nContent-Type: application/json\r\n${challenge}` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const upgradeNeeded: Refusal = {
  status: 426,
  error: new EngineError("MESSAGE_INVALID", { reason: "the gateway speaks WebSocket only" }),
};

function answerPlainRequest(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(upgradeNeeded.status, {
    "Content-Type": "application/json",
    Upgrade: "websocket",
    Connection: "close",
  });
  response.end(refusalBody(upgradeNeeded));
}

export class GatewayServer {
  private readonly options: ServerOptions;
  private readonly http: Server;
  private readonly surroundings: Promise<ConnectionSurroundings>;
  private readonly sockets: WebSocketServer;
  private readonly connections = new Map<WebSocket, Connection>();
  private readonly sessions = new Set<Session>();
  private lastSession = 0;
  private isClosing = false;

  constructor(options: ServerOptions) {
    const { limits } = options;
    this.options = options;
    this.surroundings = this.prepare();
    // Told to whoever connects, and to the caller of `startGateway` by the same promise.
    this.surroundings.catch(() => {});
    this.sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.messageBytes,
      skipUTF8Validation: false,
    });
    this.http = createServer(
      { headersTimeout: limits.helloMs, requestTimeout: limits.helloMs, maxHeaderSize: 16 * 1024 },
      answerPlainRequest,
    );
    this.http.maxConnections = limits.connections;
    this.http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.upgrade(request, socket, head),
    );
  }

  /** Open sessions, for tests and the log. */
  get sessionCount(): number {
    return this.sessions.size;
  }

  get objectCount(): number {
    return [...this.sessions].reduce((sum, { objects }) => sum + objects.count, 0);
  }

  /** Starts to listen; the port is the one asked for, or a free one for 0. */
  listen(): Promise<number> {
    const { port, policy } = this.options;
    return new Promise((resolve, reject) => {
      this.http.once("error", (error: NodeJS.ErrnoException) => {
        const isUsed = error.code === "EADDRINUSE";
        const params = { port, host: policy.host };
        reject(isUsed ? new EngineError("PORT_IN_USE", params, { cause: error }) : EngineError.from(error));
      });
      this.http.listen(port, policy.host, () => resolve((this.http.address() as AddressInfo).port));
    });
  }

  /** Ends every session and connection, and stops listening. */
  async close(): Promise<void> {
    this.isClosing = true;
    const stopped = new Promise<void>((resolve) => {
      this.http.close(() => resolve());
    });
    await Promise.all([...this.connections.values()].map((connection) => connection.end(closeCodes.goingAway)));
    // Sessions of connections that are gone may still be stopping what they started.
    await Promise.all([...this.sessions].map((session) => session.end()));
    for (const connection of this.connections.values()) connection.terminate();
    this.http.closeAllConnections();
    await stopped;
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A peer that goes away before the upgrade is over is nobody's error.
    socket.on("error", () => socket.destroy());
    const { host, origin, authorization } = request.headers;
    const refused = refusal({ path: request.url ?? "", host, origin, authorization }, this.options.policy);
    if (refused) writeRefusal(socket, refused);
    else void this.admit(request, socket, head);
  }

  /** Completes the upgrade once the engine is loaded. */
  private async admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      const surroundings = await this.surroundings;
      const refused = this.full();
      if (refused) writeRefusal(socket, refused);
      else if (!socket.destroyed)
        this.sockets.handleUpgrade(request, socket, head, (opened) => this.connect(opened, request, surroundings));
    } catch (error) {
      writeRefusal(socket, { status: 503, error: EngineError.from(error) });
    }
  }

  private full(): Refusal | null {
    const { sessions } = this.options.limits;
    const taken = Math.max(this.connections.size, this.sessions.size);
    if (taken < sessions && !this.isClosing) return null;
    return {
      status: 503,
      error: new EngineError("LIMIT_REACHED", { what: "the number of sessions of a gateway", limit: sessions }),
    };
  }

  private connect(socket: WebSocket, request: IncomingMessage, surroundings: ConnectionSurroundings): void {
    request.socket.setNoDelay(true);
    request.socket.setKeepAlive(true, this.options.limits.keepAliveMs);
    this.connections.set(socket, new Connection(socket, surroundings));
    socket.on("close", () => this.connections.delete(socket));
  }

  private async prepare(): Promise<ConnectionSurroundings> {
    const { limits, version } = this.options;
    const exposure = await this.options.exposure;
    const known = { limits, declarations: declarations(exposure.api), classes: exposure.classes };
    const startSession = (host: Host, takeFrames: (call: number) => readonly Uint8Array[]): Session => {
      this.lastSession += 1;
      const session: Session = new Session(`s${this.lastSession}`, {
        ...known,
        host,
        takeFrames,
        ended: () => this.sessions.delete(session),
      });
      this.sessions.add(session);
      return session;
    };
    return { limits, version, dispatcher: createDispatcher(members(exposure)), startSession };
  }
}
