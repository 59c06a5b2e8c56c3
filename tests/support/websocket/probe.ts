/**
 * A peer that speaks WebSocket byte by byte, right or wrong, as client or as
 * server. It shares no code with what it tests but the making of frames.
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import zlib from "node:zlib";
import {
  ClosedError,
  connect,
  serveTcp,
  type Socket,
  SocketReader,
  writeAll,
} from "../../../net/mod.ts";
import { frame, type FrameParts } from "./frames.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const HEAD_END = new TextEncoder().encode("\r\n\r\n");
const TAIL = Buffer.from([0, 0, 0xff, 0xff]);

/** One direction of compression, with the public streams and calls of zlib. */
export class ProbeDirection {
  readonly bits: number;
  readonly takeover: boolean;
  readonly #deflate: zlib.DeflateRaw;
  #compressed: Uint8Array[] = [];
  #window: Uint8Array = new Uint8Array(0);

  constructor(bits: number, takeover: boolean) {
    this.bits = bits;
    this.takeover = takeover;
    this.#deflate = zlib.createDeflateRaw({ windowBits: Math.max(9, bits) });
    this.#deflate.on("data", (bytes: Uint8Array) => this.#compressed.push(bytes));
  }

  async deflate(message: Uint8Array): Promise<Uint8Array> {
    this.#deflate.write(message);
    await new Promise<void>((resolve) => this.#deflate.flush(zlib.constants.Z_SYNC_FLUSH, resolve));
    const whole = Buffer.concat(this.#compressed);
    this.#compressed = [];
    if (!this.takeover) this.#deflate.reset();
    return whole.subarray(0, -4);
  }

  close(): void {
    this.#deflate.destroy();
  }

  /**
   * The window goes before the message as a stored block (RFC 1951 section 3.2.4):
   * the runtime's inflateRawSync takes a dictionary and does not use it.
   */
  inflate(payload: Uint8Array): Uint8Array {
    const size = this.#window.length;
    const stored = Buffer.from([0, size, size >> 8, ~size, ~size >> 8]);
    const block = size === 0 ? Buffer.alloc(0) : Buffer.concat([stored, this.#window]);
    const message = zlib.inflateRawSync(Buffer.concat([block, payload, TAIL]), {
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
    }).subarray(size);
    this.#remember(message);
    return message;
  }

  #remember(message: Uint8Array): void {
    if (!this.takeover) return;
    const size = 2 ** this.bits;
    this.#window = Buffer.concat([this.#window, message]).subarray(-size);
  }
}

/** The two directions of an extension that was negotiated, as this end sees them. */
export interface ProbeDeflate {
  readonly own: ProbeDirection;
  readonly peers: ProbeDirection;
}

/** A message or a control frame in a line: its kind, its length, its bytes or their digest. */
export function describe(kind: string, payload: Uint8Array | string): string {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const content = bytes.length <= 200
    ? bytes.toHex()
    : createHash("sha1").update(bytes).digest("hex");
  return `${kind} ${bytes.length} ${content}`;
}

/** One end of a connection that is open already. */
export class WebSocketProbe {
  readonly socket: Socket;
  /** The head that the other end sent. */
  readonly head: string;
  readonly #reader: SocketReader;
  readonly #masks: boolean;
  #deflate: ProbeDeflate | undefined;
  #message: Uint8Array[] = [];
  #kind = "";
  #compressed = false;

  constructor(socket: Socket, reader: SocketReader, head: string, masks: boolean) {
    this.socket = socket;
    this.#reader = reader;
    this.head = head;
    this.#masks = masks;
    reader.timeout = 20_000;
  }

  /** Whether messages are compressed from now on. */
  set deflate(deflate: ProbeDeflate | undefined) {
    this.#deflate = deflate;
  }

  /** The bytes of a frame from this end. */
  frame(parts: FrameParts): Uint8Array<ArrayBuffer> {
    return frame(this.#masks ? { key: 0x1badf00d, ...parts } : parts);
  }

  /** The frames of a message, compressed if that was negotiated, cut every `size` bytes. */
  async message(
    kind: "text" | "binary",
    message: Uint8Array,
    size: number = Infinity,
  ): Promise<Uint8Array[]> {
    const payload = await this.#deflate?.own.deflate(message) ?? message;
    const frames: Uint8Array[] = [];
    for (let at = 0; at < payload.length || frames.length === 0; at += size) {
      const first = at === 0;
      frames.push(this.frame({
        opcode: !first ? 0 : kind === "text" ? 1 : 2,
        rsv: first && this.#deflate !== undefined ? 4 : 0,
        final: at + size >= payload.length,
        payload: payload.subarray(at, at + size),
      }));
    }
    return frames;
  }

  /** Sends bytes, in writes of at most `chop` bytes. */
  async send(bytes: Uint8Array, chop: number = Infinity): Promise<void> {
    for (let at = 0; at < bytes.length; at += chop) {
      await writeAll(this.socket, bytes.subarray(at, at + chop));
    }
  }

  /** The next message or control frame, in a line; `end` when the stream ends. */
  async next(): Promise<string> {
    for (;;) {
      if ((await this.#reader.peek(2)).length < 2) return "end";
      const [first, second] = await this.#reader.readExactly(2);
      const masked = (second! & 0x80) !== 0;
      if (masked === this.#masks) return "a frame that is masked wrongly";
      const length = await this.#length(second! & 0x7f);
      const key = masked ? await this.#reader.readExactly(4) : undefined;
      const payload = await this.#reader.readExactly(length);
      if (key !== undefined) { for (let i = 0; i < length; i++) payload[i]! ^= key[i & 3]!; }
      const event = this.#take(first!, payload);
      if (event !== undefined) return event;
    }
  }

  /** Everything up to the end of the stream. */
  async rest(): Promise<string[]> {
    const events: string[] = [];
    for (let event = await this.next(); event !== "end"; event = await this.next()) {
      events.push(event);
    }
    return events;
  }

  /** Closes the connection without a word. */
  close(): void {
    this.#reader.release();
    this.#deflate?.own.close();
    this.#deflate?.peers.close();
    try {
      this.socket.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #length(short: number): Promise<number> {
    if (short < 126) return short;
    const bytes = await this.#reader.readExactly(short === 126 ? 2 : 8);
    return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  }

  #take(first: number, payload: Uint8Array): string | undefined {
    const opcode = first & 0x0f;
    if (opcode === 8) {
      const code = payload.length < 2 ? 1005 : payload[0]! << 8 | payload[1]!;
      return `close ${code}`;
    }
    if (opcode >= 9) return describe(opcode === 9 ? "ping" : "pong", payload);
    if (opcode > 0) {
      this.#kind = opcode === 1 ? "text" : "binary";
      this.#compressed = (first & 0x40) !== 0;
      this.#message = [];
    }
    this.#message.push(payload);
    if ((first & 0x80) === 0) return undefined;
    const whole = Buffer.concat(this.#message);
    return describe(this.#kind, this.#compressed ? this.#deflate!.peers.inflate(whole) : whole);
  }
}

/** Opens a WebSocket as a client would, with any extension that is named. */
export async function probeServer(url: string, extensions = ""): Promise<WebSocketProbe> {
  const { host } = new URL(url);
  const socket = await connect(host);
  const reader = new SocketReader(socket);
  const offer = extensions === "" ? "" : `Sec-WebSocket-Extensions: ${extensions}\r\n`;
  const head = `GET / HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\n${offer}\r\n`;
  await writeAll(socket, new TextEncoder().encode(head));
  const answer = await reader.readUntil(HEAD_END, 10_000);
  return new WebSocketProbe(socket, reader, new TextDecoder().decode(answer), true);
}

/** Waits for clients as a server would, answering with any extension that is chosen. */
export function probeClients(
  choose: (offers: string) => string,
  work: (probe: WebSocketProbe) => Promise<void>,
): { readonly url: string } & AsyncDisposable {
  const server = serveTcp({ port: 0 }, async ({ socket }) => {
    const reader = new SocketReader(socket);
    const head = new TextDecoder().decode(await reader.readUntil(HEAD_END, 10_000));
    const field = (name: string) => new RegExp(`^${name}: *(.*?)\r$`, "mi").exec(head)?.[1] ?? "";
    const accept = createHash("sha1")
      .update(field("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
    const chosen = choose(field("Sec-WebSocket-Extensions"));
    const extensions = chosen === "" ? "" : `Sec-WebSocket-Extensions: ${chosen}\r\n`;
    await writeAll(
      socket,
      new TextEncoder().encode(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
          `Sec-WebSocket-Accept: ${accept}\r\n${extensions}\r\n`,
      ),
    );
    const probe = new WebSocketProbe(socket, reader, head, false);
    try {
      await work(probe);
    } finally {
      probe.close();
    }
  });
  return {
    url: `ws://127.0.0.1:${server.address.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A MiB of zeros as deflate data: about 1 KiB, and ten thousand times that are 10 GiB. */
export const DEFLATED_MEBIBYTE: Uint8Array = zlib.deflateRawSync(new Uint8Array(1 << 20), {
  finishFlush: zlib.constants.Z_SYNC_FLUSH,
  level: 9,
});

/** Sends a message of 10 GiB in 10 MiB; a peer that closes in the middle of it is right. */
export async function sendBomb(probe: WebSocketProbe): Promise<void> {
  const payload = DEFLATED_MEBIBYTE;
  try {
    await probe.send(probe.frame({ opcode: 2, rsv: 4, final: false, payload }));
    for (let i = 0; i < 10_239; i++) {
      await probe.send(probe.frame({ opcode: 0, final: i === 10_238, payload }));
    }
  } catch (error) {
    if (!(error instanceof ClosedError)) throw error;
  }
}
