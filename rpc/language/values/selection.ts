/**
 * The element that would stand in the middle of sorted numbers.
 *
 * @module
 */

/**
 * The median of the first `count` numbers, which are put into another order.
 *
 * @param even Whether the two middle ones of an even count are averaged; else
 * the upper one is taken, as IDL does.
 * @returns NaN for no numbers.
 */
export function middleOf(data: Float64Array, count: number, even: boolean): number {
  if (count === 0) return NaN;
  const middle = count >> 1;
  const upper = nthElement(data, count, middle);
  if (!even || count % 2 === 1) return upper;
  let lower = -Infinity;
  for (let i = 0; i < middle; i++) if (data[i]! > lower) lower = data[i]!;
  return (lower + upper) / 2;
}

/**
 * Quickselect with the median of three; after as many rounds as a bad order
 * could need it sorts, so that no input takes quadratic time.
 */
function nthElement(data: Float64Array, count: number, n: number): number {
  let low = 0;
  let high = count - 1;
  for (let rounds = 2 * Math.ceil(Math.log2(count + 1)) + 8; high > low; rounds--) {
    if (rounds === 0) {
      data.subarray(low, high + 1).sort();
      break;
    }
    const pivot = medianOfThree(data[low]!, data[(low + high) >> 1]!, data[high]!);
    let i = low;
    let j = high;
    while (i <= j) {
      while (data[i]! < pivot) i++;
      while (data[j]! > pivot) j--;
      if (i > j) break;
      const moved = data[i]!;
      data[i++] = data[j]!;
      data[j--] = moved;
    }
    if (n <= j) high = j;
    else if (n >= i) low = i;
    else break;
  }
  return data[n]!;
}

function medianOfThree(a: number, b: number, c: number): number {
  return a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b;
}
