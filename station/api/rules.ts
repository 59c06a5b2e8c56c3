/** The parameters of `/fits` and `/view`: how each is read. */

import { checkSection, SectionError } from "../../fits/image/section.ts";
import { type Limits, parseLimits } from "../../fits/picture/limits.ts";
import { oneOf, type Parameter, words } from "../../http/fields/parameters.ts";
import { readStretch, type Stretch, STRETCH_WORDS } from "../../fits/picture/stretch.ts";
import { FormatError } from "../../net/errors.ts";
import { type Missing, MISSING_EXPECTED, readMissing } from "../web/picture/color_table.ts";
import { MAX_LEVEL, type Reduce, REDUCES } from "../pyramid/levels.ts";

/** Axes that a plane can be a place on, at most: more than any standard image has. */
const MAX_PLACES = 997;

/** Which HDU is meant: its number, or its name. */
export const HDU: Parameter<number | string> = {
  expected: "a number, EXTNAME or EXTNAME,EXTVER",
  read: (text) => text.trim() === "" ? undefined : /^\d{1,9}$/.test(text) ? Number(text) : text,
};

/** Places on axis 3 and those after it, from 0; in the text from 1. */
export const PLANE: Parameter<readonly number[]> = {
  expected: "a plane such as 3, or 3,1 for axes 3 and 4, counted from 1",
  read: (text) => {
    const places = text.split(",");
    if (places.length > MAX_PLACES || !places.every((place) => /^[1-9]\d{0,14}$/.test(place))) {
      return undefined;
    }
    return places.map((place) => Number(place) - 1);
  },
};

/** A section as FITS writes it. */
export const SECTION: Parameter<string> = {
  expected: "a section such as 1:100,50:60:2,*",
  read: (text) => orUndefined(() => (checkSection(text), text), SectionError),
};

/** The values that become the ends of the scale. */
export const LIMITS: Parameter<Limits> = {
  expected: "zscale, minmax, percentile:P or LOW,HIGH",
  read: (text) => orUndefined(() => parseLimits(text), FormatError),
};

/** The two ends of a range of values. */
export const RANGE: Parameter<readonly [number, number]> = {
  expected: "LOW,HIGH with LOW below HIGH",
  read: (text) => {
    const limits = LIMITS.read(text);
    return typeof limits === "object" && limits[0] < limits[1] ? limits : undefined;
  },
};

/** What a pair of limits is for. */
export const SCOPE: Parameter<"plane" | "file"> = oneOf(["plane", "file"] as const);

/** A tile. */
export const TILE: Parameter<{ readonly level: number; readonly x: number; readonly y: number }> = {
  expected: `LEVEL/X/Y with LEVEL from 0 to ${MAX_LEVEL}, counted from 0`,
  read: (text) => {
    const match = /^(\d{1,2})\/(\d{1,9})\/(\d{1,9})$/.exec(text);
    if (match === null) return undefined;
    const [level, x, y] = match.slice(1).map(Number) as [number, number, number];
    return level <= MAX_LEVEL ? { level, x, y } : undefined;
  },
};

/** How pixels become one. */
export const REDUCE: Parameter<Reduce> = oneOf(REDUCES);

/** How brightness grows between the limits. */
export const STRETCH: Parameter<Stretch> = {
  expected: `one of ${STRETCH_WORDS}`,
  read: readStretch,
};

/** What is drawn where there is no value. */
export const MISSING: Parameter<Missing> = { expected: MISSING_EXPECTED, read: readMissing };

/** The version of an HDU that is meant. */
export const VERSION: Parameter<string> = words("the validator of the HDU, as format=info has it");

/** Undefined for what makes an error of a kind. */
function orUndefined<T>(read: () => T, kind: new (...args: never[]) => Error): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof kind) return undefined;
    throw error;
  }
}
