/** What is known of a request when it has been answered. */
export interface AccessRecord {
  /** The address of the client, without its port. */
  readonly host: string;
  /** When the answer had been sent, in milliseconds since 1970. */
  readonly time: number;
  /** The method; undefined if the request could not be read. */
  readonly method: string | undefined;
  /** The target as it was sent; undefined if the request could not be read. */
  readonly target: string | undefined;
  /** The version, `1.0` or `1.1`; undefined if the request could not be read. */
  readonly version: string | undefined;
  /** The status code of the answer. */
  readonly status: number;
  /** Bytes of the body that were sent, with their framing. */
  readonly bytes: number;
  /** Milliseconds from the request to the end of the answer. */
  readonly duration: number;
  /** The field Referer. */
  readonly referrer: string | undefined;
  /** The field User-Agent. */
  readonly userAgent: string | undefined;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

let stampSecond = -1;
let stamp = "";

/** A time as the common log format has it, in UTC: `[21/Nov/2026:09:16:37 +0000]`. */
function timeStamp(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== stampSecond) {
    const iso = new Date(second * 1000).toISOString();
    const month = MONTHS[Number(iso.slice(5, 7)) - 1];
    stamp = `[${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000]`;
    stampSecond = second;
  }
  return stamp;
}

/**
 * Writes a record as a line of the common log format, as Apache and nginx do.
 *
 * What the client sent is escaped, so that no request can forge a line.
 *
 * @param record What is known of the request.
 * @returns The line, without its end.
 *
 * @example
 * ```ts
 * import { commonLogLine } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   commonLogLine({
 *     host: "127.0.0.1",
 *     time: Date.UTC(2015, 2, 19, 18, 37, 2),
 *     method: "GET",
 *     target: "/galaxy.jpg",
 *     version: "1.1",
 *     status: 200,
 *     bytes: 62458,
 *     duration: 1,
 *     referrer: undefined,
 *     userAgent: undefined,
 *   }),
 *   '127.0.0.1 - - [19/Mar/2015:18:37:02 +0000] "GET /galaxy.jpg HTTP/1.1" 200 62458',
 * );
 * ```
 */
export function commonLogLine(record: AccessRecord): string {
  const request = record.method === undefined
    ? "-"
    : `${record.method} ${escaped(record.target!)} HTTP/${record.version}`;
  const bytes = record.bytes === 0 ? "-" : record.bytes;
  return `${record.host} - - ${timeStamp(record.time)} "${request}" ${record.status} ${bytes}`;
}

/**
 * Writes a record as a JSON object: `time` in ISO 8601, `host`, `method`, `target`,
 * `version`, `status`, `bytes`, `duration` in milliseconds, `referrer`, `userAgent`.
 *
 * @param record What is known of the request.
 * @returns The line, without its end.
 */
export function jsonLogLine(record: AccessRecord): string {
  const { time, duration, ...rest } = record;
  return JSON.stringify({
    time: new Date(time).toISOString(),
    ...rest,
    duration: Math.round(duration * 1000) / 1000,
  });
}

/** Everything but printable ASCII without the quote and the backslash. */
const UNSAFE = /[^ !#-[\]-~]/;

function escaped(text: string): string {
  if (!UNSAFE.test(text)) return text;
  return text.replace(
    new RegExp(UNSAFE, "g"),
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
