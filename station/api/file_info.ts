/** What a file holds, and its headers, as JSON. */

import type { FitsFile } from "../../fits/file/fits_file.ts";
import type { Hdu } from "../../fits/file/hdu.ts";
import type { Card } from "../../fits/header/card.ts";
import { RECORD_BYTES } from "../../fits/header/card.ts";
import type { Header } from "../../fits/header/header.ts";
import type { Finding } from "../../fits/hdu/finding.ts";
import { numberedCards } from "../../fits/rules/cards.ts";
import { headerFindings } from "../../fits/rules/header.ts";
import { FormatError } from "../../net/errors.ts";
import { levelCount, TILE_SIZE } from "../pyramid/levels.ts";

/** How far the exact levels of an image are. */
export type PyramidState = "none" | "draft" | "ready";

/** What is told of an HDU. */
export interface HduInfo {
  readonly index: number;
  readonly name: string;
  readonly version: number;
  /** `PRIMARY`, `IMAGE`, `compressed IMAGE`, `BINTABLE` and so on. */
  readonly kind: string;
  /** The lengths of the axes, axis 1 first; of a compressed image, of the image within. */
  readonly shape: readonly number[];
  readonly bitpix: number;
  readonly unit: string;
  /** How an image or table is compressed, as ZCMPTYPE names it. */
  readonly compression?: string;
  readonly validator: string;
  /** Planes to choose from; 0 of what is no image, or has no pixels. */
  readonly planes: number;
  /** Levels of a plane; 0 of what is no image, or has no pixels. */
  readonly levels: number;
  readonly tileSize: number;
  readonly pyramid: PyramidState;
  /** Columns of a table. */
  readonly columns?: number;
  /** Rows of a table. */
  readonly rows?: number;
  /** Why the HDU cannot be read. */
  readonly damage?: string | undefined;
}

/** What is told of a file. */
export interface FileInfo {
  readonly name: string;
  readonly bytes: number;
  readonly validator: string;
  /** Whether somebody is writing to it. */
  readonly growing: boolean;
  readonly hdus: readonly HduInfo[];
}

/** An open file, with what tells its versions apart. */
export interface VersionedFits {
  /** The name without its folder. */
  readonly name: string;
  readonly bytes: number;
  readonly validator: string;
  readonly fits: FitsFile;
  /** Whether somebody is writing to it. */
  readonly isGrowing?: boolean | undefined;
  /** What tells this version of an HDU from others. */
  validatorOf(hdu: Hdu): string;
}

/**
 * Tells what a file holds. What is damaged is told too.
 *
 * @param file The file.
 * @param pyramidOf How far the levels of an image are.
 */
export async function fileInfo(
  file: VersionedFits,
  pyramidOf: (hdu: Hdu) => PyramidState,
): Promise<FileInfo> {
  const hdus: HduInfo[] = [];
  for await (const hdu of file.fits.hdus) {
    hdus.push(hduInfo(hdu, file.validatorOf(hdu), pyramidOf));
  }
  const { name, bytes, validator } = file;
  return { name, bytes, validator, growing: file.isGrowing ?? false, hdus };
}

function hduInfo(
  hdu: Hdu,
  validator: string,
  pyramidOf: (hdu: Hdu) => PyramidState,
): HduInfo {
  const { index, kind, shape } = hdu;
  const [width = 0, height = 1] = shape;
  const isImage = hdu.isImage && !shape.includes(0);
  const found = withDamage(() => ({
    name: hdu.name,
    version: hdu.version,
    unit: hdu.unit,
    ...compressionOf(hdu),
    ...sizeOf(hdu),
  }));
  const { name = "", version = 1, unit = "", damage, ...rest } = found;
  const reason = hdu.damage ?? damage;
  return {
    index,
    name,
    version,
    kind,
    shape,
    bitpix: hdu.bitpix,
    unit,
    ...rest,
    validator,
    planes: isImage ? shape.slice(2).reduce((product, length) => product * length, 1) : 0,
    levels: isImage ? levelCount(width, height) : 0,
    tileSize: TILE_SIZE,
    pyramid: isImage ? pyramidOf(hdu) : "none",
    damage: reason,
  };
}

function withDamage<T extends object>(read: () => T): Partial<T> & { damage?: string } {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { damage: error.message } as Partial<T> & { damage: string };
  }
}

function compressionOf({ kind, data }: Hdu): { compression?: string } {
  if (!kind.startsWith("compressed")) return {};
  const algorithm = data.header.get("ZCMPTYPE");
  return { compression: typeof algorithm === "string" ? algorithm.trim() : "unknown" };
}

function sizeOf(hdu: Hdu): { columns?: number; rows?: number } {
  if (!hdu.isTable || hdu.damage !== undefined) return {};
  const { columns, rows } = hdu.openTable();
  return { columns: columns.length, rows };
}

/** A card: keyword, value and comment. */
export type CardTriple = readonly [keyword: string, value: unknown, comment: string];

/** The cards of an HDU. */
export interface HeaderInfo {
  readonly index: number;
  readonly cards: readonly CardTriple[];
}

/** Options of {@linkcode headersOf}. */
export interface HeaderChoice {
  /** The HDU; without it all. */
  readonly hdu?: Hdu | undefined;
  /** Whether an extension has the keywords of the primary header that it inherits. */
  readonly inherit?: boolean | undefined;
}

/** The headers of one HDU or of all. */
export async function headersOf(
  fits: FitsFile,
  { hdu, inherit = false }: HeaderChoice,
): Promise<{ readonly index: number; readonly header: Header }[]> {
  const hdus = hdu === undefined ? await Array.fromAsync(fits.hdus) : [hdu];
  return await Promise.all(hdus.map(async ({ index, header }) => ({
    index,
    header: inherit ? await fits.inheritedHeader(index) : header,
  })));
}

/** Headers as JSON has them: integers beyond 2^53 as text, complex values as pairs. */
export function headersAsJson(
  headers: readonly { readonly index: number; readonly header: Header }[],
): HeaderInfo[] {
  return headers.map(({ index, header }) => ({ index, cards: header.cards.map(tripleOf) }));
}

function tripleOf(card: Card): CardTriple {
  const { keyword, kind, value, comment } = card;
  if (kind === "commentary") return [keyword, null, card.text];
  if (typeof value === "bigint") return [keyword, String(value), comment];
  if (typeof value === "object" && value !== null) {
    return [keyword, [value.re, value.im], comment];
  }
  return [keyword, value, comment];
}

/** Something about a header, with the card that it is of. */
export interface HeaderFinding extends Omit<Finding, "hdu"> {
  /** The place of the card among those of `headersAsJson`, from 0, if it is one of them. */
  readonly card?: number | undefined;
}

/** What the standard says against the header of an HDU, in the order in which it is found. */
export async function findingsOf(hdu: Hdu): Promise<HeaderFinding[]> {
  const shown = hdu.damage === undefined ? hdu.header.cards : hdu.data.header.cards;
  const stored = new Map(numberedCards(hdu.data.header).map(({ card, record }) => [record, card]));
  return (await headerFindings(hdu)).map(({ severity, message, keyword, record, offset }) => {
    // Of a compressed image the cards that are shown are those of the image.
    const found = record === undefined ? undefined : stored.get(record);
    const card = found && shown.findIndex(({ raw }) => raw === found.raw);
    return { severity, message, keyword, record, offset, card: card === -1 ? undefined : card };
  });
}

/** Headers as text: records of 80 characters, a line each, END after each header. */
export function headersAsText(
  headers: readonly { readonly header: Header }[],
): string {
  return headers.map(({ header }) => {
    const records = header.cards.flatMap(({ raw }) =>
      raw.match(new RegExp(`.{1,${RECORD_BYTES}}`, "gs")) ?? []
    );
    return [...records, "END".padEnd(RECORD_BYTES)].join("\n") + "\n";
  }).join("\n");
}
