/** What can be wrong with the columns of a table, by its header (FITS 4.0, sections 7.2 and 7.3). */

import { type AsciiFormat, type BinaryCode, elementBytes } from "../table/column_format.ts";
import { paddedSize } from "../hdu/layout.ts";
import type { Header } from "../header/header.ts";
import type { NumberedCard, Report } from "./cards.ts";

/** A column as its TFORM describes it. */
export interface VerifiedColumn {
  /** The number of the column, counted from 1. */
  readonly number: number;
  /** The letter of the type; of an array in the heap, that of its elements. */
  readonly letter: BinaryCode | AsciiFormat["code"];
  /** Elements of a field; of an ASCII column, its width. */
  readonly repeat: number;
  /** Whether the field points into the heap, and how: P or Q. */
  readonly pointer: "P" | "Q" | undefined;
  /** The largest count that TFORM allows in the heap. */
  readonly most: number | undefined;
  /** Where the field begins in a row, in bytes from 0. */
  readonly start: number;
  /** Bytes of the field in a row. */
  readonly width: number;
  /** The text that stands for no value in an ASCII column. */
  readonly none: string | undefined;
}

const BINARY = /^(\d*)([PQ]?)([LXBIJKAEDCM])(?:\((\d+)\))?(.*)$/;
const ASCII = /^(?:([AI])(\d+)|([FED])(\d+)(?:\.(\d+))?)$/;

/**
 * Checks the keywords of the columns.
 *
 * @param header The header of the table.
 * @param ascii Whether it is an ASCII table.
 * @param cards Its cards.
 * @param report Where findings go.
 * @returns The columns, if all can be understood.
 */
export function verifyColumns(
  header: Header,
  ascii: boolean,
  cards: readonly NumberedCard[],
  report: Report,
): VerifiedColumn[] | undefined {
  const fields = Math.min(header.integer("TFIELDS") ?? 0, 999);
  const byName = new Map<string, NumberedCard>();
  for (const numbered of cards) {
    if (!byName.has(numbered.card.keyword)) byName.set(numbered.card.keyword, numbered);
  }
  const columns: VerifiedColumn[] = [];
  let start = 0;
  let whole = true;
  for (let number = 1; number <= fields; number++) {
    const column = ascii
      ? asciiColumn(number, byName, report)
      : binaryColumn(number, start, byName, report);
    if (column === undefined) {
      whole = false;
      continue;
    }
    start += column.width;
    columns.push(column);
    verifyColumnKeywords(column, ascii, byName, report);
  }
  verifyIndices(fields, ascii, cards, report);
  verifyNames(fields, byName, report);
  if (!whole) return undefined;
  return verifyWidths(header, ascii, columns, start, byName, report) ? columns : undefined;
}

function binaryColumn(
  number: number,
  start: number,
  byName: ReadonlyMap<string, NumberedCard>,
  report: Report,
): VerifiedColumn | undefined {
  const found = byName.get(`TFORM${number}`);
  if (found === undefined || typeof found.card.value !== "string") {
    report.error(`there is no TFORM${number}`);
    return undefined;
  }
  const text = found.card.value;
  const match = BINARY.exec(text.trim().toUpperCase());
  const repeat = match === null || match[1] === "" ? 1 : Number(match[1]);
  const pointer = match === null || match[2] === "" ? undefined : match[2] as "P" | "Q";
  if (match === null || (pointer !== undefined && (repeat > 1 || match[5] !== ""))) {
    report.error(`has the format '${text}', which is none of a binary table`, found);
    return undefined;
  }
  if (text !== text.trim()) report.error(`has a blank before the format '${text}'`, found);
  if (/[^\w() ]/.test(text)) report.error(`has a sign in the format '${text}'`, found);
  if (/[a-z]/.test(text)) report.error(`has the format '${text}' in lower case`, found);
  const letter = match[3] as BinaryCode;
  return {
    number,
    letter,
    repeat,
    pointer,
    most: match[4] === undefined ? undefined : Number(match[4]),
    start,
    none: undefined,
    width: pointer === undefined
      ? elementBytes(letter, repeat)
      : repeat * (pointer === "P" ? 8 : 16),
  };
}

function asciiColumn(
  number: number,
  byName: ReadonlyMap<string, NumberedCard>,
  report: Report,
): VerifiedColumn | undefined {
  const form = byName.get(`TFORM${number}`);
  const place = byName.get(`TBCOL${number}`);
  const start = place?.card.value;
  const none = byName.get(`TNULL${number}`)?.card.value;
  const match = typeof form?.card.value === "string" ? ASCII.exec(form.card.value.trim()) : null;
  if (form === undefined) report.error(`there is no TFORM${number}`);
  else if (match === null) {
    report.error(`has the format '${form.card.value}', which is none of an ASCII table`, form);
  }
  if (place === undefined) report.error(`there is no TBCOL${number}`);
  else if (typeof start !== "number" || start < 1) {
    report.error(`is ${String(start)}, expected 1 or more`, place);
  }
  if (match === null || typeof start !== "number" || start < 1) return undefined;
  const width = Number(match[2] ?? match[4]);
  return {
    number,
    letter: (match[1] ?? match[3]) as AsciiFormat["code"],
    repeat: width,
    pointer: undefined,
    most: undefined,
    start: start - 1,
    width,
    none: typeof none === "string" ? none : undefined,
  };
}

function verifyColumnKeywords(
  { number, letter, repeat, pointer }: VerifiedColumn,
  ascii: boolean,
  byName: ReadonlyMap<string, NumberedCard>,
  report: Report,
): void {
  const none = byName.get(`TNULL${number}`);
  if (none !== undefined && ascii && none.card.kind !== "string") {
    report.error("is no string, as it must be in an ASCII table", none);
  } else if (none !== undefined && !ascii) {
    if (!"BIJK".includes(letter)) {
      report.error(`is not allowed in a column of type ${letter}`, none);
    } else if (none.card.kind !== "integer") report.error("is no integer", none);
    else verifyRange(none, LIMITS[letter as "B"], report);
  }
  for (const keyword of [`TSCAL${number}`, `TZERO${number}`]) {
    const scale = byName.get(keyword);
    if (scale !== undefined && "ALX".includes(letter)) {
      report.error(`is not allowed in a column of type ${letter}`, scale);
    }
  }
  const dim = byName.get(`TDIM${number}`);
  if (typeof dim?.card.value === "string" && !ascii && pointer === undefined) {
    verifyDim(dim, repeat, report);
  }
  const display = byName.get(`TDISP${number}`);
  if (display !== undefined && display.card.kind !== "commentary") {
    verifyDisplay(display, letter, report);
  }
}

/** The stored integers of each type: another one stands for no value at all. */
const LIMITS = {
  B: [0, 255],
  I: [-32_768, 32_767],
  J: [-2_147_483_648, 2_147_483_647],
  K: [-(2n ** 63n), 2n ** 63n - 1n],
} as const;

/** Says where TNULLn is an integer that no element can be. */
function verifyRange(
  none: NumberedCard,
  [least, most]: readonly [number | bigint, number | bigint],
  report: Report,
): void {
  const { value } = none.card;
  if (typeof value !== "number" && typeof value !== "bigint") return;
  if (value >= least && value <= most) return;
  report.warning(`is ${value}, the integers stored are ${least} to ${most}`, none);
}

function verifyDim(dim: NumberedCard, repeat: number, report: Report): void {
  const text = String(dim.card.value);
  const match = /^\(\s*\d+(?:\s*,\s*\d+)*\s*\)$/.exec(text.trim());
  const product = match === null
    ? NaN
    : text.match(/\d+/g)!.reduce((value, part) => value * Number(part), 1);
  if (product === repeat) return;
  report.error(`has the shape '${text}', expected one of ${repeat} elements`, dim);
}

/** Reals need their decimals (table 20). */
const DISPLAY = /^([AL]([1-9]\d*)?|[IBOZ][1-9]\d*(\.\d+)?|(F|E|EN|ES|G|D)[1-9]\d*\.\d+(E\d+)?)$/;

function verifyDisplay(display: NumberedCard, letter: string, report: Report): void {
  const text = String(display.card.value).trim();
  if (!DISPLAY.test(text)) {
    report.error(`has the format '${text}', which is none of section 7.3.4`, display);
    return;
  }
  const kind = text[0]!;
  const fits = kind === "A"
    ? letter === "A"
    : kind === "L"
    ? letter === "L"
    : "IBOZ".includes(kind)
    ? !"ALEDCMF".includes(letter)
    : !"ALX".includes(letter);
  if (!fits) report.error(`has the format '${text}' in a column of type ${letter}`, display);
}

const INDEXED =
  /^(TTYPE|TFORM|TUNIT|TNULL|TSCAL|TZERO|TDISP|TDIM|TBCOL|TCTYP|TCUNI|TCRPX|TCRVL|TCDLT|TCROT)(0|[1-9]\d*)$/;

function verifyIndices(
  fields: number,
  ascii: boolean,
  cards: readonly NumberedCard[],
  report: Report,
): void {
  for (const numbered of cards) {
    const { keyword } = numbered.card;
    const match = INDEXED.exec(keyword);
    if (match?.[2] === "0") report.error("has the index 0, columns are counted from 1", numbered);
    else if (match !== null && Number(match[2]) > fields) {
      report.error(`has the index ${match[2]}, there are ${fields} columns`, numbered);
    } else if (ascii ? /^(TDIM\d+|THEAP)$/.test(keyword) : /^TBCOL\d+$/.test(keyword)) {
      report.error(`is not allowed in ${ascii ? "an ASCII" : "a binary"} table`, numbered);
    }
  }
}

function verifyNames(
  fields: number,
  byName: ReadonlyMap<string, NumberedCard>,
  report: Report,
): void {
  const seen = new Map<string, number>();
  for (let number = 1; number <= fields; number++) {
    const card = byName.get(`TTYPE${number}`);
    const name = typeof card?.card.value === "string" ? card.card.value.trim().toUpperCase() : "";
    if (card === undefined || name === "") {
      report.warning(`column ${number} has no name`, card);
      continue;
    }
    const wrong = /[^A-Z0-9_]/.exec(name);
    if (wrong !== null) {
      report.warning(`has '${wrong[0]}', expected letters, digits and underscore`, card);
    }
    if (seen.has(name)) report.warning(`has the name of column ${seen.get(name)}`, card);
    else seen.set(name, number);
  }
}

function verifyWidths(
  header: Header,
  ascii: boolean,
  columns: readonly VerifiedColumn[],
  sum: number,
  byName: ReadonlyMap<string, NumberedCard>,
  report: Report,
): boolean {
  const rowBytes = header.integer("NAXIS1") ?? 0;
  if (ascii) {
    const beyond = columns.find(({ start, width }) => start + width > rowBytes);
    if (beyond === undefined) return true;
    report.error(`column ${beyond.number} ends beyond the ${rowBytes} bytes of a row`);
    return false;
  }
  const heap = byName.get("THEAP");
  const rows = header.integer("NAXIS2") ?? 0;
  if (heap !== undefined && (header.integer("PCOUNT") ?? 0) === 0) {
    report.error("is not allowed where PCOUNT is 0", heap);
  } else if (heap !== undefined && Number(heap.card.value) < rowBytes * rows) {
    report.error(`is ${heap.card.value}, expected at least ${rowBytes * rows}`, heap);
  }
  verifyGap(rowBytes * rows, header, heap, report);
  if (sum === rowBytes) return true;
  report.error(`NAXIS1 is ${rowBytes}, expected ${sum} bytes as the columns need`);
  return false;
}

/**
 * The gap before the heap is part of PCOUNT (section 7.3.2). CFITSIO adds it once more
 * and so looks for the end of the HDU too far; its verdict is followed, with the reason.
 */
function verifyGap(
  rowsBytes: number,
  header: Header,
  heap: NumberedCard | undefined,
  report: Report,
): void {
  if (heap === undefined) return;
  const pcount = header.integer("PCOUNT") ?? 0;
  const theap = Number(heap.card.value);
  if (paddedSize(theap + pcount) === paddedSize(rowsBytes + pcount)) return;
  report.error(
    `leaves a gap of ${theap - rowsBytes} bytes: right by section 7.3.2, but CFITSIO counts it ` +
      "twice and fitsverify refuses the file",
    heap,
  );
}
