/** Time scales: leap seconds, and what stands between TAI, TT, GPS and UTC (FITS 4.0, table 30). */

/** TT is ahead of TAI by so many milliseconds, and TAI of GPS. */
export const TT_TAI_MILLISECONDS = 32_184;
export const TAI_GPS_SECONDS = 19;

/** Where leap seconds came in: MJD, and TAI - UTC from then on (IERS Bulletin C). */
export const LEAP_SECONDS: readonly (readonly [mjd: number, seconds: number])[] = [
  ...[[41317, 10], [41499, 11], [41683, 12], [42048, 13], [42413, 14], [42778, 15]] as const,
  ...[[43144, 16], [43509, 17], [43874, 18], [44239, 19], [44786, 20], [45151, 21]] as const,
  ...[[45516, 22], [46247, 23], [47161, 24], [47892, 25], [48257, 26], [48804, 27]] as const,
  ...[[49169, 28], [49534, 29], [50083, 30], [50630, 31], [51179, 32], [53736, 33]] as const,
  ...[[54832, 34], [56109, 35], [57204, 36], [57754, 37]] as const,
];

/** The scales that have fixed distances from each other, and UTC. */
export type KnownScale = "UTC" | "TAI" | "TT" | "GPS";

/**
 * The scale that a text of TIMESYS or CTYPEi names, without the clock that realizes it:
 * `UTC(NIST)` is UTC, `TDT` and `ET` are TT, `IAT` is TAI, `GMT` is UTC.
 *
 * @param text The text.
 * @returns The scale in capitals; what is unknown as it stands.
 */
export function scaleOf(text: string): string {
  const scale = text.toUpperCase().replace(/\(.*$/, "").trim();
  return { TDT: "TT", ET: "TT", IAT: "TAI", GMT: "UTC" }[scale] ?? scale;
}

/** Whether a scale is one of those that can be turned into each other. */
export function isKnownScale(scale: string): scale is KnownScale {
  return /^(?:UTC|TAI|TT|GPS)$/.test(scale);
}
