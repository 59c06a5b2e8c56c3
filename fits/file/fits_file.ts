/** A FITS file: its HDUs, found one after the other when they are asked for (FITS 4.0, section 3). */

import { FormatError } from "../../net/errors.ts";
import type { Finding } from "../hdu/finding.ts";
import { ChangedFileError, type FitsSource } from "../source/source.ts";
import type { TransferReport } from "../source/transfers.ts";
import type { Hdu } from "./hdu.ts";
import { ownCards } from "../hdu/output.ts";
import { HduWalk } from "./hdu_walk.ts";
import type { FileSelection } from "./extended_name.ts";
import { TileCache } from "../tiles/tile_cache.ts";
import type { Header } from "../header/header.ts";
import type { ImageOptions } from "../image/image.ts";
import type { Image, StoredType } from "../image/pixels.ts";
import type { Table, TableData, TableOptions } from "../table/table.ts";

/** Limits of {@linkcode FitsFile}. */
export interface FitsLimits {
  /**
   * The most bytes of decoded tiles of compressed images that are kept for the next section.
   *
   * @default {67108864}
   */
  readonly tileCacheBytes?: number | undefined;
  /** The most bytes of one header. @default {67108864} */
  readonly maxHeaderBytes?: number | undefined;
  /**
   * Whether what is remembered of a file on a server is taken for true until data are read, which
   * saves a request; {@linkcode FitsFile.confirm} makes sure of it.
   *
   * @default {false}
   */
  readonly trustIndex?: boolean | undefined;
}

/** Which HDU is meant: its number, 0 the primary, or `EXTNAME` or `EXTNAME,EXTVER` in any case. */
export type HduChoice = number | string;

/** Keywords that tell of one HDU alone, besides those of its structure. */
const NOT_INHERITED = /^(EXTNAME|EXTVER|EXTLEVEL|INHERIT|COMMENT|HISTORY|LONGSTRN|)$/;

/** Options of methods that read from one HDU of a file. */
export interface HduOptions {
  /** The HDU; without it the first that holds what is asked for. */
  readonly hdu?: HduChoice | undefined;
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
  /** What the name of the file selects; methods take it where nothing else is asked for. */
  readonly selection: FileSelection | undefined;
  readonly #limits: FitsLimits;
  #walk: HduWalk;

  private constructor(source: FitsSource, limits: FitsLimits, selection?: FileSelection) {
    this.source = source;
    this.selection = selection;
    this.#limits = limits;
    this.#walk = this.#begin();
  }

  #begin(): HduWalk {
    const { tileCacheBytes, maxHeaderBytes } = this.#limits;
    return new HduWalk(this.source, new TileCache(tileCacheBytes), maxHeaderBytes);
  }

  /**
   * Opens a file by reading its primary header.
   *
   * @param source Where the bytes come from; the file closes it.
   * @param limits Limits.
   * @param selection What its name selects.
   * @returns The file.
   * @throws {FormatError} If the bytes do not begin with a FITS header.
   */
  static async open(
    source: FitsSource,
    limits: FitsLimits = {},
    selection?: FileSelection,
  ): Promise<FitsFile> {
    const file = new FitsFile(source, limits, selection);
    try {
      await file.latest(async () => {
        await file.#walk.reach(0);
        if (limits.trustIndex !== true) await file.confirm();
      });
      return file;
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  /** What reading has cost so far, if the file is on a server. */
  get report(): TransferReport | undefined {
    return this.source.report;
  }

  /**
   * Makes sure that what is remembered of the file from before is of the file as it is now.
   *
   * @throws {ChangedFileError} If it is not.
   */
  async confirm(): Promise<void> {
    await this.source.confirm?.();
  }

  /**
   * Works with the file, and once more from its beginning where it turns out that all that was
   * read so far was remembered, and of a version that is gone.
   *
   * @param work What is done with the file; it keeps nothing of a first try.
   */
  async latest<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ChangedFileError) || !await this.source.restart?.()) throw error;
      this.#walk = this.#begin();
      await this.#walk.reach(0);
      return await work();
    }
  }

  /** The primary header. */
  get header(): Header {
    return this.#walk.found[0]!.header;
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
    return this.#walk.warnings;
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
    const names = this.#walk.found.map(({ index, name }) =>
      name === "" ? `${index}` : `${index} ${name}`
    );
    const chosen = this.selection?.hdu === choice ? `; the name was ${this.selection.name}` : "";
    throw new FormatError(
      `Cannot find HDU ${choice} in ${this.source.name}: found ${names.join(", ")}${chosen}`,
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
   * The header of an HDU with what it inherits: where it says INHERIT = T and the primary HDU
   * has no data, the primary's keywords that it lacks, without those of the structure, of the
   * extension's name and of comments (section 4.4.2.6).
   *
   * @param choice Number or name.
   * @returns A header of its own.
   * @throws {FormatError} If the file has no such HDU.
   */
  async inheritedHeader(choice: HduChoice): Promise<Header> {
    const { header } = await this.hdu(choice);
    const whole = header.clone();
    if (header.get("INHERIT") !== true || this.header.integer("NAXIS") !== 0) return whole;
    const dropped = (keyword: string) => NOT_INHERITED.test(keyword) || header.has(keyword);
    return whole.appendAll(ownCards(this.header, dropped));
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
    const choice = options.hdu ?? this.selection?.hdu;
    const section = options.section ??
      (options.hdu === undefined ? this.selection?.section : undefined);
    const image = await this.latest(async () => {
      const hdu = choice === undefined
        ? await this.find((hdu) => hdu.isImage)
        : await this.hdu(choice);
      const read = await hdu?.image({ ...options, section });
      await this.confirm();
      return read;
    });
    if (image !== undefined) return image;
    throw new FormatError(`Cannot find an image in ${this.source.name}`, {
      source: this.source.name,
    });
  }

  /**
   * Opens a table, by default the first of the file.
   *
   * @param options The HDU; `stored` takes a compressed table or image as the table that stores it.
   * @returns The table, whose values are read on demand.
   * @throws {FormatError} If there is no such HDU or it holds no table.
   */
  async openTable(
    options: HduOptions & { readonly stored?: boolean | undefined } = {},
  ): Promise<Table> {
    const choice = options.hdu ?? this.selection?.hdu;
    const hdu = choice === undefined
      ? await this.find((hdu) => hdu.isTable)
      : await this.hdu(choice);
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
      const hdu = await this.#walk.reach(index);
      if (hdu === undefined) return;
      yield hdu;
    }
  }
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
