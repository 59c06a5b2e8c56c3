/**
 * The command language: IDL's statements and expressions on arrays.
 *
 * @example Values of IDL, and commands without a server
 * ```ts
 * import {
 *   IDL_UNDEFINED,
 *   idlBytes,
 *   idlCount,
 *   idlText,
 *   IdlType,
 *   idlTypeName,
 *   idlView,
 *   isIdlNumeric,
 *   LanguageError,
 *   LanguageSession,
 * } from "@heliograph/heliograph/rpc";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const session = new LanguageSession();
 * const outcome = await session.run("return, [1.5, 2.5] * 2");
 * assert(outcome.ok && outcome.returned !== undefined && isIdlNumeric(outcome.returned));
 * assertEquals(outcome.returned.data, Float32Array.of(3, 5));
 * assertEquals([idlCount(outcome.returned), idlBytes(outcome.returned)], [2, 8]);
 * assertEquals(idlTypeName(outcome.returned.type), "FLOAT");
 * assertEquals(idlText("Sun").data, ["Sun"]);
 *
 * const pixels = idlView(IdlType.INT, [2, 1], new Uint8Array(Int16Array.of(3, 4).buffer));
 * session.set("pixels", pixels);
 * assertEquals(session.variables.get("PIXELS"), pixels);
 * const failed = await session.run("return, nowhere + 1");
 * assert(!failed.ok && failed.error instanceof LanguageError);
 * assertEquals(idlCount(IDL_UNDEFINED), 0);
 * ```
 *
 * @module
 */

export { LanguageError, type LanguageErrorCode } from "./values/error.ts";
export type { CommandCost } from "./routines/estimate.ts";
export type {
  LanguageFile,
  LanguageHdu,
  LanguageHost,
  LanguagePicture,
  LanguageReading,
  PlotCurve,
  PlotText,
} from "./routines/host.ts";
export type { KeptPlot } from "./routines/kept_plot.ts";
export type { Workspace as LanguageWorkspace } from "./values/memory.ts";
export type { LanguageLimits, MeterRoom } from "./values/meter.ts";
export { idlArray } from "./routines/plain.ts";
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
  type IdlNumeric,
  type IdlNumericData,
  type IdlNumericType,
  type IdlString,
  IdlType,
  type IdlUndefined,
  type IdlValue,
  isNumeric as isIdlNumeric,
  scalar as idlScalar,
  text as idlText,
  typeName as idlTypeName,
  UNDEFINED as IDL_UNDEFINED,
  viewOf as idlView,
} from "./values/value.ts";
