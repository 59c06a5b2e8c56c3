/** One HDU of a file: header, structure and data. */

import { notebookImage } from "./notebook_image.ts";
import { FormatError } from "../../net/errors.ts";
import { RECORD_BYTES } from "../header/card.ts";
import type { Finding } from "../hdu/finding.ts";
import { RandomGroups } from "../image/groups.ts";
import type { HduData } from "../hdu/data.ts";
import type { Bitpix, HduKind } from "../hdu/layout.ts";
import type { Header } from "../header/header.ts";
import type { ImageOptions } from "../image/image.ts";
import { type AxisRange, sectionsOf, turnAxes, turnedSection } from "../image/section.ts";
import type { Image, StoredType } from "../image/pixels.ts";
import type { Table, TableData, TableOptions } from "../table/table.ts";
import { TileCache } from "../tiles/tile_cache.ts";
import { contentsOf, type HduContents } from "./contents.ts";

/** An HDU of an open file. Its data are read when they are asked for. */
export class Hdu {
  /** The data as they are stored, by offset and length: what tables and tiles are read from. */
  readonly data: HduData;
  /** Why the data cannot be found, where the header does not tell their size. */
  readonly damage: string | undefined;
  readonly #tiles: TileCache | undefined;
  #held: HduContents | undefined;

  /**
   * Makes an HDU; {@linkcode FitsFile} does that.
   *
   * @param data Header, structure and data.
   * @param damage Why the data cannot be found, if so.
   * @param tiles Where decoded tiles of a compressed image are kept.
   */
  constructor(data: HduData, damage?: string, tiles?: TileCache) {
    this.data = data;
    this.damage = damage;
    this.#tiles = tiles;
  }

  /** What is held, found when somebody asks: a walk over many HDUs asks nothing. */
  get #contents(): HduContents {
    return this.#held ??= contentsOf(this.data, this.#tiles ?? new TileCache());
  }

  /** The number of the HDU, 0 the primary. */
  get index(): number {
    return this.data.place.index;
  }

  /** What the HDU holds. */
  get kind(): HduKind {
    return this.data.layout.kind;
  }

  /**
   * The header: of a compressed image, that of the image as it was before. As it is stored,
   * a header is in {@linkcode Hdu.data}.
   */
  get header(): Header {
    return this.#contents.header;
  }

  /**
   * EXTNAME without blanks around it, or `""`. Of a compressed image that has none of its own,
   * that of the table.
   */
  get name(): string {
    const name = this.header.get("EXTNAME") ?? this.data.header.get("EXTNAME");
    return String(name ?? "").trim();
  }

  /** EXTVER: 1 where there is none (section 4.4.2.6). */
  get version(): number {
    return this.header.integer("EXTVER") ?? 1;
  }

  /** EXTLEVEL: 1 where there is none. */
  get level(): number {
    return this.header.integer("EXTLEVEL") ?? 1;
  }

  /** BUNIT of an image without blanks, or `""`. */
  get unit(): string {
    return this.header.string("BUNIT")?.trim() ?? "";
  }

  /** Bits of a pixel; of a compressed image, those of the pixels within. */
  get bitpix(): Bitpix {
    return this.#contents.bitpix;
  }

  /**
   * The lengths of the axes, axis 1 first; of a compressed image, those of the image
   * within. Of random groups, those of one group's array, without the leading 0.
   */
  get shape(): readonly number[] {
    return this.#contents.shape;
  }

  /** The lengths of a tile of a compressed image; none of other HDUs. */
  get tile(): readonly number[] {
    return this.#contents.unit ?? [];
  }

  /** Where the header begins, in bytes from the start of the file. */
  get headerOffset(): number {
    return this.data.place.headerOffset;
  }

  /** Where the data begin, in bytes from the start of the file. */
  get dataOffset(): number {
    return this.data.place.dataOffset;
  }

  /** Bytes of data, without the fill of the last block. */
  get dataSize(): number {
    return this.data.size;
  }

  /** Whether the HDU is an array of pixels with at least one axis, compressed or not. */
  get isImage(): boolean {
    return this.#contents.image !== undefined && this.shape.length > 0;
  }

  /** Whether the HDU is a table, compressed or not, and no image. */
  get isTable(): boolean {
    return this.#contents.openTable !== undefined && this.#contents.image === undefined;
  }

  /** What is wrong with the header; none of it keeps the HDU from being read. */
  get warnings(): Finding[] {
    const where = { severity: "warning", hdu: this.index } as const;
    const warnings: Finding[] = this.data.header.warnings.map(({ keyword, record, message }) => ({
      ...where,
      message,
      keyword,
      record,
      offset: this.headerOffset + (record - 1) * RECORD_BYTES,
    }));
    const structure = [...this.data.layout.problems];
    if (this.damage !== undefined) structure.push(this.damage);
    else structure.push(...this.#contents.problems);
    for (const message of structure) {
      warnings.push({ ...where, message, offset: this.headerOffset });
    }
    return warnings;
  }

  /**
   * The random groups of a primary HDU.
   *
   * @throws {FormatError} If the HDU holds none.
   */
  groups(): RandomGroups {
    if (this.kind === "GROUPS") return new RandomGroups(this.data);
    throw this.#isNo("random groups");
  }

  /**
   * Reads the image.
   *
   * @param options The section, and whether pixels are physical or as stored.
   * @returns The pixels with their type and their shape, axis 1 first.
   * @throws {FormatError} If the HDU holds no image.
   * @throws {TileError} If a tile of a compressed image is damaged.
   * @throws {ClosedError} If the file ends before the pixels.
   *
   * @example
   * ```ts
   * import { encodeFits, openFits } from "@heliograph/heliograph/fits";
   * import { assertEquals } from "@std/assert";
   *
   * const bytes = await encodeFits([{ pixels: new Int16Array([1, 2, 3, 4, 5, 6]), shape: [3, 2] }]);
   * await using file = await openFits(bytes);
   * const { type, pixels, shape } = await file.image({ section: "2:3,1:2" });
   * assertEquals([type, [...pixels], shape], ["int16", [2, 3, 5, 6], [2, 2]]);
   * ```
   */
  image(options: ImageOptions & { readonly as: "float32" }): Promise<Image<"float32">>;
  /** Reads the image as doubles. */
  image(options: ImageOptions & { readonly as: "float64" }): Promise<Image<"float64">>;
  /** Reads the image as it is stored. */
  image(options: ImageOptions & { readonly physical: false }): Promise<Image<StoredType>>;
  /** Reads the image in the type that its keywords ask for. */
  image(options?: ImageOptions): Promise<Image>;
  async image(options: ImageOptions = {}): Promise<Image> {
    if (this.damage !== undefined) throw this.data.error(0, this.damage);
    const { image } = this.#contents;
    if (image !== undefined) {
      const turned = turnedSection(options.section, this.shape, this.data.title);
      if (turned === undefined) return notebookImage(await image(options));
      const forward = await image({ ...options, section: turned.section });
      turnAxes<number | bigint>(forward.pixels, forward.shape, turned.axes);
      return notebookImage(forward);
    }
    throw this.#isNo("an image");
  }

  /**
   * Divides the image into sections that are read one after the other, where it may be larger
   * than memory should hold. No section cuts a tile of a compressed image.
   *
   * @param most About how many pixels a section has, unless one tile has more.
   * @returns Sections that together are the image.
   */
  sections(most: number): Generator<AxisRange[]> {
    return sectionsOf(this.shape, this.#contents.unit ?? [], most);
  }

  /**
   * Opens the table: its columns are read from the header, its values on demand.
   *
   * @param options `stored` takes a compressed table or image as the table that stores it.
   * @returns The table.
   * @throws {FormatError} If the HDU holds no table, or its columns cannot be placed.
   */
  openTable(options: { readonly stored?: boolean | undefined } = {}): Table {
    if (this.damage !== undefined) throw this.data.error(0, this.damage);
    const { openTable, image } = this.#contents;
    if (openTable !== undefined && (image === undefined || options.stored === true)) {
      return openTable(options);
    }
    const request = image === undefined || openTable === undefined
      ? ""
      : "; open it with { stored: true } (--stored) to read the table that stores it";
    throw this.data.error(0, `its type is ${this.kind}, expected a table${request}`);
  }

  /**
   * Reads columns and rows of the table.
   *
   * @param options Columns, rows, and the form of the values.
   * @returns The values.
   * @throws {FormatError} If the HDU holds no table, or it has no such column or row.
   * @throws {ClosedError} If the file ends before the rows.
   */
  async table(options: TableOptions = {}): Promise<TableData> {
    return await this.openTable().read(options);
  }

  #isNo(what: string): FormatError {
    return new FormatError(
      `Cannot read HDU ${this.index} of ${this.data.source.name} as ${what}: its type is ` +
        this.kind,
      { source: this.data.source.name, offset: this.headerOffset },
    );
  }
}
