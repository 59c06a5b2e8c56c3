/** Standard output and standard error, written whole, line by line. */

/** The two streams of a program. */
export interface StandardStreams {
  /** Writes one line to standard output. */
  print(line: string): void;
  /** Writes bytes to standard output. */
  write(bytes: Uint8Array): Promise<void>;
  /** Writes one line to standard error. */
  error(line: string): void;
}

/** The program's own streams. */
export function standardStreams(): StandardStreams {
  const encoder = new TextEncoder();
  return {
    print: (line) => writeAllSync(Deno.stdout, encoder.encode(line + "\n")),
    write: async (bytes) => {
      for (let done = 0; done < bytes.length;) {
        done += await Deno.stdout.write(bytes.subarray(done));
      }
    },
    error: (line) => {
      try {
        writeAllSync(Deno.stderr, encoder.encode(line + "\n"));
      } catch (error) {
        if (!isBrokenPipe(error)) throw error;
      }
    },
  };
}

/** Whether the reader of standard output has gone, as `head` does after its lines. */
export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe;
}

function writeAllSync(
  stream: { writeSync(bytes: Uint8Array): number },
  bytes: Uint8Array,
): void {
  for (let done = 0; done < bytes.length;) {
    done += stream.writeSync(bytes.subarray(done));
  }
}
