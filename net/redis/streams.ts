/** Streams of Redis in replies: entries and their ids. */

import type { Reply } from "./replies.ts";

/** An entry of a stream. */
export interface StreamEntry {
  readonly id: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** The entries in a reply of XRANGE, or of one stream in one of XREAD; what has no form is left out. */
export function entriesOf(reply: Reply | undefined): StreamEntry[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((entry) => {
    if (!Array.isArray(entry) || typeof entry[0] !== "string") return [];
    const pairs = Array.isArray(entry[1]) ? entry[1] : [];
    const fields = new Map<string, string>();
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      fields.set(String(pairs[i]), String(pairs[i + 1]));
    }
    return [{ id: entry[0], fields }];
  });
}

/** The entries of the only stream in a reply of XREAD or XREADGROUP. */
export function entriesOfFirst(reply: Reply): StreamEntry[] {
  const stream = Array.isArray(reply) ? reply[0] : undefined;
  return Array.isArray(stream) ? entriesOf(stream[1]) : [];
}

/** The smallest id behind one. */
export function idBehind(id: string): string {
  const [time = "0", count = "0"] = id.split("-");
  return `${time}-${BigInt(count) + 1n}`;
}

/** Whether an id is that of an earlier entry. */
export function isBefore(id: string, other: string): boolean {
  const [time = "0", count = "0"] = id.split("-");
  const [otherTime = "0", otherCount = "0"] = other.split("-");
  const [one, two] = [BigInt(time), BigInt(otherTime)];
  return one < two || (one === two && BigInt(count) < BigInt(otherCount));
}
