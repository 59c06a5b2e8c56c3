/**
 * The command `heliograph`: a table of commands, each loaded when it is called.
 *
 * @module
 */

import { type CommandTable, tableHelp } from "./commands/command.ts";

/** Every command, in the order of the help text. */
export const COMMANDS: CommandTable = {};

/** The program's version, the same in every deno.json and in jsr.json. */
export const VERSION = "0.1.0";

async function main(args: string[]): Promise<number> {
  if (args[0] === "--help" || args[0] === "-h") {
    console.log(tableHelp("heliograph", COMMANDS));
    return 0;
  }
  if (args[0] === "--version" || args[0] === "-V") {
    console.log(`heliograph ${VERSION}`);
    return 0;
  }
  const { runCommandLine } = await import("./commands/run.ts");
  return await runCommandLine("heliograph", COMMANDS, args);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
