/** The header of the table that stores an image: the image's own, under other names, and how it is compressed (FITS 4.0, section 10.1). */

import { FormatError } from "../../net/errors.ts";
import { Card } from "../header/card.ts";
import { Header } from "../header/header.ts";
import { QUANTIZED_BLANK } from "./encoders/quantize.ts";
import { RICE_BLOCK } from "./encoders/rice.ts";
import type { TileSettings } from "./tile_settings.ts";

/** A column of the table. */
export interface StoredColumn {
  readonly name: string;
  /** TFORMn. */
  readonly format: string;
}

/** What is known of the table when all tiles are compressed. */
export interface StoredTable {
  readonly columns: readonly StoredColumn[];
  /** Bytes of a row. */
  readonly rowBytes: number;
  readonly rows: number;
  readonly heapBytes: number;
  /** ZDITHER0. */
  readonly seed: number;
  /** Whether quantised pixels have no value. */
  readonly missing: boolean;
}

/** Keywords of the image that stand under other names. */
const RENAMED = /^(SIMPLE|BITPIX|NAXIS\d{0,3}|PCOUNT|GCOUNT|EXTEND|BLOCKED|CHECKSUM|DATASUM)$/;
/** Keywords that would say something else in the table. */
const TAKEN =
  /^(TFIELDS|THEAP|TTYPE\d{1,3}|TFORM\d{1,3}|Z(IMAGE|TABLE|CMPTYPE|BITPIX|NAXIS\d{0,3}|TILE\d{1,3}|NAME\d{1,3}|VAL\d{1,3}|MASKCMP|QUANTIZ|DITHER0|BLANK|SCALE|ZERO|SIMPLE|TENSION|EXTEND|BLOCKED|PCOUNT|GCOUNT|HECKSUM|DATASUM))$/;
/** The name of a table whose image has none. */
const STORED_NAME = "COMPRESSED_IMAGE";

/**
 * Makes the header of the table that stores an image. The image's cards keep their order and their
 * bytes, so that its header can be restored as it was.
 *
 * @param image The header of the image.
 * @param settings How it is compressed.
 * @param table The table.
 * @throws {FormatError} If the image has keywords that would say something else there.
 */
export function storedHeader(image: Header, settings: TileSettings, table: StoredTable): Header {
  const taken = [...image].find(({ keyword }) => TAKEN.test(keyword));
  if (taken !== undefined) {
    throw new FormatError(
      `its header has the keyword ${taken.keyword}, which says how a compressed image is stored`,
    );
  }
  const { columns, rowBytes, rows, heapBytes } = table;
  return new Header([
    Card.of("XTENSION", "BINTABLE", "binary table extension"),
    Card.of("BITPIX", 8, "8-bit bytes"),
    Card.of("NAXIS", 2, "2-dimensional binary table"),
    Card.of("NAXIS1", rowBytes, "width of table in bytes"),
    Card.of("NAXIS2", rows, "number of rows in table"),
    Card.of("PCOUNT", heapBytes, "size of special data area"),
    Card.of("GCOUNT", 1, "one data group"),
    Card.of("TFIELDS", columns.length, "number of fields in each row"),
    ...columns.flatMap(({ name, format }, i) => [
      Card.of(`TTYPE${i + 1}`, name, `label for field ${i + 1}`),
      Card.of(`TFORM${i + 1}`, format, "data format of field"),
    ]),
    Card.of("ZIMAGE", true, "extension contains compressed image"),
    ...settings.grid.tile.map((length, axis) =>
      Card.of(`ZTILE${axis + 1}`, length, "size of tiles to be compressed")
    ),
    Card.of("ZCMPTYPE", settings.codec, "compression algorithm"),
    ...parameterCards(settings),
    ...quantizationCards(settings, table),
    ...(image.has("SIMPLE") && !image.has("EXTNAME") ? [Card.of("EXTNAME", STORED_NAME)] : []),
    ...[...image].map(renamed),
  ]);
}

function parameterCards({ codec, elementBytes, scale, smooth }: TileSettings): Card[] {
  if (codec === "RICE_1") {
    return [
      Card.of("ZNAME1", "BLOCKSIZE", "compression block size"),
      Card.of("ZVAL1", RICE_BLOCK, "pixels per block"),
      Card.of("ZNAME2", "BYTEPIX", "bytes per pixel (1, 2, 4, or 8)"),
      Card.of("ZVAL2", elementBytes, "bytes per pixel (1, 2, 4, or 8)"),
    ];
  }
  if (codec !== "HCOMPRESS_1") return [];
  return [
    Card.of("ZNAME1", "SCALE", "HCOMPRESS scale factor"),
    Card.of("ZVAL1", scale, "HCOMPRESS scale factor"),
    Card.of("ZNAME2", "SMOOTH", "HCOMPRESS smooth option"),
    Card.of("ZVAL2", smooth ? 1 : 0, "HCOMPRESS smooth option"),
  ];
}

function quantizationCards(
  { bitpix, quantization }: TileSettings,
  { seed, missing }: StoredTable,
): Card[] {
  if (bitpix > 0) return [];
  if (quantization === undefined) {
    return [Card.of("ZQUANTIZ", "NONE", "Lossless compression without quantization")];
  }
  const { dither } = quantization;
  return [
    ...(missing
      ? [Card.of("ZBLANK", QUANTIZED_BLANK, "null value in the compressed integer array")]
      : []),
    Card.of(
      "ZQUANTIZ",
      dither === 0 ? "NO_DITHER" : `SUBTRACTIVE_DITHER_${dither}`,
      "Pixel Quantization Algorithm",
    ),
    ...(dither === 0 ? [] : [Card.of("ZDITHER0", seed, "dithering offset when quantizing floats")]),
  ];
}

/** Value and comment keep their bytes. */
function renamed(card: Card): Card {
  const { keyword, raw } = card;
  if (keyword === "XTENSION") return Card.parse("ZTENSION" + raw.slice(8));
  if (!RENAMED.test(keyword)) return card;
  const name = keyword === "CHECKSUM" ? "ZHECKSUM" : `Z${keyword}`;
  return Card.parse(name.slice(0, 8).padEnd(8) + raw.slice(8));
}
