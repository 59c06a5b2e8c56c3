/** What can be wrong with single cards: their bytes, their values, their types (FITS 4.0, section 4). */

import { type Card, RECORD_BYTES } from "../header/card.ts";
import type { CardKind } from "../header/card_value.ts";
import type { Header } from "../header/header.ts";

/** Where a check puts what it finds. */
export interface Report {
  /** The standard is broken. */
  error(message: string, card?: NumberedCard): void;
  /** The standard is only bent, or something is probably not meant. */
  warning(message: string, card?: NumberedCard): void;
}

/** A card with the number of its first record in the header, counted from 1. */
export interface NumberedCard {
  /** The card. */
  readonly card: Card;
  /** The number of its first record. */
  readonly record: number;
}

/** The cards of a header with their numbers. */
export function numberedCards(header: Header): NumberedCard[] {
  let record = 1;
  return header.cards.map((card) => {
    const numbered = { card, record };
    record += card.records;
    return numbered;
  });
}

type Expected = "string" | "real" | "integer" | "logical";

const ALTERNATE = "[A-Z]?";
const NUMBER = "\\d+";

function pattern(names: string): RegExp {
  const body = names.trim().split(/\s+/)
    .map((name) => name.replaceAll("n", NUMBER).replaceAll("a", ALTERNATE))
    .join("|");
  return new RegExp(`^(?:${body})$`);
}

/** Reserved keywords by the type of their value; `n` is a number, `a` a version of the coordinates. */
const TYPES: readonly (readonly [Expected, RegExp])[] = [
  [
    "string",
    pattern(
      "ORIGIN TELESCOP INSTRUME OBSERVER OBJECT AUTHOR REFERENC CREATOR BUNIT EXTNAME " +
        "CTYPEna CUNITna CNAMEna WCSNAMEa RADESYSa SPECSYSa SSYSOBSa SSYSSRCa PSn_na " +
        "TTYPEn TFORMn TUNITn TDISPn TDIMn TCTYPn TCUNIn PTYPEn",
    ),
  ],
  [
    "real",
    pattern(
      "BSCALE BZERO DATAMAX DATAMIN EPOCH EQUINOXa MJD-OBS MJD-AVG OBSGEO-[XYZ] " +
        "CRPIXna CRVALna CDELTna CROTAn PCn_na CDn_na PVn_na CRDERna CSYERna LONPOLEa LATPOLEa " +
        "RESTFRQa RESTWAVa RESTFREQ VELANGLa VELOSYSa ZSOURCEa " +
        "TSCALn TZEROn TCRPXn TCRVLn TCDLTn TCROTn PSCALn PZEROn",
    ),
  ],
  ["integer", pattern("EXTVER EXTLEVEL BLANK WCSAXESa TBCOLn THEAP TFIELDS VELREF")],
  ["logical", pattern("BLOCKED")],
];

/** Keywords of any type that are of no use without a value. */
const VALUED = pattern("SIMPLE BITPIX NAXISn? PCOUNT GCOUNT EXTEND CHECKSUM DATASUM");

const KINDS: Readonly<Record<Expected, readonly CardKind[]>> = {
  string: ["string"],
  real: ["real", "integer"],
  integer: ["integer"],
  logical: ["logical"],
};

/** Keywords whose values place pixels in the world: WCSAXES has to stand before them (section 8.2). */
const WCS = pattern(
  "CTYPEna CRPIXna CRVALna CDELTna CUNITna CROTAn PCn_na CDn_na PVn_na PSn_na LONPOLEa LATPOLEa",
);

/**
 * Checks the cards of a header one by one.
 *
 * @param cards The cards.
 * @param report Where findings go.
 */
export function verifyCards(cards: readonly NumberedCard[], report: Report): void {
  const wcs = new Map<string, NumberedCard>();
  const seen = new Map<string, NumberedCard>();
  for (const numbered of cards) {
    const { card } = numbered;
    for (const { message, severity } of card.problems) report[severity](message, numbered);
    if (card.keyword === "END") report.error("stands within the header", numbered);
    if (card.raw[0] === " " && card.raw.slice(0, 8).trim() !== "") {
      report.error("the keyword is not left-justified", numbered);
    }
    if (card.keyword === "CONTINUE") {
      report.warning("a CONTINUE card that continues no string", numbered);
    }
    if (card.kind === "commentary") {
      verifyIndicator(numbered, report);
      continue;
    }
    verifyType(numbered, report);
    if (/^DATE/.test(card.keyword) && card.kind === "string") verifyDate(numbered, report);
    if (/^CDELT\d+[A-Z]?$/.test(card.keyword) && card.value === 0) {
      report.error("the step of an axis may not be zero", numbered);
    }
    verifyWcsOrder(numbered, wcs, report);
    verifyDuplicate(numbered, seen, report);
  }
  verifyLongStrings(cards, report);
  verifyMatrices(cards, report);
  verifyWcsIndices(cards, seen, report);
}

/** Keywords of an axis, or of two. */
const AXIS =
  /^(?:(?:CTYPE|CRPIX|CRVAL|CDELT|CUNIT|CROTA|CNAME|CRDER|CSYER)(\d+)|P[VS](\d+)_\d+|(?:PC|CD)(\d+)_(\d+))([A-Z]?)$/;

/** Section 8.2: where WCSAXES says how many axes the coordinates have, no keyword is of another. */
function verifyWcsIndices(
  cards: readonly NumberedCard[],
  seen: ReadonlyMap<string, NumberedCard>,
  report: Report,
): void {
  const axesOf = (version: string) => {
    const value = seen.get(`WCSAXES${version}`)?.card.value;
    return typeof value === "number" ? value : undefined;
  };
  // A version without a number of its own has the largest of the others, as fitsverify takes it.
  const all = [...seen.keys()].filter((keyword) => /^WCSAXES[A-Z]?$/.test(keyword))
    .map((keyword) => axesOf(keyword.slice(7)) ?? 0);
  if (all.length === 0) return;
  const most = Math.max(...all);
  for (const numbered of cards) {
    const match = AXIS.exec(numbered.card.keyword);
    if (match === null || numbered.card.kind === "commentary") continue;
    const axes = axesOf(match[5]!) ?? most;
    const index = [match[1], match[2], match[3], match[4]].filter((text) => text !== undefined)
      .map(Number).find((index) => index < 1 || index > axes);
    if (index === undefined) continue;
    report.error(`has the axis ${index}, WCSAXES says that there are ${axes}`, numbered);
  }
}

/** Section 8.1: a version of the coordinates has one of PCi_j, CDi_j, and PCi_j or CROTAi. */
function verifyMatrices(cards: readonly NumberedCard[], report: Report): void {
  const first = new Map<string, NumberedCard>();
  for (const numbered of cards) {
    const found = /^(?:(PC|CD)\d+_\d+([A-Z]?)|CROTA\d+)$/.exec(numbered.card.keyword);
    if (found === null || numbered.card.kind === "commentary") continue;
    const [, matrix = "CROTA", version = ""] = found;
    for (const against of AGAINST[matrix]!) {
      const other = first.get(against + version);
      if (other === undefined) continue;
      const pair = [matrix, against].toSorted().reverse().map((name) => MATRIX_NAMES[name]);
      report.error(
        `stands beside ${other.card.keyword} in record ${other.record}, expected ` +
          `${pair.join(" or ")} alone (section 8.1)`,
        numbered,
      );
      return;
    }
    if (!first.has(matrix + version)) first.set(matrix + version, numbered);
  }
}

/** What turns axes, and what may not stand beside it; CROTAi beside CDi_j is for old readers. */
const AGAINST: Readonly<Record<string, readonly string[]>> = {
  PC: ["CD", "CROTA"],
  CD: ["PC"],
  CROTA: ["PC"],
};
const MATRIX_NAMES: Readonly<Record<string, string>> = {
  ...{ PC: "PCi_j", CD: "CDi_j", CROTA: "CROTAi" },
};

/** Section 8.2: for each version of the coordinates, WCSAXES stands first. */
function verifyWcsOrder(
  numbered: NumberedCard,
  first: Map<string, NumberedCard>,
  report: Report,
): void {
  const { keyword } = numbered.card;
  const version = /^(?:WCSAXES|.*\d)([A-Z]?)$/.exec(keyword)?.[1] ?? "";
  if (WCS.test(keyword)) {
    if (!first.has(version)) first.set(version, numbered);
  } else if (/^WCSAXES[A-Z]?$/.test(keyword)) {
    const earlier = first.get(version);
    if (earlier === undefined) return;
    report.error(
      `stands after ${earlier.card.keyword} in record ${earlier.record}, expected before all ` +
        "keywords of these coordinates (section 8.2)",
      numbered,
    );
  }
}

function expectedType(keyword: string): Expected | undefined {
  return TYPES.find(([, names]) => names.test(keyword))?.[0] ??
    (/^DATE/.test(keyword) ? "string" : undefined);
}

/** Section 4.1.2.2: without `= ` in bytes 9 and 10 a card is commentary, whatever it says. */
function verifyIndicator(numbered: NumberedCard, report: Report): void {
  const { keyword } = numbered.card;
  const expected = expectedType(keyword);
  if (expected === undefined && !VALUED.test(keyword)) return;
  // Without any equals sign it is a comment that no one minds.
  if (keyword === "EXTEND" && numbered.card.raw[8] !== "=") return;
  const what = expected === undefined ? "a value" : article(expected);
  const message = `has no '= ' in bytes 9 and 10, expected ${what}`;
  // As with a value of another type: anyone who reads the sum still finds it behind the sign.
  if (isSum(keyword) && numbered.card.raw[8] === "=") report.warning(message, numbered);
  else report.error(message, numbered);
}

/** A sum that is wrong is a warning, and so is what is written of it in another way. */
function isSum(keyword: string): boolean {
  return keyword === "CHECKSUM" || keyword === "DATASUM";
}

function verifyType(numbered: NumberedCard, report: Report): void {
  const { keyword, kind } = numbered.card;
  // As text behind a name without an equals sign it is a comment that no one minds.
  const expected = keyword === "EXTEND"
    ? "logical"
    : isSum(keyword)
    ? "string"
    : expectedType(keyword);
  if (kind === "undefined") {
    if (expected !== undefined) {
      report.error(`has no value, expected ${article(expected)}`, numbered);
    } else report.warning("has no value", numbered);
    return;
  }
  if (expected === undefined || KINDS[expected].includes(kind)) {
    verifyDeprecated(numbered, report);
    return;
  }
  const message = `has ${article(kind)}, expected ${article(expected)}`;
  if (isSum(keyword)) report.warning(message, numbered);
  else report.error(message, numbered);
}

function article(kind: string): string {
  return kind === "integer" ? "an integer" : `a ${kind}`;
}

function verifyDeprecated(numbered: NumberedCard, report: Report): void {
  const { keyword, value } = numbered.card;
  if (keyword === "EPOCH") report.warning("is deprecated, EQUINOX takes its place", numbered);
  if (keyword === "BLOCKED") report.warning("is deprecated", numbered);
  if (/^(BSCALE|TSCAL\d+|PSCAL\d+)$/.test(keyword) && value === 0) {
    report.warning("is zero, so every value becomes the same", numbered);
  }
}

/** Section 4.4.2.1: `YYYY-MM-DD`, with `Thh:mm:ss[.s...]`, or the old `DD/MM/YY`. */
function verifyDate(numbered: NumberedCard, report: Report): void {
  const text = (numbered.card.value as string).trimEnd();
  const old = /^(\d\d)\/(\d\d)\/(\d\d)$/.exec(text);
  const match = /^(-?\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d(?:\.\d*Z?)?))?$/.exec(text);
  const [year, month, day] = old !== null
    ? [1900 + Number(old[3]), Number(old[2]), Number(old[1])]
    : match !== null
    ? [Number(match[1]), Number(match[2]), Number(match[3])]
    : [];
  const right = year !== undefined && month! >= 1 && month! <= 12 && day! >= 1 &&
    day! <= daysOf(year, month!) &&
    (match?.[4] === undefined ||
      (Number(match[4]) < 24 && Number(match[5]) < 60 && parseFloat(match[6]!) < 61));
  if (!right) {
    report.error(
      `has the date '${text}', expected YYYY-MM-DD or YYYY-MM-DDThh:mm:ss (section 4.4.2.1)`,
      numbered,
    );
  } else if (text.endsWith("Z")) {
    report.warning(`has the date '${text}' with a Z, which the standard does not have`, numbered);
  } else if (old !== null && Number(old[3]) < 10) {
    report.warning(`has the date '${text}', which means 19${old[3]}`, numbered);
  }
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (((year % 400) + 400) % 400), month, 0)).getUTCDate();
}

function verifyDuplicate(
  numbered: NumberedCard,
  seen: Map<string, NumberedCard>,
  report: Report,
): void {
  const first = seen.get(numbered.card.keyword);
  if (first === undefined) {
    seen.set(numbered.card.keyword, numbered);
    return;
  }
  const found = `stands in record ${first.record} already`;
  // No one knows which of two formats is that of the bytes; GCOUNT has its place (section 7.3.1).
  const differs = first.card.value !== numbered.card.value;
  const { keyword } = numbered.card;
  if (keyword === "GCOUNT" || (differs && /^TFORM\d+$/.test(keyword))) {
    report.error(`${found}, expected it once`, numbered);
  } else report.warning(found, numbered);
}

function verifyLongStrings(cards: readonly NumberedCard[], report: Report): void {
  const long = cards.find(({ card }) => card.raw.length > RECORD_BYTES);
  if (long === undefined || cards.some(({ card }) => card.keyword === "LONGSTRN")) return;
  report.warning("is a long string in a header without LONGSTRN", long);
}
