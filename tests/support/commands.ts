/** Every command of the program, for tests that hold for all of them. */

import { COMMANDS } from "../../cli.ts";
import type { Command, CommandTable } from "../../commands/program/command.ts";

/** Loads every command, by the words that call it. */
export async function allCommands(
  table: CommandTable = COMMANDS,
  family = "",
): Promise<Map<string, Command>> {
  const found = new Map<string, Command>();
  for (const [name, entry] of Object.entries(table)) {
    const members = entry.family === undefined
      ? [[`${family}${name}`, (await entry.load!()).command as Command] as const]
      : await allCommands(entry.family, `${name} `);
    for (const [words, command] of members) found.set(words, command);
  }
  return found;
}
