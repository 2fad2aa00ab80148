/**
 * One open WebSocket, as the outbox writes to it. Short texts, which is what nearly all replies are, go out as one write
 * of a frame that is made here: `ws` writes header and payload apart, which costs a third of a short call.
 */
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";

/** RFC 6455, section 5.2: a final text frame; its length in seven bits, or in the sixteen that follow. */
const finalText = 0x81;
const longest7 = 125;
const length16 = 126;
const longest16 = 0xffff;
/** A UTF-16 unit makes at most three bytes. */
const mostBytesPerUnit = 3;
const headerBytes = 4;

export class Link {
  readonly socket: WebSocket;
  private readonly stream: Duplex;

  /** `stream` is what the WebSocket was made on, without compression: whole frames may be written between its own. */
  constructor(socket: WebSocket, stream: Duplex) {
    this.socket = socket;
    this.stream = stream;
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** Bytes that the system has not taken yet. */
  get unsentBytes(): number {
    return this.socket.bufferedAmount;
  }

  /** Sends a message; `taken` is called when the system has it, or when nobody will. */
  send(data: string | Buffer, taken?: () => void): void {
    if (!this.isOpen) taken?.();
    else if (typeof data === "string" && data.length * mostBytesPerUnit <= longest16) this.sendShort(data, taken);
    else this.socket.send(data, () => taken?.());
  }

  private sendShort(text: string, taken?: () => void): void {
    const frame = Buffer.allocUnsafe(headerBytes + text.length * mostBytesPerUnit);
    const size = frame.write(text, headerBytes, "utf8");
    const start = size <= longest7 ? headerBytes - 2 : 0;
    frame[start] = finalText;
    if (size <= longest7) frame[start + 1] = size;
    else {
      frame[1] = length16;
      frame.writeUInt16BE(size, 2);
    }
    this.stream.write(frame.subarray(start, headerBytes + size), taken && (() => taken()));
  }
}
