/** Which filter of PNG suits a row. */

import type { PngFiltersKernel } from "./png_filters_module.ts";
import { loadPngFilters } from "./png_filters_module.ts";
import { paeth } from "./png_format.ts";

/** Chooses the filter of a row by it and the row above. */
export type ChooseFilter = (
  row: Uint8Array | Uint8ClampedArray,
  prior: Uint8Array,
  pixelBytes: number,
) => number;

/**
 * The filter whose bytes, taken as signed, have the smallest sum of sizes, as section 12.7
 * advises: all five in one pass.
 */
export function cheapestFilter(
  row: Uint8Array | Uint8ClampedArray,
  prior: Uint8Array,
  pixelBytes: number,
): number {
  let [none, sub, up, average, paeths] = [0, 0, 0, 0, 0];
  for (let i = 0; i < row.length; i++) {
    const byte = row[i]!;
    const above = prior[i]!;
    const before = i < pixelBytes ? 0 : row[i - pixelBytes]!;
    const corner = i < pixelBytes ? 0 : prior[i - pixelBytes]!;
    none += SIZES[byte]!;
    sub += SIZES[(byte - before) & 0xff]!;
    up += SIZES[(byte - above) & 0xff]!;
    average += SIZES[(byte - ((before + above) >> 1)) & 0xff]!;
    paeths += SIZES[(byte - paeth(before, above, corner)) & 0xff]!;
  }
  let best = 0;
  let least = none;
  if (sub < least) [best, least] = [1, sub];
  if (up < least) [best, least] = [2, up];
  if (average < least) [best, least] = [3, average];
  return paeths < least ? 4 : best;
}

/** The size of each byte, taken as signed. */
const SIZES = Uint8Array.from({ length: 256 }, (_, byte) => byte < 128 ? byte : 256 - byte);

let kernel: Promise<ChooseFilter> | undefined;

/**
 * The same choice as {@linkcode cheapestFilter} by a kernel: a picture of 16 Mpx is written in two
 * thirds of the time. Where no kernel can be had, it is that function.
 */
export function filterChooser(): Promise<ChooseFilter> {
  return kernel ??= loadPngFilters().then(chooserOf, () => cheapestFilter);
}

function chooserOf(kernel: PngFiltersKernel): ChooseFilter {
  const { buffer } = kernel.memory;
  const [piece, lead] = [kernel.pieceBytes(), kernel.leadBytes()];
  const rows = new Uint8Array(buffer, kernel.rowStart(), lead + piece);
  const priors = new Uint8Array(buffer, kernel.priorStart(), lead + piece);
  const sizes = new Uint32Array(buffer, kernel.sizesStart(), 5);
  const sums = new Float64Array(5);
  return (row, prior, pixelBytes) => {
    sums.fill(0);
    for (let at = 0; at < row.length; at += piece) {
      const n = Math.min(piece, row.length - at);
      for (const [own, bytes] of [[rows, row], [priors, prior]] as const) {
        // Bytes before the row count as 0.
        if (at === 0) own.fill(0, 0, lead);
        else own.set(bytes.subarray(at - lead, at));
        own.set(bytes.subarray(at, at + n), lead);
      }
      if (kernel.measure(n, pixelBytes) !== 0) throw new RangeError("a piece is too long");
      for (let filter = 0; filter < 5; filter++) sums[filter]! += sizes[filter]!;
    }
    let best = 0;
    for (let filter = 1; filter < 5; filter++) if (sums[filter]! < sums[best]!) best = filter;
    return best;
  };
}
