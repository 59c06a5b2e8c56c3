/** The FITS library, whose source is loaded when a command runs. */

import { type Command, defineCommand, type Flags } from "../program/command.ts";

type Core = typeof import("./core_names.ts");
type FitsLibrary = typeof import("./library_names.ts");

/** What opens files and looks at images, there as soon as any command of FITS files runs. */
export let core: Core;

/** The library, there as soon as a command of {@linkcode defineFitsCommand} runs. */
export let fits: FitsLibrary;

/**
 * The same as `defineCommand()`, for a command that uses the FITS library.
 *
 * Deno opens all modules behind literal specifiers before the program starts, be it for
 * a line of help. The specifier here is computed, so that those of the library are not
 * among them; as local files these need `--allow-read`, which these commands have.
 *
 * @param command The definition.
 * @returns The definition, with a `run` that loads the library first.
 */
export function defineFitsCommand<const F extends Flags>(command: Command<F>): Command<F> {
  return defineCommand({
    ...command,
    run: async (context) => {
      core = await loadFits();
      return await command.run(context);
    },
  });
}

/**
 * The same for a command that needs {@linkcode core} alone, and for what is seldom asked of it
 * {@linkcode loadFits}.
 *
 * @param command The definition.
 * @returns The definition, with a `run` that loads these modules first.
 */
export function defineImageCommand<const F extends Flags>(command: Command<F>): Command<F> {
  return defineCommand({
    ...command,
    run: async (context) => {
      core ??= await import(import.meta.resolve("./core_names.ts"));
      return await command.run(context);
    },
  });
}

/** Loads the library. */
export async function loadFits(): Promise<FitsLibrary> {
  return fits ??= await import(import.meta.resolve("./library_names.ts"));
}
