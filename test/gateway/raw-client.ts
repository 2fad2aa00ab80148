/** A client that speaks the protocol by hand, frame by frame, so that tests see and can break every part of it. */
import { WebSocket } from "ws";
import type { ErrorData } from "../../engine/errors.js";
import { decodeFrame, encodeFrame } from "../../gateway/frames.js";

export interface Reply {
  readonly id: number | null;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data: ErrorData };
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export interface Params {
  readonly on?: number;
  readonly as?: number;
  readonly args?: readonly unknown[];
  readonly lane?: number;
  readonly at?: readonly [string, number];
  readonly deadlineMs?: number;
  readonly [name: string]: unknown;
}

export const helloParams = {
  protocol: 1,
  client: {
    language: "python",
    version: "0.1.0",
    languageVersion: "3.11",
    executable: "/usr/bin/python3",
    platform: "linux",
    workingDirectory: "/tmp",
    searchPath: ["/tmp"],
    program: "app.py",
    pid: 1,
  },
  resume: null,
} as const;

type Message = Readonly<Record<string, unknown>>;

export class RawClient {
  readonly socket: WebSocket;
  /** Text frames that came, parsed. */
  readonly received: unknown[] = [];
  /** Messages that are no replies to a request of ours. */
  readonly others: Reply[] = [];
  readonly parts: Map<number, Buffer[]> = new Map();
  readonly closed: Promise<number>;
  sent = 0;
  seen = 0;
  framesSent = 0;
  private lastId = 0;
  private readonly replies = new Map<number, (reply: Reply) => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("message", (data: Buffer, isBinary) =>
      isBinary ? this.takeFrame(data) : this.takeText(data.toString("utf8")),
    );
    socket.on("error", () => {});
  }

  /** Opens a connection, without `hello`. */
  static async open(
    port: number,
    token: string,
    headers: Readonly<Record<string, string>> = {},
    path = "/",
  ): Promise<RawClient> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
      headers: { Authorization: `Bearer ${token}`, ...headers },
    });
    const client = new RawClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", () => resolve());
      socket.once("unexpected-response", (_, response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => {
          body += chunk.toString("utf8");
        });
        response.on("end", () =>
          reject(Object.assign(new Error(`HTTP ${response.statusCode}`), { status: response.statusCode, body })),
        );
      });
      socket.once("error", reject);
    });
    return client;
  }

  static async connect(gateway: { readonly port: number; readonly token: string }): Promise<RawClient> {
    const client = await RawClient.open(gateway.port, gateway.token);
    await client.hello();
    return client;
  }

  hello(params: Message = helloParams): Promise<Reply> {
    const reply = new Promise<Reply>((resolve) => this.replies.set(0, resolve));
    this.raw(JSON.stringify({ jsonrpc: "2.0", id: 0, method: "hello", params }));
    return reply;
  }

  /** An id that was not used before, for a call or an object. */
  id(): number {
    this.lastId += 1;
    return this.lastId;
  }

  /** Sends bytes or text as they are. */
  raw(frame: string | Buffer): void {
    this.framesSent += 1;
    this.socket.send(frame);
  }

  /** Sends messages as one frame, numbered. */
  send(...messages: readonly Message[]): void {
    const [first, ...rest] = messages.map((message) => ({ jsonrpc: "2.0", ...message }));
    const numbered = { ...first, seq: this.sent + 1, ack: this.seen };
    this.sent += messages.length;
    this.raw(JSON.stringify(rest.length === 0 ? numbered : [numbered, ...rest]));
  }

  sendPart(call: number, part: number, body: Uint8Array, last = true): void {
    this.sent += 1;
    this.raw(encodeFrame({ seq: this.sent, ack: this.seen, call, part, last }, body));
  }

  notify(method: string, params: Params): void {
    this.send({ method, params });
  }

  reply(id: number): Promise<Reply> {
    return new Promise((resolve) => this.replies.set(id, resolve));
  }

  /** A request and its reply. */
  request(method: string, params: Params = {}, id: number = this.id()): Promise<Reply> {
    const reply = this.reply(id);
    this.send({ method, id, params });
    return reply;
  }

  /** The result of a request; fails on an error reply. */
  async value(method: string, params: Params = {}): Promise<unknown> {
    const reply = await this.request(method, params);
    if (reply.error) throw new Error(reply.error.message);
    return reply.result;
  }

  /** The code of the error of a request. */
  async code(method: string, params: Params = {}): Promise<string | undefined> {
    return (await this.request(method, params)).error?.data.code;
  }

  /** A `new` call without waiting; its id. */
  make(method: string, params: Params = {}): number {
    const as = this.id();
    this.notify(method, { ...params, as });
    return as;
  }

  async end(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  private takeText(text: string): void {
    const parsed = JSON.parse(text) as Reply | Reply[];
    this.received.push(parsed);
    const messages = Array.isArray(parsed) ? parsed : [parsed];
    if (messages[0] && "seq" in messages[0]) this.seen += messages.length;
    for (const message of messages) {
      const resolve = message.id === null || message.id === undefined ? undefined : this.replies.get(message.id);
      if (resolve) resolve(message);
      else this.others.push(message);
    }
  }

  private takeFrame(data: Buffer): void {
    const { header, body } = decodeFrame(data);
    this.seen += 1;
    const parts = this.parts.get(header.call) ?? [];
    this.parts.set(header.call, parts);
    parts[header.part - 1] = Buffer.concat([parts[header.part - 1] ?? Buffer.alloc(0), body]);
  }
}
