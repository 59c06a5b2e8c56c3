/**
 * The header of a cutout: every keyword that counts pixels counts those of the cutout (FITS 4.0,
 * section 8; Shupe et al. 2005 for SIP; IRAF's LTVi and LTMi_j).
 */

import { FormatError } from "../../net/errors.ts";
import type { Header } from "../header/header.ts";
import { movedPolynomials } from "./moved_polynomials.ts";
import type { CutAxis } from "./ranges.ts";

/** Keywords of one axis, with the letter of their description. */
const AXIS_KEYWORD = /^(?:CTYPE|CRPIX|CRVAL|CDELT|CUNIT|CROTA|CNAME)(\d{1,2})([A-Z]?)$/;
/** Elements of the matrix, with the letter of their description. */
const MATRIX_KEYWORD = /^(CD|PC)(\d{1,2})_(\d{1,2})([A-Z]?)$/;
/** Elements of the matrix before the standard. */
const OLD_MATRIX = /^PC(\d{3})(\d{3})$/;
const SIP_KEYWORD = /^(A|B|AP|BP)_(\d)_(\d)$/;
/** Sections that IRAF's programs write, which count pixels of the whole image or the detector. */
const DETECTOR_SECTION = /^(DATASEC|TRIMSEC|BIASSEC|CCDSEC|AMPSEC)$/;

/** A header that has been moved, and what of it could not be. */
export interface MovedHeader {
  readonly header: Header;
  /** What a reader of the cutout should know. */
  readonly notes: readonly string[];
}

/** Where an axis begins and its step. */
type Move = Pick<CutAxis, "first" | "step">;

/**
 * Moves the keywords of a header that count pixels: CRPIXj of every description, with steps also
 * CDELTi, CDi_j or PCi_j and SIP's coefficients; LTVi and LTMi_j; CNPIXj of a plate.
 *
 * @param header The header of the image.
 * @param axes The axes of the cutout.
 * @returns A header of its own.
 * @throws {FormatError} If steps differ between axes that CROTAi turns.
 */
export function movedHeader(header: Header, axes: readonly CutAxis[]): MovedHeader {
  const moved = movedPolynomials(header, axes).clone();
  const notes: string[] = [];
  for (const letter of descriptionsOf(header)) moveDescription(moved, axes, letter, notes);
  moveSip(moved, axes);
  movePlate(moved, axes);
  movePhysical(moved, axes);
  const sections = header.cards.filter(({ keyword }) => DETECTOR_SECTION.test(keyword))
    .map(({ keyword }) => keyword);
  if (sections.length > 0) {
    notes.push(`${sections.join(", ")} still count the pixels of the whole image`);
  }
  return { header: moved, notes };
}

/** The letters of the descriptions that a header has; "" is the primary one. */
function descriptionsOf(header: Header): Set<string> {
  const letters = new Set<string>();
  for (const { keyword } of header) {
    const letter = AXIS_KEYWORD.exec(keyword)?.[2] ?? MATRIX_KEYWORD.exec(keyword)?.[4];
    if (letter !== undefined) letters.add(letter);
    else if (OLD_MATRIX.test(keyword)) letters.add("");
  }
  return letters;
}

function moveDescription(
  header: Header,
  axes: readonly Move[],
  letter: string,
  notes: string[],
): void {
  for (const [axis, move] of axes.entries()) {
    if (move.first === 1 && move.step === 1) continue;
    const keyword = `CRPIX${axis + 1}${letter}`;
    const value = header.number(keyword);
    if (value === undefined && header.has(keyword)) {
      notes.push(`${keyword} is no number and was not moved`);
      continue;
    }
    // Where there is none it is 0 (section 8.2).
    const after = ["CRVAL", "CTYPE", "CDELT"].map((name) => `${name}${axis + 1}${letter}`)
      .find((name) => header.has(name));
    header.set(keyword, movedPixel(value ?? 0, move), { real: true, after });
  }
  if (axes.some(({ step }) => step !== 1)) scaleMatrix(header, axes, letter);
}

/** The number of a pixel of the image among those of the cutout. */
function movedPixel(pixel: number, { first, step }: Move): number {
  return step === 1 ? pixel - (first - 1) : (pixel - first) / step + 1;
}

/** A pixel of the cutout is as large as `step` pixels of the image. */
function scaleMatrix(header: Header, axes: readonly Move[], letter: string): void {
  const stepOf = (axis: string) => axes[Number(axis) - 1]?.step ?? 1;
  const steps = new Set(axes.map(({ step }) => step));
  let hasCd = false;
  let hasPc = false;
  for (const { keyword } of header.cards.slice()) {
    const [, kind, i, j, found] = MATRIX_KEYWORD.exec(keyword) ??
      (letter === "" ? oldMatrix(keyword) : undefined) ?? [];
    if (kind === undefined || found !== letter) continue;
    if (kind === "CD") hasCd = true;
    else hasPc = true;
    const factor = kind === "CD" ? stepOf(j!) : stepOf(j!) / stepOf(i!);
    scale(header, keyword, factor);
  }
  const turned = axes.some((_, axis) => (header.number(`CROTA${axis + 1}${letter}`) ?? 0) !== 0);
  if (turned && !hasCd && !hasPc && steps.size > 1) {
    throw new FormatError(
      "Cannot cut with different steps an image that CROTAi turns: take the same step for " +
        "every axis",
    );
  }
  for (const [axis, { step }] of axes.entries()) {
    const keyword = `CDELT${axis + 1}${letter}`;
    if (step === 1) continue;
    if (header.has(keyword)) scale(header, keyword, step);
    else if (!hasCd) header.set(keyword, step, { real: true, after: `CRPIX${axis + 1}${letter}` });
  }
}

function oldMatrix(keyword: string): [string, string, string, string, string] | undefined {
  const match = OLD_MATRIX.exec(keyword);
  return match === null ? undefined : [keyword, "PC", match[1]!, match[2]!, ""];
}

function scale(header: Header, keyword: string, factor: number): void {
  const value = header.number(keyword);
  if (value !== undefined && factor !== 1) header.set(keyword, value * factor, { real: true });
}

/** SIP counts pixels from CRPIXj, so that only steps change its coefficients. */
function moveSip(header: Header, axes: readonly Move[]): void {
  const [x, y] = [axes[0]?.step ?? 1, axes[1]?.step ?? 1];
  if (x === 1 && y === 1) return;
  for (const { keyword } of header.cards.slice()) {
    const match = SIP_KEYWORD.exec(keyword);
    if (match !== null) {
      const [p, q] = [Number(match[2]), Number(match[3])];
      scale(header, keyword, x ** p * y ** q / (match[1]!.startsWith("A") ? x : y));
    } else if (keyword === "A_DMAX") scale(header, keyword, 1 / Math.abs(x));
    else if (keyword === "B_DMAX") scale(header, keyword, 1 / Math.abs(y));
  }
}

/** The plates of the Digitized Sky Survey count from the corner of the plate. */
function movePlate(header: Header, axes: readonly Move[]): void {
  if (!header.has("PLTRAH")) return;
  for (const [axis, name] of (["X", "Y"] as const).entries()) {
    const [corner, move] = [header.number(`CNPIX${axis + 1}`), axes[axis]];
    if (corner === undefined || move === undefined) continue;
    const { first, step } = move;
    if (step < 0) {
      throw new FormatError(
        "Cannot turn around an image with the plate solution of the Digitized Sky Survey: its " +
          "pixels have no negative size",
      );
    }
    const moved = step === 1 ? corner + first - 1 : (corner + first - 0.5) / step - 0.5;
    header.set(`CNPIX${axis + 1}`, moved);
    scale(header, `${name}PIXELSZ`, step);
  }
}

/** IRAF's physical coordinates: the pixels of the image, logical = LTM x physical + LTV. */
function movePhysical(header: Header, axes: readonly Move[]): void {
  for (const [axis, move] of axes.entries()) {
    const { first, step } = move;
    if (first === 1 && step === 1) continue;
    const keyword = `LTV${axis + 1}`;
    const value = header.number(keyword) ?? 0;
    header.set(keyword, movedPixel(value, move), { real: true });
    if (step === 1) continue;
    const diagonal = `LTM${axis + 1}_${axis + 1}`;
    if (!header.has(diagonal)) header.set(diagonal, 1, { real: true });
    for (let other = 1; other <= axes.length; other++) {
      scale(header, `LTM${axis + 1}_${other}`, 1 / step);
    }
  }
}

/**
 * Moves the header of a table of corrections (CPDISj, D2IMDISj), which counts the pixels of the
 * image that it corrects.
 *
 * @param header The header of the table's HDU.
 * @param axes The axes of the cutout, without steps.
 */
export function movedCorrection(header: Header, axes: readonly Move[]): Header {
  const moved = header.clone();
  for (const axis of [0, 1]) {
    const keyword = `CRVAL${axis + 1}`;
    const value = (header.number(keyword) ?? 0) - ((axes[axis]?.first ?? 1) - 1);
    moved.set(keyword, value, { real: true });
  }
  return moved;
}

/** A card for HISTORY is ASCII, whatever the name of a file is. */
export function historyText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
