/**
 * Completes connections and keeps count of sessions. Everything that serves a session is loaded with this file, and so
 * not before the gateway has opened its port.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { EngineError } from "../engine/errors.js";
import type { Host } from "../engine/session/caller.js";
import { declarations, members } from "./calls.js";
import { Connection, type ConnectionSurroundings } from "./connection.js";
import { Conversation, closeCodes } from "./conversation.js";
import { createDispatcher } from "./dispatcher.js";
import { classNameOf, type Exposure } from "./exposure.js";
import type { Limits } from "./limits.js";
import { Link } from "./link.js";
import { Published, type Rights } from "./published.js";
import type { Reception } from "./server.js";
import { Session } from "./session.js";
import type { WireObject } from "./values.js";

export interface ReceptionOptions {
  readonly limits: Limits;
  readonly version: string;
  readonly socketPath: string | null;
  readonly exposure: Exposure;
}

const full = (limit: number): EngineError =>
  new EngineError("LIMIT_REACHED", { what: "the number of sessions of a gateway", limit });

export class SessionReception implements Reception {
  private readonly options: ReceptionOptions;
  private readonly sockets: WebSocketServer;
  private readonly surroundings: ConnectionSurroundings;
  private readonly connections = new Map<WebSocket, Connection>();
  private readonly conversations = new Map<string, Conversation>();
  private readonly published: Published;
  private lastSession = 0;

  /** Fails if the description names what does not exist. */
  constructor(options: ReceptionOptions) {
    const { limits, version, socketPath, exposure } = options;
    this.options = options;
    this.sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.messageBytes,
    });
    this.published = new Published(limits.published);
    const { published } = this;
    const known = { limits, declarations: declarations(exposure.api), classes: exposure.classes, published };
    const dispatcher = createDispatcher(members(exposure));
    const startSession = (host: Host, takeFrames: (call: number) => readonly Uint8Array[]): Session => {
      this.lastSession += 1;
      const id = `s${this.lastSession}`;
      return new Session(id, { ...known, host, takeFrames, ended: () => this.conversations.delete(id) });
    };
    const begin = (params: WireObject): Conversation => {
      if (this.conversations.size >= limits.sessions) throw full(limits.sessions);
      const conversation = new Conversation(params, { limits, dispatcher, startSession });
      this.conversations.set(conversation.session.id, conversation);
      return conversation;
    };
    this.surroundings = { limits, version, socketPath, begin, find: (session) => this.conversations.get(session) };
  }

  get counts(): { readonly sessions: number; readonly objects: number } {
    const objects = [...this.conversations.values()].reduce((sum, { session }) => sum + session.objects.count, 0);
    return { sessions: this.conversations.size, objects };
  }

  expose(name: string, object: object, rights: Rights): void {
    if (classNameOf(object, this.options.exposure.classes) === null) {
      const actual = object.constructor.name;
      const expected = "an object of a class that is described";
      throw new EngineError("INVALID_ARGUMENT", { call: "expose", parameter: "object", expected, actual });
    }
    this.published.publish(name, object, { rights, leaseMs: 0, publisher: null });
  }

  withdraw(name: string): void {
    this.published.withdraw(name);
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (request.socket.remoteAddress !== undefined) {
      request.socket.setNoDelay(true);
      request.socket.setKeepAlive(true, this.options.limits.keepAliveMs);
    }
    this.sockets.handleUpgrade(request, socket, head, (opened) => {
      this.connections.set(opened, new Connection(new Link(opened, socket), this.surroundings));
      opened.on("close", () => this.connections.delete(opened));
    });
  }

  async close(): Promise<void> {
    this.published.clear();
    for (const connection of this.connections.values()) connection.end(closeCodes.goingAway);
    // Sessions whose connection is gone wait for their client, or are stopping what they started.
    await Promise.all([...this.conversations.values()].map((conversation) => conversation.end(closeCodes.goingAway)));
    for (const connection of this.connections.values()) connection.terminate();
  }
}
