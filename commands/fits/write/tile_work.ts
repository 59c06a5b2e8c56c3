/** What compressing and bringing back have in common: outputs, progress, and what is said at the end. */

import type { FitsFile } from "../../../fits/mod.ts";
import type { HduOutcome } from "../../../fits/write/compress.ts";
import { formatBytes } from "../../../net/format_bytes.ts";
import { formatSeconds, terminalColumns } from "../../../net/progress.ts";
import { cutMiddle } from "../../../net/text/cut_middle.ts";
import { printable } from "../../../net/text/printable.ts";
import { type CommandContext, UsageError } from "../../program/command.ts";
import { outputPlace, refuseExisting } from "../../program/output_file.ts";
import { writeWholeFile } from "../../program/whole_file.ts";
import { costOf, storeTargetOf } from "../fits_argument.ts";

/** How often progress is shown, in milliseconds. */
const INTERVAL_MS = 200;

/** What compresses files and brings them back, loaded when it is needed. */
export function loadCompression(): Promise<typeof import("../../../fits/write/compress.ts")> {
  return import(import.meta.resolve("../../../fits/write/compress.ts"));
}

/**
 * Where a file goes.
 *
 * @param context The running command.
 * @param file A path, a URL, or `-`.
 * @param flags `--output` and `--clobber`.
 * @param rename Makes the name beside it, or in the folder of `--output`.
 * @throws {UsageError} If the file has no place beside which another could be written, or one
 * output would be for several files.
 * @throws {HeliographError} If the output is there.
 */
export async function outputOf(
  context: CommandContext,
  file: string,
  { output, clobber }: { readonly output: string | undefined; readonly clobber: boolean },
  rename: (name: string) => string,
): Promise<string> {
  if (output === undefined) {
    if (file === "-") return "-";
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(file)) {
      throw new UsageError(`'${file}' is no local file: name the output with --output`);
    }
    const beside = rename(file);
    await refuseExisting(beside, clobber);
    return beside;
  }
  const name = file.replace(/[?#].*$/s, "").replace(/^.*\//s, "");
  const store = storeTargetOf(context);
  const rule = { clobber, count: context.args.length, store };
  return await outputPlace(output, renamed(name, rename), rule);
}

/** The name in a folder; what has no other name keeps its own. */
function renamed(name: string, rename: (name: string) => string): string {
  try {
    return rename(name);
  } catch (error) {
    if (error instanceof UsageError) return name;
    throw error;
  }
}

/** One file's work. */
export class TileWork implements Disposable {
  readonly #context: CommandContext;
  readonly #from: string;
  readonly #to: string;
  readonly #start = performance.now();
  readonly #outcomes: HduOutcome[] = [];
  #bytes = 0;
  #shown = 0;

  /**
   * Begins.
   *
   * @param context The running command.
   * @param from The file.
   * @param to Its output.
   */
  constructor(context: CommandContext, from: string, to: string) {
    this.#context = context;
    this.#from = from;
    this.#to = to;
  }

  /** Signal and progress, for the library. */
  get options(): {
    readonly signal: AbortSignal;
    readonly onProgress: (done: number, all: number) => void;
    readonly onHdu: (outcome: HduOutcome) => void;
  } {
    return {
      signal: this.#context.signal,
      onProgress: (done, all) => this.#show(done, all),
      onHdu: (outcome) => this.#outcomes.push(outcome),
    };
  }

  /** Writes the output: whole or not at all. */
  async write(pieces: AsyncIterable<Uint8Array>): Promise<void> {
    if (this.#to !== "-") {
      this.#bytes = await writeWholeFile(this.#to, pieces, storeTargetOf(this.#context));
      return;
    }
    for await (const piece of pieces) {
      await this.#context.write(piece);
      this.#bytes += piece.length;
    }
  }

  /**
   * Says what has been done.
   *
   * @param file What was read.
   */
  done(file: FitsFile): void {
    this[Symbol.dispose]();
    const { print, report, json } = this.#context;
    if (this.#to === "-") return;
    const lossy = this.#outcomes.filter((outcome) => outcome.lossy).map(({ hdu }) => hdu);
    if (json) {
      const changed = this.#outcomes.filter(({ outcome }) => outcome !== "copied").length;
      const { length } = this.#outcomes;
      print(JSON.stringify({
        file: this.#from,
        output: this.#to,
        bytes: this.#bytes,
        hdus: length,
        changed,
        lossy,
        ...costOf(file),
      }));
      return;
    }
    const loss = lossy.length === 0
      ? ""
      : `; not every bit is the same in HDU ${lossy.join(", ")} (quantised or scaled)`;
    report(
      `wrote ${formatBytes(this.#bytes)} to ${printable(this.#to)} in ` +
        `${formatSeconds((performance.now() - this.#start) / 1000)}${loss}`,
    );
  }

  #show(done: number, all: number): void {
    if (this.#context.quiet || !Deno.stderr.isTerminal()) return;
    const now = performance.now();
    if (now - this.#shown < INTERVAL_MS || now - this.#start < INTERVAL_MS) return;
    this.#shown = now;
    const share = `: ${Math.floor(done / all * 100)} %`;
    const line = cutMiddle(printable(this.#from), terminalColumns() - 1 - share.length) + share;
    Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[K${line}`));
  }

  /** Ends the line of progress. */
  [Symbol.dispose](): void {
    if (this.#shown === 0) return;
    this.#shown = 0;
    Deno.stderr.writeSync(new TextEncoder().encode("\r\x1b[K"));
  }
}
