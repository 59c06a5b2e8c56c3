/** One HDU of a file: header, structure and data. */

import { FormatError } from "../../net/errors.ts";
import { RECORD_BYTES } from "../header/card.ts";
import type { Finding } from "../hdu/finding.ts";
import { RandomGroups } from "../image/groups.ts";
import type { HduData } from "../hdu/data.ts";
import type { Bitpix, HduKind } from "../hdu/layout.ts";
import type { Header } from "../header/header.ts";
import { type ImageOptions, readImage } from "../image/image.ts";
import { type Image, imageScaling, type StoredType } from "../image/pixels.ts";
import { Table, type TableData, type TableOptions, tableProblems } from "../table/table.ts";

/** An HDU of an open file. Its data are read when they are asked for. */
export class Hdu {
  /** The data as they are stored, by offset and length: what tables and tiles are read from. */
  readonly data: HduData;
  /** Why the data cannot be found, where the header does not tell their size. */
  readonly damage: string | undefined;

  /**
   * Makes an HDU; {@linkcode FitsFile} does that.
   *
   * @param data Header, structure and data.
   * @param damage Why the data cannot be found, if so.
   */
  constructor(data: HduData, damage?: string) {
    this.data = data;
    this.damage = damage;
  }

  /** The number of the HDU, 0 the primary. */
  get index(): number {
    return this.data.place.index;
  }

  /** What the HDU holds. */
  get kind(): HduKind {
    return this.data.layout.kind;
  }

  /** The header as it is stored; of a compressed image, that of its table. */
  get header(): Header {
    return this.data.header;
  }

  /**
   * EXTNAME without blanks around it, or `""`. Of a compressed image that has two, the
   * second: the first names the table.
   */
  get name(): string {
    const names = this.header.getAll("EXTNAME").map((name) => String(name ?? "").trim());
    if (this.kind !== "compressed IMAGE") return names[0] ?? "";
    return names.find((name) => name !== "COMPRESSED_IMAGE") ?? names[0] ?? "";
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
    if (this.kind !== "compressed IMAGE") return this.data.layout.bitpix;
    return (this.header.integer("ZBITPIX") ?? this.data.layout.bitpix) as Bitpix;
  }

  /**
   * The lengths of the axes, axis 1 first; of a compressed image, those of the image
   * within. Of random groups, those of one group's array, without the leading 0.
   */
  get shape(): readonly number[] {
    const { shape } = this.data.layout;
    if (this.kind === "GROUPS") return shape.slice(1);
    if (this.kind !== "compressed IMAGE") return shape;
    const axes = this.header.integer("ZNAXIS") ?? 0;
    return Array.from(
      { length: Math.min(axes, 999) },
      (_, axis) => this.header.integer(`ZNAXIS${axis + 1}`) ?? 0,
    );
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
    return (this.kind === "PRIMARY" || this.kind === "IMAGE" || this.kind === "compressed IMAGE") &&
      this.shape.length > 0;
  }

  /** Whether the HDU is a table, compressed or not. */
  get isTable(): boolean {
    return this.kind === "TABLE" || this.kind === "BINTABLE" || this.kind === "compressed BINTABLE";
  }

  /** What is wrong with the header; none of it keeps the HDU from being read. */
  get warnings(): Finding[] {
    const where = { severity: "warning", hdu: this.index } as const;
    const warnings: Finding[] = this.header.warnings.map(({ keyword, record, message }) => ({
      ...where,
      message,
      keyword,
      record,
      offset: this.headerOffset + (record - 1) * RECORD_BYTES,
    }));
    const structure = [...this.data.layout.problems];
    if (this.isImage) structure.push(...imageScaling(this.header, this.bitpix).problems);
    if (this.damage !== undefined) structure.push(this.damage);
    else if (this.isTable) structure.push(...tableProblems(this.data));
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
    throw new FormatError(
      `Cannot read HDU ${this.index} of ${this.data.source.name} as random groups: ` +
        `its type is ${this.kind}`,
      { source: this.data.source.name, offset: this.headerOffset },
    );
  }

  /**
   * Reads the image.
   *
   * @param options The section, and whether pixels are physical or as stored.
   * @returns The pixels with their type and their shape, axis 1 first.
   * @throws {FormatError} If the HDU holds no image, or a compressed one.
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
    if (this.kind !== "PRIMARY" && this.kind !== "IMAGE") {
      throw new FormatError(
        `Cannot read HDU ${this.index} of ${this.data.source.name} as an image: its type is ${this.kind}`,
        { source: this.data.source.name, offset: this.headerOffset },
      );
    }
    return await readImage(this.data, options);
  }

  /**
   * Opens the table: its columns are read from the header, its values on demand.
   *
   * @param options `stored` takes a compressed table as the table that stores it.
   * @returns The table.
   * @throws {FormatError} If the HDU holds no table, or its columns cannot be placed.
   */
  openTable(options: { readonly stored?: boolean | undefined } = {}): Table {
    if (this.damage !== undefined) throw this.data.error(0, this.damage);
    return new Table(this.data, options);
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
}
