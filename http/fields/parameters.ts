/** The parameters of a request's query, read strictly: nothing that is asked for is left out. */

import { HttpError } from "../message/http_error.ts";

/** How the text of a parameter becomes its value. */
export interface Parameter<T> {
  /** What the text may be, for the error. */
  readonly expected: string;
  /**
   * Reads the text.
   *
   * @param text The text, percent-decoded.
   * @returns The value; undefined if the text is none.
   */
  read(text: string): T | undefined;
}

/** The parameters that are known, by their names. */
export type ParameterRules = Readonly<Record<string, Parameter<unknown>>>;

/** The values that were given. */
export type Parameters<R extends ParameterRules> = {
  readonly [N in keyof R]?: R[N] extends Parameter<infer T> ? T : never;
};

/** What is wrong with a parameter. */
export type ParameterFault = "unknown-parameter" | "repeated-parameter" | "bad-value";

/** What is known of a {@linkcode ParameterError}. */
export interface ParameterErrorDetail {
  readonly fault: ParameterFault;
  /** The name as it was given. */
  readonly parameter: string;
  /** The value as it was given. */
  readonly found: string;
  /** What the value may be, or which names there are. */
  readonly expected: string;
}

/** A parameter is unknown, given twice, or has a value that it cannot have: 400. */
export class ParameterError extends HttpError {
  /** What is wrong, and with what. */
  readonly detail: ParameterErrorDetail;

  /**
   * Makes an error.
   *
   * @param message What was found and what was expected.
   * @param detail The same in parts.
   */
  constructor(message: string, detail: ParameterErrorDetail) {
    super(400, message);
    this.detail = detail;
  }
}

/** Characters of a name or value that an error repeats. */
const MAX_SHOWN = 80;
/** Longer names are near no other. */
const MAX_NAME = 40;

/**
 * Reads the parameters of a query.
 *
 * @param query The query as it was sent, or its parameters.
 * @param what What is asked for, for errors, such as `format=png`.
 * @param rules The parameters that it has.
 * @returns The values of those that are given.
 * @throws {ParameterError} If one is unknown, given more than once, or has a value that it
 * cannot have.
 */
export function readParameters<R extends ParameterRules>(
  query: string | URLSearchParams | undefined,
  what: string,
  rules: R,
): Parameters<R> {
  const given = typeof query === "object" ? query : new URLSearchParams(query ?? "");
  const values: Record<string, unknown> = {};
  for (const [parameter, found] of given) {
    const rule = Object.hasOwn(rules, parameter) ? rules[parameter] : undefined;
    if (rule === undefined) throw unknown(parameter, found, what, Object.keys(rules));
    if (Object.hasOwn(values, parameter)) {
      throw new ParameterError(`${what} has the parameter '${parameter}' more than once`, {
        fault: "repeated-parameter",
        parameter,
        found: shown(found),
        expected: "one value",
      });
    }
    const value = rule.read(found);
    if (value === undefined) throw badValue(parameter, found, rule.expected);
    values[parameter] = value;
  }
  return values as Parameters<R>;
}

/**
 * The error of a value that a parameter cannot have.
 *
 * @param parameter Its name.
 * @param found The value.
 * @param expected What it may be.
 */
export function badValue(parameter: string, found: string, expected: string): ParameterError {
  return new ParameterError(`${parameter} is '${shown(found)}', expected ${expected}`, {
    fault: "bad-value",
    parameter,
    found: shown(found),
    expected,
  });
}

function unknown(
  given: string,
  found: string,
  what: string,
  names: readonly string[],
): ParameterError {
  const parameter = shown(given);
  const near = nearestName(given, names);
  const others = near === undefined
    ? names.length === 0 ? "it has none" : `expected one of ${names.join(", ")}`
    : `nearest is '${near}'`;
  return new ParameterError(`${what} has no parameter '${parameter}'; ${others}`, {
    fault: "unknown-parameter",
    parameter,
    found: shown(found),
    expected: names.join(", "),
  });
}

function shown(text: string): string {
  return text.length > MAX_SHOWN ? text.slice(0, MAX_SHOWN) + "…" : text;
}

/**
 * The name that a misspelt one may be meant for.
 *
 * @param given The misspelt one.
 * @param names Those that there are.
 * @returns The nearest, if at most half of its letters differ.
 */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Infinity;
  if (given.length > MAX_NAME) return undefined;
  for (const name of names) {
    const distance = editDistance(given.toLowerCase(), name.toLowerCase());
    if (distance < least && distance <= Math.max(given.length, name.length) / 2) {
      [nearest, least] = [name, distance];
    }
  }
  return nearest;
}

/** How many letters are to be put in, left out or changed (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const changed = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}

/** A parameter that is one of some words. */
export function oneOf<T extends string>(words: readonly T[]): Parameter<T> {
  return {
    expected: `one of ${words.join(", ")}`,
    read: (text) => words.find((word) => word === text),
  };
}

/** A parameter that is a whole number between two others, both included. */
export function wholeNumber(least: number, most: number): Parameter<number> {
  return {
    expected: `${least} to ${most}`,
    read: (text) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
      return value >= least && value <= most ? value : undefined;
    },
  };
}

/**
 * A parameter that is a finite number.
 *
 * @param expected What it may be, for errors.
 * @param least The least that it may be.
 * @param most The greatest.
 */
export function number(
  expected: string = "a number",
  least: number = -Infinity,
  most: number = Infinity,
): Parameter<number> {
  return {
    expected,
    read: (text) => {
      const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
      return Number.isFinite(value) && value >= least && value <= most ? value : undefined;
    },
  };
}

/** A parameter that is on or absent: `1`, or `0` for off. */
export const SWITCH: Parameter<boolean> = {
  expected: "1 or 0",
  read: (text) => text === "1" ? true : text === "0" ? false : undefined,
};

/** A parameter that is any text but none. */
export function words(expected: string): Parameter<string> {
  return { expected, read: (text) => text === "" ? undefined : text };
}
