/** The HTTP server that connections begin at: opens the port, and refuses whoever may not come in. */
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { EngineError } from "../engine/errors.js";
import { type AdmissionPolicy, type Refusal, refusal } from "./admission.js";
import type { Limits } from "./limits.js";
import type { Rights } from "./published.js";

/** Where admitted connections go. */
export interface Reception {
  readonly counts: { readonly sessions: number; readonly objects: number };
  expose(name: string, object: object, rights: Rights): void;
  withdraw(name: string): void;
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends every session and connection. */
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly port: number;
  /** A Unix socket to listen on too. */
  readonly socketPath: string | null;
  readonly policy: AdmissionPolicy;
  readonly limits: Limits;
  /** Connections wait for it. */
  readonly reception: Promise<Reception>;
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
  /** Listens on the Unix socket. */
  private readonly local: Server;
  private isClosing = false;

  constructor(options: ServerOptions) {
    const { helloMs, connections } = options.limits;
    this.options = options;
    const limits = { headersTimeout: helloMs, requestTimeout: helloMs, maxHeaderSize: 16 * 1024 };
    const serve = (): Server => {
      const http = createServer(limits, answerPlainRequest);
      http.maxConnections = connections;
      http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
        this.upgrade(request, socket, head),
      );
      return http;
    };
    [this.http, this.local] = [serve(), serve()];
  }

  /** Starts to listen; the port is the one asked for, or a free one for 0. */
  async listen(): Promise<number> {
    const { port, policy, socketPath } = this.options;
    const opened = await new Promise<number>((resolve, reject) => {
      this.http.once("error", (error: NodeJS.ErrnoException) => {
        const isUsed = error.code === "EADDRINUSE";
        reject(
          isUsed
            ? new EngineError("PORT_IN_USE", { port, host: policy.host }, { cause: error })
            : EngineError.from(error),
        );
      });
      this.http.listen(port, policy.host, () => resolve((this.http.address() as AddressInfo).port));
    });
    if (socketPath !== null) await this.listenLocally(socketPath);
    return opened;
  }

  private listenLocally(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.local.once("error", (error) => {
        this.http.close();
        reject(EngineError.from(error));
      });
      this.local.listen(path, resolve);
    });
  }

  /** Ends every session and connection, and stops listening. */
  async close(): Promise<void> {
    this.isClosing = true;
    const servers = [this.http, this.local];
    const stopped = servers.map((http) => new Promise<void>((resolve) => http.close(() => resolve())));
    const reception = await this.options.reception.catch(() => null);
    await reception?.close();
    for (const http of servers) http.closeAllConnections();
    await Promise.all(stopped);
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A peer that goes away before the upgrade is over is nobody's error.
    socket.on("error", () => socket.destroy());
    const { host, origin, authorization } = request.headers;
    const refused = refusal({ path: request.url ?? "", host, origin, authorization }, this.options.policy);
    if (refused) writeRefusal(socket, refused);
    else void this.admit(request, socket, head);
  }

  /** Passes the connection on once everything is loaded. */
  private async admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      const reception = await this.options.reception;
      if (this.isClosing) throw new EngineError("SESSION_LOST", { reason: "the gateway stops" });
      if (!socket.destroyed) reception.accept(request, socket, head);
    } catch (error) {
      writeRefusal(socket, { status: 503, error: EngineError.from(error) });
    }
  }
}
