import type { WcsKeywords } from "../../../fits/wcs/wcs.ts";

/** A card: keyword and value. */
export type Card = readonly [keyword: string, value: number | string];

/** Keywords of cards, of which several may have the same one. */
export function keywordsOf(cards: readonly Card[]): WcsKeywords {
  return {
    get: (keyword) => cards.find(([name]) => name === keyword)?.[1],
    getAll: (keyword) => cards.filter(([name]) => name === keyword).map(([, value]) => value),
  };
}

/** An image of the sky, askew, with the records of a correction. */
export function skyWithRecords(records: readonly Card[]): Card[] {
  return [
    ...[["NAXIS", 2], ["NAXIS1", 500], ["NAXIS2", 400]] as Card[],
    ...[["CTYPE1", "RA---TAN"], ["CTYPE2", "DEC--TAN"]] as Card[],
    ...[["CRPIX1", 250.5], ["CRPIX2", 200.5], ["CRVAL1", 40], ["CRVAL2", -30]] as Card[],
    ...[["CDELT1", -0.001], ["CDELT2", 0.0011]] as Card[],
    ...[["PC1_1", 0.9], ["PC1_2", 0.2], ["PC2_1", -0.25], ["PC2_2", 1.05]] as Card[],
    ...records,
  ];
}

/** Corrections of the two coordinates by template polynomials, with all that they can have. */
export function templateRecords(kind: "CPDIS" | "CQDIS"): Card[] {
  const record = kind === "CPDIS" ? "DP" : "DQ";
  const fields: Record<string, Record<string, number>> = {
    1: {
      ...{ NAXES: 2, "AXIS.1": 1, "AXIS.2": 2, "OFFSET.1": 10.5, "OFFSET.2": 3.5 },
      ...{ "SCALE.1": 0.01, "SCALE.2": 0.02, "TPD.FWD.0": 0.5, "TPD.FWD.4": 0.3 },
      ...{ "TPD.FWD.3": 0.1, "TPD.FWD.10": 0.02, "TPD.FWD.51": 0.00001 },
      ...{ "AUX.1.COEFF.0": 0.1, "AUX.1.COEFF.1": 1.1, "AUX.1.COEFF.2": 0.2 },
      ...{ "AUX.2.COEFF.0": -0.1, "AUX.2.COEFF.1": 0.05, "AUX.2.COEFF.2": 0.95 },
    },
    2: {
      ...{ NAXES: 2, "AXIS.1": 2, "AXIS.2": 1, DOCORR: 0 },
      ...{ "TPD.FWD.1": 1.01, "TPD.FWD.2": 0.02, "TPD.FWD.5": 0.0001 },
    },
  };
  return Object.entries(fields).flatMap(([axis, values]) => [
    [`${kind}${axis}`, "TPD"] as Card,
    ...Object.entries(values).map((
      [name, value],
    ): Card => [`${record}${axis}`, `${name}: ${value}`]),
  ]);
}
