/**
 * Variables: those of a session, and those of a routine while it runs.
 *
 * @module
 */

import type { LanguageValue } from "../values/language_value.ts";

/** A variable, which may be shared: with the parameter of a routine that it was given to. */
export class Variable {
  /** Undefined until something is stored in it. */
  value: LanguageValue | undefined = undefined;
}

/** Variables by their names in capitals. */
export class Scope {
  readonly #variables = new Map<string, Variable>();

  /** The value of a variable; undefined if there is none. */
  get(name: string): LanguageValue | undefined {
    return this.#variables.get(name)?.value;
  }

  /** A variable, which is made where there is none. */
  variable(name: string): Variable {
    const known = this.#variables.get(name);
    if (known !== undefined) return known;
    const made = new Variable();
    this.#variables.set(name, made);
    return made;
  }

  /** Makes a name mean a variable. */
  bind(name: string, variable: Variable): void {
    this.#variables.set(name, variable);
  }

  /** The variables that hold something. */
  *defined(): Generator<[name: string, value: LanguageValue], void, void> {
    for (const [name, { value }] of this.#variables) {
      if (value !== undefined) yield [name, value];
    }
  }

  /** Forgets variables that hold nothing. */
  prune(): void {
    for (const [name, { value }] of this.#variables) {
      if (value === undefined) this.#variables.delete(name);
    }
  }
}

/** The names of a command's or a routine's variables, each with its place. */
export class Names {
  /** The names in capitals, in the order of their places. */
  readonly list: string[] = [];
  readonly #places = new Map<string, number>();

  /** The place of a name, a new one if it has none. */
  place(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.#places.set(name, this.list.length);
    return this.list.push(name) - 1;
  }

  /** The place of a name, or undefined. */
  find(name: string): number | undefined {
    return this.#places.get(name);
  }
}

/** What a call gave besides its variables. */
export interface GivenParameters {
  /** How many positional arguments it had. */
  readonly count: number;
  /** The parameters at which a variable stands that the caller can look at afterwards. */
  readonly present: ReadonlySet<string>;
}

/** What CATCH has set up. */
export interface ErrorHandler {
  /** The variable that takes the number of the error. */
  readonly variable: string;
  /** The place of the statement behind CATCH: numbers of statements and branches in turn. */
  readonly path: readonly number[];
}

/** The variables of a command, or of one call of a routine, while it runs. */
export class Frame {
  /** The variables in the places of their names. */
  readonly cells: Variable[];
  readonly names: Names;
  /** The routine's name in capitals; undefined outside of routines. */
  readonly routine: string | undefined;
  readonly given: GivenParameters | undefined;
  /** Where the routine goes on after an error: what CATCH named. */
  handler: ErrorHandler | undefined = undefined;
  /** The keywords that parameters _REF_EXTRA took, by the parameter's variable and their names. */
  extras: ReadonlyMap<string, ReadonlyMap<string, Variable>> | undefined = undefined;
  /** Where an error is told to be, by the number that ON_ERROR was given; undefined without it. */
  onError: number | undefined = undefined;
  /** What RETURN gave. */
  returned: LanguageValue | undefined = undefined;
  #scope: Scope | undefined;

  constructor(
    names: Names,
    cells: Variable[],
    scope: Scope | undefined,
    routine?: string,
    given?: GivenParameters,
  ) {
    this.names = names;
    this.cells = cells;
    this.#scope = scope;
    this.routine = routine;
    this.given = given;
  }

  /** The same variables by name, with those that only computed text speaks of. */
  get scope(): Scope {
    if (this.#scope !== undefined) return this.#scope;
    this.#scope = new Scope();
    for (const [place, name] of this.names.list.entries()) {
      this.#scope.bind(name, this.cells[place]!);
    }
    return this.#scope;
  }

  /** Whether the scope holds variables that have no place. */
  get scoped(): boolean {
    return this.#scope !== undefined;
  }

  /** A variable by its name in capitals. */
  variable(name: string): Variable {
    const place = this.names.find(name);
    return place === undefined ? this.scope.variable(name) : this.cells[place]!;
  }
}

/** The frame of a command: its names mean the variables of a scope. */
export function frameIn(scope: Scope, names: Names, like?: Frame): Frame {
  const cells = names.list.map((name) => scope.variable(name));
  return new Frame(names, cells, scope, like?.routine, like?.given);
}
