/** What every kind of HDU gives to be written: the one interface of images and tables. */

import { FormatError } from "../../net/errors.ts";
import { Card } from "../header/card.ts";
import type { Header } from "../header/header.ts";

/** An HDU that is ready to be written. */
export interface HduOutput {
  /**
   * The whole header, mandatory keywords first and in their order (sections 4.4.1, 7),
   * without CHECKSUM and DATASUM.
   */
  readonly header: Header;
  /** Whether the header is another file's, which nothing is added to unless that is asked for. */
  readonly copied?: boolean | undefined;
  /** Bytes of data, without fill. */
  readonly dataSize: number;
  /** The byte that fills the last block: 0, or 32 for an ASCII table. */
  readonly fill: 0 | 32;
  /**
   * The data in pieces, big-endian, `dataSize` bytes in all. With checksums it is
   * called twice. A piece is used up before the next is asked for.
   */
  data(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Something that can be written as an HDU. */
export interface HduInput {
  /** Whether it can be the primary HDU; a table cannot. */
  readonly canBePrimary: boolean;
  /**
   * Makes it ready.
   *
   * @param primary Whether it becomes the primary HDU.
   */
  prepare(primary: boolean): HduOutput;
}

/** Keywords of the structure, which the writer sets itself. */
const STRUCTURE =
  /^(SIMPLE|XTENSION|BITPIX|NAXIS\d{0,3}|EXTEND|PCOUNT|GCOUNT|GROUPS|TFIELDS|CHECKSUM|DATASUM|END|BLOCKED)$/;

/** Keywords of arrays, which tables may not have. */
export const ARRAY_KEYWORD: RegExp = /^(BSCALE|BZERO|BUNIT|BLANK|DATAMAX|DATAMIN)$/;

/**
 * The cards of a header that its user may give: those that the structure and the
 * checksums do not own.
 *
 * @param header The header, perhaps of another HDU.
 * @param dropped More keywords that are left out.
 */
export function ownCards(
  header: Iterable<Card> | undefined,
  dropped: (keyword: string) => boolean = () => false,
): Card[] {
  if (header === undefined) return [];
  return [...header].filter(({ keyword }) => !STRUCTURE.test(keyword) && !dropped(keyword));
}

/**
 * A card of a reserved keyword, whose string may not be continued (section 4.2.1.2).
 *
 * @throws {FormatError} If it does not fit in one record.
 */
export function shortCard(keyword: string, value: string): Card {
  const card = Card.of(keyword, value);
  if (card.records === 1) return card;
  throw new FormatError(
    `Cannot write ${keyword}: '${
      value.slice(0, 20)
    }...' has ${value.length} characters, expected ` +
      "at most 68, quotes doubled",
  );
}

/**
 * The cards of an HDU's name and version.
 *
 * @throws {FormatError} If they cannot stand in a header.
 */
export function nameCards(
  hdu: { readonly name?: string | undefined; readonly version?: number | undefined },
): Card[] {
  const { name, version } = hdu;
  if (version !== undefined && !Number.isSafeInteger(version)) {
    throw new FormatError(`Cannot write EXTVER: found ${version}, expected an integer`);
  }
  return [
    ...(name === undefined ? [] : [shortCard("EXTNAME", name)]),
    ...(version === undefined ? [] : [Card.of("EXTVER", version)]),
  ];
}

/** The first cards of an HDU: SIMPLE or XTENSION, BITPIX, NAXIS, NAXISn. */
export function structureCards(
  xtension: string | undefined,
  bitpix: number,
  shape: readonly number[],
): Card[] {
  return [
    xtension === undefined
      ? Card.of("SIMPLE", true, "conforms to FITS 4.0")
      : Card.of("XTENSION", xtension, "type of extension"),
    Card.of("BITPIX", bitpix, "bits of one value"),
    Card.of("NAXIS", shape.length, "number of axes"),
    ...shape.map((length, axis) => Card.of(`NAXIS${axis + 1}`, length)),
  ];
}
