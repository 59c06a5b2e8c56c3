/** Runs the program as its users do: a process of its own, with the permissions it is given. */

/** What a finished program leaves. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running program. */
export interface Running extends AsyncDisposable {
  readonly process: Deno.ChildProcess;
  /** Waits for the next line of standard output; undefined at its end. */
  line(): Promise<string | undefined>;
  /** Sends a signal and waits for the end. */
  stop(signal: Deno.Signal): Promise<Finished>;
}

/** The checkout. */
export const ROOT: string = new URL("../../", import.meta.url).pathname;

/** What `deno task heliograph` runs before the command's own words, from any folder. */
export function taskProgram(): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
  const [, words] = / deno (run .*) "\$ROOT\/cli\.ts"$/.exec(tasks.heliograph.command)!;
  return [...words!.split(" "), "--quiet", `${ROOT}cli.ts`];
}

/** Options of {@linkcode runDeno} and {@linkcode startDeno}. */
export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** Whether nothing of this process's environment is handed on. */
  readonly clearEnv?: boolean;
}

function command(args: readonly string[], options: ProgramOptions): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: options.cwd ?? ROOT,
    env: { NO_COLOR: "1", ...options.env },
    clearEnv: options.clearEnv ?? false,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs `deno ARGS...` to its end. */
export async function runDeno(
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<Finished> {
  const { code, stdout, stderr } = await command(args, options).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Starts `deno ARGS...`; it is killed at the end of the scope if it still runs. */
export function startDeno(args: readonly string[], options: ProgramOptions = {}): Running {
  const process = command(args, options).spawn();
  const stderr = new Response(process.stderr).text();
  const output = process.stdout.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let taken = 0;
  let ended = false;
  const more = async () => {
    const { value, done } = await output.read();
    ended = done;
    text += decoder.decode(value, { stream: !done });
  };
  const finish = async (): Promise<Finished> => {
    while (!ended) await more();
    const { code } = await process.status;
    return { code, stdout: text, stderr: await stderr };
  };
  let finished: Promise<Finished> | undefined;
  return {
    process,
    async line() {
      for (;;) {
        const at = text.indexOf("\n", taken);
        if (at >= 0) {
          const line = text.slice(taken, at);
          taken = at + 1;
          return line;
        }
        if (ended) return undefined;
        await more();
      }
    },
    stop(signal) {
      if (!ended) process.kill(signal);
      return finished ??= finish();
    },
    async [Symbol.asyncDispose]() {
      if (finished === undefined && !ended) process.kill("SIGKILL");
      await (finished ??= finish());
    },
  };
}
