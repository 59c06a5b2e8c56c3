/** What an HDU is and how large its data are, from its header alone (FITS 4.0, sections 4.4.1, 6, 7). */

import { FormatError } from "../../net/errors.ts";
import { type Card, RECORD_BYTES } from "../header/card.ts";
import { BLOCK_BYTES, type Header } from "../header/header.ts";

/** Bits of a pixel: unsigned bytes, two's complement integers, IEEE floats. */
export type Bitpix = 8 | 16 | 32 | 64 | -32 | -64;

/**
 * What an HDU holds. `PRIMARY` and `IMAGE` are arrays; `GROUPS` is a primary of
 * random groups; `compressed IMAGE` and `compressed BINTABLE` are binary tables
 * whose rows are tiles; `OTHER` is an extension of an unknown type.
 */
export type HduKind =
  | "PRIMARY"
  | "IMAGE"
  | "TABLE"
  | "BINTABLE"
  | "GROUPS"
  | "compressed IMAGE"
  | "compressed BINTABLE"
  | "OTHER";

/** The structure of an HDU. */
export interface HduLayout {
  /** What the HDU holds. */
  readonly kind: HduKind;
  /** The extension's type as written, without blanks; undefined in a primary HDU. */
  readonly xtension: string | undefined;
  /** Bits of a stored value, negative for floats. */
  readonly bitpix: Bitpix;
  /** The lengths of the axes, NAXIS1 first. */
  readonly shape: readonly number[];
  /** Bytes of a table after its rows, or parameters of a group; 0 elsewhere. */
  readonly pcount: number;
  /** Groups; 1 elsewhere. */
  readonly gcount: number;
  /** Bytes of data, without the fill of the last block. */
  readonly dataSize: number;
  /** What is wrong with the keywords of the structure. */
  readonly problems: readonly string[];
}

const BITPIX: ReadonlySet<number> = new Set([8, 16, 32, 64, -32, -64]);
const MAX_AXES = 999;
/** What is read without making cards: axes of one digit, integers and sizes that are exact. */
const MAX_PLAIN_AXES = 9;
const MAX_PLAIN_DIGITS = 15;
const MAX_PLAIN_BYTES = 1e15;

/** The types of extensions, with the old names that stand for them (appendix of the standard). */
const EXTENSIONS: Readonly<Record<string, HduKind>> = {
  IMAGE: "IMAGE",
  IUEIMAGE: "IMAGE",
  TABLE: "TABLE",
  BINTABLE: "BINTABLE",
  A3DTABLE: "BINTABLE",
  "3DTABLE": "BINTABLE",
};

/**
 * Reads the structure of an HDU.
 *
 * @param header Its header.
 * @param primary Whether it is the first of the file.
 * @returns Kind, shape and size of the data.
 * @throws {FormatError} If the size of the data cannot be known.
 */
export function hduLayout(header: Header, primary: boolean): HduLayout {
  return plainLayout(header.storedText, primary) ?? readLayout(header, primary);
}

/** The first cards of extensions whose structure is read without making cards. */
const PLAIN_START: readonly (readonly [start: string, xtension: string, kind: HduKind])[] = [
  ["XTENSION= 'IMAGE   ' ", "IMAGE", "IMAGE"],
  ["XTENSION= 'BINTABLE' ", "BINTABLE", "BINTABLE"],
  ["XTENSION= 'TABLE   ' ", "TABLE", "TABLE"],
];

/**
 * The structure where the mandatory cards stand in their order and in fixed format, as nearly
 * always: 1 us in place of 10, which counts in a file of 10,000 HDUs.
 *
 * @returns Undefined where anything is unusual.
 */
function plainLayout(text: string | undefined, primary: boolean): HduLayout | undefined {
  if (text === undefined) return undefined;
  const start = primary ? undefined : PLAIN_START.find(([start]) => text.startsWith(start));
  if (primary ? !text.startsWith("SIMPLE  = ") : start === undefined) return undefined;
  const bitpix = fixedInteger(text, 1, "BITPIX  = ");
  const naxis = fixedInteger(text, 2, "NAXIS   = ");
  if (bitpix === undefined || !BITPIX.has(bitpix) || naxis === undefined) return undefined;
  if (naxis < 0 || naxis > MAX_PLAIN_AXES) return undefined;
  const shape: number[] = [];
  let elements = naxis === 0 ? 0 : 1;
  for (let axis = 1; axis <= naxis; axis++) {
    const length = fixedInteger(text, 2 + axis, `NAXIS${axis}  = `);
    if (length === undefined || length < 0) return undefined;
    shape.push(length);
    elements *= length;
  }
  // Random groups, and binary tables that may be compressed, need a look at other cards.
  if (
    primary
      ? shape[0] === 0
      : start![2] === "BINTABLE" && (text.includes("ZIMAGE") || text.includes("ZTABLE"))
  ) {
    return undefined;
  }
  const pcount = primary ? 0 : fixedInteger(text, 3 + naxis, "PCOUNT  = ");
  const gcount = primary ? 1 : fixedInteger(text, 4 + naxis, "GCOUNT  = ");
  if (pcount === undefined || gcount === undefined || pcount < 0 || gcount < 0) return undefined;
  const dataSize = naxis === 0 ? 0 : Math.abs(bitpix) / 8 * gcount * (pcount + elements);
  if (dataSize > MAX_PLAIN_BYTES) return undefined;
  return {
    kind: primary ? "PRIMARY" : start![2],
    xtension: start?.[1],
    bitpix: bitpix as Bitpix,
    shape,
    pcount,
    gcount,
    dataSize,
    problems: [],
  };
}

/** The integer of a card in fixed format (section 4.2.3): it ends in byte 30. */
function fixedInteger(text: string, record: number, start: string): number | undefined {
  const at = record * RECORD_BYTES;
  if (!text.startsWith(start, at)) return undefined;
  let place = at + 10;
  const end = at + 30;
  while (place < end && text.charCodeAt(place) === 0x20) place++;
  const negative = text.charCodeAt(place) === 0x2d;
  if (negative) place++;
  if (place >= end || end - place > MAX_PLAIN_DIGITS) return undefined;
  let value = 0;
  for (; place < end; place++) {
    const digit = text.charCodeAt(place) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = 10 * value + digit;
  }
  // Behind it there is a comment or nothing.
  if (text.charCodeAt(end) !== 0x20) return undefined;
  return negative ? -value : value;
}

function readLayout(header: Header, primary: boolean): HduLayout {
  const problems: string[] = [];
  const xtension = primary ? undefined : header.string("XTENSION")?.trim();
  const bitpix = required(
    header,
    "BITPIX",
    (value) => BITPIX.has(value),
    "8, 16, 32, 64, -32, -64",
  );
  const naxis = required(
    header,
    "NAXIS",
    (value) => value >= 0 && value <= MAX_AXES,
    "0 to 999",
  );
  const shape: number[] = [];
  for (let axis = 1; axis <= naxis; axis++) {
    shape.push(required(header, `NAXIS${axis}`, (value) => value >= 0, "0 or more"));
  }
  const groups = primary && shape[0] === 0 && header.get("GROUPS") === true;
  // A plain primary array has neither; a value there is a mistake that no reader follows.
  const counted = !primary || groups;
  const pcount = counted ? optional(header, "PCOUNT", 0, problems) : 0;
  const gcount = counted ? optional(header, "GCOUNT", 1, problems) : 1;
  const axes = groups ? shape.slice(1) : shape;
  return {
    kind: kindOf(header, xtension, primary, groups),
    xtension,
    bitpix: bitpix as Bitpix,
    shape,
    pcount,
    gcount,
    dataSize: dataBytes(bitpix, axes, pcount, gcount),
    problems,
  };
}

function required(
  header: Header,
  keyword: string,
  allowed: (value: number) => boolean,
  expected: string,
): number {
  const value = header.integer(keyword);
  if (value !== undefined && allowed(value)) return value;
  const card = header.card(keyword);
  const found = card === undefined ? "no such card" : shown(card);
  throw new FormatError(
    `Cannot tell the size of the data from ${keyword}: found ${found}, expected ${expected}`,
  );
}

function optional(header: Header, keyword: string, fallback: number, problems: string[]): number {
  const value = header.integer(keyword);
  if (value !== undefined && value >= 0) return value;
  const card = header.card(keyword);
  problems.push(
    card === undefined
      ? `no ${keyword}, taken as ${fallback}`
      : `${keyword} is ${shown(card)}, taken as ${fallback}`,
  );
  return fallback;
}

/** The value field of a card, without bytes that a terminal might obey. */
function shown(card: Card): string {
  return `'${card.raw.slice(10, 80).trim().replace(/[^\x20-\x7e]/g, "?")}'`;
}

/** Section 4.4.1.1, equation 2: in exact arithmetic, since a header may ask for anything. */
function dataBytes(
  bitpix: number,
  axes: readonly number[],
  pcount: number,
  gcount: number,
): number {
  if (axes.length === 0) return 0;
  let elements = 1n;
  for (const length of axes) elements *= BigInt(length);
  const bytes = BigInt(Math.abs(bitpix) / 8) * BigInt(gcount) * (BigInt(pcount) + elements);
  if (bytes > BigInt(Number.MAX_SAFE_INTEGER - BLOCK_BYTES)) {
    throw new FormatError(
      `Cannot read ${bytes} bytes of data: expected at most ${Number.MAX_SAFE_INTEGER}`,
    );
  }
  return Number(bytes);
}

function kindOf(
  header: Header,
  xtension: string | undefined,
  primary: boolean,
  groups: boolean,
): HduKind {
  if (primary) return groups ? "GROUPS" : "PRIMARY";
  const kind = EXTENSIONS[xtension ?? ""] ?? "OTHER";
  if (kind !== "BINTABLE") return kind;
  if (header.get("ZIMAGE") === true) return "compressed IMAGE";
  return header.get("ZTABLE") === true ? "compressed BINTABLE" : kind;
}

/** The smallest multiple of 2880 that holds a number of bytes. */
export function paddedSize(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
}
