/** What a program, or the page, asks the array server for: read strictly. */

import { ProblemError } from "../api/problem.ts";

/** Characters of a command. */
export const MAX_COMMAND: number = 64 << 10;
/** Pictures that a command may use. */
const MAX_PICTURES = 16;

/** A command, and what it is run with. */
export interface ConsoleQuestion {
  readonly command: string;
  /** The numbers of pictures by the names of variables. */
  readonly pictures: ReadonlyMap<string, string>;
  /** Whose variables it has; undefined runs it alone. */
  readonly session: string | undefined;
}

/**
 * Reads a question.
 *
 * @param text The body of a request, as JSON.
 * @throws {ProblemError} If it is none.
 */
export function readQuestion(text: string): ConsoleQuestion {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    throw wrong("the body", 'JSON such as {"command":"1 + 1"}');
  }
  if (typeof said !== "object" || said === null || Array.isArray(said)) {
    throw wrong("the body", "an object with a command");
  }
  const { command, pictures = {}, session, ...others } = said as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw wrong(unknown.slice(0, 80), "no such member: command, pictures, session");
  }
  if (typeof command !== "string" || command.trim() === "" || command.length > MAX_COMMAND) {
    throw wrong("command", `1 to ${MAX_COMMAND} characters`);
  }
  if (session !== undefined && (typeof session !== "string" || !/^[\w-]{1,64}$/.test(session))) {
    throw wrong("session", "1 to 64 letters, digits, _ and -");
  }
  if (typeof pictures !== "object" || pictures === null || Array.isArray(pictures)) {
    throw wrong("pictures", 'the numbers of pictures by names, such as {"a":"3"}');
  }
  const given = Object.entries(pictures as Record<string, unknown>);
  if (given.length > MAX_PICTURES) throw wrong("pictures", `at most ${MAX_PICTURES}`);
  for (const [name, id] of given) {
    if (!/^[A-Za-z_][\w$]{0,63}$/.test(name) || typeof id !== "string" || !/^\d{1,15}$/.test(id)) {
      throw wrong("pictures", 'the numbers of pictures by names, such as {"a":"3"}');
    }
  }
  return { command, pictures: new Map(given as [string, string][]), session };
}

function wrong(parameter: string, expected: string): ProblemError {
  return new ProblemError(400, "bad-value", `${parameter}: expected ${expected}`, {
    parameter,
    expected,
  });
}
