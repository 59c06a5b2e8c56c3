/** The lines of a file of results: written one by one, and found again when a map goes on. */

import { FormatError } from "../../net/errors.ts";
import { printableJson } from "../../net/text/printable.ts";
import { JobNumbers, MAX_JOBS } from "./numbers.ts";
import type { MapLine } from "./work.ts";

/** Characters of a line at most: a value of 64 KiB, its header, an error. */
const MAX_LINE = 1_048_576;

/**
 * A line of results.
 *
 * @param line What became of a job.
 * @returns JSON, without the end of a line.
 */
export function lineText(line: MapLine): string {
  return printableJson(JSON.stringify(line));
}

/** What a line begins with, and what stands nowhere else in one. */
const START = '{"job":';

/** What stands in a line of a job that failed, and in no text within one: quotes are escaped there. */
const FAILED = ',"failed":"';

/** Whether a line that {@linkcode lineText} made is that of a job that failed. */
export function isFailure(text: string): boolean {
  return text.includes(FAILED);
}

/** Reads the lines of results that are there, piece by piece. */
export class LineScan {
  /** The numbers of the jobs that have a line. */
  readonly numbers: JobNumbers = new JobNumbers();
  /** How many of them failed. */
  failed = 0;
  /** Bytes up to the end of the last whole line. */
  end = 0;
  readonly #source: string;
  readonly #onLine: ((text: string) => void) | undefined;
  #rest = "";
  #lines = 0;

  /**
   * Begins before the first line.
   *
   * @param source The name of the file, for messages.
   * @param onLine Hears each line, its octets as characters.
   */
  constructor(source: string, onLine?: (text: string) => void) {
    this.#source = source;
    this.#onLine = onLine;
  }

  /**
   * Takes the next bytes.
   *
   * @param octets The bytes, each as a character: all that is looked for is ASCII.
   * @throws {FormatError} If a line is none of results, or one of a job that has one already.
   */
  push(octets: string): void {
    const text = this.#rest + octets;
    let start = 0;
    for (let at; (at = text.indexOf("\n", start)) >= 0; start = at + 1) {
      this.#take(text.slice(start, at));
      this.end += at + 1 - start;
    }
    this.#rest = text.slice(start);
    if (this.#rest.length > MAX_LINE) throw this.#wrong("a line without an end");
  }

  #take(line: string): void {
    this.#lines++;
    const [, digits] = /^\{"job":(\d{1,9}),"input":".*\}$/.exec(line) ?? [];
    const number = Number(digits);
    // After a power cut a file may have zeros, or the rest of another line, behind part of a line.
    const torn = line.includes("\0") || line.includes(START, 1);
    if (digits === undefined || number < 1 || number > MAX_JOBS || torn) {
      throw this.#wrong("no result");
    }
    if (!this.numbers.add(number)) throw this.#wrong(`a second result of job ${number}`);
    if (isFailure(line)) this.failed++;
    this.#onLine?.(line);
  }

  #wrong(found: string): FormatError {
    return new FormatError(
      `Cannot go on with '${this.#source}': found ${found} in line ${this.#lines || 1}, ` +
        "expected what rpc map has written",
      { source: this.#source, offset: this.end },
    );
  }
}
