/**
 * What a command may use: operations, bytes, time, nesting and lines.
 *
 * @module
 */

import { Refusal } from "./error.ts";

/** What the commands of one session may use. */
export interface LanguageLimits {
  /** Element operations of one command; default 20e9, some 20 s of work. */
  readonly operations: number;
  /** Bytes of all variables and temporaries at any time; default 2 GiB. */
  readonly bytes: number;
  /** Milliseconds of one command by the session's clock; default 10,000. */
  readonly milliseconds: number;
  /** Levels of brackets, operators and statements within each other; default 200. */
  readonly nesting: number;
  /** UTF-16 units of one command; default 65,536. */
  readonly commandLength: number;
  /** UTF-16 units that one command may print; default 1 MiB. */
  readonly printed: number;
  /** Variables of a session; default 1,000. */
  readonly variables: number;
  /** UTF-16 units of the functions and procedures that a session defines; default 1 MiB. */
  readonly definitions: number;
}

/** The limits of a session that names none. */
export const DEFAULT_LIMITS: LanguageLimits = {
  operations: 20e9,
  bytes: 2 * 1024 ** 3,
  milliseconds: 10_000,
  nesting: 200,
  commandLength: 65_536,
  printed: 1024 ** 2,
  variables: 1000,
  definitions: 1024 ** 2,
};

/** Steps of a program between two looks at the clock: some microseconds. */
const STEPS = 128;

/** Operations that a statement or the turn of a loop is charged. */
const STEP_OPERATIONS = 10;

/** What a printed line is charged besides its text, in UTF-16 units. */
const LINE_UNITS = 16;

/** Memory that a session may take before it asks for more. */
export interface MeterRoom {
  /** Bytes that it begins with. */
  readonly bytes: number;
  /**
   * Asks for more, and waits for it.
   *
   * @param bytes How many at least.
   * @param most How many at most.
   * @returns How many it may take besides; 0 if there is none.
   */
  more(bytes: number, most: number): number;
}

/** Counts what a session and its running command use, and stops it at a limit. */
export class Meter {
  /** What the running command may use; another one may have others. */
  limits: LanguageLimits;
  readonly clock: (() => number) | undefined;

  /** Element operations of the running command. */
  operations = 0;
  /** Bytes of the variables and of the running command's temporaries. */
  bytes = 0;
  #printed = 0;
  #deadline = Infinity;
  #room: number;
  #more: MeterRoom | undefined;
  #signal: AbortSignal | undefined;
  #counted = 1;
  #left = 1;

  constructor(limits: LanguageLimits, clock: (() => number) | undefined, room?: MeterRoom) {
    this.limits = limits;
    this.clock = clock;
    this.#more = room;
    this.#room = room?.bytes ?? Infinity;
  }

  /** Begins a command, whose operations, time and printed text count from zero. */
  begin(signal?: AbortSignal): void {
    this.operations = 0;
    this.#counted = this.#left = 1;
    this.#printed = 0;
    this.#signal = signal;
    this.#deadline = this.clock === undefined ? Infinity : this.clock() + this.limits.milliseconds;
  }

  /** Counts one statement, or one turn of a loop; false where `step` is to be called for it. */
  tick(): boolean {
    return --this.#left > 0;
  }

  /** Charges the statements that have been counted, and looks at the clock. */
  step(): void {
    const counted = this.#counted - Math.max(0, this.#left);
    this.#left = this.#counted = STEPS;
    this.work(STEP_OPERATIONS * counted);
  }

  /** Charges element operations before they are done. */
  work(operations: number): void {
    this.operations += operations;
    if (!(this.operations <= this.limits.operations)) {
      throw new Refusal(
        "limit",
        `The command needs more than the ${this.limits.operations} operations that one may use`,
      );
    }
    if (this.#signal?.aborted) throw new Refusal("cancelled", "The command was cancelled");
    if (this.clock !== undefined && this.clock() > this.#deadline) {
      const most = Math.ceil(this.limits.milliseconds);
      throw new Refusal(
        "time",
        most > 0
          ? `The command has not ended after ${most} ms, the most that one may take`
          : "The time that the command may take had passed before it began",
      );
    }
  }

  /** Charges bytes before they are allocated. */
  take(bytes: number): void {
    if (
      !(this.bytes + bytes <= this.limits.bytes) ||
      this.bytes + bytes > this.#room && !this.#askForRoom(bytes)
    ) {
      throw new Refusal(
        "limit",
        `Cannot allocate ${bytes} bytes: ${this.bytes} of the session's ` +
          `${this.limits.bytes} are in use`,
      );
    }
    this.bytes += bytes;
  }

  #askForRoom(bytes: number): boolean {
    const missing = this.bytes + bytes - this.#room;
    this.#room += this.#more?.more(missing, this.limits.bytes - this.#room) ?? 0;
    return this.bytes + bytes <= this.#room;
  }

  /** Gives back bytes that are no longer in use. */
  release(bytes: number): void {
    this.bytes = Math.max(0, this.bytes - bytes);
  }

  /** Charges a line of text before it is printed. */
  print(units: number): void {
    this.#printed += units + LINE_UNITS;
    if (this.#printed > this.limits.printed) {
      throw new Refusal(
        "limit",
        `The command prints more than the ${this.limits.printed} characters that one may`,
      );
    }
  }
}
