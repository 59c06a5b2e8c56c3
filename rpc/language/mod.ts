/**
 * The command language: IDL's statements and expressions on arrays.
 *
 * @module
 */

export { LanguageError, type LanguageErrorCode, type Position } from "./error.ts";
export type { CommandCost } from "./estimate.ts";
export type { LanguageFile, LanguageHost, LanguagePicture, Range } from "./host.ts";
export type { Workspace } from "./memory.ts";
export { DEFAULT_LIMITS, type LanguageLimits } from "./meter.ts";
export { asksForAnswer } from "./parser.ts";
export type {
  CallContext,
  LanguageFunction,
  LanguageFunctions,
  LanguageKeyword,
  LanguageKeywords,
  LanguageParameter,
  LanguageRoutine,
  PlainValue,
  Sketch,
  SketchedResult,
} from "./routine.ts";
export {
  type CommandInputs,
  type CommandOutcome,
  LanguageSession,
  type LanguageSessionOptions,
  type RunOptions,
} from "./session.ts";
export {
  bytesOf,
  countOf,
  elementBytes,
  elementsOf,
  type IdlNumeric,
  type IdlNumericData,
  type IdlNumericType,
  type IdlString,
  IdlType,
  type IdlUndefined,
  type IdlValue,
  isComplex,
  isLong64,
  isNumeric,
  partsOf,
  scalar,
  storage,
  text,
  typeName,
  UNDEFINED,
  viewOf,
} from "./value.ts";
