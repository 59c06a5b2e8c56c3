/** The header of a compressed image as it was before compression (FITS 4.0, section 10.1.2). */

import { Card } from "../header/card.ts";
import { Header } from "../header/header.ts";

/** Keywords of the image that are stored under other names. */
const RENAMED: Readonly<Record<string, string>> = {
  ZBITPIX: "BITPIX",
  ZNAXIS: "NAXIS",
  ZPCOUNT: "PCOUNT",
  ZGCOUNT: "GCOUNT",
  ZEXTEND: "EXTEND",
  ZBLOCKED: "BLOCKED",
  ZHECKSUM: "CHECKSUM",
  ZDATASUM: "DATASUM",
};

/** Keywords of the table and of the compression alone. */
const OWN =
  /^(SIMPLE|XTENSION|BITPIX|NAXIS\d*|PCOUNT|GCOUNT|EXTEND|TFIELDS|THEAP|CHECKSUM|DATASUM|Z(IMAGE|CMPTYPE|TILE\d+|NAME\d+|VAL\d+|MASKCMP|QUANTIZ|DITHER0|BLANK|SCALE|ZERO|SIMPLE|TENSION))$/;
/** Keywords of columns. */
const COLUMN = /^(TTYPE|TFORM|TUNIT|TDISP|TNULL|TSCAL|TZERO|TDIM|TDMIN|TDMAX|TLMIN|TLMAX)(\d+)$/;
/** The name of the table that stores an image, which is not the image's. */
const STORED_NAME = "COMPRESSED_IMAGE";

/**
 * Restores the header of an image from that of the table that stores it: the image's keywords
 * in their place, its own cards in their order and with their comments.
 *
 * @param stored The header of the table.
 * @returns The header of the image.
 */
export function imageHeader(stored: Header): Header {
  const columns = stored.integer("TFIELDS") ?? 0;
  const structure: Card[] = [first(stored)];
  for (const keyword of ["ZBITPIX", "ZNAXIS"]) structure.push(...renamed(stored.card(keyword)));
  const axes = Math.min(stored.integer("ZNAXIS") ?? 0, 999);
  for (let axis = 1; axis <= axes; axis++) structure.push(...renamed(stored.card(`ZNAXIS${axis}`)));
  const primary = stored.has("ZSIMPLE");
  if (!primary) {
    const counts = [["ZPCOUNT", 0], ["ZGCOUNT", 1]] as const;
    for (const [keyword, value] of counts) {
      const card = stored.card(keyword);
      structure.push(...card === undefined ? [Card.of(RENAMED[keyword]!, value)] : renamed(card));
    }
  }
  // Of a primary array, EXTEND and such stand where they stood.
  const placed = primary ? /^Z(BITPIX|NAXIS\d*)$/ : /^Z(BITPIX|NAXIS\d*|PCOUNT|GCOUNT)$/;
  const own: Card[] = [];
  for (const card of stored) {
    const { keyword } = card;
    if (OWN.test(keyword)) {
      if (keyword === "ZBLANK" && isBlank(stored)) own.push(...renamed(card));
      continue;
    }
    if (placed.test(keyword)) continue;
    const column = COLUMN.exec(keyword);
    if (column !== null && Number(column[2]) <= columns) continue;
    if (keyword === "EXTNAME" && String(card.value ?? "").trim() === STORED_NAME) continue;
    own.push(...RENAMED[keyword] === undefined ? [card] : renamed(card));
  }
  return new Header([...structure, ...own]);
}

/** Whether ZBLANK stands for the BLANK of an image of integers, which has none of its own. */
function isBlank(stored: Header): boolean {
  return (stored.integer("ZBITPIX") ?? 0) > 0 && !stored.has("BLANK");
}

/** SIMPLE where the image was a primary array, else XTENSION. */
function first(stored: Header): Card {
  const primary = stored.card("ZSIMPLE");
  if (primary !== undefined) return rename(primary, "SIMPLE");
  const extension = stored.card("ZTENSION");
  if (extension !== undefined) return rename(extension, "XTENSION");
  return Card.of("XTENSION", "IMAGE", "type of extension");
}

function renamed(card: Card | undefined): Card[] {
  if (card === undefined) return [];
  return [rename(card, RENAMED[card.keyword] ?? card.keyword.slice(1))];
}

/** Value and comment keep their bytes. */
function rename(card: Card, keyword: string): Card {
  return Card.parse(keyword.padEnd(8) + card.raw.slice(8));
}
