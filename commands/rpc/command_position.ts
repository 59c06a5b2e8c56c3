/** Where in a command something failed. */

import { CallError } from "../../rpc/client/array_client.ts";

/**
 * Waits for the result of a command; an error says its place in the words of the server's log.
 *
 * @param command The text of the command.
 * @param result Its result to come.
 */
export async function withCommandPosition<T>(command: string, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    if (!(error instanceof CallError) || error.position === undefined) throw error;
    const { code, message, position } = error;
    throw new CallError(code, `${message} (${placeIn(command, position)})`, position);
  }
}

/** A place in a command: in a program its line and column, from 1. */
function placeIn(command: string, position: number): string {
  if (!command.trim().includes("\n")) return `at ${position + 1} of '${command}'`;
  const lines = command.slice(0, position).split("\n");
  return `line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
}
