/** Makes pictures smaller by averaging areas, or larger by repeating pixels. */

/** A plane of values: rows from the top, NaN where there is nothing. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array<ArrayBuffer>;
}

/**
 * Turns the first plane of FITS pixels right side up, at another size.
 *
 * Smaller, each value is the mean of the area that it covers, parts of pixels
 * counted as parts, NaN and infinities left out; larger, pixels are repeated a
 * whole number of times.
 *
 * @param pixels FITS pixels: the first row is the lowest of the picture.
 * @param width Pixels in a row.
 * @param height Rows.
 * @param size What the longer side should have at most; undefined leaves the size.
 * @returns The plane.
 */
export function resample(
  pixels: ArrayLike<number>,
  width: number,
  height: number,
  size: number | undefined,
): Plane {
  const longer = Math.max(width, height);
  if (size !== undefined && size < longer) {
    return shrink(pixels, width, height, {
      width: Math.max(1, Math.round(width * size / longer)),
      height: Math.max(1, Math.round(height * size / longer)),
    });
  }
  return repeat(pixels, width, height, Math.max(1, Math.floor((size ?? longer) / longer)));
}

function repeat(pixels: ArrayLike<number>, width: number, height: number, times: number): Plane {
  const values = new Float64Array(width * height * times * times);
  const wide = width * times;
  for (let y = 0; y < height; y++) {
    const from = (height - 1 - y) * width;
    const first = y * times * wide;
    for (let x = 0; x < width; x++) {
      const value = pixels[from + x]!;
      for (let i = 0; i < times; i++) values[first + x * times + i] = value;
    }
    for (let i = 1; i < times; i++) values.copyWithin(first + i * wide, first, first + wide);
  }
  return { width: wide, height: height * times, values };
}

function shrink(
  pixels: ArrayLike<number>,
  width: number,
  height: number,
  to: { width: number; height: number },
): Plane {
  const values = new Float64Array(to.width * to.height);
  const weights = new Float64Array(to.width * to.height);
  const row = new Float64Array(to.width);
  const rowWeights = new Float64Array(to.width);
  const ratio = height / to.height;
  for (let y = 0; y < height; y++) {
    sumRow(pixels, y * width, width, row, rowWeights);
    const first = Math.floor(y / ratio);
    const last = Math.min(to.height - 1, Math.ceil((y + 1) / ratio) - 1);
    for (let target = first; target <= last; target++) {
      const share = Math.min(y + 1, (target + 1) * ratio) - Math.max(y, target * ratio);
      if (share <= 0) continue;
      const at = (to.height - 1 - target) * to.width;
      for (let x = 0; x < to.width; x++) {
        values[at + x]! += row[x]! * share;
        weights[at + x]! += rowWeights[x]! * share;
      }
    }
  }
  // Half a thousandth of a pixel is rounding; less than that is no value.
  for (let i = 0; i < values.length; i++) {
    values[i] = weights[i]! > 5e-4 ? values[i]! / weights[i]! : NaN;
  }
  return { ...to, values };
}

/** The sums of the finite values of a row over each target pixel, and the areas that they cover. */
function sumRow(
  pixels: ArrayLike<number>,
  from: number,
  width: number,
  row: Float64Array,
  weights: Float64Array,
): void {
  row.fill(0);
  weights.fill(0);
  const ratio = width / row.length;
  let target = 0;
  let edge = ratio;
  for (let x = 0; x < width; x++) {
    const value = pixels[from + x]!;
    const finite = value - value === 0;
    let left = x;
    while (edge < x + 1 && target < row.length - 1) {
      if (finite) {
        row[target]! += value * (edge - left);
        weights[target]! += edge - left;
      }
      left = edge;
      target++;
      edge = (target + 1) * ratio;
    }
    if (!finite) continue;
    row[target]! += value * (x + 1 - left);
    weights[target]! += x + 1 - left;
  }
}
