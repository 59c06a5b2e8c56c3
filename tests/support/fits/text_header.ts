/** Headers that are kept as text, as files. */

import { concatenate } from "../../../net/bytes/concatenate.ts";

const CARD_BYTES = 80;
const BLOCK_BYTES = 2880;

/**
 * Makes a FITS file of a header alone, its cards as they are: in lines, or one behind the other.
 * What is no first card gets one; an extension comes behind an empty primary.
 *
 * @param text The header.
 */
export function textHeaderFile(text: Uint8Array): Uint8Array<ArrayBuffer> {
  const latin1 = new TextDecoder("latin1").decode(text);
  const lines = latin1.split(/\r?\n/);
  const cards = Math.max(...lines.map((line) => line.length)) <= CARD_BYTES
    ? lines
    : latin1.match(/[^]{1,80}/g) ?? [];
  const own = cards.filter((card) => !/^END *$/.test(card) && card.trim() !== "");
  const first = own[0]?.slice(0, 8).trim();
  const empty = ["SIMPLE  =                    T", "BITPIX  =                    8"];
  const none = "NAXIS   =                    0";
  if (first === "XTENSION") return concatenate([block([...empty, none]), block(own)]);
  if (first === "SIMPLE") return block(own);
  const more = own.some((card) => card.startsWith("NAXIS   ")) ? [] : [none];
  const rest = own.filter((card) => !card.startsWith("BITPIX  "));
  return block([...empty, ...more, ...rest]);
}

function block(cards: readonly string[]): Uint8Array<ArrayBuffer> {
  const length = Math.ceil((cards.length + 1) * CARD_BYTES / BLOCK_BYTES) * BLOCK_BYTES;
  const bytes = new Uint8Array(length).fill(0x20);
  for (const [i, card] of [...cards, "END"].entries()) {
    for (let j = 0; j < Math.min(card.length, CARD_BYTES); j++) {
      bytes[i * CARD_BYTES + j] = card.charCodeAt(j);
    }
  }
  return bytes;
}
