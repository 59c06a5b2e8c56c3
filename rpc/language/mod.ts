/**
 * The command language: IDL's statements and expressions on arrays.
 *
 * @module
 */

export { LanguageError, type LanguageErrorCode, type Position } from "./error.ts";
export type { CommandCost } from "./estimate.ts";
export type { LanguageFile, LanguageHost, LanguagePicture } from "./host.ts";
export type { Workspace as LanguageWorkspace } from "./memory.ts";
export { DEFAULT_LIMITS as DEFAULT_LANGUAGE_LIMITS, type LanguageLimits } from "./meter.ts";
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
  bytesOf as idlBytes,
  countOf as idlCount,
  elementBytes as idlElementBytes,
  type IdlNumeric,
  type IdlNumericData,
  type IdlNumericType,
  type IdlString,
  IdlType,
  type IdlUndefined,
  type IdlValue,
  isNumeric as isIdlNumeric,
  scalar as idlScalar,
  storage as idlStorage,
  text as idlText,
  typeName as idlTypeName,
  UNDEFINED as IDL_UNDEFINED,
  viewOf as idlView,
} from "./value.ts";
