/**
 * Every built-in routine of the command language, by its name in capitals.
 *
 * @module
 */

import type { LanguageRoutine } from "../routines/routine.ts";
import { CONVERSION } from "./conversion.ts";
import { CREATION } from "./creation.ts";
import { ELEMENTARY } from "./elementary.ts";
import { EFFECTS } from "./effects.ts";
import { FILTERS } from "./filters.ts";
import { HISTOGRAM } from "./histogram.ts";
import { INTROSPECTION } from "./introspection.ts";
import { REDUCTIONS } from "./reductions.ts";
import { RESAMPLING } from "./resampling.ts";
import { SEARCHING } from "./searching.ts";
import { SHAPE } from "./shape.ts";
import { STATISTICS } from "./statistics.ts";
import { STRINGS } from "./strings.ts";
import { TRANSFORMS } from "./transforms.ts";

/** The families of routines, in the order of the documentation. */
export const FAMILIES: readonly {
  readonly title: string;
  readonly routines: readonly (readonly [string, LanguageRoutine])[];
}[] = [
  { title: "Asking and printing", routines: INTROSPECTION },
  { title: "Making arrays", routines: CREATION },
  { title: "Types", routines: CONVERSION },
  { title: "Elementary functions", routines: ELEMENTARY },
  { title: "Moving elements", routines: SHAPE },
  { title: "Other sizes", routines: RESAMPLING },
  { title: "Sums and extremes", routines: REDUCTIONS },
  { title: "Statistics", routines: [...STATISTICS, ...HISTOGRAM] },
  { title: "Searching and scaling", routines: SEARCHING },
  { title: "Filters", routines: FILTERS },
  { title: "Fourier transform", routines: TRANSFORMS },
  { title: "Text", routines: STRINGS },
  { title: "Pictures and files", routines: EFFECTS },
];

/** Every built-in routine, by its name in capitals. */
export const BUILT_IN: ReadonlyMap<string, LanguageRoutine> = new Map(
  FAMILIES.flatMap(({ routines }) => routines),
);
