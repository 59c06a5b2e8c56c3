/** What stands beside a file of results, so that the same map goes on and another one does not. */

import { FormatError } from "../../net/errors.ts";
import type { MapWork } from "./work.ts";

/** The form of the record. */
const VERSION = 1;

/** What a map is, but for where its jobs run. */
export interface MapRecord {
  readonly version: number;
  /** The name of this map in a queue. */
  readonly id: string;
  readonly expression: string;
  readonly options: {
    readonly hdu: number | string | null;
    readonly section: string | null;
    readonly header: readonly string[];
    readonly save: string | null;
    readonly format: string;
  };
  /** SHA-256 of the inputs as they were named, in hexadecimal: they may be many. */
  readonly inputs: string;
  /** How many inputs these names stood for. */
  readonly total: number;
}

/**
 * The record of a map.
 *
 * @param work What is computed.
 * @param named The inputs as they are named.
 * @param total How many inputs these are; 0 where that is not known yet.
 */
export async function recordOf(
  work: MapWork,
  named: readonly string[],
  total: number,
): Promise<MapRecord> {
  const names = new TextEncoder().encode(named.join("\0"));
  return {
    version: VERSION,
    id: newMapId(),
    expression: work.expression,
    options: {
      hdu: work.hdu ?? null,
      section: work.section ?? null,
      header: work.header,
      save: work.save ?? null,
      format: work.format,
    },
    inputs: new Uint8Array(await crypto.subtle.digest("SHA-256", names)).toHex(),
    total,
  };
}

/** A name that no other map has. */
export function newMapId(): string {
  return crypto.getRandomValues(new Uint8Array(8)).toHex();
}

/**
 * Reads a record.
 *
 * @param text Its file.
 * @param source The file's name, for messages.
 * @throws {FormatError} If it is none.
 */
export function parseRecord(text: string, source: string): MapRecord {
  const wrong = (found: string) =>
    new FormatError(`Cannot read '${source}': ${found}, expected what rpc map has written`, {
      source,
    });
  let record: Partial<MapRecord> | null;
  try {
    record = JSON.parse(text);
  } catch {
    throw wrong("it is no JSON");
  }
  if (typeof record !== "object" || record === null) throw wrong("it is no object");
  if (record.version !== VERSION) {
    throw wrong(`its version is ${JSON.stringify(record.version)?.slice(0, 20)}`);
  }
  const { id, expression, options, inputs, total } = record;
  const whole = typeof id === "string" && /^[0-9a-f]{16}$/.test(id) &&
    typeof expression === "string" && typeof options === "object" && options !== null &&
    typeof inputs === "string" && Number.isSafeInteger(total) && total! >= 0;
  if (!whole) throw wrong("a member is missing or of another type");
  return record as MapRecord;
}

/**
 * In what a map differs from the one whose results are there.
 *
 * @param there The record that is there.
 * @param wanted That of the map that is to be done.
 * @returns Words; undefined if it is the same map.
 */
export function differenceOf(there: MapRecord, wanted: MapRecord): string | undefined {
  const shown = (value: unknown) => value === null ? "none" : JSON.stringify(value);
  const differs = (name: string, before: unknown, now: unknown) =>
    JSON.stringify(before) === JSON.stringify(now)
      ? undefined
      : `${name} was ${shown(before)}, now it is ${shown(now)}`;
  const { options: was } = there;
  const { options: is } = wanted;
  return differs("the expression", there.expression, wanted.expression) ??
    differs("--hdu", was.hdu, is.hdu) ?? differs("--section", was.section, is.section) ??
    differs("--header", was.header, is.header) ?? differs("--save", was.save, is.save) ??
    differs("--format", was.format, is.format) ??
    (there.inputs === wanted.inputs ? undefined : "the inputs are named in another way");
}
