/** Commands of the language, run for their value, their lines or their failure. */

import {
  type CommandInputs,
  type IdlValue,
  type LanguageError,
  LanguageSession,
  type LanguageSessionOptions,
} from "../../../rpc/mod.ts";

/** The value that an expression has, or a command returns. */
export function valueOf(command: string, inputs: CommandInputs = {}): IdlValue {
  const text = /\breturn\b/i.test(command) ? command : `return, ${command}`;
  const outcome = new LanguageSession().runSync(text, inputs);
  if (!outcome.ok) throw outcome.error;
  if (outcome.returned === undefined) throw new Error(`${command} returned nothing`);
  return outcome.returned;
}

/** The lines that a command prints. */
export function linesOf(command: string, inputs: CommandInputs = {}): string[] {
  const lines: string[] = [];
  const session = new LanguageSession({ host: { print: (line) => void lines.push(line) } });
  const outcome = session.runSync(command, inputs);
  if (!outcome.ok) throw outcome.error;
  return lines;
}

/** The error that a command ends with. */
export function failureOf(command: string, options: LanguageSessionOptions = {}): LanguageError {
  const outcome = new LanguageSession(options).runSync(command);
  if (outcome.ok) throw new Error(`${command} did not fail`);
  return outcome.error;
}
