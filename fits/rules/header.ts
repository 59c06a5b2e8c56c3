/** What can be told of an HDU by its header alone: what its cards say, and what they lack. */

import { findHeaderEnd } from "../header/header.ts";
import type { Header } from "../header/header.ts";
import { RECORD_BYTES } from "../header/card.ts";
import type { Hdu } from "../file/hdu.ts";
import type { Finding } from "../hdu/finding.ts";
import { type NumberedCard, numberedCards, type Report, verifyCards } from "./cards.ts";
import { verifyColumns } from "./columns.ts";
import { storedAsTable, verifyStructure } from "./structure.ts";

/** A header whose cards have been checked one by one. */
export interface CheckedHeader {
  readonly header: Header;
  readonly cards: readonly NumberedCard[];
  /** Where further findings go. */
  readonly report: Report;
}

/**
 * Checks the cards of an HDU, as it is stored, and what follows them.
 *
 * @param hdu The HDU.
 * @param findings Where findings go.
 */
export async function verifyHeader(hdu: Hdu, findings: Finding[]): Promise<CheckedHeader> {
  const { header } = hdu.data;
  const report = reportOf(hdu, findings);
  const cards = numberedCards(header);
  verifyStructure({ kind: hdu.kind, header, primary: hdu.index === 0 }, cards, report);
  verifyCards(cards, report);
  await verifyHeaderFill(hdu, findings);
  return { header, cards, report };
}

/**
 * What is found of an HDU without a look at its data: the part of what `verifyFits()` finds that
 * its cards, and the columns that they describe, show.
 *
 * @param hdu The HDU.
 */
export async function headerFindings(hdu: Hdu): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { header, cards, report } = await verifyHeader(hdu, findings);
  if (hdu.damage !== undefined) report.error(hdu.damage);
  else if (storedAsTable(hdu.kind)) verifyColumns(header, hdu.kind === "TABLE", cards, report);
  return findings;
}

function reportOf(hdu: Hdu, findings: Finding[]): Report {
  const add = (severity: Finding["severity"]): Report["error"] => (message, card) => {
    findings.push({
      severity,
      message: card === undefined ? message : `${card.card.keyword || "a blank card"} ${message}`,
      hdu: hdu.index,
      ...(card === undefined ? { offset: hdu.headerOffset } : {
        keyword: card.card.keyword,
        record: card.record,
        offset: hdu.headerOffset + (card.record - 1) * RECORD_BYTES,
      }),
    });
  };
  return { error: add("error"), warning: add("warning") };
}

async function verifyHeaderFill(hdu: Hdu, findings: Finding[]): Promise<void> {
  const bytes = await hdu.data.source.read(hdu.headerOffset, hdu.dataOffset - hdu.headerOffset);
  const end = findHeaderEnd(bytes);
  if (end === undefined) return;
  for (let at = end + 3; at < bytes.length; at++) {
    if (bytes[at] === 0x20) continue;
    findings.push({
      severity: "error",
      message: `byte ${bytes[at]} after the END card, expected blanks`,
      hdu: hdu.index,
      offset: hdu.headerOffset + at,
    });
    return;
  }
}
