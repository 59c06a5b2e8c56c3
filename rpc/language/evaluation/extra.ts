/**
 * IDL manual, "Keyword inheritance": calls with `_EXTRA=structure`.
 *
 * @module
 */

import type { Argument, Definition, Statement } from "../syntax/ast.ts";
import { LanguageError, type Position } from "../values/error.ts";
import { type LanguageValue, STRUCTURE } from "../values/language_value.ts";
import type { LanguageRoutine } from "../routines/routine.ts";
import { unstored } from "../values/scalar.ts";
import { IdlType, UNDEFINED } from "../values/value.ts";
import { Frame, Names, Variable } from "../state/scope.ts";
import { neverRun, type Step, type ValueStep, waited } from "../state/step.ts";
import { type Calls, type Compiled, failing } from "./compiler.ts";

type KeywordArgument = Argument & { kind: "keyword" };

/** The keywords that stand for several, of calls. */
const EXTRA: ReadonlySet<string> = new Set(["_EXTRA", "_STRICT_EXTRA", "_REF_EXTRA"]);

/** Calls of one statement with different keywords that are kept as steps. */
const MAX_COMPILED = 64;

/** Whether an argument stands for several keywords. */
export function isExtra(argument: Argument): argument is KeywordArgument {
  return argument.kind === "keyword" && EXTRA.has(argument.name);
}

/** The keyword of a definition that takes those which it does not name. */
export function extraOf({ keywords }: Definition): Definition["keywords"][number] | undefined {
  return keywords.find(({ keyword }) => keyword === "_EXTRA" || keyword === "_REF_EXTRA");
}

/** What is called. */
export interface Called {
  readonly name: string;
  readonly kind: "function" | "procedure";
  readonly given: readonly Argument[];
  readonly at: Position;
}

/** A call of a routine with further keywords that only a value tells. */
export function extraCall(calls: Calls, called: Called): ValueStep {
  const { given, name } = called;
  const extra = given.find(isExtra)!;
  if (extra.value === undefined || given.filter(isExtra).length > 1) {
    return failing(new LanguageError("syntax", `${extra.name} needs a value, once`, extra.at));
  }
  const value: Step<LanguageValue> = calls.expressions.raw(extra.value);
  const call = new ExtraCall(calls, called, extra);
  const waits = value.wait !== undefined || calls.routines.waits(name) ||
    given.some((argument) =>
      "value" in argument && argument.value !== undefined &&
      calls.expressions.raw(argument.value).wait !== undefined
    );
  if (!waits) {
    return {
      run(frame) {
        const begun = call.begin(value.run(frame), frame);
        try {
          begun.body.run(begun.frame);
        } finally {
          call.end(begun);
        }
        return begun.frame.returned ?? UNDEFINED;
      },
    };
  }
  return {
    run: neverRun,
    *wait(frame) {
      const begun = call.begin(yield* waited(value, frame), frame);
      try {
        yield* waited(begun.body, begun.frame);
      } finally {
        call.end(begun);
      }
      return begun.frame.returned ?? UNDEFINED;
    },
  };
}

/** A call that has begun. */
interface Begun {
  readonly frame: Frame;
  readonly body: Compiled["body"];
  /** The variables that stand for tags of the structure, and what they held. */
  readonly tags: readonly (readonly [Variable, LanguageValue | undefined])[];
}

class ExtraCall {
  readonly #calls: Calls;
  readonly #called: Called;
  readonly #extra: KeywordArgument;
  readonly #compiled = new Map<string, Compiled>();

  constructor(calls: Calls, called: Called, extra: KeywordArgument) {
    this.#calls = calls;
    this.#called = called;
    this.#extra = extra;
  }

  /** Makes the frame in which the call stands with all its keywords. */
  begin(value: LanguageValue, caller: Frame): Begun {
    const { machine } = this.#calls.operations;
    const variables = new Map<string, Variable>();
    const tags: (readonly [Variable, LanguageValue | undefined])[] = [];
    for (const [keyword, variable] of this.#keywordsOf(value, caller)) {
      if (variable instanceof Variable) variables.set(keyword, variable);
      else {
        const own = new Variable();
        own.value = unstored(variable);
        tags.push([own, own.value]);
        variables.set(keyword, own);
      }
    }
    const { names, body } = this.#compile([...variables.keys()]);
    const cells = names.list.map((name) =>
      name.startsWith(HIDDEN) ? variables.get(name.slice(HIDDEN.length))! : caller.variable(name)
    );
    const frame = new Frame(names, cells, undefined, caller.routine, caller.given);
    frame.extras = caller.extras;
    machine.memory.enter();
    return { frame, body, tags };
  }

  /** Forgets what the routine has stored in copies of tags. */
  end({ frame, tags }: Begun): void {
    const { memory } = this.#calls.operations.machine;
    for (const [variable, before] of tags) {
      if (variable.value !== undefined && variable.value !== before) memory.drop(variable.value);
    }
    memory.leave(frame.returned);
  }

  /** The keywords that a value stands for and that the routine takes, with their values. */
  #keywordsOf(value: LanguageValue, caller: Frame): Map<string, Variable | LanguageValue> {
    const { value: expression, at, name } = this.#extra;
    const found = new Map<string, Variable | LanguageValue>();
    if (value.type === IdlType.UNDEFINED) return found;
    const given = expression!.kind === "name" ? caller.extras?.get(expression!.name) : undefined;
    if (given !== undefined && value.type === IdlType.STRING) {
      for (const keyword of value.data) {
        const variable = given.get(keyword.toUpperCase());
        if (variable !== undefined) found.set(keyword.toUpperCase(), variable);
      }
    } else if (value.type === STRUCTURE) {
      for (const [i, tag] of value.tags.entries()) found.set(tag, value.data[i]!);
    } else {
      throw new LanguageError("value", `${name} needs a structure of keywords`, at);
    }
    for (const keyword of [...found.keys()]) {
      if (this.#accepted(keyword) !== undefined) continue;
      if (name === "_STRICT_EXTRA") {
        const text = `Keyword ${keyword} not allowed in call to: ${this.#called.name}`;
        throw new LanguageError("value", text, at);
      }
      found.delete(keyword);
    }
    return found;
  }

  /** The keyword of the routine that a name means; undefined if it takes none of this name. */
  #accepted(name: string): string | undefined {
    const definition = this.#calls.routines.definition(this.#called.name);
    const routine = this.#calls.operations.machine.routines.get(this.#called.name);
    const keywords = definition?.keywords.map(({ keyword }) => keyword) ??
      namesOf(routine?.keywords);
    if (keywords === undefined || keywords.includes(name)) return name;
    const matching = keywords.filter((keyword) => keyword.startsWith(name));
    if (matching.length === 1) return matching[0];
    return definition !== undefined && extraOf(definition) !== undefined ? name : undefined;
  }

  /** The call with all its keywords: those of the structure stand in place of others. */
  #compile(keywords: readonly string[]): Compiled {
    const key = keywords.join();
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const { name, kind, given, at } = this.#called;
    const meant = new Set(keywords.map((keyword) => this.#accepted(keyword)));
    const own = given.filter((argument) =>
      !isExtra(argument) &&
      !(argument.kind === "keyword" && meant.has(this.#accepted(argument.name) ?? argument.name))
    );
    const extra = keywords.map((keyword): Argument => ({
      kind: "keyword",
      name: keyword,
      value: { kind: "name", name: HIDDEN + keyword, at, height: 1 },
      at,
    }));
    const all = [...own, ...extra];
    const statement: Statement = kind === "procedure"
      ? { kind, name, arguments: all, at }
      : { kind: "return", value: { kind: "call", name, arguments: all, at, height: 1 }, at };
    const compiled = this.#calls.routines.compile([statement], new Names());
    if (this.#compiled.size >= MAX_COMPILED) this.#compiled.clear();
    this.#compiled.set(key, compiled);
    return compiled;
  }
}

function namesOf(keywords: LanguageRoutine["keywords"]): string[] | undefined {
  return keywords?.map(({ name }) => name.toUpperCase());
}

/** What the names of variables for tags begin with, so that no program can name them. */
const HIDDEN = "{}";
