/** One WebSocket connection: its `hello` begins a session or goes on with one, whose conversation then has it. */
import { EngineError } from "../engine/errors.js";
import { type Conversation, closeCodes } from "./conversation.js";
import { protocolVersion, resumptionOf } from "./hello.js";
import type { Limits } from "./limits.js";
import type { Link } from "./link.js";
import { errorResponse, requestOf } from "./messages.js";
import type { Wire, WireObject } from "./values.js";

export interface ConnectionSurroundings {
  readonly limits: Limits;
  readonly version: string;
  readonly socketPath: string | null;
  /** The conversation of a new session. */
  readonly begin: (params: WireObject) => Conversation;
  /** The conversation of a session that waits for its client, or has lost sight of it. */
  readonly find: (session: string) => Conversation | undefined;
}

/** RFC 6455, section 7.4.1: the connection ended without a close frame. */
const abnormal = 1006;

const invalid = (reason: string): EngineError => new EngineError("MESSAGE_INVALID", { reason });

export class Connection {
  private readonly link: Link;
  private readonly surroundings: ConnectionSurroundings;
  private readonly helloTimer: NodeJS.Timeout;
  private conversation: Conversation | null = null;

  constructor(link: Link, surroundings: ConnectionSurroundings) {
    const { helloMs } = surroundings.limits;
    const { socket } = link;
    this.link = link;
    this.surroundings = surroundings;
    const late = new EngineError("DEADLINE_EXCEEDED", { what: "hello", limitMs: helloMs });
    this.helloTimer = setTimeout(() => this.refuse(late, closeCodes.policy), helloMs).unref();
    socket.on("message", (data: Buffer, isBinary) => this.receive(data, isBinary));
    // ws reports here what breaks RFC 6455 or the size limit, and closes with the code that says so.
    socket.on("error", () => this.conversation?.broken(link));
    socket.on("close", (code) => {
      clearTimeout(this.helloTimer);
      this.conversation?.detach(link, code !== abnormal);
    });
  }

  terminate(): void {
    this.link.socket.terminate();
  }

  /** Ends a connection that has no session yet. */
  end(code: number): void {
    if (!this.conversation) this.link.socket.close(code);
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (this.conversation) {
      this.conversation.receive(data, isBinary);
      return;
    }
    try {
      if (isBinary) throw invalid("the first message must be hello");
      this.greet(JSON.parse(data.toString("utf8")) as Wire);
    } catch (thrown) {
      const isSyntax = thrown instanceof SyntaxError;
      const error = isSyntax ? invalid("a text frame that is not JSON") : EngineError.from(thrown);
      this.refuse(error, closeCodes.protocol, isSyntax ? -32700 : undefined);
    }
  }

  private refuse(error: EngineError, code: number, rpcCode?: number): void {
    this.send(errorResponse(null, error, rpcCode));
    this.link.socket.close(code);
  }

  private send(message: object): void {
    this.link.send(JSON.stringify(message));
  }

  /** The first message. A client may try again after an error, until the deadline. */
  private greet(message: Wire): void {
    const request = requestOf(message);
    if (request.method !== "hello" || request.id === undefined)
      throw invalid("the first message must be the request hello");
    const id = request.id ?? null;
    try {
      const params = request.params as WireObject;
      const resumption = resumptionOf(params);
      const conversation = resumption ? this.found(resumption) : this.surroundings.begin(params);
      this.conversation = conversation;
      clearTimeout(this.helloTimer);
      this.send({ jsonrpc: "2.0", id, result: this.welcome(conversation) });
      conversation.attach(this.link, resumption?.received ?? 0);
    } catch (error) {
      this.send(errorResponse(id, error));
    }
  }

  private found({ session, secret, received }: NonNullable<ReturnType<typeof resumptionOf>>): Conversation {
    const conversation = this.surroundings.find(session);
    if (conversation?.admits(secret, received)) return conversation;
    throw new EngineError("SESSION_LOST", { reason: "the session has ended" });
  }

  private welcome({ session, received }: Conversation): object {
    const { limits, version, socketPath } = this.surroundings;
    const { messageBytes, callsPerBatch, chunkBytes, inlineBytes, keptBytes, keptMessages, leaseMs } = limits;
    const told = { messageBytes, callsPerBatch, chunkBytes, inlineBytes, keptBytes, keptMessages, leaseMs };
    const place = { session: session.id, secret: session.secret, received };
    return { protocol: protocolVersion, ...place, version, socket: socketPath, limits: told };
  }
}
