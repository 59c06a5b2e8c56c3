/**
 * Every built-in routine of the command language, by its name in capitals.
 *
 * @module
 */

import type { LanguageRoutine } from "../routine.ts";
import { INTROSPECTION } from "./introspection.ts";
import { REDUCTIONS } from "./reductions.ts";
import { ELEMENTARY } from "./elementary.ts";

/** Every built-in routine, by its name in capitals. */
export const BUILT_IN: ReadonlyMap<string, LanguageRoutine> = new Map(
  [INTROSPECTION, REDUCTIONS, ELEMENTARY].flatMap((family) =>
    Object.entries(family).map(([name, routine]) => [name.toUpperCase(), routine] as const)
  ),
);
