import { concatenate } from "./bytes/concatenate.ts";
import { Deadline } from "./deadline.ts";
import { ClosedError, TimeoutError } from "./errors.ts";
import { closeQuietly, isDisconnect } from "./socket.ts";

/** Pieces that are shorter than this together go out in one write. */
const JOIN_BYTES = 65_536;

/** What {@linkcode writeAll} writes to. */
export interface ByteSink {
  /** Writes at least one byte of `bytes`, perhaps not all of them. */
  write(bytes: Uint8Array): Promise<number>;
  /** Closes the sink; called when a deadline passes. */
  close?(): void;
}

/** Options of {@linkcode writeAll}. */
export interface WriteAllOptions {
  /** Milliseconds that the peer may take nothing before the connection is closed. */
  timeout?: number | undefined;
  /** What is written to, for error messages. */
  source?: string | undefined;
}

/**
 * Writes every byte, however many writes the system makes of it.
 *
 * Small pieces that follow each other are joined, so that a head and a short body
 * leave in one packet; large ones are written from where they are.
 *
 * @param sink The connection.
 * @param bytes One piece or several, in order.
 * @param options The deadline for progress.
 * @throws {ClosedError} If the connection ends before all is written.
 * @throws {TimeoutError} If the peer takes nothing for `timeout` milliseconds.
 */
export async function writeAll(
  sink: ByteSink,
  bytes: Uint8Array | readonly Uint8Array[],
  options: WriteAllOptions = {},
): Promise<void> {
  const { timeout, source = "the connection" } = options;
  const deadline = timeout === undefined
    ? undefined
    : new Deadline(() => closeQuietly({ close: () => sink.close?.() }));
  let written = 0;
  try {
    for (const piece of bytes instanceof Uint8Array ? [bytes] : joinSmall(bytes)) {
      for (let done = 0; done < piece.length;) {
        deadline?.set(timeout!);
        done += await sink.write(done === 0 ? piece : piece.subarray(done));
      }
      written += piece.length;
    }
  } catch (error) {
    if (deadline?.expired) {
      throw new TimeoutError(`Cannot write to ${source}: it took nothing for ${timeout} ms`, {
        cause: error,
        source,
      });
    }
    if (!isDisconnect(error)) throw error;
    throw new ClosedError(
      `Cannot write to ${source}: the connection was closed after ${written} bytes or more`,
      { cause: error, source },
    );
  } finally {
    deadline?.end();
  }
}

/** Joins neighbours as long as they are small together. */
function joinSmall(pieces: readonly Uint8Array[]): Uint8Array[] {
  const joined: Uint8Array[] = [];
  for (let i = 0; i < pieces.length;) {
    let length = pieces[i]!.length;
    let next = i + 1;
    while (next < pieces.length && length + pieces[next]!.length <= JOIN_BYTES) {
      length += pieces[next++]!.length;
    }
    joined.push(next === i + 1 ? pieces[i]! : concatenate(pieces.slice(i, next), length));
    i = next;
  }
  return joined;
}
