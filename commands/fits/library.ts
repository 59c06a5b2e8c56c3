/** The FITS library, whose source is loaded when a command runs. */

import { type Command, defineCommand, type Flags } from "../program/command.ts";

type FitsLibrary =
  & typeof import("../../fits/mod.ts")
  & Pick<typeof import("../../fits/write/write.ts"), "fitsPieces">;

/** The library, there as soon as a command of {@linkcode defineFitsCommand} runs. */
export let fits: FitsLibrary;

/**
 * The same as `defineCommand()`, for a command that uses the FITS library.
 *
 * Deno opens all modules behind literal specifiers before the program starts, be it for
 * a line of help. The specifiers here are computed, so that those of the library are not
 * among them; as local files they need `--allow-read`, which these commands have.
 *
 * @param command The definition.
 * @returns The definition, with a `run` that loads the library first.
 */
export function defineFitsCommand<const F extends Flags>(command: Command<F>): Command<F> {
  return defineCommand({
    ...command,
    run: async (context) => {
      fits ??= {
        ...await import(import.meta.resolve("../../fits/mod.ts")),
        ...await import(import.meta.resolve("../../fits/write/write.ts")),
      };
      return await command.run(context);
    },
  });
}
