/**
 * The lines of PRINT and HELP.
 *
 * @module
 */

import { TEXT_WORK } from "./convert.ts";
import type { Meter } from "./meter.ts";
import { formatElement } from "./number_format.ts";
import { elementsOf, IdlType, type IdlValue, isNumeric, typeName } from "./value.ts";

/** The columns of a line of PRINT, as of a terminal. */
export const LINE_WIDTH = 80;

/** What charges the work of formatting. */
type Charging = Pick<Meter, "work">;

/**
 * Writes the lines of PRINT for values without a format: scalars one after
 * the other, a new line after each row of an array, an empty line between the
 * planes of three dimensions and more; one empty line for no values.
 */
export function printValues(
  values: readonly IdlValue[],
  meter: Charging,
  emit: (line: string) => void,
): void {
  const writer = new LineWriter(emit);
  for (const value of values) {
    if (value.shape.length === 0) writeElements(writer, value, 0, 1, meter);
    else writeRows(writer, value, meter);
  }
  writer.end();
  if (values.length === 0) emit("");
}

function writeRows(writer: LineWriter, value: IdlValue, meter: Charging): void {
  const [row = 1, rows = 1] = value.shape;
  const planes = elementsOf(value.shape.slice(2));
  for (let plane = 0; plane < planes; plane++) {
    if (plane > 0) writer.emit("");
    for (let i = 0; i < rows; i++) {
      writeElements(writer, value, (plane * rows + i) * row, row, meter);
      writer.end();
    }
  }
}

function writeElements(
  writer: LineWriter,
  value: IdlValue,
  from: number,
  count: number,
  meter: Charging,
): void {
  if (value.type === IdlType.UNDEFINED) return writer.write("!NULL", false);
  for (let i = from; i < from + count; i++) {
    if ((i - from) % 256 === 0) meter.work(TEXT_WORK * Math.min(256, from + count - i));
    if (isNumeric(value)) writer.write(formatElement(value, i), false);
    else writer.write(value.data[i] as string, value.shape.length > 0);
  }
}

/** Fills lines up to their width. */
class LineWriter {
  readonly emit: (line: string) => void;
  #line: string | undefined;
  #afterText = false;

  constructor(emit: (line: string) => void) {
    this.emit = emit;
  }

  /** Adds an element; STRINGs of an array are set apart by a blank. */
  write(element: string, isText: boolean): void {
    const blank = isText && this.#afterText && this.#line !== "" ? " " : "";
    if (this.#line === undefined) this.#line = element;
    else if (this.#line.length + blank.length + element.length > LINE_WIDTH) {
      this.emit(this.#line);
      this.#line = element;
    } else this.#line += blank + element;
    this.#afterText = isText;
  }

  end(): void {
    const line = this.#line;
    this.#line = undefined;
    if (line !== undefined) this.emit(line);
    this.#afterText = false;
  }
}

/**
 * The line that HELP writes for a value.
 *
 * @param name The variable's name, or `<Expression>`.
 * @param value The value.
 * @param holdsNull Whether what is undefined is `!NULL`, and not a variable without a value.
 */
export function helpLine(name: string, value: IdlValue, holdsNull = true): string {
  const label = name.length > 15 ? `${name} ` : name.padEnd(16);
  const type = typeName(value.type).padEnd(9);
  if (value.type === IdlType.UNDEFINED) {
    return `${label}${type} = ${holdsNull ? "!NULL" : "<Undefined>"}`;
  }
  if (value.shape.length > 0) return `${label}${type} = Array[${value.shape.join(", ")}]`;
  const element = isNumeric(value) ? formatElement(value, 0) : `'${value.data[0]}'`;
  return `${label}${type} = ${element}`;
}
