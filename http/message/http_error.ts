import { type HeliographErrorOptions, ProtocolError } from "../../net/errors.ts";

/**
 * A message breaks the rules of HTTP, or asks for what is refused.
 *
 * The text is written for the peer: it names what was found, never a path of the
 * disk or a secret.
 */
export class HttpError extends ProtocolError {
  /** The status code that a server answers, such as 400. */
  readonly status: number;

  /**
   * Makes an error.
   *
   * @param status The status code that a server answers.
   * @param message What was found and what was expected.
   * @param options The cause, and where it happened.
   */
  constructor(status: number, message: string, options: HeliographErrorOptions = {}) {
    super(message, options);
    this.status = status;
  }
}
