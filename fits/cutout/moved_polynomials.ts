/** Polynomials that correct coordinates (CPDISj and CQDISi), moved with the pixels. */

import { Card, realText } from "../header/card.ts";
import { Header } from "../header/header.ts";
import type { CutAxis } from "./ranges.ts";

type Move = Pick<CutAxis, "first" | "step">;

/** One field of a record: `DP1 = 'OFFSET.1: 7'`. */
const FIELD = /^\s*([A-Za-z0-9_.]{1,60})\s*:\s*(\S{1,60})\s*$/;

/** How a number of the whole image becomes one of the cutout. */
interface Change {
  /** For the offset of coordinate 1 or 2. */
  offset(value: number, axis: number): number;
  /** For the value that a coordinate is given where the polynomial is no correction. */
  constant(value: number, axis: number): number;
  stepOf(axis: number): number;
}

/**
 * Moves the polynomials of a header: their offsets and scales count the pixels that the cutout has,
 * and their results are in its pixels.
 *
 * @param header The header of the image.
 * @param axes The axes of the cutout.
 * @returns The header itself where it has none, else one of its own.
 */
export function movedPolynomials(header: Header, axes: readonly Move[]): Header {
  const stepOf = (axis: number) => axes[axis]?.step ?? 1;
  const firstOf = (axis: number) => axes[axis]?.first ?? 1;
  const place = (value: number, axis: number) => (value - firstOf(axis)) / stepOf(axis) + 1;
  const ofPixels: Change = { offset: place, constant: place, stepOf };
  // Behind CDi_j coordinates are in units of the world, whatever the pixels are.
  const hasCd = [...header].some(({ keyword }) => /^CD\d+_\d+$/.test(keyword));
  const scaled = (value: number, axis: number) => value / stepOf(axis);
  const ofSteps: Change | undefined = hasCd
    ? undefined
    : { offset: scaled, constant: scaled, stepOf };
  let moved = header;
  for (const axis of [0, 1]) {
    for (
      const [name, record, change] of [["CPDIS", "DP", ofPixels], ["CQDIS", "DQ", ofSteps]] as const
    ) {
      const kind = header.string(`${name}${axis + 1}`)?.trim().toUpperCase();
      if (kind !== "TPD" && kind !== "POLYNOMIAL" || change === undefined) continue;
      moved = movedRecord(moved, `${record}${axis + 1}`, axis, change);
    }
  }
  return moved;
}

function movedRecord(header: Header, record: string, axis: number, change: Change): Header {
  const fields = fieldsOf(header, record);
  const field = (name: string, other: number) => fields.get(name) ?? other;
  const wanted = new Map<string, number>();
  const want = (name: string, value: number, other: number) => {
    if (value === field(name, other)) wanted.delete(name);
    else wanted.set(name, value);
  };
  for (let k = 1; k <= Math.min(2, field("NAXES", 2)); k++) {
    const input = field(`AXIS.${k}`, k) - 1;
    want(`OFFSET.${k}`, change.offset(field(`OFFSET.${k}`, 0), input), 0);
    want(`SCALE.${k}`, field(`SCALE.${k}`, 1) * change.stepOf(input), 1);
  }
  const step = change.stepOf(axis);
  for (const [name, value] of fields) {
    if (/^(TPD\.FWD\.\d+|TERM\.\d+\.COEFF)$/.test(name)) want(name, value / step, 0);
  }
  const constant = change.constant(0, axis);
  if (field("DOCORR", 1) !== 0 || constant === 0) return withFields(header, record, wanted);
  const terms = fields.get("NTERMS");
  if (terms === undefined) want("TPD.FWD.0", field("TPD.FWD.0", 0) / step + constant, 0);
  else {
    want("NTERMS", terms + 1, 0);
    want(`TERM.${terms + 1}.COEFF`, constant, 0);
  }
  return withFields(header, record, wanted);
}

function fieldsOf(header: Header, record: string): Map<string, number> {
  const fields = new Map<string, number>();
  for (const card of header) {
    const [name, value] = fieldOf(card, record) ?? [];
    if (name !== undefined && Number.isFinite(value)) fields.set(name, value!);
  }
  return fields;
}

/** The field of a record that a card is: in its text, or behind the record's name. */
function fieldOf(card: Card, record: string): [name: string, value: number] | undefined {
  const { keyword, value } = card;
  if (keyword.startsWith(`${record}.`) && typeof value === "number") {
    return [keyword.slice(record.length + 1), value];
  }
  if (keyword !== record || typeof value !== "string") return undefined;
  const [, name, number] = FIELD.exec(value) ?? [];
  return name === undefined ? undefined : [name.toUpperCase(), Number(number!.replace(/d/i, "e"))];
}

/** The header with other fields of a record: in their places, new ones behind its first card. */
function withFields(header: Header, record: string, wanted: Map<string, number>): Header {
  const cards: Card[] = [];
  const textual = header.has(record);
  const cardOf = (name: string, value: number) =>
    textual
      ? Card.of(record, `${name}: ${realText(value)}`)
      : Card.of(`${record}.${name}`, value, "", { hierarch: true, real: true });
  const left = new Map(wanted);
  for (const card of header) {
    const [name = ""] = fieldOf(card, record) ?? [];
    const value = wanted.get(name);
    if (value === undefined) cards.push(card);
    else cards.push(cardOf(name, value));
    left.delete(name);
  }
  const at = cards.findIndex(({ keyword }) =>
    keyword === record || keyword.startsWith(`${record}.`)
  );
  cards.splice(
    at < 0 ? cards.length : at + 1,
    0,
    ...[...left].map(([name, value]) => cardOf(name, value)),
  );
  return new Header(cards);
}
