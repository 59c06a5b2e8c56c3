/** HDUs of one file as HDUs of another, byte for byte where the place allows. */

import { Card } from "../header/card.ts";
import type { Hdu } from "../file/hdu.ts";
import type { HduInput, HduOutput } from "../hdu/output.ts";
import { Header } from "../header/header.ts";

const PIECE_BYTES = 1 << 20;

/**
 * Makes an HDU of an open file ready to be written elsewhere. Header and data stay
 * as they are; a primary array that becomes an extension, and an image extension that
 * becomes the primary, change their first cards and lose their CHECKSUM.
 *
 * @param hdu The HDU; its file has to stay open until it is written.
 * @param promote Whether an image extension may become the primary HDU; else an empty
 * primary goes before it.
 * @returns What {@linkcode writeFits} takes.
 * @throws {FormatError} If the header does not tell the size of the data.
 */
export function copyHdu(hdu: Hdu, promote = false): HduInput {
  if (hdu.damage !== undefined) throw hdu.data.error(0, hdu.damage);
  const isPrimary = hdu.kind === "PRIMARY" || hdu.kind === "GROUPS";
  return {
    canBePrimary: isPrimary || (promote && hdu.kind === "IMAGE"),
    prepare: (primary): HduOutput => ({
      header: primary === isPrimary ? hdu.data.header : moved(hdu, primary),
      copied: true,
      dataSize: hdu.dataSize,
      fill: hdu.kind === "TABLE" ? 32 : 0,
      data: () => pieces(hdu),
    }),
  };
}

/** A header whose HDU becomes an extension, or the primary. */
function moved(hdu: Hdu, primary: boolean): Header {
  if (hdu.kind === "GROUPS") {
    throw hdu.data.error(0, "random groups can only be the primary HDU (section 6)");
  }
  const axes = hdu.shape.length;
  const structure = new Set(["SIMPLE", "XTENSION", "EXTEND", "PCOUNT", "GCOUNT", "CHECKSUM"]);
  const cards = hdu.data.header.cards.filter(({ keyword }) => !structure.has(keyword));
  const header = new Header([
    primary
      ? Card.of("SIMPLE", true, "conforms to FITS 4.0")
      : Card.of("XTENSION", "IMAGE", "type of extension"),
    ...cards.slice(0, 2 + axes),
  ]);
  if (primary) header.append(Card.of("EXTEND", true, "extensions may follow"));
  else header.append(Card.of("PCOUNT", 0), Card.of("GCOUNT", 1));
  return header.appendAll(cards.slice(2 + axes));
}

async function* pieces(hdu: Hdu): AsyncGenerator<Uint8Array> {
  // A server is asked less often for more.
  const most = hdu.data.source.pieceBytes ?? PIECE_BYTES;
  const buffer = new Uint8Array(Math.min(most, hdu.dataSize));
  for (let at = 0; at < hdu.dataSize; at += most) {
    const piece = buffer.subarray(0, Math.min(most, hdu.dataSize - at));
    await hdu.data.readInto(at, piece);
    yield piece;
  }
}
