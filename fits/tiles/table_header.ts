/** The header of a compressed table as it was before compression (FITS 4.0, section 10.3.2). */

import { Card } from "../header/card.ts";
import { Header } from "../header/header.ts";

/** Keywords of the table that are stored under other names, besides those of columns. */
const RENAMED: Readonly<Record<string, string>> = {
  ZNAXIS1: "NAXIS1",
  ZNAXIS2: "NAXIS2",
  ZPCOUNT: "PCOUNT",
  ZTHEAP: "THEAP",
  ZHECKSUM: "CHECKSUM",
  ZDATASUM: "DATASUM",
};

/** Keywords of the compression, and those that stand under other names. */
const OWN =
  /^(NAXIS[12]|PCOUNT|THEAP|CHECKSUM|DATASUM|TFORM\d{1,3}|Z(TABLE|TILELEN|NAXIS[12]|PCOUNT|CTYP\d{1,3}))$/;
/** Keywords that begin every header of a table, in this order (section 7.3.1). */
const STRUCTURE = ["XTENSION", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "PCOUNT", "GCOUNT"];

/**
 * Restores the header of a table from that of the table that stores it.
 *
 * @param stored The header of the table that stores it.
 * @returns The header of the table.
 */
export function tableHeader(stored: Header): Header {
  const first: Card[] = STRUCTURE.flatMap((keyword) => {
    const original = stored.card(`Z${keyword}`);
    if (original !== undefined && RENAMED[`Z${keyword}`] === keyword) {
      return [rename(original, keyword)];
    }
    if (keyword === "PCOUNT") return [Card.of("PCOUNT", 0, "bytes of the heap")];
    const card = stored.card(keyword);
    return card === undefined ? [] : [card];
  });
  const own: Card[] = [];
  for (const card of stored) {
    const { keyword } = card;
    if (STRUCTURE.includes(keyword)) continue;
    const format = /^TFORM(\d{1,3})$/.exec(keyword);
    if (format !== null) {
      // The format takes the place that it has in the table that stores it: behind TTYPEn.
      const original = stored.card(`ZFORM${format[1]}`);
      own.push(original === undefined ? card : rename(original, keyword));
    } else if (/^ZFORM\d{1,3}$/.test(keyword)) {
      continue;
    } else if (RENAMED[keyword] !== undefined && !STRUCTURE.includes(RENAMED[keyword]!)) {
      own.push(rename(card, RENAMED[keyword]!));
    } else if (!OWN.test(keyword)) own.push(card);
  }
  return new Header([...first, ...own]);
}

/** Value and comment keep their bytes. */
function rename(card: Card, keyword: string): Card {
  return Card.parse(keyword.padEnd(8) + card.raw.slice(8));
}
