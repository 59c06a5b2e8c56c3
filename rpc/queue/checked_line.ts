/** Lines that come from workers: anyone who can write to the queue can be one. */

import { lineText } from "../map/lines.ts";
import type { FailureKind, MapLine } from "../map/work.ts";

const FAILURES: ReadonlySet<unknown> = new Set<FailureKind>([
  ...["read", "format", "language", "limit", "time", "save", "lost"] as const,
]);

/** Characters of a line at most. */
const MAX_TEXT = 1_048_576;

/**
 * A line as it is written, made of the members that a line may have.
 *
 * @param text What came from a worker.
 * @param number The job that it is said to be of.
 * @returns The line; of what is none, one that says so.
 */
export function checkedLine(text: string, number: number): string {
  const lost = (found: string) =>
    lineText({ job: number, input: "", failed: "lost", error: `A worker has sent ${found}` });
  if (text.length > MAX_TEXT) return lost(`a line of ${text.length} characters`);
  let line: Record<string, unknown> | null;
  try {
    line = JSON.parse(text);
  } catch {
    return lost("what is no JSON");
  }
  if (typeof line !== "object" || line === null || Array.isArray(line)) return lost("no object");
  if (line.job !== number) return lost("the line of another job");
  const isText = (value: unknown) => value === undefined || typeof value === "string";
  const isNumber = (value: unknown) => value === undefined || typeof value === "number";
  const { job: _, input, type, shape, data, path, bytes, header, failed, error } = line;
  const { position, tries, seconds, worker } = line;
  const fits = typeof input === "string" && [type, path, error, worker].every(isText) &&
    [bytes, position, tries, seconds].every(isNumber) &&
    (shape === undefined || Array.isArray(shape) && shape.every(Number.isSafeInteger)) &&
    (header === undefined || typeof header === "object") &&
    (failed === undefined || FAILURES.has(failed)) && isData(data) &&
    (failed !== undefined || data !== undefined || path !== undefined);
  if (!fits) return lost("a line with a member of another type");
  return lineText({
    ...{ job: number, input, type, shape, data, path, bytes, header, failed, error },
    ...{ position, tries, seconds, worker },
  } as MapLine);
}

function isData(data: unknown): boolean {
  const isElement = (value: unknown) => typeof value === "number" || typeof value === "string";
  return data === undefined || isElement(data) || Array.isArray(data) && data.every(isElement);
}
