/** Changes headers of local files: in place where they fit, else in a new file that replaces the old. */

import { FormatError } from "../../net/errors.ts";
import { replaceFile, writeWhole } from "../../net/replace_file.ts";
import { Checksum, encodeChecksum } from "../hdu/checksum.ts";
import { FitsFile, type HduChoice } from "../file/fits_file.ts";
import { endsEarly, type FitsSource } from "../source/source.ts";
import type { Hdu } from "../file/hdu.ts";
import { hduLayout } from "../hdu/layout.ts";
import { BLOCK_BYTES, type Header } from "../header/header.ts";
import { numberedCards, type Report } from "../rules/cards.ts";
import { verifyColumns } from "../rules/columns.ts";
import { storedAsTable, verifyStructure } from "../rules/structure.ts";
import { compressionOf } from "../source/wrapper.ts";
import { declareLongStrings } from "../write/write.ts";
import { changeFile, type ChangeOptions, type LockedFile } from "./locked_file.ts";

/** How a file was changed; `unchanged` where there was nothing to change. */
export type EditResult = "in place" | "replaced" | "unchanged";

/** New header bytes for an HDU. */
export interface HeaderChange {
  /** The HDU as it was. */
  readonly hdu: Hdu;
  /** Its new header: whole blocks. */
  readonly bytes: Uint8Array;
}

const PIECE_BYTES = 1 << 20;

/**
 * Changes the header of one HDU of a local file.
 *
 * The change is written in place where the header does not grow beyond its blocks;
 * else the file is rewritten and takes the old one's place at once. A CHECKSUM is
 * kept right. Cards that are not changed keep their bytes. Two changes at once, also of
 * other programs that use this function, are made one after the other.
 *
 * @param path The file.
 * @param choice The HDU.
 * @param change Changes the header. It may neither change the size of the data nor break the
 * structure that the standard asks for (such as an axis without NAXISn). It is called again
 * where another program has replaced the file meanwhile.
 * @param options What ends the waiting for other changes.
 * @returns How the file was changed.
 * @throws {FormatError} If it is no FITS file or the change is not allowed: the file stays as
 * it is.
 * @throws {TimeoutError} If another program keeps the file locked for two minutes.
 *
 * @example Note who looked at a file
 * ```ts
 * import { editHeader, openFits, writeFits } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * await Deno.mkdir("out", { recursive: true });
 * await writeFits("out/edited.fits", [{ pixels: new Int16Array(6), shape: [3, 2] }]);
 * await editHeader("out/edited.fits", 0, (header) => header.set("OBSERVER", "Carrington"));
 * await using file = await openFits("out/edited.fits");
 * assertEquals((await file.hdu(0)).header.get("OBSERVER"), "Carrington");
 * ```
 */
export async function editHeader(
  path: string | URL,
  choice: HduChoice,
  change: (header: Header) => void,
  options: ChangeOptions = {},
): Promise<EditResult> {
  return await changeFile(path, (file) => editOpenFile(file, path, choice, change), options);
}

async function editOpenFile(
  locked: LockedFile,
  path: string | URL,
  choice: HduChoice,
  change: (header: Header) => void,
): Promise<EditResult> {
  const file = await openForChange(locked.source);
  const hdu = await file.hdu(choice);
  const stored = hdu.data.header;
  const header = stored.clone();
  change(header);
  const { cards } = stored;
  // Cards that are not changed stay the same objects.
  if (header.cards.length === cards.length && header.cards.every((card, i) => card === cards[i])) {
    return "unchanged";
  }
  const old = new Set(cards);
  if (header.cards.some((card) => card.records > 1 && !old.has(card))) declareLongStrings(header);
  const reason = reasonAgainst(hdu, header);
  if (reason !== undefined) {
    throw new FormatError(
      `Cannot change the header of HDU ${hdu.index} of ${file.source.name}: ${reason}`,
      { source: file.source.name, offset: hdu.headerOffset },
    );
  }
  // The sum of the image within is not known any more; of the table, it is recomputed.
  if (header.has("ZHECKSUM")) header.set("ZHECKSUM", "");
  const oldBlocks = (hdu.dataOffset - hdu.headerOffset) / BLOCK_BYTES;
  const blocks = Math.max(oldBlocks, header.blocks);
  return await replaceHeaders(path, locked, [{ hdu, bytes: withChecksum(header, blocks) }]);
}

/**
 * Takes a local file whose headers are to be changed.
 *
 * @param source Its bytes.
 * @returns The file.
 * @throws {FormatError} If it is no FITS file, or compressed as a whole.
 */
export async function openForChange(source: FitsSource): Promise<FitsFile> {
  const wrapper = compressionOf(await source.read(0, 3));
  if (wrapper === undefined) return await FitsFile.open(source);
  throw new FormatError(
    `Cannot change '${source.name}': it is compressed as a whole (${wrapper}), expected a FITS ` +
      "file as it is",
    { source: source.name },
  );
}

/** Why a header may not take the place of an HDU's own, if so. */
function reasonAgainst(hdu: Hdu, header: Header): string | undefined {
  const primary = hdu.index === 0;
  let dataSize: number;
  try {
    ({ dataSize } = hduLayout(header, primary));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return error.message;
  }
  // Where the old header did not tell the size of its data, any that does is a repair.
  if (hdu.damage !== undefined) return undefined;
  if (dataSize !== hdu.dataSize) {
    return `it would describe ${dataSize} bytes of data, found ${hdu.dataSize}`;
  }
  // What was wrong before is no reason against a change: it may be the repair of something else.
  const before = new Set(structureErrors(hdu.data.header, primary));
  return structureErrors(header, primary).find((error) => !before.has(error));
}

/** What breaks the structure of an HDU, as its header describes it. */
function structureErrors(header: Header, primary: boolean): string[] {
  const errors: string[] = [];
  const report: Report = {
    error: (message, card) =>
      errors.push(card === undefined ? message : `${card.card.keyword} ${message}`),
    warning: () => {},
  };
  const cards = numberedCards(header);
  const { kind } = hduLayout(header, primary);
  verifyStructure({ kind, header, primary }, cards, report);
  if (storedAsTable(kind)) verifyColumns(header, kind === "TABLE", cards, report);
  return errors;
}

/** The header's bytes, with CHECKSUM recomputed where there is one and DATASUM is known. */
function withChecksum(header: Header, blocks: number): Uint8Array {
  const dataSum = Number(header.string("DATASUM")?.trim() || NaN);
  if (!header.has("CHECKSUM") || !Number.isInteger(dataSum)) return header.toBytes(blocks);
  header.set("CHECKSUM", "0".repeat(16));
  const sum = new Checksum().add(header.toBytes(blocks)).addSum(dataSum).value;
  return header.set("CHECKSUM", encodeChecksum(sum)).toBytes(blocks);
}

/**
 * Writes new headers into a local file: a single one in place where it has its old length,
 * else all into a new file that replaces it. A program that is killed meanwhile leaves the
 * old file or the new one, never some of the new headers.
 *
 * @param path The file.
 * @param locked The same file, open and locked.
 * @param changes The new headers, in the order of their HDUs.
 * @returns How the file was changed.
 */
export async function replaceHeaders(
  path: string | URL,
  locked: LockedFile,
  changes: readonly HeaderChange[],
): Promise<EditResult> {
  const [first, second] = changes;
  if (first === undefined) return "unchanged";
  const { hdu, bytes } = first;
  if (second === undefined && bytes.length === hdu.dataOffset - hdu.headerOffset) {
    await locked.write([{ offset: hdu.headerOffset, bytes }]);
    return "in place";
  }
  const { source } = locked;
  await replaceFile(path, async (file) => {
    let at = 0;
    for (const { hdu, bytes } of changes) {
      await copyBytes(source, at, hdu.headerOffset, file);
      await writeWhole(file, bytes);
      at = hdu.dataOffset;
    }
    await copyBytes(source, at, source.size, file);
    // What another program has written meanwhile would be lost.
    locked.checkPlace(true);
  });
  return "replaced";
}

/** Copies the bytes from `start` up to, not including, `end`. */
async function copyBytes(
  source: FitsSource,
  start: number,
  end: number,
  file: Deno.FsFile,
): Promise<void> {
  for (let at = start; at < end;) {
    const piece = await source.read(at, Math.min(PIECE_BYTES, end - at));
    if (piece.length === 0) throw endsEarly(source, start, end - start);
    await writeWhole(file, piece);
    at += piece.length;
  }
}
