/** A FITS file: its HDUs, found one after the other when they are asked for (FITS 4.0, section 3). */

import { FormatError, LimitError } from "../net/errors.ts";
import { type FitsSource, formatError } from "./fits_source.ts";
import type { Finding } from "./finding.ts";
import { Hdu } from "./hdu.ts";
import { HduData } from "./hdu_data.ts";
import { type HduLayout, hduLayout, paddedSize } from "./hdu_layout.ts";
import { BLOCK_BYTES, findHeaderEnd, Header } from "./header.ts";
import type { ImageOptions } from "./image.ts";
import type { Image, StoredType } from "./pixels.ts";
import type { Table, TableData, TableOptions } from "./table.ts";

/** Limits of {@linkcode FitsFile}. */
export interface FitsLimits {
  /** The most bytes of one header. @default {67108864} */
  readonly maxHeaderBytes?: number;
}

const MOST_HEADER_BYTES = 64 << 20;

/** Which HDU is meant: its number, 0 the primary, or `EXTNAME` or `EXTNAME,EXTVER` in any case. */
export type HduChoice = number | string;

/** Options of methods that read from one HDU of a file. */
export interface HduOptions {
  /** The HDU; without it the first that holds what is asked for. */
  readonly hdu?: HduChoice;
}

/**
 * An open FITS file.
 *
 * The HDUs are found lazily: to reach one, the headers before it are read and
 * their data are skipped.
 */
export class FitsFile implements AsyncDisposable {
  /** Where the bytes come from. */
  readonly source: FitsSource;
  readonly #limits: FitsLimits;
  readonly #found: Hdu[] = [];
  readonly #warnings: Finding[] = [];
  /** Where the next header would begin; undefined once the last HDU is known. */
  #next: number | undefined = 0;
  #walking: Promise<void> | undefined;

  private constructor(source: FitsSource, limits: FitsLimits) {
    this.source = source;
    this.#limits = limits;
  }

  /**
   * Opens a file by reading its primary header.
   *
   * @param source Where the bytes come from; the file closes it.
   * @param limits Limits.
   * @returns The file.
   * @throws {FormatError} If the bytes do not begin with a FITS header.
   */
  static async open(source: FitsSource, limits: FitsLimits = {}): Promise<FitsFile> {
    const file = new FitsFile(source, limits);
    try {
      await file.#walkOn();
      return file;
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  /** The primary header. */
  get header(): Header {
    return this.#found[0]!.header;
  }

  /**
   * The HDUs in their order, each found when the loop comes to it.
   *
   * `await Array.fromAsync(file.hdus)` gives them all.
   */
  get hdus(): AsyncIterable<Hdu> {
    return { [Symbol.asyncIterator]: () => this.#iterate() };
  }

  /**
   * What was wrong so far with the file as a whole: truncated data, bytes after the
   * last HDU. What is wrong within an HDU is in its own warnings.
   */
  get warnings(): readonly Finding[] {
    return this.#warnings;
  }

  /**
   * Finds an HDU.
   *
   * @param choice Number or name.
   * @returns The HDU.
   * @throws {FormatError} If the file has no such HDU.
   */
  async hdu(choice: HduChoice): Promise<Hdu> {
    const matches = typeof choice === "number"
      ? (hdu: Hdu) => hdu.index === choice
      : namedAs(choice);
    const hdu = await this.find(matches);
    if (hdu !== undefined) return hdu;
    const names = this.#found.map(({ index, name }) =>
      name === "" ? `${index}` : `${index} ${name}`
    );
    throw new FormatError(
      `Cannot find HDU ${choice} in ${this.source.name}: found ${names.join(", ")}`,
      { source: this.source.name },
    );
  }

  /**
   * Finds the first HDU that a test accepts.
   *
   * @param test The test.
   * @returns The HDU, or undefined.
   */
  async find(test: (hdu: Hdu) => boolean): Promise<Hdu | undefined> {
    for await (const hdu of this.hdus) if (test(hdu)) return hdu;
    return undefined;
  }

  /**
   * Reads an image: of the HDU that is named, or the first of the file.
   *
   * @param options HDU, section, and whether pixels are physical or as stored.
   * @returns The pixels with their type and their shape, axis 1 first.
   * @throws {FormatError} If there is no such HDU or it holds no image.
   * @throws {ClosedError} If the file ends before the pixels.
   */
  image(options: HduOptions & ImageOptions & { readonly as: "float32" }): Promise<Image<"float32">>;
  /** Reads an image as doubles. */
  image(options: HduOptions & ImageOptions & { readonly as: "float64" }): Promise<Image<"float64">>;
  /** Reads an image as it is stored. */
  image(
    options: HduOptions & ImageOptions & { readonly physical: false },
  ): Promise<Image<StoredType>>;
  /** Reads an image in the type that its keywords ask for. */
  image(options?: HduOptions & ImageOptions): Promise<Image>;
  async image(options: HduOptions & ImageOptions = {}): Promise<Image> {
    const hdu = options.hdu === undefined
      ? await this.find((hdu) => hdu.isImage)
      : await this.hdu(options.hdu);
    if (hdu !== undefined) return await hdu.image(options);
    throw new FormatError(`Cannot find an image in ${this.source.name}`, {
      source: this.source.name,
    });
  }

  /**
   * Opens a table, by default the first of the file.
   *
   * @param options The HDU; `stored` takes a compressed table as the table that stores it.
   * @returns The table, whose values are read on demand.
   * @throws {FormatError} If there is no such HDU or it holds no table.
   */
  async openTable(options: HduOptions & { readonly stored?: boolean } = {}): Promise<Table> {
    const hdu = options.hdu === undefined
      ? await this.find((hdu) => hdu.isTable)
      : await this.hdu(options.hdu);
    if (hdu !== undefined) return hdu.openTable(options);
    throw new FormatError(`Cannot find a table in ${this.source.name}`, {
      source: this.source.name,
    });
  }

  /**
   * Reads columns and rows of a table, by default of the first of the file.
   *
   * @param options The HDU, columns, rows, and the form of the values.
   * @returns The values.
   * @throws {FormatError} If there is no such HDU, column or row.
   * @throws {ClosedError} If the file ends before the rows.
   *
   * @example
   * ```ts
   * import { encodeFits, openFits, tableHdu } from "@heliograph/heliograph/fits";
   * import { assertEquals } from "@std/assert";
   *
   * const values = new Int32Array([10, 20, 30]);
   * const bytes = await encodeFits([tableHdu({ columns: [{ name: "N", values }] })]);
   * await using file = await openFits(bytes);
   * const data = await file.table({ columns: ["N"], rows: "2:3" });
   * assertEquals<unknown>([...data.column("N").values], [20, 30]);
   * ```
   */
  async table(options: HduOptions & TableOptions = {}): Promise<TableData> {
    const table = await this.openTable(options.hdu === undefined ? {} : { hdu: options.hdu });
    return await table.read(options);
  }

  /** Closes the source. */
  async close(): Promise<void> {
    await this.source.close();
  }

  /** Closes the source. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async *#iterate(): AsyncGenerator<Hdu> {
    for (let index = 0;; index++) {
      while (index >= this.#found.length && this.#next !== undefined) await this.#walkOn();
      const hdu = this.#found[index];
      if (hdu === undefined) return;
      yield hdu;
    }
  }

  /** Finds the next HDU, once for all who wait for it. */
  async #walkOn(): Promise<void> {
    this.#walking ??= this.#findNext().finally(() => this.#walking = undefined);
    await this.#walking;
  }

  async #findNext(): Promise<void> {
    const offset = this.#next!;
    const index = this.#found.length;
    const block = await this.#readFirstBlock(offset, index);
    if (!this.#beginsHdu(block, offset, index)) {
      this.#next = undefined;
      return;
    }
    const header = await this.#readHeader(block, offset, index);
    if (header === undefined) {
      this.#next = undefined;
      return;
    }
    const place = { index, headerOffset: offset, dataOffset: offset + header.bytes };
    let layout: HduLayout;
    let damage: string | undefined;
    try {
      layout = hduLayout(header.header, index === 0);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      damage = error.message;
      layout = lostLayout(header.header, index === 0);
    }
    this.#found.push(new Hdu(new HduData(this.source, place, header.header, layout), damage));
    this.#next = damage === undefined
      ? this.#after(place.dataOffset, layout.dataSize, index)
      : undefined;
    this.source.release?.(offset);
  }

  /** A damaged wrapper ends the file: the HDUs before the damage stay. */
  async #readFirstBlock(offset: number, index: number): Promise<Uint8Array> {
    try {
      return await this.source.read(offset, BLOCK_BYTES);
    } catch (error) {
      if (index === 0 || !(error instanceof FormatError)) throw error;
      this.#warn(offset, error.message);
      return new Uint8Array(0);
    }
  }

  /** Whether a header begins here; what follows the last HDU is at most worth a warning. */
  #beginsHdu(block: Uint8Array, offset: number, index: number): boolean {
    if (index === 0) {
      if (startsWith(block, "SIMPLE  =")) return true;
      const found = block.length === 0 ? "no byte" : `'${printable(block.subarray(0, 30))}'`;
      throw formatError(this.source, 0, `found ${found}, expected the card SIMPLE  = T`);
    }
    if (startsWith(block, "XTENSION")) return true;
    if (block.length === 0) {
      // The end of a stream is known only now.
      const last = this.#found[index - 1]!;
      this.#after(last.dataOffset, last.dataSize, last.index);
      return false;
    }
    const what = block.every((byte) => byte === 0)
      ? "zero bytes"
      : `'${printable(block.subarray(0, 30))}'`;
    this.#warn(
      offset,
      `found ${what} after the last HDU, expected XTENSION or the end of the file`,
    );
    return false;
  }

  /** Reads a header to the block of its END; undefined if an extension's has none. */
  async #readHeader(
    first: Uint8Array,
    offset: number,
    index: number,
  ): Promise<{ header: Header; bytes: number } | undefined> {
    const most = this.#limits.maxHeaderBytes ?? MOST_HEADER_BYTES;
    let bytes = first;
    let length = first.length;
    let end = findHeaderEnd(bytes);
    while (end === undefined) {
      const block = length % BLOCK_BYTES === 0
        ? await this.source.read(offset + length, BLOCK_BYTES)
        : new Uint8Array(0);
      if (block.length === 0) {
        const message = `found no END card in the ${length} bytes of the header`;
        if (index === 0) throw formatError(this.source, offset, message);
        this.#warn(offset, message, index);
        return undefined;
      }
      if (length + block.length > most) {
        throw new LimitError(
          `Cannot read the header of HDU ${index} of ${this.source.name}: ` +
            `it has no END card in ${most} bytes`,
          { source: this.source.name, offset },
        );
      }
      if (bytes.length < length + block.length || bytes === first) {
        const larger = new Uint8Array(2 * (length + block.length));
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(block, length);
      const from = length;
      length += block.length;
      end = findHeaderEnd(bytes.subarray(0, length), from);
    }
    return {
      header: Header.parse(bytes.subarray(0, length)),
      bytes: paddedSize(end + 1),
    };
  }

  /** Where the next header would be; undefined where the data reach the known end of the file. */
  #after(dataOffset: number, dataSize: number, index: number): number | undefined {
    const next = dataOffset + paddedSize(dataSize);
    const size = this.source.size;
    if (size === undefined || next <= size) return next;
    const missing = dataOffset + dataSize - size;
    this.#warn(
      size,
      missing > 0
        ? `the file ends ${missing} bytes before the end of the data`
        : `the file ends ${next - size} bytes before the end of the last block`,
      index,
    );
    return undefined;
  }

  #warn(offset: number, message: string, hdu?: number): void {
    this.#warnings.push({
      severity: "warning",
      message,
      offset,
      ...(hdu === undefined ? {} : { hdu }),
    });
  }
}

/** The structure of an HDU whose header does not tell it: no data. */
function lostLayout(header: Header, primary: boolean): HduLayout {
  return {
    kind: primary ? "PRIMARY" : "OTHER",
    xtension: primary ? undefined : header.string("XTENSION"),
    bitpix: 8,
    shape: [],
    pcount: 0,
    gcount: 1,
    dataSize: 0,
    problems: [],
  };
}

/** A test for `EXTNAME` or `EXTNAME,EXTVER`; the primary HDU is also called PRIMARY. */
function namedAs(choice: string): (hdu: Hdu) => boolean {
  const wanted = choice.trim().toUpperCase();
  const match = /^(.*?)\s*,\s*(\d+)$/.exec(wanted);
  return (hdu) => {
    const name = hdu.name.toUpperCase();
    if (name === wanted) return true;
    if (match !== null && name === match[1] && hdu.version === Number(match[2])) return true;
    return wanted === "PRIMARY" && hdu.index === 0;
  };
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}

function printable(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
  return text;
}
