/** Checks whole files against the standard: what fitsverify finds, in words and with places. */

import type { Header } from "../header/header.ts";
import { ClosedError, FormatError, LimitError } from "../../net/errors.ts";
import { RECORD_BYTES } from "../header/card.ts";
import type { Finding } from "../hdu/finding.ts";
import { FitsFile } from "../file/fits_file.ts";
import type { FitsSource } from "../source/source.ts";
import type { TransferReport } from "../source/transfers.ts";
import type { Hdu } from "../file/hdu.ts";
import type { TileError } from "../image/tile_error.ts";
import { checkHdu } from "../edit/hdu_checksum.ts";
import { paddedSize } from "../hdu/layout.ts";
import { type FitsInput, type OpenOptions, openSource } from "../file/open.ts";
import { numberedCards } from "../rules/cards.ts";
import { verifyColumns } from "../rules/columns.ts";
import { type CheckedHeader, verifyHeader } from "../rules/header.ts";
import { verifyRows } from "../rules/rows.ts";
import { storedAsTable } from "../rules/structure.ts";

/** Pixels of a compressed image that are decoded at a time. */
const SECTION_PIXELS = 1 << 20;
/** Damaged tiles that are named; of the others their number is said. */
const MAX_TILE_FINDINGS = 10;

/**
 * Checks a FITS file against the standard.
 *
 * The verdict (errors or none) is that of NASA's fitsverify. A checksum that does
 * not match is a warning, as there; keywords by the HIERARCH convention are accepted.
 *
 * @param input Where the file is.
 * @param options Limits and signal; `onCost` hears what reading a file on a server has cost.
 * @returns What was found, in the order of the file, each with its HDU, card and byte
 * offset. A file that is no FITS file at all is one error.
 *
 * @example
 * ```ts
 * import { encodeFits, verifyFits } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = await encodeFits([{ pixels: new Int16Array(6), shape: [3, 2] }]);
 * assertEquals(await verifyFits(bytes), []);
 * bytes[bytes.length - 1] = 1;
 * assertEquals((await verifyFits(bytes)).map(({ severity, offset }) => [severity, offset]), [
 *   ["error", 5759],
 * ]);
 * ```
 */
export async function verifyFits(
  input: FitsInput,
  options: OpenOptions & { readonly onCost?: ((cost: TransferReport) => void) | undefined } = {},
): Promise<Finding[]> {
  const source = await openSource(input, options);
  try {
    return await verifySource(source, options);
  } finally {
    if (source.report !== undefined) options.onCost?.(source.report);
  }
}

async function verifySource(source: FitsSource, options: OpenOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  let file: FitsFile;
  try {
    file = await FitsFile.open(source, options);
  } catch (error) {
    if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
    return [{ severity: "error", message: error.message, offset: error.offset ?? 0 }];
  }
  await using _ = file;
  let count = 0;
  for await (const hdu of file.hdus) {
    options.signal?.throwIfAborted();
    await verifyHdu(hdu, findings, options.signal);
    count++;
  }
  verifyExtend(file.header, count, findings);
  // What a reader forgives after the last HDU, the standard does not.
  for (const warning of file.warnings) {
    const known = findings.some(({ severity, hdu, offset }) =>
      severity === "error" && hdu === warning.hdu && offset === warning.offset
    );
    if (!known) findings.push({ ...warning, severity: "error" });
  }
  const trailing = await trailingBytes(file);
  if (trailing !== undefined) findings.push(trailing);
  return findings;
}

/** Section 4.4.2.1: EXTEND = F says that no extension follows, which one does. */
function verifyExtend(header: Header, hdus: number, findings: Finding[]): void {
  if (header.get("EXTEND") !== false || hdus < 2) return;
  const at = numberedCards(header).find(({ card }) => card.keyword === "EXTEND")!;
  findings.push({
    severity: "warning",
    message: "EXTEND is F, and there are extensions",
    hdu: 0,
    keyword: "EXTEND",
    record: at.record,
    offset: (at.record - 1) * RECORD_BYTES,
  });
}

async function verifyHdu(
  hdu: Hdu,
  findings: Finding[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const checked = await verifyHeader(hdu, findings);
  if (hdu.damage !== undefined) {
    checked.report.error(hdu.damage);
    return;
  }
  try {
    await verifyData(hdu, checked, findings, signal);
  } catch (error) {
    if (!(error instanceof ClosedError || error instanceof FormatError)) throw error;
    findings.push({
      severity: "error",
      message: error.message,
      hdu: hdu.index,
      offset: error.offset ?? hdu.dataOffset,
    });
  }
}

async function verifyData(
  hdu: Hdu,
  { header, cards, report }: CheckedHeader,
  findings: Finding[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { kind, data } = hdu;
  const columns = storedAsTable(kind)
    ? verifyColumns(header, kind === "TABLE", cards, report)
    : undefined;
  await verifyFill(hdu, findings);
  if (columns !== undefined) await verifyRows(data, columns, report, signal);
  if (hdu.isImage && storedAsTable(kind)) await verifyTiles(hdu, findings, signal);
  if (kind === "compressed BINTABLE") {
    for await (const _rows of hdu.openTable().pieces({ signal })) continue;
  }
  if (!header.has("CHECKSUM") && !header.has("DATASUM")) return;
  const { checksum, datasum } = await checkHdu(hdu, signal);
  if (datasum === "mismatch") report.warning("DATASUM is not the sum of the data");
  if (checksum === "mismatch") report.warning("CHECKSUM is not that of the HDU");
}

/** Every tile of a compressed image is decoded (section 10.1). */
async function verifyTiles(
  hdu: Hdu,
  findings: Finding[],
  signal: AbortSignal | undefined,
): Promise<void> {
  let damaged = 0;
  const onDamage = ({ message, offset }: TileError) => {
    if (damaged++ >= MAX_TILE_FINDINGS) return;
    findings.push({
      severity: "error",
      message,
      hdu: hdu.index,
      offset: offset ?? hdu.dataOffset,
    });
  };
  for (const section of hdu.sections(SECTION_PIXELS)) {
    await hdu.image({ section, physical: false, onDamage, signal });
  }
  if (damaged <= MAX_TILE_FINDINGS) return;
  findings.push({
    severity: "error",
    message: `${damaged - MAX_TILE_FINDINGS} further tiles cannot be decoded`,
    hdu: hdu.index,
    offset: hdu.dataOffset,
  });
}

/** Sections 3.3.2 and 7.2.3: zeros after data, blanks after an ASCII table. */
async function verifyFill(hdu: Hdu, findings: Finding[]): Promise<void> {
  const length = paddedSize(hdu.dataSize) - hdu.dataSize;
  if (length === 0) return;
  const offset = hdu.dataOffset + hdu.dataSize;
  const fill = await hdu.data.source.read(offset, length);
  const expected = hdu.kind === "TABLE" ? 0x20 : 0;
  const wrong = fill.findIndex((byte) => byte !== expected);
  if (wrong < 0 && fill.length === length) return;
  findings.push({
    severity: "error",
    message: wrong < 0
      ? `the file ends ${length - fill.length} bytes before the end of the last block`
      : `byte ${fill[wrong]} after the data, expected ${expected} to the end of the block`,
    hdu: hdu.index,
    offset: offset + (wrong < 0 ? fill.length : wrong),
  });
}

/** Bytes after the last block that are too few to be looked at as a header. */
async function trailingBytes(file: FitsFile): Promise<Finding | undefined> {
  const hdus = await Array.fromAsync(file.hdus);
  const last = hdus.at(-1)!;
  const end = last.dataOffset + paddedSize(last.dataSize);
  const source: FitsSource = file.source;
  const more = await source.read(end, 1);
  if (more.length === 0 || file.warnings.some(({ offset }) => offset === end)) return undefined;
  return {
    severity: "error",
    message: "there are bytes after the last HDU",
    offset: end,
  };
}
