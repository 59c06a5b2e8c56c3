/**
 * FITS headers without files (FITS standard 4.0, section 4): cards, keywords, values, blocks.
 *
 * @example A header written and found again
 * ```ts
 * import {
 *   BLOCK_BYTES,
 *   findHeaderEnd,
 *   Header,
 *   RECORD_BYTES,
 * } from "@heliograph/heliograph/fits/header";
 * import { assertEquals } from "@std/assert";
 *
 * const header = new Header().set("SIMPLE", true).set("BITPIX", 8).set("NAXIS", 0);
 * const bytes = header.toBytes();
 * assertEquals([bytes.length, findHeaderEnd(bytes)], [BLOCK_BYTES, 3 * RECORD_BYTES]);
 * assertEquals(Header.parse(bytes).get("BITPIX"), 8);
 * ```
 *
 * @module
 */

export { Card, type CardOptions, RECORD_BYTES } from "./card.ts";
export {
  type CardKind,
  type CardProblem,
  type CardValue,
  type Complex,
  parseValueField,
  type ValueField,
} from "./card_value.ts";
export {
  BLOCK_BYTES,
  findHeaderEnd,
  Header,
  type HeaderWarning,
  type SetOptions,
} from "./header.ts";
