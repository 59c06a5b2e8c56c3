/** How a queue lies in a server: keys, entries, records. The names are for every client to read. */

import type { StreamEntry } from "../../net/redis/streams.ts";
import { MAX_JOBS } from "../map/numbers.ts";
import type { MapWork } from "../map/work.ts";

/** The form of entries and records. */
export const QUEUE_VERSION = "1";

/** The consumer group of the workers. */
export const GROUP = "work";

/** The keys of a queue; the braces keep them together in a cluster. */
export class QueueKeys {
  /** A stream, an entry for each job that waits or runs. */
  readonly jobs: string;
  /** A sorted set of workers by their last sign of life, in milliseconds since 1970. */
  readonly workers: string;
  /** A hash: entries of jobs that are done alone, and how many workers have died of each. */
  readonly alone: string;
  /** A sorted set of maps by their beginning. */
  readonly maps: string;
  /** A stream of frames that feeds announce. */
  readonly frames: string;
  readonly #start: string;

  /**
   * Makes the names.
   *
   * @param name The queue.
   */
  constructor(name: string) {
    this.#start = `hg:{${name}}`;
    this.jobs = `${this.#start}:jobs`;
    this.workers = `${this.#start}:workers`;
    this.alone = `${this.#start}:alone`;
    this.maps = `${this.#start}:maps`;
    this.frames = `${this.#start}:frames`;
  }

  /** A hash: what a map computes, and how far it is enqueued. */
  map(id: string): string {
    return `${this.#start}:map:${id}`;
  }

  /** A bitmap: the jobs that are done. */
  done(id: string): string {
    return `${this.#start}:done:${id}`;
  }

  /** A stream: lines that the map has not written yet. */
  results(id: string): string {
    return `${this.#start}:results:${id}`;
  }
}

/** An entry of the jobs. */
export interface QueuedJob {
  readonly id: string;
  readonly map: string;
  readonly number: number;
  readonly input: string;
}

/** What stands in an entry of the jobs. */
export type EntryReading = QueuedJob | {
  readonly id: string;
  /** What is wrong with it. */
  readonly wrong: string;
  /** Its map and its number, where these can be read. */
  readonly map?: string | undefined;
  readonly number?: number | undefined;
};

/** Reads an entry of the jobs. */
export function readEntry({ id, fields }: StreamEntry): EntryReading {
  const text = (name: string) => fields.get(name);
  const map = /^[0-9a-f]{16}$/.test(text("m") ?? "") ? text("m")! : undefined;
  const digits = text("i") ?? "";
  const found = /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : 0;
  const number = found >= 1 && found <= MAX_JOBS ? found : undefined;
  const wrong = (what: string) => ({ id, wrong: what, map, number });
  if (text("v") !== QUEUE_VERSION) {
    return wrong(`its version v is ${shown(text("v"))}, expected ${QUEUE_VERSION}`);
  }
  if (map === undefined) return wrong(`its map m is ${shown(text("m"))}, expected 16 digits`);
  if (number === undefined) return wrong(`its number i is ${shown(text("i"))}, expected one`);
  const input = text("u");
  if (input === undefined || input === "") return wrong("it has no input u");
  return { id, map, number, input };
}

function shown(value: string | undefined): string {
  return value === undefined ? "missing" : JSON.stringify(value.slice(0, 40));
}

/** What of a map's work stands in its record beside the expression. */
export function optionsText(work: MapWork, tries: number): string {
  const { hdu, section, header, save, format, jobTime } = work;
  return JSON.stringify({ hdu, section, header, save, format, jobTime, tries });
}

/** What a worker reads of a map. */
export interface QueuedWork {
  readonly work: MapWork;
  /** Workers that may die of a job that they do alone, before it is given up. */
  readonly tries: number;
}

/**
 * Reads what a map computes.
 *
 * @param expression Its expression.
 * @param options What {@linkcode optionsText} has written.
 * @returns The work; a text that says what is wrong with it.
 */
export function readWork(expression: string, options: string): QueuedWork | string {
  let read: Record<string, unknown> | null;
  try {
    read = JSON.parse(options);
  } catch {
    return "its options are no JSON";
  }
  if (typeof read !== "object" || read === null) return "its options are no object";
  const { hdu, section, header, save, format, jobTime, tries } = read;
  const isText = (value: unknown) => value === undefined || typeof value === "string";
  const wrong = !(isText(hdu) || Number.isSafeInteger(hdu))
    ? "hdu"
    : !isText(section)
    ? "section"
    : !Array.isArray(header) || header.length > 1_000 ||
        !header.every((key) => typeof key === "string")
    ? "header"
    : !isText(save)
    ? "save"
    : format !== "npy" && format !== "fits"
    ? "format"
    : typeof jobTime !== "number" || !(jobTime > 0 && jobTime <= MAX_JOB_TIME)
    ? "jobTime"
    : !Number.isSafeInteger(tries) || (tries as number) < 1
    ? "tries"
    : undefined;
  if (wrong !== undefined) return `its option ${wrong} is ${shown(JSON.stringify(read[wrong]))}`;
  return { work: { expression, ...read } as unknown as MapWork, tries: tries as number };
}

/** Seconds of one job, a day. */
const MAX_JOB_TIME = 86_400;
