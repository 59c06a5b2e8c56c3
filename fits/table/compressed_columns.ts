/** The original columns of a tile-compressed table (FITS 4.0, section 10.3). */

import { Card } from "../header/card.ts";
import { Header } from "../header/header.ts";
import { binaryColumns, type TableLayout } from "./column.ts";

/**
 * Reads the columns that a compressed table had before it was compressed: their
 * formats are in ZFORMn, the length of their rows in ZNAXIS1.
 *
 * @param header The header of the compressed table.
 * @returns The columns.
 * @throws {FormatError} If a column has no format that can be read.
 */
export function compressedColumns(header: Header): TableLayout {
  const original = new Header(
    [...header].map((card) => {
      const match = /^TFORM(\d{1,3})$/.exec(card.keyword);
      const format = match === null ? undefined : header.string(`ZFORM${match[1]}`);
      return format === undefined ? card : Card.of(card.keyword, format);
    }),
  );
  return binaryColumns(original, header.integer("ZNAXIS1") ?? 0);
}
