/**
 * The one error of the command language.
 *
 * @module
 */

import { HeliographError } from "../../../net/errors.ts";

/**
 * What kind of failure a command met: text that is no command (`syntax`), a
 * name that is not known (`name`), operands or arguments that do not fit
 * (`value`), a subscript out of range (`range`), a limit of the session
 * (`limit`), the deadline (`time`), a failure outside the language (`host`).
 */
export type LanguageErrorCode =
  | "syntax"
  | "name"
  | "value"
  | "range"
  | "limit"
  | "time"
  | "cancelled"
  | "host";

/** Where in the command text something stands: UTF-16 units counted from 0. */
export type Position = number;

/** A command that could not be understood or run. */
export class LanguageError extends HeliographError {
  /** What kind of failure it is. */
  readonly code: LanguageErrorCode;
  /** Where in the command it happened, in UTF-16 units counted from 0. */
  readonly position: number;

  /**
   * Makes an error.
   *
   * @param code What kind of failure it is.
   * @param message What was being done, to what, what was found, what was expected.
   * @param position Where in the command, in UTF-16 units counted from 0.
   * @param options The error behind this one.
   */
  constructor(
    code: LanguageErrorCode,
    message: string,
    position: number,
    options: ErrorOptions = {},
  ) {
    super(message, options);
    this.code = code;
    this.position = position;
  }
}

/**
 * A failure met inside an operator or a function, which knows no position: the
 * evaluator turns it into a {@linkcode LanguageError} at the place of the call.
 */
export class Refusal extends Error {
  readonly code: LanguageErrorCode;

  constructor(code: LanguageErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}

/** Refuses arguments or operands that do not fit. */
export function refuse(message: string): never {
  throw new Refusal("value", message);
}

/** Refuses a subscript or a dimension out of range. */
export function outOfRange(message: string): never {
  throw new Refusal("range", message);
}
