/** What a plot of columns shows: points, how dense they lie, or how many values lie where. */

/** Points that are drawn one by one. */
export const MAX_POINTS = 100_000;

/** The range of finite values, a little wider than they are; undefined where there are none. */
export function rangeOf(
  values: ArrayLike<number>,
): readonly [low: number, high: number] | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value - value !== 0) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return undefined;
  const margin = high > low ? (high / 2 - low / 2) * 0.04 : Math.abs(low) * 0.01 || 1;
  return [low - margin, high + margin];
}

/** Values counted in bins of equal width; the last has its upper end too. */
export function countsOf(
  values: ArrayLike<number>,
  [low, high]: readonly [low: number, high: number],
  bins: number,
): Float64Array {
  const counts = new Float64Array(bins);
  const width = high - low;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= low && value <= high)) continue;
    const bin = Math.min(bins - 1, Math.floor((value - low) / width * bins));
    counts[bin] = counts[bin]! + 1;
  }
  return counts;
}

/** How many points lie in each place of a picture, the top row first. */
export function densityOf(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  [[left, right], [bottom, top]]: readonly [
    readonly [low: number, high: number],
    readonly [low: number, high: number],
  ],
  width: number,
  height: number,
): Float64Array {
  const counts = new Float64Array(width * height);
  for (let i = 0; i < xs.length; i++) {
    const [x, y] = [xs[i]!, ys[i]!];
    if (!(x >= left && x <= right && y >= bottom && y <= top)) continue;
    const column = Math.min(width - 1, Math.floor((x - left) / (right - left) * width));
    const row = Math.min(height - 1, Math.floor((top - y) / (top - bottom) * height));
    const at = row * width + column;
    counts[at] = counts[at]! + 1;
  }
  return counts;
}

/**
 * The condition of the rows in a rectangle.
 *
 * @param ranges The columns, and from where to where.
 * @returns As the filter takes it.
 */
export function conditionOf(
  ranges: readonly (readonly [name: string, low: number, high: number])[],
): string {
  return ranges.flatMap(([name, low, high]) => {
    const column = /^[A-Za-z_]\w*$/.test(name) ? name : `$${name}$`;
    return [`${column} >= ${short(low)}`, `${column} <= ${short(high)}`];
  }).join(" && ");
}

function short(value: number): string {
  const text = String(Number(value.toPrecision(7)));
  return text.replace("e+", "e");
}
