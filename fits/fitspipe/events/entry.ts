/** The announcement of a frame: what stands in its entry of a stream, all of it text. */

import type { StreamEntry } from "../../../net/redis/streams.ts";
import { isFeedName } from "../feed/protocol.ts";

/** The form of the entries. */
export const EVENT_VERSION = "1";

/** What is told of a frame. */
export interface FrameEvent {
  readonly feed: string;
  readonly frame: number;
  /** Numbers start over with another. */
  readonly session: string;
  readonly width: number;
  readonly height: number;
  /** Bytes of header and pixels. */
  readonly bytes: number;
  /** When it was put: ISO 8601, UTC. */
  readonly time: string;
  /** Where it can be fetched while its server keeps it. */
  readonly fetch: string;
  /** Where it is kept. */
  readonly url?: string | undefined;
  /** CRC-32 of header and pixels, 8 hexadecimal digits. */
  readonly crc32: string;
  /** SHA-256 of both, where it was asked for. */
  readonly sha256?: string | undefined;
  /** Values of the header by their keywords. */
  readonly header: Readonly<Record<string, string>>;
  /** Frames before this one that could not be announced. */
  readonly missed?: number | undefined;
}

/**
 * The fields of an entry, names and values in turn.
 *
 * @param event The frame.
 */
export function eventWords(event: FrameEvent): string[] {
  const { header, ...plain } = event;
  const pairs = Object.entries(plain).filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]);
  const cards = Object.entries(header).map(([keyword, value]) => [`h:${keyword}`, value]);
  return [["v", EVENT_VERSION], ...pairs, ...cards].flat();
}

/** Characters of a value that are taken. */
const MAX_VALUE = 2_000;

/**
 * Reads an entry.
 *
 * @param entry The entry.
 * @returns The frame; a text that says what is wrong with the entry.
 */
export function readEvent({ id, fields }: StreamEntry): FrameEvent | string {
  const wrong = (what: string) => `the entry ${id} is no frame: ${what}`;
  if (fields.get("v") !== EVENT_VERSION) return wrong(`its version v is not ${EVENT_VERSION}`);
  const text = (name: string) => fields.get(name)?.slice(0, MAX_VALUE);
  const whole = (name: string) => {
    const value = text(name) ?? "";
    return /^\d{1,15}$/.test(value) ? Number(value) : NaN;
  };
  const [frame, width, height, bytes] = ["frame", "width", "height", "bytes"].map(whole) as [
    ...[number, number, number, number],
  ];
  const feed = text("feed") ?? "";
  const session = text("session") ?? "";
  if (!isFeedName(feed)) return wrong("its feed has no name of one");
  if ([frame, width, height, bytes].some(Number.isNaN)) return wrong("a number is none");
  if (!/^[\w-]{1,64}$/.test(session)) return wrong("its session is none");
  const header = Object.fromEntries(
    [...fields].filter(([name]) => name.startsWith("h:"))
      .map(([name, value]) => [name.slice(2), value.slice(0, MAX_VALUE)]),
  );
  const missed = whole("missed");
  return {
    ...{ feed, frame, session, width, height, bytes },
    time: text("time") ?? "",
    fetch: text("fetch") ?? "",
    ...{ url: text("url"), crc32: text("crc32") ?? "", sha256: text("sha256"), header },
    missed: Number.isNaN(missed) ? undefined : missed,
  };
}
