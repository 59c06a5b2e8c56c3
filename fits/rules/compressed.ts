/** What can be wrong with the keywords of a tile-compressed image (FITS 4.0, section 10.1). */

import type { CardValue } from "../header/card_value.ts";
import type { Header } from "../header/header.ts";
import type { Report } from "./cards.ts";

/** Algorithms of section 10.4, with the names that CFITSIO writes for one of them and for none. */
const ALGORITHMS: ReadonlySet<string> = new Set([
  "RICE_1",
  "RICE_ONE",
  "GZIP_1",
  "GZIP_2",
  "PLIO_1",
  "HCOMPRESS_1",
  "NOCOMPRESS",
]);

const BITPIX: ReadonlySet<number> = new Set([8, 16, 32, 64, -32, -64]);

/**
 * Checks that a table can be the tiles of an image: keywords, column, one row for each tile.
 *
 * @param header The header of the table.
 * @param report Where findings go.
 */
export function verifyCompressed(header: Header, report: Report): void {
  const algorithm = header.get("ZCMPTYPE");
  if (algorithm === undefined) report.error("there is no ZCMPTYPE (section 10.1.1)");
  else if (typeof algorithm !== "string" || !ALGORITHMS.has(algorithm.trim())) {
    report.error(`ZCMPTYPE is '${algorithm}', expected one of ${[...ALGORITHMS].join(", ")}`);
  }
  const bitpix = integerOf("ZBITPIX", header, report);
  if (bitpix !== undefined && !BITPIX.has(bitpix)) {
    report.error(`ZBITPIX is ${bitpix}, expected one of ${[...BITPIX].join(", ")}`);
  }
  verifyParameters(header, report);
  const axes = integerOf("ZNAXIS", header, report);
  if (axes !== undefined && axes < 0) report.error(`ZNAXIS is ${axes}, expected 0 or more`);
  if (axes !== undefined) verifyTiles(Math.min(axes, 999), header, report);
  const scale = header.has("ZSCALE") || hasColumn("ZSCALE", header);
  if ((bitpix ?? 0) < 0 && hasColumn("ZZERO", header) && !scale) {
    report.error("there is a column ZZERO, and no ZSCALE (section 10.2)");
  }
  if (header.get("NAXIS2") !== 0 && !hasColumn("COMPRESSED_DATA", header)) {
    report.error("there is no column COMPRESSED_DATA (section 10.1.3)");
  }
}

/** Section 10.1.2: the parameters of an algorithm that are known are numbers. */
function verifyParameters(header: Header, report: Report): void {
  for (let index = 1; header.has(`ZNAME${index}`); index++) {
    const name = header.string(`ZNAME${index}`)?.trim();
    const value = header.get(`ZVAL${index}`);
    if (value === undefined) {
      report.error(`there is no ZVAL${index} for ZNAME${index} (section 10.1.2)`);
      continue;
    }
    if (!/^(BLOCKSIZE|BYTEPIX|SCALE|SMOOTH|NOISEBIT)$/.test(name ?? "")) continue;
    if (typeof value === "number") continue;
    report.error(`ZVAL${index}, the ${name}, ${shown(value)}, expected a number`);
  }
}

/** Section 10.1.1: a tile is a row of the image where no ZTILEn says otherwise. */
function verifyTiles(axes: number, header: Header, report: Report): void {
  let tiles = 1;
  for (let axis = 1; axis <= axes; axis++) {
    const length = integerOf(`ZNAXIS${axis}`, header, report);
    if (length === undefined) return;
    const keyword = `ZTILE${axis}`;
    const tile = header.has(keyword) ? integerOf(keyword, header, report) : axis === 1 ? length : 1;
    if (tile === undefined) return;
    if (tile < 1 && length > 0) {
      report.error(`${keyword} is ${tile}, expected 1 or more`);
      return;
    }
    tiles *= Math.ceil(length / Math.max(1, tile));
  }
  const rows = header.integer("NAXIS2");
  if (axes > 0 && rows !== undefined && rows !== tiles) {
    report.error(`the table has ${rows} rows, expected one for each of ${tiles} tiles`);
  }
}

function integerOf(keyword: string, header: Header, report: Report): number | undefined {
  const value = header.integer(keyword);
  if (value !== undefined) return value;
  const found = header.get(keyword);
  report.error(
    found === undefined || found === null
      ? `there is no ${keyword} (section 10.1.1)`
      : `${keyword} ${shown(found)}, expected an integer`,
  );
  return undefined;
}

/** What a value is, as a card has it. */
function shown(value: CardValue): string {
  if (value === null) return "has no value";
  if (typeof value === "string") return `is '${value}'`;
  if (typeof value === "boolean") return `is ${value ? "T" : "F"}`;
  return typeof value === "object" ? `is (${value.re}, ${value.im})` : `is ${value}`;
}

function hasColumn(name: string, header: Header): boolean {
  const columns = Math.min(header.integer("TFIELDS") ?? 0, 999);
  for (let column = 1; column <= columns; column++) {
    if (header.string(`TTYPE${column}`)?.trim().toUpperCase() === name) return true;
  }
  return false;
}
