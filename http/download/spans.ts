/**
 * Which parts of a file are there, as spans `[first, end)` in order.
 *
 * @module
 */

/** From the first byte up to, not including, the end. */
export type Span = readonly [first: number, end: number];

/**
 * Adds a span to others, joining those that touch.
 *
 * @param spans Spans in order, none touching another.
 * @param added The span that has arrived.
 * @returns The same, in order, none touching another.
 */
export function addSpan(spans: readonly Span[], added: Span): Span[] {
  let [first, end] = added;
  if (end <= first) return [...spans];
  const before = spans.filter((span) => span[1] < first);
  const behind = spans.filter((span) => span[0] > end);
  for (const span of spans) {
    if (span[1] < first || span[0] > end) continue;
    first = Math.min(first, span[0]);
    end = Math.max(end, span[1]);
  }
  return [...before, [first, end], ...behind];
}

/**
 * What is missing of a file.
 *
 * @param spans The ranges that exist.
 * @param length The file's size in bytes.
 */
export function missingSpans(spans: readonly Span[], length: number): Span[] {
  const missing: Span[] = [];
  let at = 0;
  for (const [first, end] of spans) {
    if (first > at) missing.push([at, first]);
    at = Math.max(at, end);
  }
  if (at < length) missing.push([at, length]);
  return missing;
}

/** How many bytes spans have together. */
export function spanBytes(spans: readonly Span[]): number {
  return spans.reduce((sum, [first, end]) => sum + end - first, 0);
}
