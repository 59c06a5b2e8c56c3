/** Raw deflate and inflate in pieces (RFC 7692 section 7.2), synchronous and of bounded memory. */

import { FormatError, HeliographError } from "../../../net/errors.ts";
import { platform, type RawStream } from "../../../net/platform/mod.ts";

/** What a message's compressed data ends with before RFC 7692 section 7.2.1 cuts it off. */
const TAIL: Uint8Array = new Uint8Array([0x00, 0x00, 0xff, 0xff]);

/** Inflated bytes that are given out at a time. */
const PIECE_BYTES = 65_536;
/** What a connection keeps of its output memory between messages. */
const MAX_KEPT_BYTES = 4_096;

/** The platform's stream of one direction. */
function opened(stream: RawStream | undefined): RawStream {
  if (stream !== undefined) return stream;
  throw new HeliographError(
    "Cannot compress: this runtime has no deflate that is synchronous; switch compression off",
  );
}

/** How one direction is compressed. */
export interface DeflateSettings {
  /** The window is 2 to the power of this many bytes: 8 to 15. */
  readonly windowBits: number;
  /** Whether a message may refer to the ones before it. */
  readonly contextTakeover: boolean;
  /** 1 is fastest, 9 is smallest. */
  readonly level?: number | undefined;
  /** Memory of the compressor: 1 to 9, each step doubles it. */
  readonly memLevel?: number | undefined;
}

const NOTHING = new Uint8Array(0);

/** Inflates messages piece by piece; what it gives out never exceeds 64 KiB at a time. */
export class Inflater {
  readonly #core: RawStream;
  readonly #contextTakeover: boolean;
  #output: Uint8Array = NOTHING;
  #input: Uint8Array = NOTHING;
  #finishing = false;
  #more = false;

  /**
   * Makes an inflater.
   *
   * @param settings What was negotiated for this direction.
   */
  constructor(settings: DeflateSettings) {
    this.#core = opened(platform.openInflate({ windowBits: settings.windowBits }));
    this.#contextTakeover = settings.contextTakeover;
  }

  /** Gives it the next bytes of the message; the earlier ones must be read. */
  feed(bytes: Uint8Array): void {
    this.#input = bytes;
    this.#more = true;
  }

  /** Says that the message has no more bytes. */
  finish(): void {
    this.#input = TAIL;
    this.#more = true;
    this.#finishing = true;
  }

  /**
   * Inflates the next piece.
   *
   * @returns At most 64 KiB, valid until the next call; undefined if what was fed
   * gives no more.
   * @throws {FormatError} If it is not deflated data.
   */
  read(): Uint8Array | undefined {
    while (this.#more) {
      const output = this.#room();
      this.#inflate(output);
      const taken = this.#input.length - this.#core.inputLeft;
      const given = output.length - this.#core.outputLeft;
      this.#input = this.#input.subarray(taken);
      // Output that is full may have more behind it, even without further input.
      this.#more = this.#core.outputLeft === 0;
      if (this.#input.length > 0 && !this.#more) {
        // Input that is left where there is room: a block said it was the last
        // one (RFC 7692 section 7.2.3.4). What follows is a stream of its own.
        this.#core.reset();
        this.#more = true;
      }
      if (given > 0) return output.subarray(0, given);
    }
    if (this.#finishing) this.#endMessage();
    return undefined;
  }

  /** Leaves what the last read gave as it is: the next gives other memory. */
  leaveOutput(): void {
    this.#output = NOTHING;
  }

  /** Gives its memory back. */
  close(): void {
    this.#core.close();
  }

  #inflate(output: Uint8Array): void {
    try {
      this.#core.write(this.#input, output);
    } catch (cause) {
      if (!(cause instanceof FormatError)) throw cause;
      const message = cause.message.replace("Cannot inflate:", "Cannot inflate a message:");
      throw new FormatError(message, { cause });
    }
  }

  #room(): Uint8Array {
    const wanted = this.#input.length < MAX_KEPT_BYTES >> 3 && this.#output.length < PIECE_BYTES
      ? MAX_KEPT_BYTES
      : PIECE_BYTES;
    if (this.#output.length < wanted) this.#output = new Uint8Array(wanted);
    return this.#output;
  }

  #endMessage(): void {
    this.#finishing = false;
    if (!this.#contextTakeover) this.#core.reset();
    if (this.#output.length > MAX_KEPT_BYTES) this.#output = NOTHING;
  }
}

/** Deflates messages piece by piece. */
export class Deflater {
  readonly #core: RawStream;
  readonly #contextTakeover: boolean;
  #output: Uint8Array = NOTHING;

  /**
   * Makes a deflater.
   *
   * A window of 256 bytes is made with one of 512: zlib keeps 262 bytes of it for
   * looking ahead, so that no distance exceeds 250 (RFC 7692 section 7.1.2).
   *
   * @param settings What was negotiated for this direction.
   */
  constructor(settings: DeflateSettings) {
    const { level = 6, memLevel = 8 } = settings;
    const windowBits = Math.max(9, settings.windowBits);
    this.#core = opened(platform.openDeflate({ windowBits, level, memLevel }));
    this.#contextTakeover = settings.contextTakeover;
  }

  /**
   * Compresses the next piece of a message.
   *
   * @param bytes The piece, not empty.
   * @param last Whether the message ends with it; the four bytes that every
   * message ends with are then cut off.
   * @returns The compressed bytes, valid until the next call.
   */
  deflate(bytes: Uint8Array, last: boolean): Uint8Array {
    // Deflate adds at most 5 bytes to a block of 16 KiB, and the flush 5 more.
    const bound = bytes.length + 5 * (bytes.length >> 12) + 64;
    if (this.#output.length < bound) this.#output = new Uint8Array(bound);
    let length = 0;
    let input = bytes;
    for (;;) {
      this.#core.write(input, this.#output.subarray(length));
      length = this.#output.length - this.#core.outputLeft;
      if (this.#core.outputLeft > 0) break;
      input = input.subarray(input.length - this.#core.inputLeft);
      const larger = new Uint8Array(this.#output.length * 2);
      larger.set(this.#output);
      this.#output = larger;
    }
    if (last && !this.#contextTakeover) this.#core.reset();
    return this.#output.subarray(0, last ? length - TAIL.length : length);
  }

  /** Gives its memory back. */
  close(): void {
    this.#core.close();
  }
}

let able: boolean | undefined;

/**
 * Whether this runtime can compress piece by piece; it is tried once.
 *
 * @returns False where it lacks what {@linkcode Deflater} needs; the
 * extension is then neither offered nor accepted.
 */
export function canCompress(): boolean {
  if (able !== undefined) return able;
  try {
    new Deflater({ windowBits: 15, contextTakeover: false, memLevel: 1 }).close();
    able = true;
  } catch (error) {
    if (!(error instanceof HeliographError)) throw error;
    able = false;
  }
  return able;
}
