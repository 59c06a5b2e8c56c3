/**
 * The command language: IDL's statements and expressions on arrays.
 *
 * @module
 */

export { LanguageError, type LanguageErrorCode, type Position } from "./values/error.ts";
export type { CommandCost } from "./routines/estimate.ts";
export type { LanguageFile, LanguageHost, LanguagePicture } from "./routines/host.ts";
export type { Workspace as LanguageWorkspace } from "./values/memory.ts";
export { DEFAULT_LIMITS as DEFAULT_LANGUAGE_LIMITS, type LanguageLimits } from "./values/meter.ts";
export { asksForAnswer } from "./syntax/parser.ts";
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
} from "./routines/routine.ts";
export {
  type CommandInputs,
  type CommandOutcome,
  LanguageSession,
  type LanguageSessionOptions,
  type RunOptions,
} from "./evaluation/session.ts";
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
} from "./values/value.ts";
