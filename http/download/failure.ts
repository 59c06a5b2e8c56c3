/**
 * What the error of an attempt means for the next one.
 *
 * @module
 */

import {
  ClosedError,
  FormatError,
  HeliographError,
  LimitError,
  ProtocolError,
  TimeoutError,
} from "../../net/errors.ts";
import { isDisconnect } from "../../net/socket.ts";
import { TransientError } from "./job/transfer.ts";

/** A transfer was slower than it may be. */
export class SlowError extends TimeoutError {}

/** Whether the same request may succeed later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof TransientError || error instanceof TimeoutError) return true;
  if (isDisconnect(error) || error instanceof ClosedError || isOutOfFiles(error)) return true;
  const cause = error instanceof HeliographError ? error.cause : undefined;
  return cause instanceof Deno.errors.ConnectionRefused || cause instanceof Deno.errors.TimedOut ||
    isDisconnect(cause);
}

/** Whether the program has as many files and connections open as it may: some will end. */
export function isOutOfFiles(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (code === "EMFILE" || code === "ENFILE" || /os error (24|23)\)/.test(cause.message)) {
      return true;
    }
  }
  return false;
}

/** Whether the part of the file cannot be trusted or used any more. */
export function spoilsPart(error: unknown): boolean {
  return error instanceof FormatError || error instanceof ProtocolError ||
    error instanceof LimitError;
}
