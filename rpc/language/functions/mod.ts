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
import { PROGRAMS } from "./programs.ts";
import { PLOTS } from "./plots.ts";
import { REDUCTIONS } from "./reductions.ts";
import { RESAMPLING } from "./resampling.ts";
import { SEARCHING } from "./searching.ts";
import { SHAPE } from "./shape.ts";
import { STATISTICS } from "./statistics.ts";
import { STRINGS } from "./text/strings.ts";
import { MATCHING } from "./text/matching.ts";
import { SOLAR_STRINGS } from "./text/solar_strings.ts";
import { READING } from "./text/reading.ts";
import { INTERPOL } from "./interpolate/interpol.ts";
import { INTERPOLATE } from "./interpolate/interpolate.ts";
import { SPLINES } from "./interpolate/splines.ts";
import { CALCULUS } from "./fit/calculus.ts";
import { CORRELATION } from "./fit/correlate.ts";
import { CURVE_FITS, CURVEFIT_PROGRAM } from "./fit/curvefit.ts";
import { GAUSSIAN } from "./fit/gaussian.ts";
import { REGRESSION } from "./fit/regress.ts";
import { ROBUST } from "./fit/robust.ts";
import { CANNY } from "./image/canny.ts";
import { POLYNOMIAL } from "./fit/polynomial.ts";
import { CONVOL } from "./image/convol.ts";
import { EDGES } from "./image/edges.ts";
import { EQUALIZE } from "./image/equalize.ts";
import { MORPHOLOGY } from "./image/morphology.ts";
import { REGIONS } from "./image/regions.ts";
import { ROT } from "./image/rot.ts";
import { EQUATIONS } from "./linear/equations.ts";
import { MATRICES } from "./linear/matrices.ts";
import { FITS_FILES } from "./fits/files.ts";
import { HEADERS } from "./fits/header.ts";
import { NUMBERS } from "./numbers.ts";
import { RANDOM } from "./random/random.ts";
import { CALENDAR } from "./time/calendar.ts";
import { TRANSFORMS } from "./transforms.ts";
import { WAVELETS } from "./wavelets.ts";

/** The families of routines, in the order of the documentation. */
export const FAMILIES: readonly {
  readonly title: string;
  readonly routines: readonly (readonly [string, LanguageRoutine])[];
}[] = [
  { title: "Asking and printing", routines: INTROSPECTION },
  { title: "Programs", routines: PROGRAMS },
  { title: "Making arrays", routines: CREATION },
  { title: "Types", routines: CONVERSION },
  { title: "Elementary functions", routines: [...ELEMENTARY, ...NUMBERS] },
  { title: "Moving elements", routines: SHAPE },
  { title: "Other sizes", routines: RESAMPLING },
  { title: "Sums and extremes", routines: REDUCTIONS },
  { title: "Statistics", routines: [...STATISTICS, ...HISTOGRAM] },
  { title: "Searching and scaling", routines: SEARCHING },
  { title: "Filters", routines: [...FILTERS, ...CONVOL] },
  {
    title: "Images",
    routines: [...ROT, ...EDGES, ...CANNY, ...MORPHOLOGY, ...REGIONS, ...EQUALIZE],
  },
  { title: "Interpolation", routines: [...INTERPOL, ...INTERPOLATE, ...SPLINES] },
  {
    title: "Fits and correlation",
    routines: [
      ...POLYNOMIAL,
      ...REGRESSION,
      ...GAUSSIAN,
      ...CURVE_FITS,
      ...ROBUST,
      ...CALCULUS,
      ...CORRELATION,
    ],
  },
  { title: "Linear equations", routines: [...EQUATIONS, ...MATRICES] },
  { title: "Random numbers", routines: RANDOM },
  { title: "Fourier and wavelet transforms", routines: [...TRANSFORMS, ...WAVELETS] },
  { title: "Text", routines: [...STRINGS, ...MATCHING, ...READING, ...SOLAR_STRINGS] },
  { title: "Dates", routines: CALENDAR },
  { title: "FITS headers", routines: HEADERS },
  { title: "FITS files", routines: FITS_FILES },
  { title: "Pictures and files", routines: [...EFFECTS, ...PLOTS] },
];

/** Every built-in routine, by its name in capitals. */
export const BUILT_IN: ReadonlyMap<string, LanguageRoutine> = new Map(
  FAMILIES.flatMap(({ routines }) => routines),
);

/** The built-in routines that may have to wait for the host, by name in capitals. */
export const WAITING: ReadonlySet<string> = new Set(
  [...EFFECTS, ...PLOTS, ...FITS_FILES].map(([name]) => name),
);

/** The built-in routines that are programs in the language, with their texts, by name in capitals. */
export const LIBRARY: ReadonlyMap<string, string> = new Map([["CURVEFIT", CURVEFIT_PROGRAM]]);
