/**
 * What a request for a cutout says (SODA 1.0 section 3, DALI 1.1 section 3.3): names in any case,
 * values as numbers separated by blanks.
 *
 * @module
 */

import { HttpError } from "../../http/message/http_error.ts";

/** Corners of a polygon at most. */
const MAX_CORNERS = 500;
/** Names of parameters that a cutout has. */
const NAMES = ["ID", "POS", "CIRCLE", "POLYGON", "BAND", "HDU", "RESPONSEFORMAT"];
/** Names of the standard that are not there, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  TIME: "cutouts in time are not made here",
  POL: "cutouts in polarization are not made here",
};

/** A place of the sky: longitude and latitude in ICRS degrees. */
export type SkyPlace = readonly [longitude: number, latitude: number];

/** A shape on the sky. */
export type SkyShape =
  | { readonly kind: "circle"; readonly centre: SkyPlace; readonly radius: number }
  | {
    readonly kind: "range";
    readonly longitude: readonly [number, number];
    readonly latitude: readonly [number, number];
  }
  | { readonly kind: "polygon"; readonly corners: readonly SkyPlace[] };

/** What is cut. */
export interface SodaQuery {
  /** The file, or what stands for one, such as `pictures/3`. */
  readonly id: string;
  readonly shape: SkyShape | undefined;
  /** Wavelengths in metres. */
  readonly band: readonly [low: number, high: number] | undefined;
  readonly hdu: string | undefined;
}

/** What is wrong with a request, as the standard has it told. */
export class SodaError extends HttpError {
  /** The word that the answer begins with. */
  readonly word: string;

  /**
   * Makes an error.
   *
   * @param status The status to answer.
   * @param word The word that the answer begins with.
   * @param message What was found and what was expected.
   */
  constructor(status: number, word: string, message: string) {
    super(status, message);
    this.word = word;
  }
}

/** The error of a request that says something wrong. */
export function usage(message: string, status = 400): SodaError {
  return new SodaError(status, "UsageError", message);
}

/**
 * Reads a query, or the body of a form.
 *
 * @param given Its parameters.
 * @throws {SodaError} If it says something that is not understood.
 */
export function readSodaQuery(given: URLSearchParams): SodaQuery {
  const values = new Map<string, string>();
  for (const [name, value] of given) {
    const key = name.toUpperCase();
    if (Object.hasOwn(REFUSED, key)) throw usage(`${key}: ${REFUSED[key]}`);
    if (!NAMES.includes(key)) {
      throw usage(`'${name.slice(0, 40)}' is no parameter, expected ${NAMES.join(", ")}`);
    }
    if (values.has(key)) {
      throw new SodaError(400, "MultiValuedParamNotSupported", `${key} is given more than once`);
    }
    values.set(key, value.trim());
  }
  const id = values.get("ID") ?? "";
  if (id === "") throw usage("ID is missing, expected the path of a file");
  const format = values.get("RESPONSEFORMAT");
  if (format !== undefined && !/^(?:application|image)\/fits\b|^fits$/i.test(format)) {
    throw usage(`RESPONSEFORMAT is '${format.slice(0, 80)}', expected application/fits`, 415);
  }
  const shapes = ["POS", "CIRCLE", "POLYGON"].flatMap((name) => {
    const value = values.get(name);
    return value === undefined ? [] : [shapeOf(name, value)];
  });
  if (shapes.length > 1) {
    throw new SodaError(
      400,
      "MultiValuedParamNotSupported",
      "expected one of POS, CIRCLE and POLYGON",
    );
  }
  const band = values.get("BAND");
  return {
    id,
    shape: shapes[0],
    band: band === undefined ? undefined : bandOf(band),
    hdu: values.get("HDU"),
  };
}

function shapeOf(name: string, text: string): SkyShape {
  const [word, ...rest] = name === "POS" ? text.split(/\s+/) : [name, ...text.split(/\s+/)];
  switch (word!.toUpperCase()) {
    case "CIRCLE":
      return circleOf(name, numbersOf(name, rest));
    case "RANGE":
      return rangeOf(name, numbersOf(name, rest));
    case "POLYGON":
      return polygonOf(name, numbersOf(name, rest));
    default:
      throw usage(`${name} begins with '${word!.slice(0, 40)}', expected CIRCLE, RANGE or POLYGON`);
  }
}

/** Numbers, infinities among them, as IVOA writes them. */
function numbersOf(name: string, texts: readonly string[]): number[] {
  if (texts.length > 2 * MAX_CORNERS) {
    throw usage(`${name} has ${texts.length} numbers, expected at most ${2 * MAX_CORNERS}`);
  }
  return texts.map((text) => {
    const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text);
    if (infinite !== null) return infinite[1] === "-" ? -Infinity : Infinity;
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
    throw usage(`${name} has '${text.slice(0, 40)}', expected numbers`);
  });
}

function circleOf(name: string, numbers: readonly number[]): SkyShape {
  const [longitude, latitude, radius] = numbers as [number, number, number];
  const isGood = numbers.length === 3 && numbers.every(Number.isFinite) && radius > 0 &&
    radius <= 180;
  if (!isGood) {
    throw usage(
      `${name} is a circle of ${numbers.join(" ")}, expected longitude, latitude, radius`,
    );
  }
  return { kind: "circle", centre: placeOf(name, longitude, latitude), radius };
}

function rangeOf(name: string, numbers: readonly number[]): SkyShape {
  const [left, right, bottom, top] = numbers as [number, number, number, number];
  const isGood = numbers.length === 4 && left <= right && bottom <= top;
  if (!isGood) {
    throw usage(
      `${name} is a range of ${numbers.join(" ")}, expected two longitudes and two latitudes, ` +
        "the lower one first",
    );
  }
  // An infinity is an open end. What goes beyond 360 or below 0 would lose a part without a word.
  const [beyond] = [
    ...[left, right].filter((value) => value < 0 || value > 360),
    ...[bottom, top].filter((value) => value < -90 || value > 90),
  ].filter(Number.isFinite);
  if (beyond !== undefined) {
    throw usage(
      `${name} is a range with ${beyond}, expected longitudes of 0 to 360 and latitudes of -90 to 90`,
    );
  }
  const bounded = (value: number, low: number, high: number) =>
    Math.min(high, Math.max(low, value));
  return {
    kind: "range",
    longitude: [bounded(left, 0, 360), bounded(right, 0, 360)],
    latitude: [bounded(bottom, -90, 90), bounded(top, -90, 90)],
  };
}

function polygonOf(name: string, numbers: readonly number[]): SkyShape {
  if (numbers.length < 6 || numbers.length % 2 !== 0 || !numbers.every(Number.isFinite)) {
    throw usage(`${name} is a polygon of ${numbers.length} numbers, expected 6, 8, ...`);
  }
  const corners = Array.from(
    { length: numbers.length / 2 },
    (_, i) => placeOf(name, numbers[2 * i]!, numbers[2 * i + 1]!),
  );
  return { kind: "polygon", corners };
}

function placeOf(name: string, longitude: number, latitude: number): SkyPlace {
  if (latitude < -90 || latitude > 90 || longitude < -360 || longitude > 360) {
    throw usage(`${name} has the place ${longitude} ${latitude}, expected degrees of the sky`);
  }
  return [longitude, latitude];
}

function bandOf(text: string): readonly [number, number] {
  const numbers = numbersOf("BAND", text.split(/\s+/));
  // A single number is a wavelength in itself.
  const [low, high = low] = numbers as [number, number?];
  if (numbers.length > 2 || !(low <= high) || high < 0) {
    throw usage(`BAND is '${text.slice(0, 80)}', expected two wavelengths in metres`);
  }
  return [low, high];
}
