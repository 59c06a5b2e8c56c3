import { type HeliographErrorOptions, ProtocolError } from "../errors.ts";

/**
 * An FTP server refused a command, or answered what the protocol does not allow.
 *
 * Codes from 400 to 499 say that the same command may succeed later, codes from
 * 500 that it will not (RFC 959 section 4.2.1).
 *
 * @example
 * ```ts
 * import { FtpClient, FtpError, serveTcp, writeAll } from "@heliograph/heliograph/net";
 * import { assert, assertEquals } from "@std/assert";
 *
 * await using server = serveTcp({ port: 0 }, async ({ socket }) => {
 *   await writeAll(socket, new TextEncoder().encode("421 Come back later\r\n"));
 * });
 * const error = await FtpClient.connect(server.address).catch((error) => error);
 * assert(error instanceof FtpError);
 * assertEquals(error.code, 421);
 * ```
 */
export class FtpError extends ProtocolError {
  /** The reply's code; 0 where the reply made no sense. */
  readonly code: number;

  /**
   * Makes an error.
   *
   * @param code The reply's code.
   * @param message What was being done, and what the server said.
   * @param options The cause, and where it happened.
   */
  constructor(code: number, message: string, options: HeliographErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}
