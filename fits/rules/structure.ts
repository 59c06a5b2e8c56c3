/** What can be wrong with the keywords that give an HDU its structure (FITS 4.0, sections 4.4.1, 6, 7). */

import type { Card } from "../header/card.ts";
import type { HduKind } from "../hdu/layout.ts";
import { ARRAY_KEYWORD } from "../hdu/output.ts";
import type { Header } from "../header/header.ts";
import type { NumberedCard, Report } from "./cards.ts";
import { verifyCompressed } from "./compressed.ts";

/** Types of extensions that are registered, or were. */
const REGISTERED = new Set([
  "IMAGE",
  "TABLE",
  "BINTABLE",
  "IUEIMAGE",
  "A3DTABLE",
  "3DTABLE",
  "FOREIGN",
  "DUMP",
]);

/** Keywords of tables, which arrays may not have. */
const COLUMN =
  /^(TFIELDS|THEAP|(TTYPE|TFORM|TUNIT|TNULL|TSCAL|TZERO|TDISP|TDIM|TBCOL|TCTYP|TCUNI|TCRPX|TCRVL|TCDLT|TCROT)[1-9]\d*)$/;

/** What an HDU is, for the rules that depend on it. */
export interface Structure {
  readonly kind: HduKind;
  readonly header: Header;
  readonly primary: boolean;
}

/**
 * Checks the mandatory keywords, their order and form, and which keywords may not be there.
 *
 * @param structure The HDU.
 * @param cards Its cards.
 * @param report Where findings go.
 */
export function verifyStructure(
  structure: Structure,
  cards: readonly NumberedCard[],
  report: Report,
): void {
  const mandatory = mandatoryKeywords(structure);
  for (const [place, keyword] of mandatory.entries()) {
    verifyMandatory(keyword, place, cards, report);
  }
  verifyRepetition(mandatory, cards, report);
  if (!structure.primary) verifyExtension(structure, cards[0]!, report);
  verifyCounts(structure, report);
  for (const numbered of cards) {
    const reason = reasonAgainst(numbered.card, structure);
    if (reason !== undefined) report.error(reason, numbered);
  }
}

function mandatoryKeywords({ kind, header, primary }: Structure): string[] {
  const axes = Math.min(header.integer("NAXIS") ?? 0, 999);
  const names = [primary ? "SIMPLE" : "XTENSION", "BITPIX", "NAXIS"];
  for (let axis = 1; axis <= axes; axis++) names.push(`NAXIS${axis}`);
  if (!primary) names.push("PCOUNT", "GCOUNT");
  if (storedAsTable(kind)) names.push("TFIELDS");
  return names;
}

/** Whether an HDU is stored as a table, a compressed image included. */
export function storedAsTable(kind: HduKind): boolean {
  return kind !== "PRIMARY" && kind !== "IMAGE" && kind !== "GROUPS" && kind !== "OTHER";
}

function verifyMandatory(
  keyword: string,
  place: number,
  cards: readonly NumberedCard[],
  report: Report,
): void {
  const found = cards.find(({ card }) => card.keyword === keyword);
  if (found === undefined) {
    report.error(`there is no ${keyword}, expected in record ${place + 1}`);
    return;
  }
  if (found.record !== place + 1) report.error(`is not in record ${place + 1}`, found);
  const field = found.card.raw.slice(10, 31);
  if (keyword === "XTENSION") {
    if (!/^'[^']{8}/.test(field)) {
      report.error("its string does not begin in byte 11 or is shorter than 8 characters", found);
    }
  } else if (keyword === "SIMPLE") {
    if (!/^ {19}[TF][ /]/.test(field)) report.error("is no logical value in byte 30", found);
    if (found.card.value === false) report.warning("says that the file is no standard FITS", found);
  } else if (!/^ *[+-]?\d+[ /]$/.test(field) || field.length < 21) {
    report.error("is no integer right-justified in bytes 11 to 30 (section 4.2.3)", found);
  }
}

function verifyRepetition(
  mandatory: readonly string[],
  cards: readonly NumberedCard[],
  report: Report,
): void {
  const names = new Set(mandatory);
  const seen = new Set<string>();
  for (const numbered of cards) {
    const { keyword } = numbered.card;
    // The repetition of a count is but a warning to fitsverify, like that of any keyword.
    const isCount = /^(PCOUNT|GCOUNT|TFIELDS)$/.test(keyword);
    if (names.has(keyword) && seen.has(keyword) && !isCount) {
      report.error("is mandatory and stands more than once", numbered);
    }
    seen.add(keyword);
  }
}

function verifyExtension({ kind, header }: Structure, first: NumberedCard, report: Report): void {
  const xtension = header.string("XTENSION")?.trim() ?? "";
  if (kind === "OTHER" && !REGISTERED.has(xtension)) {
    report.error(`has the type '${xtension}', which is not registered`, first);
  }
}

/** The values that each kind of HDU must have (sections 7.1.1, 7.2.1, 7.3.1). */
function verifyCounts({ kind, header, primary }: Structure, report: Report): void {
  const expect = (keyword: string, wanted: number) => {
    const found = header.get(keyword);
    if (found !== undefined && found !== wanted) {
      report.error(`${keyword} is ${found}, expected ${wanted} in this kind of HDU`);
    }
  };
  if (kind === "GROUPS") {
    for (const keyword of ["PCOUNT", "GCOUNT"]) {
      const form = header.card(keyword)?.kind;
      if (form !== "integer") {
        report.error(`${keyword} is ${form ?? "missing"}, expected an integer`);
      }
    }
  }
  if (primary || kind === "OTHER") return;
  expect("GCOUNT", 1);
  if (kind === "IMAGE" || kind === "TABLE") expect("PCOUNT", 0);
  if (kind === "IMAGE") return;
  const heap = header.integer("PCOUNT") ?? 0;
  if (kind !== "TABLE" && heap < 0) report.error(`PCOUNT is ${heap}, expected 0 or more`);
  expect("BITPIX", 8);
  expect("NAXIS", 2);
  if (kind === "compressed IMAGE") verifyCompressed(header, report);
  const fields = header.integer("TFIELDS");
  if (fields !== undefined && (fields < 0 || fields > 999)) {
    report.error(`TFIELDS is ${fields}, expected 0 to 999`);
  }
}

/** Why a keyword may not stand in this kind of HDU, if so. */
function reasonAgainst(card: Card, { kind, header, primary }: Structure): string | undefined {
  const { keyword } = card;
  if (card.kind === "commentary") return undefined;
  if (primary) {
    if (keyword === "XTENSION") return "is not allowed in a primary HDU";
    if ((keyword === "PCOUNT" || keyword === "GCOUNT") && kind !== "GROUPS") {
      return "is not allowed in a primary array";
    }
  } else if (/^(SIMPLE|EXTEND|BLOCKED)$/.test(keyword)) {
    return "is not allowed in an extension";
  }
  const axis = /^NAXIS([1-9]\d*)$/.exec(keyword);
  if (axis !== null && Number(axis[1]) > (header.integer("NAXIS") ?? 0)) {
    return `is not allowed: NAXIS is ${header.get("NAXIS")}`;
  }
  if (/^P(TYPE|SCAL|ZERO)(0|[1-9]\d*)$/.test(keyword)) {
    return reasonAgainstParameter(keyword, kind, header);
  }
  if (kind === "compressed IMAGE") return undefined;
  if (storedAsTable(kind)) {
    return ARRAY_KEYWORD.test(keyword) ? "is not allowed in a table" : undefined;
  }
  if (kind === "OTHER") return undefined;
  if (COLUMN.test(keyword)) return "is a keyword of tables, not allowed in an array";
  if (keyword === "BLANK" && (header.integer("BITPIX") ?? 8) < 0) {
    return "is not allowed with floating-point pixels (section 4.4.2.5)";
  }
  return undefined;
}

function reasonAgainstParameter(
  keyword: string,
  kind: HduKind,
  header: Header,
): string | undefined {
  if (kind !== "GROUPS") return "is allowed only in random groups";
  const index = Number(keyword.slice(5));
  const parameters = header.integer("PCOUNT") ?? 0;
  if (index === 0) return "has the index 0, expected 1 or more";
  if (index > parameters) return `has the index ${index}, there are ${parameters} parameters`;
  const groups = header.integer("GCOUNT") ?? 1;
  // The archives' gate, fitsverify, compares with GCOUNT; its verdict is followed, with the reason.
  if (index > groups) {
    return `has the index ${index}, more than the ${groups} groups: right by section 6.1.2, ` +
      "refused by fitsverify";
  }
  return undefined;
}
