import { assert } from "@std/assert";
import { LanguageError, LanguageSession } from "../../../rpc/mod.ts";
import { BUILT_IN } from "../../../rpc/language/functions/mod.ts";
import { SYSTEM_VARIABLES } from "../../../rpc/language/state/system_variables.ts";
import { fuzz, fuzzRounds, type SeededRandom } from "../../support/random.ts";

const LIMITS = { bytes: 4 * 1024 ** 2, operations: 2e6, milliseconds: 2000, printed: 65_536 };

function session(): LanguageSession {
  return new LanguageSession({
    limits: LIMITS,
    clock: () => performance.now(),
    host: { print: () => {}, show: () => 1, write: () => {} },
  });
}

/** Runs a command; whatever it is, it has a value or an error with a place. */
function check(command: string, own: LanguageSession): void {
  const start = performance.now();
  const outcome = own.runSync(command);
  const elapsed = performance.now() - start;
  assert(elapsed < 5000, `${command} took ${elapsed} ms`);
  assert(own.bytes <= LIMITS.bytes, `${own.bytes} bytes after ${command}`);
  if (outcome.ok) return;
  assert(outcome.error instanceof LanguageError);
  const { position } = outcome.error;
  assert(position >= 0 && position <= command.length, `position ${position} of ${command}`);
  const cost = own.estimateCost(command);
  assert(cost.operations >= 0 && cost.bytes >= 0, command);
}

const NAMES = ["a", "b", "c", "data"];
const OPERATORS = ("+ - * / ^ # ## < > && || mod and or xor eq ne le lt ge gt").split(" ");
const LITERALS = ("0 1 2 3 5b 7L 300 -1 1.5 2d 1e30 4LL 5ULL 65535U 'x' '' 'FF'x [1,2,3] " +
  "[[1,2],[3,4]] findgen(4,3) bindgen(5) complex(1,2) dindgen(7) ['a','b'] findgen(5000) dindgen(70,70) indgen(4100) ptr_new(2) ptrarr(3,/allocate) dictionary('a',1) !pi !values.f_nan !null")
  .split(" ");

const FUNCTIONS = [...BUILT_IN].filter(([, routine]) => routine.kind === "function");
const PROCEDURES = [...BUILT_IN].filter(([, routine]) => routine.kind === "procedure");

function expression(random: SeededRandom, depth: number): string {
  const below = (): string => expression(random, depth - 1);
  if (depth === 0) return random.pick([...LITERALS, ...NAMES, ...SYSTEM_VARIABLES.keys()]);
  switch (random.integer(0, 9)) {
    case 0:
      return `(${below()} ${random.pick(OPERATORS)} ${below()})`;
    case 1:
      return `${random.pick(["-", "not ", "~", "+", "*", "*p"])}${below()}`;
    case 2:
      return `(${below()})[${subscripts(random, depth)}]`;
    case 3:
      return `${random.pick(NAMES)}(${subscripts(random, depth)})`;
    case 4:
      return `[${below()}, ${below()}]`;
    case 5:
      return `(${below()} ? ${below()} : ${below()})`;
    case 6:
      return random.pick(LITERALS);
    default:
      return call(random, depth);
  }
}

function subscripts(random: SeededRandom, depth: number): string {
  const one = (): string =>
    random.pick([
      "*",
      "0",
      "-1",
      "1:*",
      "0:2:2",
      "*",
      expression(random, Math.min(1, depth - 1)),
      `${random.integer(-9, 9)}:${random.integer(-9, 9)}`,
    ]);
  return Array.from({ length: random.integer(1, 3) }, one).join(", ");
}

function call(random: SeededRandom, depth: number): string {
  const [name, routine] = random.pick(FUNCTIONS);
  return `${name}(${argumentsOf(random, routine, depth).join(", ")})`;
}

function argumentsOf(
  random: SeededRandom,
  routine: (typeof FUNCTIONS)[number][1],
  depth: number,
): string[] {
  const count = random.integer(0, routine.parameters.length + 1);
  const given = Array.from({ length: count }, () => expression(random, depth - 1));
  for (const { name, kind } of routine.keywords ?? []) {
    if (random.next() < 0.8) continue;
    if (kind === "flag") given.push(`/${name}`);
    else given.push(`${name}=${kind === "output" ? random.pick(NAMES) : expression(random, 0)}`);
  }
  return given;
}

function statement(random: SeededRandom): string {
  const value = (): string => expression(random, random.integer(0, 3));
  switch (random.integer(0, 5)) {
    case 0:
      return `${random.pick(NAMES)}[${subscripts(random, 2)}] = ${value()}`;
    case 1:
      return `${random.pick(NAMES)} ${random.pick(["+=", "*=", "-=", "/="])} ${value()}`;
    case 2: {
      const [name, routine] = random.pick(PROCEDURES);
      return [name, ...argumentsOf(random, routine, 2)].join(", ");
    }
    default:
      return `${random.pick(NAMES)} = ${value()}`;
  }
}

/** A statement of a program, with others within it. */
function programStatement(random: SeededRandom, depth: number): string {
  if (depth === 0 || random.next() < 0.3) return statement(random);
  const block = (end: string): string => {
    const lines = Array.from(
      { length: random.integer(0, 3) },
      () => programStatement(random, depth - 1),
    );
    return `begin\n${lines.join("\n")}\n${end}`;
  };
  const value = (): string => expression(random, random.integer(0, 2));
  const name = random.pick(NAMES);
  switch (random.integer(0, 11)) {
    case 0:
      return `if ${value()} then ${block("endif")} else ${block("endelse")}`;
    case 1:
      return `for ${name} = ${value()}, ${value()} do ${block("endfor")}`;
    case 2:
      return `foreach ${name}, ${value()}, k do ${block("endforeach")}`;
    case 3:
      return `while ${value()} do ${block("endwhile")}`;
    case 4:
      return `repeat ${block("endrep")} until ${value()}`;
    case 5:
      return `case ${value()} of\n${value()}: ${block("end")}\nelse: ${name}++\nendcase`;
    case 6:
      return `switch ${value()} of\n${value()}: break\nelse: ${block("end")}\nendswitch`;
    case 7:
      return `for i = 0, ${random.integer(0, 9)} do begin\nif ${value()} then ` +
        `${random.pick(["break", "continue", `return, ${value()}`])}\n${block("end")}\nendfor`;
    case 8:
      return `${name} = ${random.pick(MAKERS)}`;
    case 9:
      return `${name}${random.pick(PLACES)} = ${value()}`;
    case 10:
      return `${name}${random.pick(METHODS)}`;
    default:
      return random.pick([
        "f, a",
        `${name} = g(${value()}, K=b)`,
        "ok = execute('a = b + c')",
        "catch, e",
        "catch, /cancel",
        `*${name} = ${value()}`,
        `(*${name})${random.pick(PLACES)} = ${value()}`,
        `f, *${name}`,
        `${name} = g(${value()}, _extra=${name})`,
        "ptr_free, a",
      ]);
  }
}

const MAKERS = [
  "{x: 1, y: [1., 2]}",
  "replicate({x: 1, y: 'a'}, 3)",
  "list(1, a, b)",
  "hash('x', 1, 'y', c)",
  "{point, x: 1, y: 2}",
  "{point}",
  "ptr_new(a)",
  "[ptr_new(b), ptr_new()]",
  "{p: ptr_new(c), k: 1}",
  "dictionary('x', a)",
  "create_struct('x', a, b)",
];
const PLACES = [".x", ".y[0]", "[0].x", "['x']", "[1]", ".(0)", "[1:*].x", "[0, 'x']", ".x.x"];
const METHODS = [".add, a", ".remove", " = a.count()", ".reverse", " = a.toarray()", " = a.keys()"];

const ROUTINES = "pro f, x\nx = x + 1\nif n_elements(b) then f, b\nend\n" +
  "function g, x, K=k, _EXTRA=e\nif n_elements(x) gt 3 then return, g(x[1:*], K=k, _EXTRA=e)\nreturn, x\nend\n";

Deno.test("LanguageSession answers generated programs with a value or an error with a position", async () => {
  let own = session();
  await fuzz(fuzzRounds(1000, 20_000), 40_000, (random) => {
    if (random.next() < 0.1) own = session();
    const lines = Array.from({ length: random.integer(1, 5) }, () => programStatement(random, 3));
    check(ROUTINES + lines.join("\n"), own);
  });
});

Deno.test("LanguageSession answers generated commands with a value or an error with a position", async () => {
  let own = session();
  await fuzz(fuzzRounds(5000, 50_000), 20_000, (random) => {
    if (random.next() < 0.05) own = session();
    const statements = Array.from({ length: random.integer(1, 3) }, () => statement(random));
    check(statements.join(" & "), own);
  });
});

const SEEDS = [
  "a = image(data, /no_tool)",
  "return, total(sqrt(data*2.0 + 1.0), 1, /nan) ; sum",
  "b = data[0:9, *] & b[3, 1:*:2] = -1.5e3 & print, b, format='(3(f8.3, 1x), a)'",
  "h = histogram(bindgen(20), binsize=2, reverse_indices=r, locations=l) & help, h, r",
  "x = [[1, 2, 3], [4, 5, 6]] # transpose([[1b, 2b, 3b], [4b, 5b, 6b]])",
  "i = where(a gt 5 and a lt 'FF'x, n, complement=c) & a[i] = !values.f_nan",
  "writefits, 'result.fits', fft(findgen(8, 8), -1) & tvscl, congrid(findgen(4, 4), 9, 9, /interp)",
];

function mutated(random: SeededRandom): string {
  const bytes = [...new TextEncoder().encode(random.pick(SEEDS))];
  for (let i = random.integer(1, 6); i > 0; i--) {
    const at = random.integer(0, bytes.length);
    const kind = random.integer(0, 3);
    if (kind === 0) bytes.splice(at, 1);
    else if (kind === 1) bytes.splice(at, 0, random.integer(9, 126));
    else if (kind === 2) bytes[at] = random.integer(0, 255);
    else {
      const other = [...new TextEncoder().encode(random.pick(SEEDS))];
      const from = random.integer(0, other.length);
      bytes.splice(at, random.integer(0, 8), ...other.slice(from, from + random.integer(0, 20)));
    }
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

Deno.test("LanguageSession answers mutated commands with a value or an error with a position", async () => {
  await fuzz(fuzzRounds(5000, 50_000), 90_000, (random) => {
    const own = session();
    own.set("data", { type: 4, shape: [16, 4], data: new Float32Array(64) });
    check(mutated(random), own);
  });
});
