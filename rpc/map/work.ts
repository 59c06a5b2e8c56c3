/** What a map computes, job by job: the same for threads here and for workers elsewhere. */

import { shownUrl } from "../../net/text/shown_url.ts";

/** The formats of saved values. */
export type SaveFormat = "npy" | "fits";

/** What is done with every input. */
export interface MapWork {
  /** A command of the language; its value is the result. `data` is the image of the input. */
  readonly expression: string;
  /** The HDU whose image is `data`; default the one that the input's name selects, or the first. */
  readonly hdu?: number | string | undefined;
  /** The section of it, such as `1:100,1:100`. */
  readonly section?: string | undefined;
  /** Keywords whose values stand beside the result. */
  readonly header: readonly string[];
  /** The folder, or the `s3:` URL of one, into which values are saved. */
  readonly save?: string | undefined;
  /** The format of saved values. */
  readonly format: SaveFormat;
  /** Seconds that one job may take. */
  readonly jobTime: number;
}

/** One input, and its number in the order of the inputs, from 1. */
export interface MapJob {
  readonly number: number;
  readonly input: string;
}

/** Why a job has no value. */
export type FailureKind = "read" | "format" | "language" | "limit" | "time" | "save" | "lost";

/** What became of a job, under the names that stand in the file of results. */
export interface MapLine {
  readonly job: number;
  readonly input: string;
  /** The type of the value. */
  readonly type?: string | undefined;
  /** Its shape, the fastest dimension first; empty for a scalar. */
  readonly shape?: readonly number[] | undefined;
  /** Its elements; of a scalar the one itself. */
  readonly data?: unknown;
  /** Where it is saved. */
  readonly path?: string | undefined;
  /** The size of that file. */
  readonly bytes?: number | undefined;
  readonly header?: Readonly<Record<string, unknown>> | undefined;
  readonly failed?: FailureKind | undefined;
  readonly error?: string | undefined;
  /** Where in the expression it failed, counted from 0. */
  readonly position?: number | undefined;
  /** How many workers have had it. */
  readonly tries?: number | undefined;
  readonly seconds?: number | undefined;
  readonly worker?: string | undefined;
}

/**
 * An input as it may be shown: without what opens anything.
 *
 * @param input A path or a URL.
 */
export function shownInput(input: string): string {
  const url = /^(?:https?|ftps?):/i.test(input) ? URL.parse(input) : null;
  return url === null ? input : shownUrl(url);
}

/**
 * The name of the file that holds the value of a job.
 *
 * @param job The job; its number, in six digits or more, comes first.
 * @param format The format.
 */
export function savedName({ number, input }: MapJob, format: SaveFormat): string {
  const path = input.replace(/(?:\[[^\]]*\])+$/, "")
    .replace(/^(https?:[^?#]*)[?#].*$/is, "$1");
  const stem = path.slice(path.lastIndexOf("/") + 1)
    .replace(/(\.(gz|fz|bz2|Z))+$/i, "").replace(/\.(fits?|fts|jpe?g|png|npy)$/i, "")
    .replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^[.-]+/, "").slice(0, MAX_STEM);
  return `${String(number).padStart(6, "0")}-${stem || "data"}.${format}`;
}

/** Characters of an input's name in that of its saved value. */
const MAX_STEM = 80;
