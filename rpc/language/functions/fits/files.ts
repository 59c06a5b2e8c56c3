/**
 * Reading of FITS files: of those in the output folder, and of those whose bytes came with the
 * command.
 *
 * The names and results are those of the IDL Astronomy Library.
 *
 * @module
 */

import { FITS_ENDINGS, safeName } from "../../routines/file_name.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import type { LanguageHdu, LanguageReading } from "../../routines/host.ts";
import type { CallContext, LanguageKeywords, SketchedResult } from "../../routines/routine.ts";
import { isSet } from "../../routines/arguments.ts";
import { textOf, wholeNumber } from "../../values/convert.ts";
import { refuse } from "../../values/error.ts";
import { type IdlStructure, STRUCTURE } from "../../values/language_value.ts";
import { describeValue } from "../../values/promotion.ts";
import { IdlType, type IdlValue, scalar } from "../../values/value.ts";

/** What comes of a file is not known before it is read. */
const UNKNOWN = (): SketchedResult => ({ count: Infinity, bytes: 16 });

/** A name in the output folder, or the bytes of a file. */
function fileOf(value: IdlValue): string | Uint8Array<ArrayBuffer> {
  if (value.type === IdlType.STRING) return safeName("read", value, FITS_ENDINGS);
  if (value.type === IdlType.BYTE) return value.data as Uint8Array<ArrayBuffer>;
  return refuse(
    `Cannot read ${describeValue(value)}: expected the name of a file, or its bytes as BYTE`,
  );
}

/** The number of an HDU, 0 the primary one, or its EXTNAME. */
function hduOf(value: IdlValue | undefined): number | string {
  if (value === undefined || value.type === IdlType.UNDEFINED) return 0;
  if (value.type === IdlType.STRING) return textOf(value);
  const number = wholeNumber(value);
  return number >= 0 ? number : refuse(`Cannot read HDU ${number}: expected 0 or more`);
}

function nameOf(from: LanguageReading["from"]): string {
  return typeof from === "string" ? from : "the file";
}

async function read(
  [name]: readonly IdlValue[],
  hdu: IdlValue | undefined,
  options: Pick<LanguageReading, "part"> & Partial<LanguageReading>,
  context: CallContext,
): Promise<{ found: LanguageHdu; what: string }> {
  const from = fileOf(name!);
  const number = hduOf(hdu);
  const found = await context.host.read({
    from,
    hdu: number,
    physical: true,
    reserve: (bytes) => context.reserve(bytes),
    ...options,
  });
  return { found, what: `HDU ${number} of ${nameOf(from)}` };
}

function cardsOf({ cards }: LanguageHdu, context: CallContext): IdlValue {
  return context.strings([cards.length], cards);
}

/** IDL Astronomy Library, READFITS. */
async function readFits(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): Promise<IdlValue> {
  const physical = !isSet(keywords, "noscale");
  const { found, what } = await read(
    args,
    keywords["exten_no"],
    { part: "image", physical },
    context,
  );
  context.output(1, cardsOf(found, context));
  if (found.image !== undefined) return found.image;
  const instead = found.cards[0]?.startsWith("XTENSION= 'BINTABLE") ? "; MRDFITS reads tables" : "";
  return refuse(`Cannot read ${what}: it holds no image${instead}`);
}

/** IDL Astronomy Library, HEADFITS. */
async function headFits(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): Promise<IdlValue> {
  const { found } = await read(args, keywords["exten"], { part: "header" }, context);
  return cardsOf(found, context);
}

/** IDL Astronomy Library, MRDFITS: the pixels of an image, or a structure for each row. */
async function mrdFits(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): Promise<IdlValue> {
  const { range, columns } = keywords;
  const { found, what } = await read(args, args[1], {
    part: "all",
    rows: range === undefined ? undefined : rowsOf(range),
    columns: columns === undefined ? undefined : columnsOf(columns),
  }, context);
  context.output(2, cardsOf(found, context));
  if (found.image !== undefined) return found.image;
  if (found.columns === undefined) return refuse(`Cannot read ${what}: it holds no data`);
  if (found.columns.length === 0 || found.rows === 0) return scalar(IdlType.INT, 0);
  const rows: IdlStructure = {
    type: STRUCTURE,
    shape: [found.rows!],
    name: undefined,
    tags: tagsFor(found.columns.map(({ name }) => name)),
    data: found.columns.map(({ value }) => value),
  };
  // The evaluator takes structures of built-in routines too.
  return rows as unknown as IdlValue;
}

/** RANGE: the first row and the last one, counted from 0; or how many there are at most. */
function rowsOf(value: IdlValue): readonly [number, number] {
  if (value.type === IdlType.STRING || value.type === IdlType.UNDEFINED || value.data.length > 2) {
    return refuse(`Cannot use ${describeValue(value)} as a RANGE: expected one or two numbers`);
  }
  const numbers = Array.from(value.data, Number);
  const [first, last] = numbers.length === 1 ? [0, numbers[0]! - 1] : numbers as [number, number];
  return first >= 0 && last >= first && Number.isSafeInteger(first) && Number.isSafeInteger(last)
    ? [first, last + 1]
    : refuse(`Cannot read the rows ${first} to ${last}: expected the first and the last one`);
}

/** COLUMNS: names, or numbers counted from 1. */
function columnsOf(value: IdlValue): (string | number)[] {
  if (value.type === IdlType.UNDEFINED) return refuse("COLUMNS is undefined");
  return Array.from(
    value.data as ArrayLike<string | number | bigint>,
    (column) => typeof column === "string" ? column : Number(column) - 1,
  );
}

/** IDL manual, "IDL_VALIDNAME": names of columns as tags, none of them twice. */
function tagsFor(names: readonly string[]): string[] {
  const tags = new Set<string>();
  for (const name of names) {
    const plain = name.toUpperCase().replaceAll(/[^A-Z0-9_$]/g, "_");
    const valid = /^[A-Z_]/.test(plain) ? plain : `_${plain}`;
    let tag = valid;
    for (let n = 1; tags.has(tag); n++) tag = `${valid}_${n}`;
    tags.add(tag);
  }
  return [...tags];
}

/** The routines of this family. */
export const FITS_FILES: readonly NamedRoutine[] = [
  define("readfits(file, [>header], EXTEN_NO=, /NOSCALE, /SILENT)", {
    summary:
      "The image of a FITS file in the server's output folder, or of one whose bytes are given",
    departs: "an HDU without an image is an error; scaled pixels, and those with BLANK, are DOUBLE",
    sketch: UNKNOWN,
    run: readFits,
  }),
  define("headfits(file, EXTEN=, /SILENT)", {
    summary: "The cards of an HDU of such a file",
    sketch: UNKNOWN,
    run: headFits,
  }),
  define(
    "mrdfits(file, [extension], [>header], RANGE=, COLUMNS=, /SILENT, /UNSIGNED, /FSCALE, /DSCALE)",
    {
      summary: "An HDU of such a file: the pixels of an image, or a structure for each row",
      departs: "values are scaled as their columns say, unsigned integers too; a bit is a BYTE; " +
        "arrays of variable length are filled up with zeros to the longest",
      sketch: UNKNOWN,
      run: mrdFits,
    },
  ),
];
