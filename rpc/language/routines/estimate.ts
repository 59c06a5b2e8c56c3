/**
 * What a command will cost, as far as its text and the sizes of its variables tell.
 *
 * @module
 */

import {
  type Argument,
  type BinaryOperator,
  chainOf,
  type Expression,
  type Statement,
} from "../syntax/ast.ts";
import { expressionsBelow, expressionsOf, statementsBelow } from "../syntax/names.ts";
import type { LanguageRoutine, Sketch } from "./routine.ts";
import {
  countOf,
  elementBytes,
  elementsOf,
  IdlType,
  type IdlValue,
  isNumeric,
} from "../values/value.ts";

/** The cost of a command, estimated ahead of it. */
export interface CommandCost {
  /** Element operations; infinite where the text does not tell. */
  readonly operations: number;
  /** Bytes of variables and temporaries that it makes; infinite where the text does not tell. */
  readonly bytes: number;
}

/** What work on an element of a type costs besides, in operations: some nanoseconds each. */
export function typeWeight(type: number): number {
  if (type === IdlType.STRING) return 500;
  if (type === IdlType.LONG64 || type === IdlType.ULONG64) return 50;
  return type === IdlType.COMPLEX || type === IdlType.DCOMPLEX ? 30 : 0;
}

/** Operations of a statement besides those on its elements: some nanoseconds each. */
const STATEMENT_WORK = 10;

const UNKNOWN: Sketch = { shape: [], count: 1, bytes: 8 };

/** Estimates statements against variables. */
export function estimateStatements(
  statements: readonly Statement[],
  variables: ReadonlyMap<string, IdlValue>,
  routines: ReadonlyMap<string, LanguageRoutine>,
): CommandCost {
  const estimate = new Estimate(variables, routines);
  for (const statement of statements) estimate.statement(statement);
  return { operations: known(estimate.operations), bytes: known(estimate.bytes) };
}

/** What came out as no number is not known. */
function known(cost: number): number {
  return Number.isNaN(cost) ? Infinity : Math.max(0, cost);
}

class Estimate {
  readonly variables: ReadonlyMap<string, IdlValue>;
  readonly routines: ReadonlyMap<string, LanguageRoutine>;
  operations = 0;
  bytes = 0;
  readonly #sketches = new Map<string, Sketch>();

  constructor(
    variables: ReadonlyMap<string, IdlValue>,
    routines: ReadonlyMap<string, LanguageRoutine>,
  ) {
    this.variables = variables;
    this.routines = routines;
  }

  statement(statement: Statement): void {
    this.operations += STATEMENT_WORK;
    switch (statement.kind) {
      case "assign":
        return this.#assign(statement);
      case "procedure":
        this.#call(statement.name, statement.arguments);
        return;
      case "implied":
        this.operations += 20 * this.#sketch(statement.value).count;
        return;
      case "return":
        if (statement.value !== undefined) this.#sketch(statement.value);
        return;
      case "for":
        return this.#for(statement);
      case "foreach":
      case "while":
      case "repeat":
      case "method":
        // How often they go round the text does not tell.
        this.operations = Infinity;
        return;
      default:
        for (const expression of expressionsOf(statement)) this.#sketch(expression);
        for (const below of statementsBelow(statement)) this.statement(below);
    }
  }

  /** The turns of a loop, where the text tells how many they are. */
  #for({ name, from, to, step, body }: Statement & { kind: "for" }): void {
    const first = this.#sketch(from).number;
    const last = this.#sketch(to).number;
    const by = step === undefined ? 1 : this.#sketch(step).number;
    const turns = first === undefined || last === undefined || !by
      ? Infinity
      : Math.max(0, Math.floor((last - first) / by) + 1);
    this.#sketches.set(name, UNKNOWN);
    const { operations, bytes } = this;
    this.statement(body);
    // What the first turn makes may be larger in the next: it is run twice.
    if (turns > 1) this.statement(body);
    this.operations = operations + turns * (STATEMENT_WORK + this.operations - operations);
    this.bytes = bytes + turns * (this.bytes - bytes);
  }

  #assign({ target, operator, value }: Statement & { kind: "assign" }): void {
    const sketch = this.#sketch(value);
    if (target.kind !== "name") {
      const part = target.kind === "call"
        ? this.#part(this.#variable(target.name), target.arguments)
        : this.#sketch(target);
      this.#charge(part ?? UNKNOWN, 2);
      return;
    }
    const before = this.#variable(target.name);
    if (operator === undefined) {
      this.#charge(sketch, 1);
      this.#sketches.set(target.name, sketch);
      return;
    }
    this.#charge(before ?? UNKNOWN, 2);
    if (before !== undefined) this.#sketches.set(target.name, wider(before, sketch));
  }

  #charge(sketch: Sketch, cost: number): void {
    this.operations += (cost + (sketch.weight ?? 0)) * sketch.count;
    this.bytes += sketch.count * sketch.bytes;
  }

  #variable(name: string): Sketch | undefined {
    const sketch = this.#sketches.get(name);
    if (sketch !== undefined) return sketch;
    const value = this.variables.get(name);
    return value === undefined ? undefined : sketchOf(value);
  }

  #sketch(expression: Expression): Sketch {
    switch (expression.kind) {
      case "literal":
        return sketchOf(expression.value);
      case "name":
        return this.#variable(expression.name) ?? UNKNOWN;
      case "system":
        return UNKNOWN;
      case "unary": {
        const operand = this.#sketch(expression.operand);
        this.#charge(operand, 1);
        const { number, ...rest } = operand;
        return expression.operator === "-" && number !== undefined
          ? { ...rest, number: -number }
          : rest;
      }
      case "binary":
        return this.#binary(expression);
      case "logical": {
        const { first, operations } = chainOf(expression);
        this.#sketch(first);
        for (const { right } of operations) this.#sketch(right);
        return UNKNOWN;
      }
      case "conditional": {
        this.#sketch(expression.condition);
        const then = this.#sketch(expression.then);
        const otherwise = this.#sketch(expression.otherwise);
        const { number: _number, ...larger } = then.count >= otherwise.count ? then : otherwise;
        return larger;
      }
      case "call":
        return this.#callOrPart(expression);
      case "subscript": {
        const part = this.#part(this.#sketch(expression.base), expression.subscripts) ?? UNKNOWN;
        this.#charge(part, 1);
        return part;
      }
      case "array":
        return this.#array(expression);
      case "assignment": {
        const sketch = this.#sketch(expression.value);
        if (expression.target.kind === "name") this.#sketches.set(expression.target.name, sketch);
        this.#charge(sketch, 1);
        return sketch;
      }
      default:
        for (const below of expressionsBelow(expression)) this.#sketch(below);
        this.operations += STATEMENT_WORK;
        return UNKNOWN;
    }
  }

  #binary(expression: Expression & { kind: "binary" }): Sketch {
    const { first, operations } = chainOf(expression);
    let sketch = this.#sketch(first);
    for (const { operator, right } of operations) {
      sketch = this.#operation(operator, sketch, this.#sketch(right));
    }
    return sketch;
  }

  #operation(operator: BinaryOperator, left: Sketch, right: Sketch): Sketch {
    if (operator === "#" || operator === "##") {
      const [rows = 1, inner = 1] = left.shape;
      const [first = 1, columns = 1] = right.shape;
      const [height, width] = operator === "#" ? [rows, columns] : [first, inner];
      const product: Sketch = { shape: [height, width], count: height * width, bytes: 16 };
      // The greater of what the shapes allow: they may prove not to fit.
      this.#charge(product, 1 + Math.max(inner, first, rows, columns));
      return left.shape.length < 2 && right.shape.length < 2
        ? { shape: [rows, first], count: rows * first, bytes: 16 }
        : product;
    }
    const result = wider(left, right);
    this.#charge(result, operator === "^" ? 10 : 1);
    const number = combined(operator, left.number, right.number);
    return number === undefined ? result : { ...result, number };
  }

  #array(expression: Expression & { kind: "array" }): Sketch {
    let count = 0;
    let bytes = 1;
    let weight = 0;
    for (const element of expression.elements) {
      const sketch = this.#sketch(element);
      count += sketch.count;
      bytes = Math.max(bytes, sketch.bytes);
      weight = Math.max(weight, sketch.weight ?? 0);
    }
    const result: Sketch = { shape: [count], count, bytes, weight };
    this.#charge(result, 1);
    return result;
  }

  #callOrPart(expression: Expression & { kind: "call" }): Sketch {
    const variable = this.#variable(expression.name);
    if (variable === undefined) return this.#call(expression.name, expression.arguments);
    const part = this.#part(variable, expression.arguments) ?? UNKNOWN;
    this.#charge(part, 1);
    return part;
  }

  #part(base: Sketch | undefined, subscripts: readonly Argument[]): Sketch | undefined {
    if (base === undefined) return undefined;
    const shape = subscripts.length === 1 ? [base.count] : base.shape;
    let count = 1;
    for (const [axis, subscript] of subscripts.entries()) {
      if (subscript.kind === "value") count *= this.#sketch(subscript.value).count;
      else if (subscript.kind === "all") count *= shape[axis] ?? 1;
      else if (subscript.kind === "range") count *= this.#rangeLength(subscript, shape[axis] ?? 1);
    }
    return { shape: [count], count, bytes: base.bytes, weight: base.weight };
  }

  #rangeLength(range: Argument & { kind: "range" }, length: number): number {
    const from = this.#sketch(range.from).number;
    const to = range.to === undefined ? length - 1 : this.#sketch(range.to).number;
    const step = range.step === undefined ? 1 : this.#sketch(range.step).number;
    if (from === undefined || to === undefined || step === undefined) return length;
    const start = from < 0 ? from + length : from;
    const end = to < 0 ? to + length : to;
    return Math.min(length, Math.max(1, Math.floor((end - start) / Math.max(1, step)) + 1));
  }

  #call(name: string, given: readonly Argument[]): Sketch {
    const positional: Sketch[] = [];
    const keywords = new Map<string, Sketch>();
    for (const argument of given) {
      if (argument.kind === "value") positional.push(this.#sketch(argument.value));
      else if (argument.kind === "keyword") {
        const flag: Sketch = { ...UNKNOWN, number: 1 };
        const sketch = argument.value === undefined ? flag : this.#sketch(argument.value);
        keywords.set(argument.name.toLowerCase(), sketch);
      }
    }
    const routine = this.routines.get(name);
    for (const argument of given) this.#forget(argument);
    if (routine === undefined) return UNKNOWN;
    const needed = routine.parameters.filter(({ optional, rest }) => !optional && !rest).length;
    // It fails before it costs anything.
    if (positional.length < needed) return UNKNOWN;
    if (routine.sketch === undefined) return this.#elementwise(routine, positional);
    const cost = routine.sketch(positional, keywords);
    const weight = routine.weight ?? weightOf(positional);
    const elements = positional.reduce((most, { count }) => Math.max(most, count), cost.count);
    this.operations += (cost.operations ?? cost.count) +
      Math.max(weight, weightOf(positional)) * elements;
    this.bytes += cost.count * cost.bytes;
    return { shape: cost.shape ?? [cost.count], count: cost.count, bytes: cost.bytes, weight };
  }

  /** A variable at an output parameter takes a value that is not known. */
  #forget(argument: Argument): void {
    if (argument.kind !== "value" && argument.kind !== "keyword") return;
    if (argument.value?.kind !== "name") return;
    const sketch = this.#variable(argument.value.name);
    if (sketch === undefined) this.#sketches.set(argument.value.name, UNKNOWN);
  }

  #elementwise(routine: LanguageRoutine, positional: readonly Sketch[]): Sketch {
    const largest = positional.reduce<Sketch>(
      (found, sketch) => sketch.count > found.count ? sketch : found,
      UNKNOWN,
    );
    const { number: _number, ...result } = {
      ...largest,
      bytes: Math.max(8, largest.bytes),
      weight: Math.max(routine.weight ?? 0, weightOf(positional)),
    };
    this.#charge(result, routine.cost ?? 4);
    return { ...result, weight: routine.weight ?? result.weight };
  }
}

function sketchOf(value: IdlValue): Sketch {
  const bytes = Math.max(1, elementBytes(value.type));
  const count = countOf(value);
  const sketch: Sketch = { shape: value.shape, count, bytes, weight: typeWeight(value.type) };
  if (value.shape.length > 0 || !isNumeric(value)) return sketch;
  return { ...sketch, number: Number(value.data[0]) };
}

function wider(left: Sketch, right: Sketch): Sketch {
  const bytes = Math.max(left.bytes, right.bytes);
  const weight = weightOf([left, right]);
  const { shape, count } = left.shape.length === 0
    ? right
    : right.shape.length === 0 || left.count <= right.count
    ? left
    : right;
  return { shape, count, bytes, weight };
}

function weightOf(sketches: readonly Sketch[]): number {
  return sketches.reduce((most, { weight = 0 }) => Math.max(most, weight), 0);
}

function combined(
  operator: string,
  left: number | undefined,
  right: number | undefined,
): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "^":
      return left ** right;
    default:
      return undefined;
  }
}

/** The elements that dimensions make, or infinity where one of them is not known. */
export function sketchedDimensions(dimensions: readonly (number | undefined)[]): {
  shape: readonly number[];
  count: number;
} {
  const shape = dimensions.map((length) => Math.max(1, Math.trunc(length ?? Infinity)));
  return { shape, count: elementsOf(shape) };
}
