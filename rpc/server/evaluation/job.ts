/** A command for a worker, and what comes of it. */

import type { EffectSink } from "./effects.ts";
import type { Definitions } from "./messages.ts";
import { LanguageError, type LanguageErrorCode } from "../../language/values/error.ts";
import type { KeptPlot } from "../../language/routines/kept_plot.ts";
import type { LanguageLimits } from "../../language/values/meter.ts";
import type { CommandOutcome } from "../../language/evaluation/session.ts";
import type { LanguageValue } from "../../language/values/language_value.ts";

/** A command to be run in a worker. */
export interface PoolJob {
  /** Whose it is: jobs of different owners take turns. */
  readonly owner: object;
  readonly command: string;
  /** Whether an expression at its end is its result. */
  readonly implicitReturn: boolean;
  /** The variables that it works on; their buffers move to the worker. */
  readonly variables: ReadonlyMap<string, LanguageValue>;
  readonly colorTable: number;
  readonly plot: KeptPlot | undefined;
  /** The texts of the functions and procedures that it may call, by name. */
  readonly definitions: Definitions;
  readonly limits: LanguageLimits;
  /** Bytes that it may take before it asks for more, those of its variables among them. */
  readonly first: number;
  /** Whether it will not take long, as far as its text tells. */
  readonly short: boolean;
  /** When it is too late for it, by `performance.now()`. */
  readonly due: number;
  /** Takes what it needs to begin, by force if need be; false if that is not to be had now. */
  readonly begin: (force: boolean) => boolean;
  /** Takes more memory for it. */
  readonly more: (bytes: number) => Promise<void> | undefined;
  /** Takes by force the memory that it waits for. */
  readonly force: () => void;
  readonly sink: EffectSink;
  readonly signal: AbortSignal | undefined;
}

/** How a job ended. */
export interface PoolResult {
  readonly outcome: CommandOutcome;
  /** The variables as they are now, back in this thread; none if the worker was ended. */
  readonly variables: ReadonlyMap<string, LanguageValue>;
  /** The names of those that the command has not assigned. */
  readonly unchanged: ReadonlySet<string>;
  readonly colorTable: number;
  readonly plot: KeptPlot | undefined;
  /** The functions and procedures that it has defined. */
  readonly definitions: Definitions;
  /** Where its thread goes on with it, and keeps what it had of memory: when that ends. */
  readonly lost?: Promise<void> | undefined;
}

/**
 * The result of a job that has failed outside its command.
 *
 * @param job The job.
 * @param code The kind of failure.
 * @param message What happened.
 * @param variables Those that are still there.
 */
export function failed(
  job: PoolJob,
  code: LanguageErrorCode,
  message: string,
  variables: ReadonlyMap<string, LanguageValue> = new Map(),
): PoolResult {
  const error = new LanguageError(code, message, 0);
  const outcome: CommandOutcome = { ok: false, asked: false, error, operations: 0 };
  const unchanged = new Set(variables.keys());
  return {
    outcome,
    variables,
    unchanged,
    colorTable: job.colorTable,
    plot: job.plot,
    definitions: [],
  };
}
