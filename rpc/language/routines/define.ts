/**
 * Routines from the signatures that describe them.
 *
 * @module
 */

import type { LanguageKeyword, LanguageParameter, LanguageRoutine } from "./routine.ts";

/** What a definition adds to its signature. */
export interface Definition {
  readonly summary: string;
  readonly departs?: string | undefined;
  readonly alsoProcedure?: boolean | undefined;
  readonly run: LanguageRoutine["run"];
  readonly cost?: number | undefined;
  readonly weight?: number | undefined;
  readonly sketch?: NonNullable<LanguageRoutine["sketch"]> | undefined;
}

/** A routine with its name in capitals. */
export type NamedRoutine = readonly [name: string, routine: LanguageRoutine];

/**
 * A routine for a signature, so that what is described is what is accepted.
 *
 * `name(x, [y], /FLAG, KEY=)` is a function, `name, x` a procedure. `[y]` may be
 * left out, `>y` and `KEY=>` name variables that take results, `?x` may be
 * undefined, `x...` stands for any number of arguments.
 *
 * @example
 * ```ts ignore
 * define("max(x, [>subscript], MIN=>, /NAN)", { summary: "The greatest element", run });
 * ```
 */
export function define(signature: string, definition: Definition): NamedRoutine {
  const [, name, open, list] = /^(\w+)\s*(\(|,|$)\s*(.*?)\)?$/.exec(signature)!;
  const parameters: LanguageParameter[] = [];
  const keywords: LanguageKeyword[] = [];
  for (const part of list!.split(",").map((text) => text.trim()).filter((text) => text !== "")) {
    if (part.startsWith("/")) keywords.push({ name: part.slice(1).toLowerCase(), kind: "flag" });
    else if (part.endsWith("=")) keywords.push(keyword(part.slice(0, -1), "value"));
    else if (part.endsWith("=>")) keywords.push(keyword(part.slice(0, -2), "output"));
    else parameters.push(parameter(part));
  }
  const kind = open === "(" ? "function" : "procedure";
  return [name!.toUpperCase(), { kind, parameters, keywords, ...definition }];
}

function keyword(name: string, kind: LanguageKeyword["kind"]): LanguageKeyword {
  return { name: name.toLowerCase(), kind };
}

function parameter(part: string): LanguageParameter {
  const inner = part.replace(/[[\]]/g, "");
  return {
    name: inner.replace(/^[>?]|\.\.\.$/g, "").replace(/\.\.\.$/, ""),
    ...(part.startsWith("[") ? { optional: true } : {}),
    ...(inner.startsWith(">") ? { output: true } : {}),
    ...(inner.startsWith("?") ? { undefinedAllowed: true } : {}),
    ...(inner.endsWith("...") ? { rest: true } : {}),
  };
}

/**
 * The signature of a routine, as IDL's manual writes one:
 * `Result = MAX(x [, subscript] [, /NAN] [, MIN=variable])`.
 *
 * @param name Its name in capitals.
 * @param routine The routine.
 */
export function signatureOf(name: string, routine: LanguageRoutine): string {
  const parts: string[] = [];
  for (const parameter of routine.parameters) {
    const text = parameter.rest ? `${parameter.name} ...` : parameter.name;
    const separator = parts.length === 0 && routine.kind === "function" ? "" : ", ";
    parts.push(parameter.optional || parameter.rest ? ` [${separator}${text}]` : separator + text);
  }
  for (const { name, kind } of routine.keywords ?? []) {
    const text = name.toUpperCase();
    const given = kind === "flag"
      ? `/${text}`
      : `${text}=${kind === "output" ? "variable" : "value"}`;
    const separator = parts.length === 0 && routine.kind === "function" ? "" : ", ";
    parts.push(` [${separator}${given}]`);
  }
  const list = parts.join("").trim();
  return routine.kind === "function"
    ? `Result = ${name}(${list})`
    : `${name}${list.startsWith("[") ? " " : ""}${list}`;
}
