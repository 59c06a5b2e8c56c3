/**
 * Functions that a program registers besides the built-in ones, and the host
 * that it gives: code outside the language, whose errors become the command's.
 *
 * @module
 */

import { messageOf } from "../../../net/errors.ts";
import { Refusal } from "../values/error.ts";
import type { LanguageHost } from "./host.ts";
import { toIdlValue } from "./plain.ts";
import type { Workspace } from "../values/memory.ts";
import type {
  LanguageFunction,
  LanguageFunctions,
  LanguageRoutine,
  PlainValue,
} from "./routine.ts";
import type { IdlValue } from "../values/value.ts";

/**
 * The routines for registered functions, by name in capitals.
 *
 * @throws TypeError for a name that the language cannot call.
 */
export function registeredRoutines(functions: LanguageFunctions): Map<string, LanguageRoutine> {
  const routines = new Map<string, LanguageRoutine>();
  for (const [name, registered] of Object.entries(functions)) {
    if (!/^[A-Za-z_][A-Za-z0-9_$]*$/.test(name)) {
      throw new TypeError(`Cannot register ${JSON.stringify(name)}: it is no name of the language`);
    }
    routines.set(name.toUpperCase(), guarded(described(registered)));
  }
  return routines;
}

function described(registered: LanguageFunction | LanguageRoutine): LanguageRoutine {
  if (typeof registered !== "function") return registered;
  return {
    kind: "function",
    summary: "A function of this server",
    parameters: [{ name: "arguments", optional: true, rest: true }],
    run: (args, keywords, context) => {
      const plain = registered(args, keywords, context);
      return plain instanceof Promise
        ? plain.then((value) => valueOf(value, context))
        : valueOf(plain as PlainValue | undefined, context);
    },
  };
}

function valueOf(plain: PlainValue | void, space: Workspace): IdlValue | undefined {
  return plain === undefined ? undefined : toIdlValue(plain, space);
}

/** A routine whose errors are the command's. */
function guarded(routine: LanguageRoutine): LanguageRoutine {
  return {
    ...routine,
    run: (args, keywords, context) => guardedCall(() => routine.run(args, keywords, context)),
  };
}

/** A host whose errors are the command's; what it does not offer is refused. */
export function guardedHost(host: Partial<LanguageHost>): LanguageHost {
  return {
    print: (line) => guardedCall(() => host.print?.(line)),
    show: (picture) => guardedCall(() => offered(host, "show").call(host, picture)),
    write: (file) => guardedCall(() => offered(host, "write").call(host, file)),
    read: (file) => guardedCall(() => offered(host, "read").call(host, file)),
  };
}

const NOT_OFFERED = {
  show: "shows no pictures",
  write: "writes no files",
  read: "reads no files",
} as const;

function offered<K extends "show" | "write" | "read">(
  host: Partial<LanguageHost>,
  name: K,
): LanguageHost[K] {
  const method = host[name];
  if (method !== undefined) return method;
  throw new Refusal("host", `This server ${NOT_OFFERED[name]}`);
}

function guardedCall<T>(work: () => T): T {
  let result: T;
  try {
    result = work();
  } catch (error) {
    throw asRefusal(error);
  }
  if (!(result instanceof Promise)) return result;
  return result.catch((error) => {
    throw asRefusal(error);
  }) as T;
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const message = messageOf(error);
  return new Refusal("host", message, { cause: error });
}
