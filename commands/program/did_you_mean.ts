/** The nearest of what there is to a word that is misspelt, shortened, or called otherwise. */

/**
 * Names the nearest of what there is, if it is near, as `; did you mean '--port'?`.
 *
 * @param given The word.
 * @param names What there is.
 * @param prefix What stands before the name that is shown.
 */
export function didYouMean(given: string, names: readonly string[], prefix = ""): string {
  const nearest = nearestOf(given, names);
  return nearest === undefined ? "" : `; did you mean '${prefix}${nearest}'?`;
}

/** The nearest of some names, if it is near; the first of those that are as near as others. */
export function nearestOf(given: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Infinity;
  for (const name of names) {
    const distance = distanceOf(given.toLowerCase(), name);
    if (distance >= least) continue;
    least = distance;
    nearest = name;
  }
  return nearest;
}

/** How far a name is from a word; infinite if it cannot be what was meant. */
function distanceOf(given: string, name: string): number {
  if (name === given) return 0;
  if (given !== "" && name.startsWith(given)) return 0.5;
  const slips = countSlips(given, name);
  if (slips <= 1) return slips;
  if (isAbbreviation(given, name)) return 1.5;
  return slips <= Math.max(given.length, name.length) / 2 ? slips : Infinity;
}

/** Whether a word is some letters of a name, its first and last ones too: `cmap` of `colormap`. */
function isAbbreviation(given: string, name: string): boolean {
  if (given.length < 3 || given[0] !== name[0] || given.at(-1) !== name.at(-1)) return false;
  let at = 0;
  for (const letter of name) if (letter === given[at]) at++;
  return at === given.length;
}

/** Letters that must be changed, added, left out or exchanged with the next one. */
function countSlips(one: string, other: string): number {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      let least = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1));
      const exchanged = i > 1 && j > 1 && one[i - 1] === other[j - 2] &&
        one[i - 2] === other[j - 1];
      if (exchanged) least = Math.min(least, before[j - 2]! + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[other.length]!;
}
