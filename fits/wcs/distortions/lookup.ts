/**
 * Corrections of pixel coordinates: CPDISj and D2IMDISj of `LOOKUP`, tables as Hubble's pipelines
 * write them (Calabretta et al., "Paper IV", section 3.4), and CPDISj of `TPD` and `Polynomial`.
 */

import type { WcsReader } from "../keywords/reader.ts";
import type { WcsImage, WcsImageNeed, WcsTables } from "../keywords/tables.ts";
import { isPolynomial, readCorrection } from "./tpd.ts";

/** A correction of one pixel coordinate, in pixels, at a pixel counted from 1. */
export type PixelCorrection = (x: number, y: number) => number;

/** Which keywords name the corrections, and the extension that holds them by default. */
const KINDS = {
  CPDIS: { record: "DP", extname: "WCSDVARR" },
  D2IMDIS: { record: "D2IM", extname: "D2IMARR" },
} as const;

/** The keyword of a kind of correction. */
export type CorrectionKind = keyof typeof KINDS;

/** The images that the corrections of one kind are in, by axis counted from 0. */
export function correctionNeeds(
  reader: WcsReader,
  kind: CorrectionKind,
): Map<number, WcsImageNeed> {
  const { record, extname } = KINDS[kind];
  const needs = new Map<number, WcsImageNeed>();
  for (const axis of [0, 1]) {
    const keyword = `${kind}${axis + 1}`;
    if (reader.plainText(keyword)?.toUpperCase() !== "LOOKUP") continue;
    const extver = reader.records(`${record}${axis + 1}`, ["EXTVER"]).get("EXTVER") ?? 1;
    needs.set(axis, { kind: "image", extname, extver });
  }
  return needs;
}

/**
 * Reads the corrections of one kind.
 *
 * @param reader The keywords; what is missing is noted there.
 * @param kind Which corrections.
 * @param tables What other HDUs gave.
 * @returns For axis 1 and 2 a correction or undefined; undefined without any.
 */
export function readCorrections(
  reader: WcsReader,
  kind: CorrectionKind,
  tables: WcsTables | undefined,
): readonly [PixelCorrection | undefined, PixelCorrection | undefined] | undefined {
  const corrections: [PixelCorrection | undefined, PixelCorrection | undefined] = [
    undefined,
    undefined,
  ];
  const isOld = kind === "D2IMDIS" && reader.plainNumber("AXISCORR") !== undefined;
  if (
    isOld && reader.plainText("D2IMDIS1") === undefined &&
    reader.plainText("D2IMDIS2") === undefined
  ) {
    reader.problem(
      "AXISCORR",
      "the correction of the detector in its older form is unknown here; coordinates are without it",
    );
  }
  for (const [axis, need] of correctionNeeds(reader, kind)) {
    const image = tables?.image(need);
    if (image === undefined || image.shape.length !== 2 || image.data.length === 0) {
      reader.problem(
        `${kind}${axis + 1}`,
        `the correction is in the image ${need.extname},${need.extver}, which was not given; ` +
          "coordinates are without it",
      );
      continue;
    }
    corrections[axis as 0 | 1] = interpolated(image);
  }
  for (const axis of [0, 1] as const) {
    const keyword = `${kind}${axis + 1}`;
    const name = reader.plainText(keyword);
    if (name === undefined || name.toUpperCase() === "LOOKUP") continue;
    if (!isPolynomial(name) || kind !== "CPDIS") {
      reader.problem(
        keyword,
        `the correction '${name}' is unknown here; coordinates are without it`,
      );
      continue;
    }
    const polynomial = readCorrection(reader, keyword, `DP${axis + 1}`, axis);
    if (polynomial === undefined) continue;
    corrections[axis] = (x, y) => polynomial(x, y) - (axis === 0 ? x : y);
  }
  return corrections.some((one) => one !== undefined) ? corrections : undefined;
}

function interpolated({ data, shape, keywords }: WcsImage): PixelCorrection {
  const [width, height] = shape as readonly [number, number];
  const number = (keyword: string, other: number) => {
    const value = keywords.get(keyword);
    return typeof value === "number" && Number.isFinite(value) ? value : other;
  };
  const [refX, refY] = [number("CRPIX1", 0), number("CRPIX2", 0)];
  const [valueX, valueY] = [number("CRVAL1", 0), number("CRVAL2", 0)];
  const [stepX, stepY] = [number("CDELT1", 1) || 1, number("CDELT2", 1) || 1];
  const at = (x: number, y: number) =>
    data[Math.max(0, Math.min(height - 1, y)) * width + Math.max(0, Math.min(width - 1, x))]!;
  return (x, y) => {
    // The files count so that pixel 1 lies at CRPIXj of the table, whatever its step: their
    // own keywords are off by one step, and astropy reads them in the same way.
    const u = (x - 1 - valueX) / stepX + refX;
    const v = (y - 1 - valueY) / stepY + refY;
    const i = Math.floor(u);
    const j = Math.floor(v);
    const [a, b] = [u - i, v - j];
    return at(i, j) * (1 - a) * (1 - b) + at(i + 1, j) * a * (1 - b) +
      at(i, j + 1) * (1 - a) * b + at(i + 1, j + 1) * a * b;
  };
}
