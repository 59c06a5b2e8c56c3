/**
 * The body of a form with files (multipart/form-data, RFC 7578), read as it comes.
 *
 * @module
 */

import { ProtocolError } from "../../net/errors.ts";

/** What comes next in a form. */
export type FormEvent =
  /** A part begins; `filename` only of files, as the client wrote it: not to be trusted. */
  | { readonly kind: "part"; readonly name: string; readonly filename: string | undefined }
  /** Bytes of the part; valid until the next piece is read. */
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  /** The part has ended. */
  | { readonly kind: "end" };

/** The most bytes of the fields of one part. */
const MAX_HEAD_BYTES = 8_192;

/** The most parts of a form. */
const MAX_PARTS = 1_000;

const CR = 13;
const encoder = new TextEncoder();

/**
 * The boundary of a form.
 *
 * @param type The value of Content-Type.
 * @returns The boundary; undefined if it is no form with files.
 */
export function formBoundary(type: string | undefined): string | undefined {
  const match = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s";]{1,70}))/i
    .exec(type ?? "");
  return match?.[1] ?? match?.[2];
}

/** Reads a form piece by piece. */
export class FormDataParser {
  /** The line before each part, with the end of the line before it. */
  readonly #delimiter: Uint8Array;
  /** What has come and is not told yet. The first line has none before it. */
  #held: Uint8Array = Uint8Array.of(13, 10);
  #state: "preamble" | "boundary" | "head" | "data" | "over" = "preamble";
  #parts = 0;

  /**
   * Begins a form.
   *
   * @param boundary What divides its parts.
   */
  constructor(boundary: string) {
    this.#delimiter = encoder.encode(`\r\n--${boundary}`);
  }

  /** Whether the last part has ended. */
  get over(): boolean {
    return this.#state === "over";
  }

  /**
   * Reads a piece.
   *
   * @param piece The next bytes.
   * @throws {ProtocolError} If it is no form.
   */
  *push(piece: Uint8Array): Generator<FormEvent> {
    const held = new Uint8Array(this.#held.length + piece.length);
    held.set(this.#held);
    held.set(piece, this.#held.length);
    this.#held = held;
    for (;;) {
      const before = this.#state;
      const length = this.#held.length;
      if (before === "over") return void (this.#held = new Uint8Array(0));
      if (before === "preamble" || before === "data") yield* this.#content();
      else if (before === "boundary") this.#boundary();
      else yield* this.#head();
      if (this.#state === before && this.#held.length === length) return;
    }
  }

  /** What stands before a boundary: that of a part is its data. */
  *#content(): Generator<FormEvent> {
    const held = this.#held;
    const inPart = this.#state === "data";
    let at = held.indexOf(CR);
    while (at >= 0 && !this.#startsAt(at)) at = held.indexOf(CR, at + 1);
    const end = at < 0 ? held.length : at;
    if (inPart && end > 0) yield { kind: "data", bytes: held.subarray(0, end) };
    this.#held = held.subarray(end);
    if (at < 0 || this.#held.length < this.#delimiter.length) return;
    this.#held = this.#held.subarray(this.#delimiter.length);
    this.#state = "boundary";
    if (inPart) yield { kind: "end" };
  }

  /** Whether the delimiter, or as much of it as has come, stands at a place. */
  #startsAt(at: number): boolean {
    const length = Math.min(this.#delimiter.length, this.#held.length - at);
    for (let i = 0; i < length; i++) if (this.#held[at + i] !== this.#delimiter[i]) return false;
    return true;
  }

  #boundary(): void {
    const held = this.#held;
    if (held.length < 2) return;
    if (held[0] === 0x2d && held[1] === 0x2d) {
      this.#state = "over";
      return;
    }
    // Blanks may follow it (RFC 2046 section 5.1.1).
    let at = 0;
    while (held[at] === 0x20 || held[at] === 9) at++;
    if (at > MAX_HEAD_BYTES) throw broken("a boundary without an end");
    if (held.length < at + 2) return;
    if (held[at] !== CR || held[at + 1] !== 10) throw broken("a boundary with something behind it");
    // The end of its line may be the blank line of a part without fields.
    this.#held = held.subarray(at);
    this.#state = "head";
  }

  *#head(): Generator<FormEvent> {
    const held = this.#held;
    const end = endOfHead(held.subarray(0, MAX_HEAD_BYTES));
    if (end < 0) {
      if (held.length >= MAX_HEAD_BYTES) throw broken("a part whose fields have no end");
      return;
    }
    if (++this.#parts > MAX_PARTS) throw broken(`more than ${MAX_PARTS} parts`);
    const head = new TextDecoder().decode(held.subarray(0, end));
    const disposition = /\r\ncontent-disposition:[ \t]*form-data\s*;([^\r\n]*)/i.exec(head)?.[1];
    if (disposition === undefined) throw broken("a part without a name");
    const name = parameter(disposition, "name");
    if (name === undefined) throw broken("a part without a name");
    this.#held = held.subarray(end + 4);
    this.#state = "data";
    yield { kind: "part", name, filename: parameter(disposition, "filename") };
  }
}

function endOfHead(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(CR); at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 1] === 10 && bytes[at + 2] === CR && bytes[at + 3] === 10) return at;
  }
  return -1;
}

/** A parameter as browsers write it: quotes and ends of lines as percent codes. */
function parameter(disposition: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|;)\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s";]+))`, "i")
    .exec(disposition);
  return (match?.[1] ?? match?.[2])?.replace(/\\(["\\])/g, "$1").replace(/%22/g, '"');
}

function broken(found: string): ProtocolError {
  return new ProtocolError(`Cannot read the form: found ${found}`);
}
