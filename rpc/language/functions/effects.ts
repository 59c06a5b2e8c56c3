/**
 * What is seen and what is written: IMAGE, TV, TVSCL, LOADCT, WRITEFITS, WRITE_PNG.
 *
 * @module
 */

import { convert, wholeNumber } from "../values/convert.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import { outOfRange, refuse } from "../values/error.ts";
import type { LanguagePicture } from "../routines/host.ts";
import { describeValue } from "../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../routines/routine.ts";
import {
  type IdlNumeric,
  type IdlString,
  IdlType,
  type IdlValue,
  isLong64,
  scalar,
} from "../values/value.ts";
import { isSet, numeric, real } from "../routines/arguments.ts";
import { FITS_ENDINGS, safeName } from "../routines/file_name.ts";
import { asProcedure, titleOf } from "./plots.ts";
import { byteScaled } from "./searching.ts";

/** Pixels of a side at most: what a picture file and a screen can hold. */
const MAX_PIXELS = 65_535;

/** The axis along which colours lie: given, or the one of length 3 (or 4) of three dimensions. */
function colorAxis(value: IdlValue, given: number | undefined): 0 | 1 | 2 | 3 {
  const { shape } = value;
  if (shape.length === 2 && (given === undefined || given === 0)) return 0;
  if (shape.length === 3) {
    const found = given === undefined || given === 0
      ? shape.findIndex((length) => length === 3 || length === 4) + 1
      : given;
    if (found >= 1 && found <= 3 && [3, 4].includes(shape[found - 1]!)) return found as 1 | 2 | 3;
  }
  return refuse(
    `Cannot show ${describeValue(value)}: expected [width, height], or three dimensions with one ` +
      "of 3 colours",
  );
}

/** The value as pixels, checked: real, two dimensions and perhaps one of colours. */
function pixelsOf(
  value: IdlValue,
  axis: number | undefined,
  context: CallContext,
): { readonly value: IdlNumeric; readonly colorAxis: 0 | 1 | 2 | 3 } {
  const pixels = real(value, context);
  const flat = asImage(pixels);
  const color = colorAxis(flat, axis);
  if (flat.shape.some((length) => length > MAX_PIXELS)) {
    outOfRange(`Cannot show ${describeValue(flat)}: a side has at most ${MAX_PIXELS} pixels`);
  }
  return { value: flat, colorAxis: color };
}

/**
 * The value with two dimensions, or three with colours: a scalar or a row is an
 * image of one row, and one plane of a cube is an image unless 3 colours are in it.
 */
function asImage(value: IdlNumeric): IdlNumeric {
  const { shape } = value;
  if (shape.length < 2) return { ...value, shape: [shape[0] ?? 1, 1] };
  if (shape.length === 2 || shape.length === 3 && shape.includes(3)) return value;
  const long = shape.filter((length) => length > 1);
  return { ...value, shape: long.length < 2 ? [long[0] ?? 1, 1] : long };
}

/** IMAGE takes pixels of any type, as IDL's function does, and gives a handle. */
function image(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue | PromiseLike<IdlValue> {
  const { value, colorAxis } = pixelsOf(x!, undefined, context);
  const picture: LanguagePicture = {
    kind: "image",
    value,
    colorAxis,
    topDown: isSet(keywords, "order"),
    colorTable: tableOf(keywords["rgb_table"], context.colorTable),
    ...titleOf(keywords),
  };
  const shown = context.host.show(picture);
  const handle = (number: number): IdlValue => scalar(IdlType.LONG, number);
  return typeof shown === "number" ? handle(shown) : shown.then(handle);
}

/** TV and TVSCL: bytes as they are, or scaled to the range of a byte. */
function draw(
  kind: "tv" | "tvscl",
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): void | PromiseLike<void> {
  const given = keywords["true"] === undefined ? undefined : wholeNumber(keywords["true"]);
  const { value, colorAxis } = pixelsOf(x!, given, context);
  const pixels = kind === "tv"
    ? convert(value, IdlType.BYTE, context)
    : byteScaled(value, {}, 255, context);
  return asProcedure(context.host.show({
    kind,
    value: pixels,
    colorAxis,
    topDown: isSet(keywords, "order"),
    colorTable: context.colorTable,
  }));
}

function tableOf(value: IdlValue | undefined, before: number): number {
  if (value === undefined || value.shape.length > 0) return before;
  const table = wholeNumber(value);
  if (table < 0 || table > 74) {
    outOfRange(`Cannot load the colour table ${table}: expected 0 to 74`);
  }
  return table;
}

/** IDL Astronomy Library, "WRITEFITS": an array, with the cards of a header if given. */
function writeFits(
  [name, x, header]: readonly IdlValue[],
  context: CallContext,
): void | PromiseLike<void> {
  const value = numeric(x!, context);
  if (value.type === IdlType.COMPLEX || value.type === IdlType.DCOMPLEX) {
    refuse(`Cannot write ${describeValue(value)}: FITS images have no complex numbers`);
  }
  return context.host.write({
    format: "fits",
    name: safeName("write", name!, FITS_ENDINGS),
    value,
    cards: header === undefined ? undefined : cardsOf(header),
    colorAxis: 0,
    colorTable: context.colorTable,
  });
}

function cardsOf(header: IdlValue): readonly string[] {
  if (header.type !== IdlType.STRING) return refuse("Cannot use the header: it must be STRINGs");
  const cards = (header as IdlString).data;
  if (cards.length > 10_000) {
    refuse(`Cannot write a header of ${cards.length} cards: at most 10000`);
  }
  for (const card of cards) {
    // FITS Standard 4.0, section 4.1: a card holds 80 printable ASCII characters.
    if (card.length > 80 || !/^[ -~]*$/.test(card)) {
      refuse(
        `Cannot write the card ${
          JSON.stringify(card.slice(0, 100))
        }: expected at most 80 ASCII characters`,
      );
    }
  }
  return cards.map((card) => card.padEnd(80));
}

/** IDL manual, "WRITE_PNG": gray or with a palette, or (3, width, height). */
function writePng(
  [name, x, ...colors]: readonly IdlValue[],
  context: CallContext,
): void | PromiseLike<void> {
  const { value, colorAxis } = pixelsOf(x!, undefined, context);
  if (isLong64(value.type)) refuse(`Cannot write ${describeValue(value)} as PNG`);
  const [red, green, blue] = colors;
  const palette = red === undefined || green === undefined || blue === undefined
    ? undefined
    : [red, green, blue].map((list) => paletteColumn(list, context));
  return context.host.write({
    format: "png",
    name: safeName("write", name!, [".png"]),
    value: convert(value, IdlType.BYTE, context),
    palette: palette && [palette[0]!, palette[1]!, palette[2]!],
    colorAxis,
    colorTable: context.colorTable,
  });
}

function paletteColumn(value: IdlValue, context: CallContext): Uint8Array {
  const column = new Uint8Array(256);
  const data = convert(value, IdlType.BYTE, context).data as Uint8Array;
  if (data.length > 256) {
    refuse(`Cannot use ${describeValue(value)} as a palette: at most 256 entries`);
  }
  column.set(data);
  return column;
}

/** The routines of this family. */
export const EFFECTS: readonly NamedRoutine[] = [
  define("image(x, TITLE=, RGB_TABLE=, /ORDER, /NO_TOOL, /CURRENT, /OVERPLOT, DIMENSIONS=)", {
    summary: "Shows an image, [width, height] or with 3 colours, and gives its handle",
    cost: 10,
    run: image,
  }),
  define("tv, x, [position], [y], TRUE=, /ORDER", {
    summary: "Shows an image whose elements are bytes",
    departs: "each call makes a new picture",
    cost: 10,
    run: (args, keywords, context) => draw("tv", args, keywords, context),
  }),
  define("tvscl, x, [position], [y], TRUE=, /ORDER", {
    summary: "Shows an image scaled to the range of a byte",
    departs: "each call makes a new picture",
    cost: 10,
    run: (args, keywords, context) => draw("tvscl", args, keywords, context),
  }),
  define("loadct, table, /SILENT", {
    summary: "Chooses one of IDL's colour tables for what is shown and written from now on",
    cost: 0,
    run: ([table], _keywords, context) => {
      context.colorTable = tableOf(table!, context.colorTable);
    },
  }),
  define("writefits, name, x, [header]", {
    summary: "Writes a FITS file into the server's output folder",
    cost: 20,
    run: (args, _keywords, context) => writeFits(args, context),
  }),
  define("write_png, name, x, [red], [green], [blue]", {
    summary: "Writes a PNG file into the server's output folder",
    cost: 40,
    run: (args, _keywords, context) => writePng(args, context),
  }),
];
