/**
 * Completes connections and keeps count of sessions. Everything that serves a session is loaded with this file, and so
 * not before the gateway has opened its port.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Host } from "../engine/session/caller.js";
import { declarations, members } from "./calls.js";
import { Connection, type ConnectionSurroundings, closeCodes } from "./connection.js";
import { createDispatcher } from "./dispatcher.js";
import type { Exposure } from "./exposure.js";
import type { Limits } from "./limits.js";
import type { Reception } from "./server.js";
import { Session } from "./session.js";

export interface ReceptionOptions {
  readonly limits: Limits;
  readonly version: string;
  readonly exposure: Exposure;
}

export class SessionReception implements Reception {
  private readonly options: ReceptionOptions;
  private readonly sockets: WebSocketServer;
  private readonly surroundings: ConnectionSurroundings;
  private readonly connections = new Map<WebSocket, Connection>();
  private readonly sessions = new Set<Session>();
  private lastSession = 0;

  /** Fails if the description names what does not exist. */
  constructor(options: ReceptionOptions) {
    const { limits, version, exposure } = options;
    this.options = options;
    this.sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.messageBytes,
    });
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
    this.surroundings = { limits, version, dispatcher: createDispatcher(members(exposure)), startSession };
  }

  get isFull(): boolean {
    return Math.max(this.connections.size, this.sessions.size) >= this.options.limits.sessions;
  }

  get counts(): { readonly sessions: number; readonly objects: number } {
    const objects = [...this.sessions].reduce((sum, session) => sum + session.objects.count, 0);
    return { sessions: this.sessions.size, objects };
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    request.socket.setNoDelay(true);
    request.socket.setKeepAlive(true, this.options.limits.keepAliveMs);
    this.sockets.handleUpgrade(request, socket, head, (opened) => {
      this.connections.set(opened, new Connection(opened, this.surroundings));
      opened.on("close", () => this.connections.delete(opened));
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.connections.values()].map((connection) => connection.end(closeCodes.goingAway)));
    // Sessions of connections that are gone may still be stopping what they started.
    await Promise.all([...this.sessions].map((session) => session.end()));
    for (const connection of this.connections.values()) connection.terminate();
  }
}
