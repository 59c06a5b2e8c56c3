/** The assertions of `@std/assert` with their types, which the npm build leaves out. */

import { Buffer } from "node:buffer";
import * as untyped from "npm:deno-std@1.4.0/assert/mod.js";

type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

export const assert: (condition: unknown, message?: string) => asserts condition = untyped.assert;

/** As that of the library, which takes a microsecond for each element of an array of numbers. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  if (!isSameMemory(actual, expected)) untyped.assertEquals(actual, expected, message);
}

/** Whether these are arrays of one class with the same bytes. */
function isSameMemory(actual: unknown, expected: unknown): boolean {
  if (!ArrayBuffer.isView(actual) || !ArrayBuffer.isView(expected)) return false;
  if (actual.constructor !== expected.constructor) return false;
  return Buffer.compare(bytesOf(actual), bytesOf(expected)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

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
