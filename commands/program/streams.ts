/** The program's standard streams: output written whole, input that an interrupt ends. */

import { fileError } from "../../net/file_error.ts";
import { printableLines } from "../../net/text/printable.ts";

/** The two streams of a program. */
export interface StandardStreams {
  /** Writes one line to standard output, without what a terminal would obey. */
  print(line: string): void;
  /** Writes bytes to standard output: to a terminal as text that it does not obey. */
  write(bytes: Uint8Array): Promise<void>;
  /** Writes one line to standard error, without what a terminal would obey. */
  error(line: string): void;
}

/** The program's own streams. */
export function standardStreams(): StandardStreams {
  const encoder = new TextEncoder();
  const shown = Deno.stdout.isTerminal() ? terminalBytes() : (bytes: Uint8Array) => bytes;
  return {
    print: (line) => {
      try {
        writeAllSync(Deno.stdout, encoder.encode(printableLines(line) + "\n"));
      } catch (error) {
        throw outputError(error);
      }
    },
    write: async (given) => {
      const bytes = shown(given);
      try {
        for (let done = 0; done < bytes.length;) {
          done += await Deno.stdout.write(bytes.subarray(done));
        }
      } catch (error) {
        throw outputError(error);
      }
    },
    error: (line) => {
      try {
        writeAllSync(Deno.stderr, encoder.encode(printableLines(line) + "\n"));
      } catch {
        // No one is left to tell: a log that is full or gone must not end a server.
      }
    },
  };
}

/**
 * Makes a function for the pieces of one output that go to a terminal: text that shows
 * what a terminal would obey. Files and pipes get their bytes as they are.
 */
export function terminalBytes(): (bytes: Uint8Array) => Uint8Array {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  return (bytes) => encoder.encode(printableLines(decoder.decode(bytes, { stream: true })));
}

/**
 * The reader of standard output has gone, as `head` does after its lines: no failure of
 * the program, but that of a socket with the same error of the system would be one.
 */
export class OutputEnded extends Error {
  override name = "OutputEnded";
}

function outputError(error: unknown): unknown {
  if (error instanceof Deno.errors.BrokenPipe) {
    return new OutputEnded("the reader of standard output has gone", { cause: error });
  }
  return fileError(error, "write to", "standard output");
}

/** Standard input as bytes; an interrupt ends a read that waits for somebody to type. */
export class StandardInput implements Disposable {
  #aborted = Promise.withResolvers<never>();
  #signal: AbortSignal;
  #abort = () => this.#aborted.reject(this.#signal.reason);

  /**
   * Begins to listen for the interrupt.
   *
   * @param signal Ends every read; its reason is thrown.
   */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#aborted.promise.catch(() => {});
    if (signal.aborted) this.#abort();
    else signal.addEventListener("abort", this.#abort, { once: true });
  }

  /** Reads at least one byte into `target`; null at the end. */
  read(target: Uint8Array): Promise<number | null> {
    return Promise.race([Deno.stdin.read(target), this.#aborted.promise]);
  }

  /** The same as a stream. */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      pull: async (controller) => {
        const piece = new Uint8Array(65_536);
        const count = await this.read(piece);
        if (count === null) controller.close();
        else controller.enqueue(piece.subarray(0, count));
      },
    }, { highWaterMark: 0 });
  }

  /** Stops listening. */
  [Symbol.dispose](): void {
    this.#signal.removeEventListener("abort", this.#abort);
  }
}

function writeAllSync(
  stream: { writeSync(bytes: Uint8Array): number },
  bytes: Uint8Array,
): void {
  for (let done = 0; done < bytes.length;) {
    done += stream.writeSync(bytes.subarray(done));
  }
}
