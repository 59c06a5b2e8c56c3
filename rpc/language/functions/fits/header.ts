/**
 * What a command asks of the header that came with an image.
 *
 * The names and results are those of the IDL Astronomy Library and of SolarSoft.
 *
 * @module
 */

import type { Card } from "../../../../fits/header/card.ts";
import { Header } from "../../../../fits/header/header.ts";
import { readWcs, type Wcs } from "../../../../fits/wcs/mod.ts";
import { HeliographError } from "../../../../net/errors.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import { convert, textOf } from "../../values/convert.ts";
import { refuse } from "../../values/error.ts";
import { describeValue } from "../../values/promotion.ts";
import {
  elementsOf,
  type IdlNumeric,
  IdlType,
  type IdlValue,
  scalar,
  text,
} from "../../values/value.ts";

/** Cards of a header at most. */
const MAX_CARDS = 100_000;

/** Operations, some nanoseconds each, that a card or a point takes. */
const CARD_WORK = 1_000;
const POINT_WORK = 500;

/** IDL Astronomy Library, FXPAR: a number of so many characters is DOUBLE. */
const DOUBLE_CHARACTERS = 8;

/** The header that an array of cards of 80 characters makes. */
function headerOf(value: IdlValue, context: CallContext): Header {
  if (value.type !== IdlType.STRING || value.data.length > MAX_CARDS) {
    return refuse(`Cannot use ${describeValue(value)} as a header: expected an array of its cards`);
  }
  const cards = value.data as readonly string[];
  context.work(CARD_WORK * cards.length);
  const end = cards.findIndex((card) => card.trimEnd() === "END");
  const own = end < 0 ? cards : cards.slice(0, end);
  const all = [...own, "END"].map((card) => card.slice(0, 80).padEnd(80)).join("");
  return guarded(() =>
    Header.parse(new TextEncoder().encode(all.padEnd(Math.ceil(all.length / 2880) * 2880)))
  );
}

/** What the header does not allow becomes the command's error. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof HeliographError) return refuse(error.message);
    throw error;
  }
}

/** IDL Astronomy Library, FXPAR and SXPAR; `name*` gives an array of NAME1, NAME2 ... */
function fxpar(
  [cards, given]: readonly IdlValue[],
  _keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const header = headerOf(cards!, context);
  const name = textOf(given!).trim().toUpperCase();
  const found = name.endsWith("*") ? numbered(header, name.slice(0, -1)) : named(header, name);
  const isText = found[0]?.kind === "commentary";
  context.output("count", scalar(IdlType.LONG, found.length));
  const comments = found.map(({ comment }) => comment);
  if (comments.length > 0) context.output("comment", context.strings([comments.length], comments));
  if (found.length === 0) return scalar(IdlType.INT, 0);
  if (isText) return context.strings([found.length], found.map((card) => card.text));
  if (!name.endsWith("*")) return valueOf(found.at(-1)!);
  const values = found.map(valueOf);
  if (values.every(({ type }) => type === IdlType.STRING)) {
    return context.strings([values.length], values.map((value) => String(value.data[0])));
  }
  const type = values.find((value) => value.type !== IdlType.STRING)!.type as IdlNumeric["type"];
  const out = context.allocate(type, [values.length]);
  for (const [i, value] of values.entries()) {
    out.data[i] = convert(value, type, context).data[0]!;
  }
  return out;
}

/** The cards of a keyword; all of commentary, else the last one where there are several. */
function named(header: Header, name: string): Card[] {
  const found = [...header].filter(({ keyword }) => keyword.toUpperCase() === name);
  return found[0]?.kind === "commentary" ? found : found.slice(-1);
}

function numbered(header: Header, name: string): Card[] {
  const number = ({ keyword }: Card) => {
    const rest = keyword.startsWith(name) ? keyword.slice(name.length) : "";
    return /^[0-9]+$/.test(rest) ? Number(rest) : NaN;
  };
  return [...header].filter((card) => !Number.isNaN(number(card)))
    .sort((a, b) => number(a) - number(b));
}

/** A logical is INT 1 or 0, a whole number LONG or LONG64, another one FLOAT or DOUBLE. */
function valueOf(card: Card): IdlValue {
  const { value } = card;
  if (typeof value === "string") return text(value.trimEnd());
  if (typeof value === "boolean") return scalar(IdlType.INT, value ? 1 : 0);
  if (typeof value !== "number" && typeof value !== "bigint") return text("");
  const written = /^.{10}\s*([^\s/]+)/.exec(card.raw)?.[1] ?? "";
  if (typeof value === "bigint" || !/[.ED]/i.test(written)) {
    const whole = BigInt(Number.isInteger(Number(value)) ? value : 0);
    return BigInt.asIntN(32, whole) === whole
      ? scalar(IdlType.LONG, Number(whole))
      : scalar(IdlType.LONG64, BigInt.asIntN(64, whole));
  }
  const double = /D/i.test(written) || written.length >= DOUBLE_CHARACTERS;
  return scalar(double ? IdlType.DOUBLE : IdlType.FLOAT, value);
}

/** What the units of celestial axes are in degrees. */
const DEGREES: { readonly [unit: string]: number } = {
  ARCSEC: 1 / 3600,
  ARCMIN: 1 / 60,
  MAS: 1 / 3_600_000,
  RAD: 180 / Math.PI,
};

/** The coordinates of a header, and what their numbers are multiplied with to be in CUNITi. */
function coordinatesOf(value: IdlValue, context: CallContext): { wcs: Wcs; units: number[] } {
  const header = headerOf(value, context);
  const wcs = guarded(() => readWcs(header));
  if (wcs === undefined) return refuse("The header describes no world coordinates");
  const units = wcs.axes.map(({ unit }, i) => {
    const given = header.get(`CUNIT${i + 1}`);
    const degrees = typeof given === "string" ? DEGREES[given.trim().toUpperCase()] : undefined;
    return unit === "deg" && degrees !== undefined ? 1 / degrees : 1;
  });
  return { wcs, units };
}

/** The points of an argument: a coordinate of each axis, one point after the other. */
function pointsIn(value: IdlValue, axes: number, context: CallContext): IdlNumeric {
  const first = value.shape[0] ?? 1;
  if (first !== axes) {
    refuse(`Cannot use ${describeValue(value)} as points: their first dimension must be ${axes}`);
  }
  const points = convert(value, IdlType.DOUBLE, context);
  context.work(POINT_WORK * elementsOf(points.shape));
  return points;
}

/** All pixels of an image of at most its first two axes. */
function allPixels(header: IdlValue, axes: number, context: CallContext): IdlNumeric {
  const parsed = headerOf(header, context);
  const lengths = [1, 2].map((axis) => {
    const length = parsed.get(`NAXIS${axis}`);
    return typeof length === "number" && length >= 1 ? length : 1;
  });
  const out = context.allocate(IdlType.DOUBLE, [axes, ...lengths]);
  const data = out.data as Float64Array;
  for (let y = 0, at = 0; y < lengths[1]!; y++) {
    context.work(POINT_WORK * lengths[0]!);
    for (let x = 0; x < lengths[0]!; x++, at += axes) {
      data[at] = x;
      if (axes > 1) data[at + 1] = y;
    }
  }
  return out;
}

/** SolarSoft, WCS_GET_COORD: the coordinates of pixels, which are counted from 0, in CUNITi. */
function getCoord(
  [header, pixels]: readonly IdlValue[],
  _keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const { wcs, units } = coordinatesOf(header!, context);
  const axes = wcs.axes.length;
  const points = pixels === undefined
    ? allPixels(header!, axes, context)
    : pointsIn(pixels, axes, context);
  const out = context.allocate(IdlType.DOUBLE, points.shape);
  const data = out.data as Float64Array;
  guarded(() => wcs.pixelsToWorld(points.data as Float64Array, { origin: 0, into: data }));
  for (let i = 0; i < data.length; i++) data[i]! *= units[i % axes]!;
  return out;
}

/** SolarSoft, WCS_GET_PIXEL: the pixels, counted from 0, of coordinates in CUNITi. */
function getPixel(
  [header, coordinates]: readonly IdlValue[],
  _keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const { wcs, units } = coordinatesOf(header!, context);
  const axes = wcs.axes.length;
  const points = pointsIn(coordinates!, axes, context);
  const scaled = context.allocate(IdlType.DOUBLE, points.shape);
  for (let i = 0; i < scaled.data.length; i++) {
    scaled.data[i] = (points.data[i] as number) / units[i % axes]!;
  }
  const out = context.allocate(IdlType.DOUBLE, points.shape);
  const into = out.data as Float64Array;
  guarded(() => wcs.worldToPixels(scaled.data as Float64Array, { origin: 0, into }));
  return out;
}

/** The routines of this family. */
export const HEADERS: readonly NamedRoutine[] = [
  define("fxpar(header, name, COUNT=>, COMMENT=>)", {
    summary: "The value of a keyword in an array of FITS cards; 0 and COUNT=0 if there is none",
    cost: CARD_WORK,
    run: fxpar,
  }),
  define("sxpar(header, name, COUNT=>, COMMENT=>)", {
    summary: "The same as FXPAR",
    cost: CARD_WORK,
    run: fxpar,
  }),
  define("wcs_get_coord(header, [pixels])", {
    summary: "World coordinates, in CUNITi, of pixels counted from 0; default of all pixels",
    sketch: ([, pixels]) => ({
      count: pixels?.count ?? Infinity,
      bytes: 8,
      operations: POINT_WORK * (pixels?.count ?? Infinity),
    }),
    run: getCoord,
  }),
  define("wcs_get_pixel(header, coordinates)", {
    summary: "Pixels, counted from 0, of world coordinates in CUNITi",
    sketch: ([, coordinates]) => ({
      count: coordinates?.count ?? 1,
      bytes: 8,
      operations: POINT_WORK * (coordinates?.count ?? 1),
    }),
    run: getPixel,
  }),
];
