/** Checks and updates DATASUM and CHECKSUM of the HDUs of a file (section 4.4.2.7). */

import { Buffer } from "node:buffer";
import { Checksum } from "../hdu/checksum.ts";
import type { FitsSource } from "../source/source.ts";
import type { Hdu } from "../file/hdu.ts";
import { paddedSize } from "../hdu/layout.ts";
import { type EditResult, openForChange, replaceHeaders } from "./edit.ts";
import { addChecksums } from "../write/write.ts";
import { changeFile, type LockedFile } from "./locked_file.ts";

/** What a checksum says: right, wrong, or not there. */
export type ChecksumState = "ok" | "mismatch" | "absent";

/** The checksums of an HDU. */
export interface ChecksumReport {
  /** Whether DATASUM is the sum of the data. */
  readonly datasum: ChecksumState;
  /** Whether the whole HDU sums to all ones, as CHECKSUM makes it. */
  readonly checksum: ChecksumState;
  /** The sum of the data as it is. */
  readonly actual: number;
}

const PIECE_BYTES = 1 << 20;

/**
 * Sums bytes of a source in pieces.
 *
 * @param source The source.
 * @param offset The first byte.
 * @param length How many; what lies beyond the end of the source counts as zeros.
 * @param sum What they are added to.
 * @param signal Ends the reading.
 */
async function sumBytes(
  source: FitsSource,
  offset: number,
  length: number,
  sum: Checksum,
  signal?: AbortSignal,
): Promise<void> {
  // A server is asked less often for more.
  const most = source.pieceBytes ?? PIECE_BYTES;
  const buffer = new Uint8Array(Math.min(length, most));
  for (let done = 0; done < length;) {
    signal?.throwIfAborted();
    const piece = buffer.subarray(0, Math.min(most, length - done));
    const count = await source.readInto(offset + done, piece);
    if (count === 0) return;
    sum.add(piece.subarray(0, count));
    done += count;
  }
}

/**
 * Checks the sums of an HDU.
 *
 * @param hdu The HDU; all of it is read.
 * @param signal Ends the reading; its reason is thrown.
 * @returns What its DATASUM and CHECKSUM say.
 */
export async function checkHdu(hdu: Hdu, signal?: AbortSignal): Promise<ChecksumReport> {
  const { source } = hdu.data;
  const whole = new Checksum();
  await sumBytes(source, hdu.headerOffset, hdu.dataOffset - hdu.headerOffset, whole, signal);
  const data = new Checksum();
  await sumBytes(source, hdu.dataOffset, paddedSize(hdu.dataSize), data, signal);
  const actual = data.value;
  const total = whole.addSum(actual).value;
  const datasum = hdu.data.header.string("DATASUM")?.trim();
  const checksum = hdu.data.header.string("CHECKSUM")?.trim();
  return {
    actual,
    datasum: state(datasum, () => /^\d+$/.test(datasum!) && sameSum(Number(datasum), actual)),
    checksum: state(checksum, () => sameSum(total, 0)),
  };
}

/** A blank string says that the sum is not known (section 4.4.2.7). */
function state(value: string | undefined, isRight: () => boolean): ChecksumState {
  if (value === undefined || value === "") return "absent";
  return isRight() ? "ok" : "mismatch";
}

/** Ones' complement has two zeros. */
function sameSum(a: number, b: number): boolean {
  return a === b || (a % 0xffffffff === 0 && b % 0xffffffff === 0);
}

/**
 * Writes DATASUM and CHECKSUM of every HDU of a local file. Several headers are changed
 * together: the file is replaced at once by one that has them all.
 *
 * @param path The file.
 * @param signal Ends the work before anything is written; its reason is thrown.
 * @returns How the file was changed.
 * @throws {FormatError} If it is no FITS file, or compressed as a whole.
 */
export async function updateChecksums(
  path: string | URL,
  signal?: AbortSignal,
): Promise<EditResult> {
  return await changeFile(path, (file) => updateOpenFile(file, path, signal), { signal });
}

async function updateOpenFile(
  locked: LockedFile,
  path: string | URL,
  signal: AbortSignal | undefined,
): Promise<EditResult> {
  const file = await openForChange(locked.source);
  const changes = [];
  for await (const hdu of file.hdus) {
    const sum = new Checksum();
    hdu.data.checkPresent(0, hdu.dataSize);
    await sumBytes(file.source, hdu.dataOffset, paddedSize(hdu.dataSize), sum, signal);
    const header = hdu.data.header.clone();
    header.delete("CHECKSUM");
    header.delete("DATASUM");
    header.set("DATASUM", "0").set("CHECKSUM", "");
    const blocks = Math.max(header.blocks, (hdu.dataOffset - hdu.headerOffset) / 2880);
    const bytes = addChecksums(header, sum.value, blocks);
    const before = await file.source.read(hdu.headerOffset, hdu.dataOffset - hdu.headerOffset);
    if (Buffer.compare(before, bytes) !== 0) changes.push({ hdu, bytes });
  }
  signal?.throwIfAborted();
  return await replaceHeaders(path, locked, changes);
}
