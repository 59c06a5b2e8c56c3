/** Programs that a test talks to, stopped at the end of its scope. */

import { linesOf } from "@std/streams";

/** A program that runs. */
export interface RunningProgram extends AsyncDisposable {
  /** Waits for the next line of standard output that matches. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** Every line of standard output so far. */
  readonly lines: readonly string[];
  /** Waits for the end; the exit status. */
  ended(): Promise<number>;
  /** Sends a signal. */
  kill(signal: Deno.Signal): void;
  readonly pid: number;
}

/** Options of {@linkcode start}. */
export interface StartOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Where standard error goes. @default {"inherit"} */
  stderr?: "inherit" | "null";
}

/** Starts a program. */
export function start(
  command: string,
  args: readonly string[],
  options: StartOptions = {},
): RunningProgram {
  const child = new Deno.Command(command, {
    args: [...args],
    stdout: "piped",
    stderr: "inherit",
    ...options,
  }).spawn();
  const lines: string[] = [];
  let searched = 0;
  let wake = Promise.withResolvers<void>();
  let over = false;
  const reading = (async () => {
    for await (const line of linesOf(child.stdout)) {
      lines.push(line);
      wake.resolve();
      wake = Promise.withResolvers();
    }
    over = true;
    wake.resolve();
  })();
  return {
    lines,
    pid: child.pid,
    kill: (signal) => child.kill(signal),
    line: async (pattern) => {
      for (;;) {
        while (searched < lines.length) {
          const match = pattern.exec(lines[searched++]!);
          if (match !== null) return match;
        }
        if (over) throw new Error(`${command} ended without ${pattern}:\n${lines.join("\n")}`);
        await wake.promise;
      }
    },
    ended: async () => {
      await reading;
      return (await child.status).code;
    },
    [Symbol.asyncDispose]: async () => {
      try {
        child.kill("SIGKILL");
      } catch (error) {
        // It has ended already.
        if (!(error instanceof TypeError)) throw error;
      }
      await child.status;
      await reading;
    },
  };
}
