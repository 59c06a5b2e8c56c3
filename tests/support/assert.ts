/** The assertions of `@std/assert` with their types, which the npm build leaves out. */

import * as untyped from "npm:deno-std@1.4.0/assert/mod.js";

type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

export const assert: (condition: unknown, message?: string) => asserts condition = untyped.assert;

export const assertEquals: <T>(actual: T, expected: T, message?: string) => void =
  untyped.assertEquals;

export const assertNotEquals: <T>(actual: T, expected: T, message?: string) => void =
  untyped.assertNotEquals;

export const assertAlmostEquals: (
  actual: number,
  expected: number,
  tolerance?: number,
  message?: string,
) => void = untyped.assertAlmostEquals;

export const assertStringIncludes: (actual: string, expected: string, message?: string) => void =
  untyped.assertStringIncludes;

export const assertMatch: (actual: string, expected: RegExp, message?: string) => void =
  untyped.assertMatch;

export const assertInstanceOf: <E extends Error>(
  actual: unknown,
  expected: ErrorClass<E>,
  message?: string,
) => asserts actual is E = untyped.assertInstanceOf;

export const assertThrows: <E extends Error = Error>(
  work: () => unknown,
  expected?: ErrorClass<E>,
  messageIncludes?: string,
  message?: string,
) => E = untyped.assertThrows;

export const assertRejects: <E extends Error = Error>(
  work: () => PromiseLike<unknown>,
  expected?: ErrorClass<E>,
  messageIncludes?: string,
  message?: string,
) => Promise<E> = untyped.assertRejects;

export const fail: (message?: string) => never = untyped.fail;
