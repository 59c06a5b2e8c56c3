/** How an image is compressed: the Z keywords and the columns of its table (FITS 4.0, section 10.1). */

import { FormatError } from "../../net/errors.ts";
import type { Bitpix, HduLayout } from "../hdu/layout.ts";
import type { Header } from "../header/header.ts";
import { binaryColumns, type PlacedColumn } from "../table/column.ts";
import { type BinaryFormat, ELEMENT_BYTES } from "../table/column_format.ts";
import {
  type CodecName,
  type CodecParameters,
  codecParameters,
  parseCodecName,
} from "./codecs/codec.ts";
import { type TileGrid, tileGrid } from "./tile_grid.ts";

/** A column of the tiles' table: where it lies in a row. */
export interface TileColumn {
  /** Bytes of the row before it. */
  readonly offset: number;
  /** Bytes of its cell. */
  readonly bytes: number;
  /** The letter of its descriptor; undefined where the cell holds the value itself. */
  readonly descriptor: "P" | "Q" | undefined;
  /** The letter of an element. */
  readonly code: BinaryFormat["code"];
  /** Bytes of an element. */
  readonly elementBytes: number;
}

/** Where a number comes from: a column, or a keyword that holds for all tiles. */
export interface TileNumber {
  readonly column: TileColumn | undefined;
  readonly keyword: number | undefined;
}

/** How an image is compressed. */
export interface Compression {
  /** BITPIX of the pixels. */
  readonly bitpix: Bitpix;
  /** The tiles. */
  readonly grid: TileGrid;
  /** ZCMPTYPE. */
  readonly codec: CodecName;
  /** The parameters of the algorithm (ZNAMEn, ZVALn). */
  readonly parameters: CodecParameters;
  /** COMPRESSED_DATA. */
  readonly compressed: TileColumn | undefined;
  /** GZIP_COMPRESSED_DATA: pixels as they are, for tiles that the algorithm cannot take. */
  readonly gzip: TileColumn | undefined;
  /** UNCOMPRESSED_DATA. */
  readonly plain: TileColumn | undefined;
  /** NULL_PIXEL_MASK. */
  readonly mask: TileColumn | undefined;
  /** ZMASKCMP. */
  readonly maskCodec: CodecName | undefined;
  /** ZSCALE; its presence says that floating-point pixels were quantised. */
  readonly scale: TileNumber;
  /** ZZERO. */
  readonly zero: TileNumber;
  /** ZBLANK: the integer that stands for no value. */
  readonly blank: TileNumber;
  /** Whether the tiles hold integers that stand for floating-point numbers. */
  readonly quantized: boolean;
  /** The method of dithering (ZQUANTIZ). */
  readonly dither: 0 | 1 | 2;
  /** ZDITHER0: where in the random numbers the first tile begins, 1 to 10000. */
  readonly seed: number;
  /** How much PLIO values are greater than the stored pixels: it has none below 0. */
  readonly plioOffset: number;
  /** Bytes of a row of the tiles' table. */
  readonly rowBytes: number;
}

/** The most axes of an image (section 4.4.1.1). */
const MAX_AXES = 999;

/**
 * The shape of the image that a table holds.
 *
 * @param header The header of the table.
 * @throws {FormatError} If the header does not tell it.
 */
export function compressedShape(header: Header): number[] {
  const axes = required(header, "ZNAXIS", (value) => value >= 0 && value <= MAX_AXES, "0 to 999");
  return Array.from(
    { length: axes },
    (_, axis) => required(header, `ZNAXIS${axis + 1}`, (value) => value >= 0, "0 or more"),
  );
}

/**
 * Reads how an image is compressed.
 *
 * @param header The header of the table.
 * @param layout The table's structure.
 * @returns All that is needed to find and decode its tiles.
 * @throws {FormatError} If a keyword or column is missing or cannot be.
 */
export function readCompression(header: Header, layout: HduLayout): Compression {
  const [rowBytes = 0, rows = 0] = layout.shape;
  const bitpix = compressedBitpix(header);
  const shape = compressedShape(header);
  const grid = tileGrid(shape, tileShape(header, shape));
  if (grid.total !== rows && !shape.includes(0)) {
    throw new FormatError(
      `the table has ${rows} rows, expected one for each of the ${grid.total} tiles`,
    );
  }
  const { columns } = binaryColumns(header, rowBytes);
  const column = (name: string) => tileColumn(columns, name, rowBytes);
  const number = (name: string): TileNumber => ({
    column: column(name),
    keyword: header.number(name),
  });
  const codec = codecOf(header, "ZCMPTYPE");
  if (codec === undefined) throw new FormatError("it has no ZCMPTYPE");
  const scale = number("ZSCALE");
  const zero = number("ZZERO");
  if (bitpix < 0 && isThere(zero) && !isThere(scale)) {
    throw new FormatError("its floating-point pixels have ZZERO and no ZSCALE");
  }
  return {
    bitpix,
    grid,
    codec,
    parameters: codecParameters(codec, parametersOf(header)),
    compressed: column("COMPRESSED_DATA"),
    gzip: column("GZIP_COMPRESSED_DATA"),
    plain: column("UNCOMPRESSED_DATA"),
    mask: column("NULL_PIXEL_MASK"),
    maskCodec: codecOf(header, "ZMASKCMP"),
    scale,
    zero,
    blank: number("ZBLANK"),
    quantized: bitpix < 0 && (isThere(scale) || isThere(zero)),
    ...dithering(header),
    plioOffset: codec === "PLIO_1" && bitpix === 16 && header.number("BZERO") === 32768 &&
        (header.number("BSCALE") ?? 1) === 1
      ? 32768
      : 0,
    rowBytes,
  };
}

/**
 * ZBITPIX.
 *
 * @param header The header of the table.
 * @throws {FormatError} If it is missing or none.
 */
export function compressedBitpix(header: Header): Bitpix {
  const allowed = new Set([8, 16, 32, 64, -32, -64]);
  const expected = "8, 16, 32, 64, -32, -64";
  return required(header, "ZBITPIX", (value) => allowed.has(value), expected) as Bitpix;
}

function required(
  header: Header,
  keyword: string,
  allowed: (value: number) => boolean,
  expected: string,
): number {
  const value = header.integer(keyword);
  if (value !== undefined && allowed(value)) return value;
  throw new FormatError(`${keyword} is ${value ?? "no whole number"}, expected ${expected}`);
}

/** ZTILEn: without them a tile is a row of the image (section 10.1.1). */
function tileShape(header: Header, shape: readonly number[]): number[] {
  return shape.map((length, axis) => {
    const keyword = `ZTILE${axis + 1}`;
    if (!header.has(keyword)) return axis === 0 ? Math.max(1, length) : 1;
    return required(header, keyword, (value) => value >= 1, "1 or more");
  });
}

function isThere({ column, keyword }: TileNumber): boolean {
  return column !== undefined || keyword !== undefined;
}

function tileColumn(
  columns: readonly PlacedColumn[],
  name: string,
  rowBytes: number,
): TileColumn | undefined {
  const column = columns.find((column) => column.name.toUpperCase() === name);
  if (column === undefined || column.layout.kind !== "binary" || column.bytes === 0) {
    return undefined;
  }
  const { offset, bytes, layout: { format: { descriptor, code } } } = column;
  if (offset + bytes > rowBytes) {
    throw new FormatError(
      `column ${name} ends at byte ${offset + bytes} of a row of ${rowBytes} bytes`,
    );
  }
  return { offset, bytes, descriptor, code, elementBytes: ELEMENT_BYTES[code] };
}

function codecOf(header: Header, keyword: string): CodecName | undefined {
  const name = header.string(keyword)?.trim();
  return name === undefined ? undefined : parseCodecName(name, keyword);
}

/** ZNAMEn and ZVALn as pairs, in upper case. */
function parametersOf(header: Header): Map<string, number> {
  const parameters = new Map<string, number>();
  for (let n = 1; n <= MAX_AXES; n++) {
    const name = header.string(`ZNAME${n}`)?.trim().toUpperCase();
    if (name === undefined) break;
    const value = header.number(`ZVAL${n}`);
    if (value !== undefined) parameters.set(name, value);
  }
  return parameters;
}

/** ZQUANTIZ and ZDITHER0; real files also write NONE, or leave the seed out. */
function dithering(header: Header): Pick<Compression, "dither" | "seed"> {
  const method = header.string("ZQUANTIZ")?.trim().toUpperCase() ?? "NO_DITHER";
  const dither = method === "SUBTRACTIVE_DITHER_1" ? 1 : method === "SUBTRACTIVE_DITHER_2" ? 2 : 0;
  if (dither === 0) return { dither, seed: 1 };
  const seed = header.integer("ZDITHER0") ?? 1;
  if (seed >= 1 && seed <= 10_000) return { dither, seed };
  throw new FormatError(`ZDITHER0 is ${seed}, expected 1 to 10000`);
}
