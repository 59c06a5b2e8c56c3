/** Random programs with control flow that both IDL and the command language can run to their end. */

import type { SeededRandom } from "../../support/random.ts";

const NUMBERS = ["A", "B", "C"];
const ARRAYS = ["P", "Q"];
const ARRAY_LENGTH = 5;
const LITERALS = [
  "0",
  "1",
  "2",
  "3",
  "7",
  "(-4)",
  "5b",
  "250b",
  "30000",
  "40000L",
  "2U",
  "1.5",
  "0.25d",
];

/** How a program is worded. */
export type Wording = "plain" | "absolute values of sums";

/** Writes one program. */
class ProgramWriter {
  readonly random: SeededRandom;
  readonly #wording: Wording;
  #loops = 0;
  #loop = 0;

  constructor(random: SeededRandom, wording: Wording) {
    this.random = random;
    this.#wording = wording;
  }

  /** A procedure `NAME` that prints what it has come to, and a function for it. */
  program(name: string): string {
    const body = this.#block(this.random.integer(3, 8), 2);
    return [
      `function ${name}_f, x, y, KEY=key`,
      " if n_elements(key) gt 0 then x = x + 1",
      " if n_params() eq 1 then return, x * 2",
      ` ${this.random.pick(["return, x - y", "if x gt y then return, y else return, x + y"])}`,
      "end",
      `pro ${name}`,
      " a = 1 & b = 2.5 & c = 3L & n = 0L & i = 0 & j = 0 & k = 0 & e = 0",
      ` p = indgen(${ARRAY_LENGTH}) & q = findgen(${ARRAY_LENGTH}) / 2`,
      ...body.map((line) => " " + line.replaceAll("F(", `${name}_f(`)),
      " help, a, b, c, n",
      " print, p & print, q",
      "end",
    ].join("\n");
  }

  #block(count: number, depth: number): string[] {
    return Array.from({ length: count }, () => this.#statement(depth)).flat();
  }

  #indented(depth: number): string[] {
    return this.#block(this.random.integer(1, 3), depth - 1).map((line) => " " + line);
  }

  #statement(depth: number): string[] {
    const { random } = this;
    if (depth === 0 || random.next() < 0.35) return [this.#simple()];
    switch (random.integer(0, 8)) {
      case 0:
        return [
          `if ${this.#condition()} then begin`,
          ...this.#indented(depth),
          "endif else begin",
          ...this.#indented(depth),
          "endelse",
        ];
      case 1:
        return [`if ${this.#condition()} then ${this.#simple()} else ${this.#simple()}`];
      case 2:
        return this.#for(depth);
      case 3:
        return this.#while(depth);
      case 4:
        return this.#repeat(depth);
      case 5:
        return this.#choice(depth);
      case 6:
        return this.#inLoop(`foreach e, ${random.pick(ARRAYS)} do begin`, depth, "endforeach");
      default:
        return [this.#simple()];
    }
  }

  #for(depth: number): string[] {
    const { random } = this;
    if (this.#loop >= 3) return [this.#simple()];
    const variable = "ijk"[this.#loop]!;
    const [from, to] = [random.integer(-2, 3), random.integer(0, 6)];
    const type = random.pick(["", "", "L", "b"]);
    const first = type === "b" ? Math.abs(from) : from;
    const step = random.pick(["", "", ", 2", ", -1"]);
    this.#loop++;
    const lines = this.#inLoop(
      `for ${variable} = ${first}${type}, ${to}${step} do begin`,
      depth,
      "endfor",
    );
    this.#loop--;
    return lines;
  }

  /** A loop whose body may leave it; what it does is bounded by the counter N. */
  #inLoop(head: string, depth: number, end: string): string[] {
    this.#loops++;
    const body = this.#indented(depth);
    const jump = this.random.pick(["", "", "break", "continue"]);
    const line = ` if ${this.#condition()} then ${jump}`;
    if (jump !== "" && this.random.next() < 0.5) body.unshift(line);
    else if (jump !== "") body.push(line);
    this.#loops--;
    return [head, ` n = n + 1 & if n gt 200 then break`, ...body, end];
  }

  #while(depth: number): string[] {
    const body = this.#inLoop(`while ${this.#condition()} and n lt 50 do begin`, depth, "endwhile");
    return body;
  }

  #repeat(depth: number): string[] {
    const lines = this.#inLoop("repeat begin", depth, "endrep");
    return [...lines.slice(0, -1), `endrep until ${this.#condition()} or n gt 60`];
  }

  #choice(depth: number): string[] {
    const { random } = this;
    const word = random.pick(["case", "switch"]);
    const value = random.pick(["a mod 4", "n mod 3", "p[1]", "fix(c) mod 5"]);
    const branches = Array.from({ length: random.integer(1, 4) }, (_, i) => [
      ` ${i}: begin`,
      ...this.#indented(depth),
      ...(word === "switch" && random.next() < 0.5 ? ["  break"] : []),
      " end",
    ]).flat();
    return [`${word} ${value} of`, ...branches, ` else: ${this.#simple()}`, `end${word}`];
  }

  #simple(): string {
    const { random } = this;
    const name = random.pick(NUMBERS).toLowerCase();
    const array = random.pick(ARRAYS).toLowerCase();
    switch (random.integer(0, 8)) {
      case 0:
        return `${name} ${random.pick(["+=", "-=", "*=", "<=", ">="])} ${this.#number(1)}`;
      case 1:
        return `${name}${random.pick(["++", "--"])}`;
      case 2:
        return `${array}[${this.#place()}] = ${this.#number(1)}`;
      case 3:
        return `${array}[${random.integer(0, 3)}:*] = ${this.#number(0)}`;
      case 4:
        return `${array} = ${array} ${random.pick(["+", "-", ">", "<"])} ${
          random.pick(LITERALS.slice(0, 6))
        }`;
      case 5:
        return `${name} = F(${name}${random.pick(["", ", 3", ", b", ", 2, KEY=1", ", /KEY"])})`;
      case 6:
        return `print, ${name}, ${this.#number(1)}`;
      default:
        return `${name} = ${this.#number(2)}`;
    }
  }

  #place(): string {
    return this.random.pick(["0", "1", "2", "-1", "n mod 5", "abs(fix(a)) mod 5"]);
  }

  /** A number that is not too large: what overflows a DOUBLE's way to an integer is undefined. */
  #number(depth: number): string {
    const { random } = this;
    if (depth === 0) {
      return random.pick([
        ...LITERALS,
        ...NUMBERS.map((name) => `(${name.toLowerCase()} mod 1000)`),
        `${random.pick(ARRAYS).toLowerCase()}[${this.#place()}]`,
        "n",
      ]);
    }
    const [a, b] = [this.#number(depth - 1), this.#number(depth - 1)];
    switch (random.integer(0, 6)) {
      case 0:
        return `(${a} ${random.pick(["+", "-", "*"])} ${b})`;
      case 1:
        return `(${a} ${random.pick(["<", ">"])} ${b})`;
      case 2:
        return `(${this.#condition()} ? ${a} : ${b})`;
      case 3:
        return this.#wording === "plain" ? `abs(${a})` : `abs(${a} + 0b)`;
      case 4:
        return `(${a} ${random.pick(["eq", "gt", "le"])} ${b})`;
      default:
        return a;
    }
  }

  #condition(): string {
    const { random } = this;
    const one = () =>
      `(${this.#number(0)} ${random.pick(["eq", "ne", "lt", "gt", "le", "ge"])} ${
        this.#number(0)
      })`;
    return random.pick([
      one(),
      one(),
      `(${one()} and ${one()})`,
      `(${one()} || ${one()})`,
      `~${one()}`,
      `(n mod 2)`,
    ]);
  }
}

/** A random program of a name; the same for the same seed, in every wording. */
export function randomProgram(
  random: SeededRandom,
  name: string,
  wording: Wording = "plain",
): string {
  return new ProgramWriter(random, wording).program(name);
}
