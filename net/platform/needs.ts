/**
 * What the pure cores need from the runtime they run in. Deno and Node fill it with what
 * they have built in (`node.ts`), browsers with code of our own (`browser.ts`).
 */

/** How deflated bytes are wrapped: bare (RFC 1951), as zlib (RFC 1950) or as gzip (RFC 1952). */
export type DeflateFormat = "raw" | "zlib" | "gzip";

/** What {@linkcode Platform.inflateSync} is to expect. */
export interface InflateOptions {
  /** How the bytes are wrapped. @default {"gzip"} */
  readonly format?: DeflateFormat | undefined;
  /** Takes what there is of a stream that breaks off, instead of an error. @default {false} */
  readonly truncated?: boolean | undefined;
}

/** How {@linkcode Platform.deflateSync} packs. */
export interface DeflateOptions {
  /** How the bytes are wrapped. @default {"gzip"} */
  readonly format?: DeflateFormat | undefined;
  /** How hard the compressor tries, from 0 (not at all) to 9. @default {6} */
  readonly level?: number | undefined;
  /**
   * Whether the stream goes on: it then ends on a whole byte without a last block, so that
   * another one can be put behind it. Raw deflate only.
   *
   * @default {false}
   */
  readonly open?: boolean | undefined;
  /**
   * Whether to look for runs of one byte alone. Of noise, in which nothing else is found twice but
   * by chance, less is left, in a third of the time. A runtime may leave this out.
   *
   * @default {false}
   */
  readonly runs?: boolean | undefined;
}

/** How a {@linkcode RawStream} packs (RFC 7692, section 7.1). */
export interface RawStreamSettings {
  /** The window is 2 to the power of this many bytes: 8 to 15. */
  readonly windowBits: number;
  /** 1 is fastest, 9 is smallest; for packing only. */
  readonly level?: number | undefined;
  /** Memory of the compressor: 1 to 9, each step doubles it. */
  readonly memLevel?: number | undefined;
}

/** One direction of raw deflate, which works at once and into the memory it is given. */
export interface RawStream {
  /** Bytes of output that the last write left free. */
  readonly outputLeft: number;
  /** Bytes of input that the last write did not take. */
  readonly inputLeft: number;
  /**
   * Takes and gives as many bytes as it can, up to a sync flush.
   *
   * @throws {FormatError} If the input is not deflated data.
   */
  write(input: Uint8Array, output: Uint8Array): void;
  /** Forgets what came before. */
  reset(): void;
  /** Gives its memory back. */
  close(): void;
}

/** What the cores need from the runtime. All of it is synchronous but `gunzip`. */
export interface Platform {
  /**
   * Octets as text, one character for each (ISO-8859-1).
   *
   * @param bytes Where they are.
   * @param start The first.
   * @param end The index behind the last.
   */
  decodeLatin1(bytes: Uint8Array, start: number, end: number): string;
  /**
   * Text as octets, the low eight bits of each character.
   *
   * @param text Characters up to U+00FF.
   * @param target Where they go; it has room for all.
   * @param at The index of the first.
   */
  encodeLatin1Into(text: string, target: Uint8Array, at: number): void;
  /** Whether bytes are valid UTF-8 (RFC 3629). */
  isUtf8(bytes: Uint8Array): boolean;
  /**
   * CRC-32 as gzip and PNG have it (RFC 1952, section 8).
   *
   * @param bytes The bytes.
   * @param before The checksum of the bytes before them. @default {0}
   */
  crc32(bytes: Uint8Array, before?: number): number;
  /**
   * Inflates a whole stream. Gzip members one behind the other are one stream, as for
   * gzip itself; checksums are checked.
   *
   * @param bytes The stream.
   * @param expectedSize How many bytes it should give: memory that is taken at once. The
   * output may be longer or shorter; the caller checks that.
   * @param maxSize The most bytes that it may give.
   * @param options The form of the stream.
   * @returns The bytes, in memory of their own.
   * @throws {FormatError} If the stream is damaged or breaks off.
   * @throws {LimitError} If it gives more than `maxSize` bytes.
   */
  inflateSync(
    bytes: Uint8Array,
    expectedSize: number,
    maxSize: number,
    options?: InflateOptions,
  ): Uint8Array<ArrayBuffer>;
  /**
   * Deflates bytes. What the bytes become depends on the runtime; what they inflate to
   * does not.
   *
   * @param bytes The bytes.
   * @param options Format and level.
   * @returns The stream.
   */
  deflateSync(bytes: Uint8Array, options?: DeflateOptions): Uint8Array<ArrayBuffer>;
  /**
   * Expands a gzip file while it is read, member after member. What the pieces before
   * a damaged one hold is given before the error.
   *
   * @param pieces The file from its start, each piece to be read before the next is asked for.
   * @returns The expanded bytes, each piece in memory of its own.
   * @throws {FormatError} If the file is damaged or breaks off.
   */
  gunzip(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void>;
  /** Opens raw deflate in pieces; undefined where the runtime cannot do it synchronously. */
  openDeflate(settings: RawStreamSettings): RawStream | undefined;
  /** Opens raw inflate in pieces; undefined where the runtime cannot do it synchronously. */
  openInflate(settings: RawStreamSettings): RawStream | undefined;
}
