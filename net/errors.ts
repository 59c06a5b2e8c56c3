/** What every error of Heliograph may carry besides its message. */
export interface HeliographErrorOptions extends ErrorOptions {
  /** What the work was done to: a URL, an address, or a file name. */
  source?: string | undefined;
  /** The byte offset in the source, counted from 0. */
  offset?: number | undefined;
}

/**
 * The root of the error family.
 *
 * A message says what was being done, to what, what was found and what was
 * expected. It never contains a password, a token or a header that carries one.
 */
export class HeliographError extends Error {
  /** What the work was done to: a URL, an address, or a file name. */
  readonly source: string | undefined;
  /** The byte offset in the source, counted from 0. */
  readonly offset: number | undefined;

  /**
   * Makes an error.
   *
   * @param message What was being done, to what, what was found, what was expected.
   * @param options The cause, and where it happened.
   */
  constructor(message: string, options: HeliographErrorOptions = {}) {
    super(
      message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = new.target.name;
    this.source = options.source;
    this.offset = options.offset;
  }
}

/** The peer broke the rules of the protocol that both agreed to speak. */
export class ProtocolError extends HeliographError {}

/** Something is larger, longer or more numerous than a limit allows. */
export class LimitError extends HeliographError {}

/** A deadline passed before the work was done. */
export class TimeoutError extends HeliographError {}

/** The connection, the server or the file ended before the work was done. */
export class ClosedError extends HeliographError {}

/** Bytes do not have the format that they claim or that was asked for. */
export class FormatError extends HeliographError {}

/**
 * The message of whatever was thrown.
 *
 * @param error An error, or what else was thrown.
 */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
