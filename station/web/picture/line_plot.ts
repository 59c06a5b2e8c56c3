/** A row of values as a line: what a canvas draws of an image with one axis. */

/** The least and the greatest value of each of some columns. */
export interface LineColumns {
  /** The least value of a column, NaN where it has none. */
  readonly least: Float64Array;
  readonly greatest: Float64Array;
  /** The same of all columns. */
  readonly low: number;
  readonly high: number;
}

/**
 * Finds what of a row is seen in columns: however long it is, no peak is lost.
 *
 * @param values The values; those that are not finite are gaps.
 * @param columns How many columns there are; at most one for each value is filled.
 */
export function lineColumns(values: ArrayLike<number>, columns: number): LineColumns {
  const count = Math.min(columns, values.length);
  const least = new Float64Array(count).fill(NaN);
  const greatest = new Float64Array(count).fill(NaN);
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value - value !== 0) continue;
    const column = Math.floor(i * count / values.length);
    // The first value of a column is compared with NaN.
    if (!(value >= least[column]!)) least[column] = value;
    if (!(value <= greatest[column]!)) greatest[column] = value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { least, greatest, low: low > high ? NaN : low, high: low > high ? NaN : high };
}
