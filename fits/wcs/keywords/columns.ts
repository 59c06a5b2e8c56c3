/** Which columns of a table have world coordinates: images in cells, and lists of pixels (FITS 4.0, table 22). */

import type { WcsColumns, WcsKeywords } from "./reader.ts";

/** Columns of a table at most (FITS 4.0, section 7.3.1). */
const MAX_COLUMNS = 999;
/** Axes of an image in a cell that keywords are looked up for; more have no number of one digit. */
const MAX_CELL_AXES = 9;

/** Columns of pixel coordinates that matrices are looked up between. */
const MAX_JOINED = 99;

/** Keywords of a cell's axis without its number before and the column's behind them. */
const CELL_NAMES: readonly string[] = ["CTYP", "CRVL", "CRPX", "CDLT"];
/** Keywords of a column of pixel coordinates, each in its longer and its shorter form. */
const LIST_NAMES: readonly (readonly [longer: string, shorter: string])[] = [
  ...[["TCTYP", "TCTY"], ["TCRVL", "TCRV"], ["TCRPX", "TCRP"], ["TCDLT", "TCDE"]] as const,
];
/** Keywords of a header that has times. */
const TIME_KEYWORDS: readonly string[] = [
  ...["TIMESYS", "MJDREF", "MJDREFI", "JDREF", "JDREFI", "DATEREF"],
];
/** Keywords of a matrix between two columns. */
const MATRIX_NAMES: readonly string[] = ["TPC", "TP", "TCD", "TC"];

/**
 * Finds the columns of a binary table that have world coordinates: columns whose cells are
 * images (`1CTYPn`, `1CRVLn` and so on), and columns of pixel coordinates, such as those of a
 * list of events (`TCTYPn`, `TCRVLn` and so on). Of the latter longitude and latitude belong
 * together, and what a matrix (`TPCn_k`, `TCDn_k`) connects; every other column stands alone, as
 * one does whose name is TIME in a header with a time reference.
 *
 * @param header The header of the table.
 * @param alternate The letter of an alternate description; by default the primary.
 * @returns What `readWcs()` takes as `columns`: longitude and latitude first, then in the order
 * of the columns. Empty if no keyword speaks of columns.
 *
 * @example The sky of a list of events
 * ```ts
 * import { readWcs, wcsColumns } from "@heliograph/heliograph/fits/wcs";
 * import { assertEquals } from "@std/assert";
 *
 * const header = new Map<string, unknown>([
 *   ["TFIELDS", 3], ["TTYPE1", "TIME"], ["TTYPE2", "X"], ["TTYPE3", "Y"],
 *   ["TCTYP2", "RA---TAN"], ["TCRVL2", 83.6], ["TCRPX2", 4096.5], ["TCDLT2", -0.0001],
 *   ["TCTYP3", "DEC--TAN"], ["TCRVL3", 22], ["TCRPX3", 4096.5], ["TCDLT3", 0.0001],
 * ]);
 * const [columns] = wcsColumns(header);
 * assertEquals(columns, { list: [2, 3] });
 * // The values of such columns are pixels that count from 1.
 * const wcs = readWcs(header, { columns, origin: 1 })!;
 * assertEquals(wcs.pixelToWorld([4096.5, 4096.5]), [83.6, 22]);
 * ```
 */
export function wcsColumns(header: WcsKeywords, alternate: string = ""): WcsColumns[] {
  const fields = header.get("TFIELDS");
  if (typeof fields !== "number" || !Number.isInteger(fields)) return [];
  const has = (keyword: string) => header.get(keyword + alternate) !== undefined;
  const cells: number[] = [];
  const list: number[] = [];
  for (let column = 1; column <= Math.min(fields, MAX_COLUMNS); column++) {
    if (isCell(column, has)) cells.push(column);
    if (isListed(column, has, alternate !== "") || isTime(header, column)) list.push(column);
  }
  const groups = groupsOf(list, header, alternate);
  const all = [...cells.map((cell): WcsColumns => ({ cell })), ...groups];
  const first = ({ cell, list }: WcsColumns) => cell ?? Math.min(...list!);
  const sky = ({ list }: WcsColumns) => list !== undefined && isSky(list, header, alternate);
  return all.toSorted((a, b) => Number(sky(b)) - Number(sky(a)) || first(a) - first(b));
}

function isCell(column: number, has: (keyword: string) => boolean): boolean {
  if (has(`WCAX${column}`)) return true;
  for (let axis = 1; axis <= MAX_CELL_AXES; axis++) {
    if (CELL_NAMES.some((name) => has(`${axis}${name}${column}`))) return true;
  }
  return false;
}

/** The shorter forms are for alternates, whose letter leaves no room for five. */
function isListed(column: number, has: (keyword: string) => boolean, alternate: boolean): boolean {
  return LIST_NAMES.some(([longer, shorter]) =>
    has(`${longer}${column}`) || (alternate && has(`${shorter}${column}`))
  );
}

/** A column of times needs no keywords of its own, but a header that says what they are. */
function isTime(header: WcsKeywords, column: number): boolean {
  const name = header.get(`TTYPE${column}`);
  return typeof name === "string" && name.trim().toUpperCase() === "TIME" &&
    TIME_KEYWORDS.some((keyword) => header.get(keyword) !== undefined);
}

/** Longitudes with their latitudes, what a matrix connects, and each other column alone. */
function groupsOf(list: readonly number[], header: WcsKeywords, letter: string): WcsColumns[] {
  const groupOf = new Map(list.map((column) => [column, [column]]));
  const join = (a: number, b: number) => {
    const [first, second] = [groupOf.get(a)!, groupOf.get(b)!];
    if (first === second) return;
    first.push(...second);
    for (const column of second) groupOf.set(column, first);
  };
  const types = new Map(list.map((column) => [column, skyType(header, column, letter)]));
  for (const [column, type] of types) {
    if (type?.kind !== "longitude") continue;
    // The nearest one, should several pairs have the same type.
    const others = list.filter((other) => {
      const latitude = types.get(other);
      return latitude?.kind === "latitude" && latitude.pair === type.pair &&
        groupOf.get(other)!.length === 1;
    });
    const [nearest] = others.toSorted((a, b) => Math.abs(a - column) - Math.abs(b - column));
    if (nearest !== undefined) join(column, nearest);
  }
  const joined = list.slice(0, MAX_JOINED);
  for (const a of joined) {
    for (const b of joined) {
      if (a === b) continue;
      if (MATRIX_NAMES.some((name) => !!header.get(`${name}${a}_${b}${letter}`))) join(a, b);
    }
  }
  return [...new Set(groupOf.values())].map((group) => ({ list: group }));
}

function isSky(list: readonly number[], header: WcsKeywords, letter: string): boolean {
  const kinds = list.map((column) => skyType(header, column, letter)?.kind);
  return kinds.includes("longitude") && kinds.includes("latitude");
}

/** The part of the sky that a column's type names, and what its partner has the same. */
function skyType(
  header: WcsKeywords,
  column: number,
  letter: string,
): { kind: "longitude" | "latitude"; pair: string } | undefined {
  const value = header.get(`TCTYP${column}${letter}`) ?? header.get(`TCTY${column}${letter}`);
  const match = typeof value === "string"
    ? /^(?:(RA)|(DEC)|([A-Z]?)LON|([A-Z]?)LAT|([A-Z]{2})LN|([A-Z]{2})LT)-{1,4}([A-Z0-9]{3})/i
      .exec(value.trim().toUpperCase())
    : null;
  if (match === null) return undefined;
  const [, ra, dec, lon, lat, ln, lt, code] = match;
  const longitude = ra !== undefined || lon !== undefined || ln !== undefined;
  const system = ra ?? dec ?? lon ?? lat ?? ln ?? lt;
  return {
    kind: longitude ? "longitude" : "latitude",
    pair: `${system === "DEC" ? "RA" : system}-${code}`,
  };
}
