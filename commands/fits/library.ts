/** The FITS library, whose source is loaded when a command runs. */

import { type Command, defineCommand, type Flags } from "../program/command.ts";

type FitsLibrary = typeof import("./library_names.ts");

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
      fits ??= await import(import.meta.resolve("./library_names.ts"));
      return await command.run(context);
    },
  });
}
