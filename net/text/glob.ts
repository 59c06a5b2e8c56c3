/**
 * Whether a name matches a pattern of the shell: `*` any text, `?` one character,
 * `[abc]`, `[a-z]` and `[!abc]` one of several, a backslash takes what follows as it is.
 *
 * It takes time in proportion to the product of the lengths at most, whatever
 * the pattern; as in the shell, a leading dot must be written in the pattern.
 *
 * @param pattern The pattern.
 * @param name The name.
 *
 * @example
 * ```ts
 * import { matchesGlob } from "./glob.ts";
 * import { assert } from "@std/assert";
 *
 * assert(matchesGlob("aia.*_0?:[0-9]*.fits", "aia.lev1.2014_02:30.fits"));
 * ```
 */
export function matchesGlob(pattern: string, name: string): boolean {
  if (name.startsWith(".") && !pattern.startsWith(".")) return false;
  let at = 0;
  let seen = 0;
  // Only the last star needs to be tried again, one character further on.
  let star = -1;
  let starSeen = 0;
  while (seen < name.length) {
    if (pattern[at] === "*") {
      star = at++;
      starSeen = seen;
      continue;
    }
    const next = matchOne(pattern, at, name[seen]!);
    if (next > 0) {
      at = next;
      seen++;
    } else if (star >= 0) {
      at = star + 1;
      seen = ++starSeen;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

/** Whether a text has any of the characters that make it a pattern. */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/** The index behind the element of the pattern if it matches the character, else 0. */
function matchOne(pattern: string, at: number, char: string): number {
  const first = pattern[at];
  if (first === undefined) return 0;
  if (first === "?") return at + 1;
  if (first === "\\" && at + 1 < pattern.length) return pattern[at + 1] === char ? at + 2 : 0;
  if (first !== "[") return first === char ? at + 1 : 0;
  const negated = pattern[at + 1] === "!" || pattern[at + 1] === "^";
  const start = at + (negated ? 2 : 1);
  const end = pattern.indexOf("]", start + 1);
  // A bracket that is never closed stands for itself.
  if (end < 0) return char === "[" ? at + 1 : 0;
  let found = false;
  for (let i = start; i < end; i++) {
    if (pattern[i + 1] === "-" && i + 2 < end) {
      found ||= char >= pattern[i]! && char <= pattern[i + 2]!;
      i += 2;
    } else {
      found ||= char === pattern[i];
    }
  }
  return found !== negated ? end + 1 : 0;
}
