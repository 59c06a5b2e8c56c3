/**
 * Pointers, and the variables of the heap to which they lead.
 *
 * A variable of the heap lives as long as a pointer leads to it.
 *
 * @module
 */

import { outOfRange, refuse } from "../values/error.ts";
import {
  cellReference,
  type HeapCell,
  type IdlPointer,
  type LanguageValue,
  POINTER,
  type REFERENCE,
} from "../values/language_value.ts";
import { checkedCount, type Memory } from "../values/memory.ts";
import { Scalar } from "../values/scalar.ts";
import { IdlType } from "../values/value.ts";
import { describeAny } from "./structures.ts";

/** Pointers of an array at most. */
const MAX_POINTERS = 1_000_000;

/** Operations, some nanoseconds each, that a variable of the heap takes. */
const CELL_WORK = 100;

let lastNumber = 0;

/**
 * A variable of the heap.
 *
 * @param value What it holds; it belongs to it from now on.
 * @param number The number of one that comes from another thread; default the next.
 */
export function newCell(
  value: LanguageValue | undefined,
  number: number = lastNumber + 1,
): HeapCell {
  lastNumber = Math.max(lastNumber, number);
  return { kind: "CELL", number, value, freed: false };
}

/** A pointer, or an array of them. */
export function newPointer(
  cells: (HeapCell | undefined)[],
  shape: readonly number[],
  memory: Memory,
): IdlPointer {
  memory.work(CELL_WORK * cells.length);
  const pointer: IdlPointer = { type: POINTER, shape, data: cells };
  memory.adopt(pointer);
  return pointer;
}

/** IDL manual, "PTRARR": null pointers, or with `allocate` each with a variable of its own. */
export function pointerArray(
  shape: readonly number[],
  allocate: boolean,
  memory: Memory,
): IdlPointer {
  const count = checkedCount(shape);
  if (count > MAX_POINTERS) outOfRange(`Cannot make ${count} pointers: at most ${MAX_POINTERS}`);
  const cells = Array.from({ length: count }, () => allocate ? newCell(undefined) : undefined);
  return newPointer(cells, shape, memory);
}

/** The variable to which a pointer leads. */
export function cellOf(value: LanguageValue): HeapCell {
  if (value.type !== POINTER) {
    return refuse(`Pointer type required in this context: found ${describeAny(value)}`);
  }
  if (value.data.length !== 1) {
    return refuse("Expression must be a scalar in this context: found an array of pointers");
  }
  const [cell] = value.data;
  if (cell === undefined) return refuse("Unable to dereference NULL pointer");
  if (cell.freed) return refuse("Invalid pointer: its variable has been freed");
  return cell;
}

/** Stores a value in a variable of the heap, to which it belongs from now on. */
export function storeInCell(cell: HeapCell, value: LanguageValue, memory: Memory): void {
  const before = cell.value;
  memory.hold(value);
  cell.value = value;
  if (before !== undefined) memory.drop(before);
}

/** IDL manual, "PTR_FREE": takes the variables away, also from other pointers. */
export function freeCells({ data }: IdlPointer, memory: Memory): void {
  for (const cell of data) {
    if (cell === undefined || cell.freed) continue;
    const before = cell.value;
    cell.value = undefined;
    cell.freed = true;
    if (before !== undefined) memory.drop(before);
  }
}

/** IDL manual, "PTR_VALID": 1 for each pointer that leads to a variable. */
export function validity({ data, shape }: IdlPointer, memory: Memory): LanguageValue {
  const valid = (cell: HeapCell | undefined) => cell !== undefined && !cell.freed ? 1 : 0;
  if (shape.length === 0) return new Scalar(IdlType.BYTE, valid(data[0]));
  const out = memory.allocate(IdlType.BYTE, shape);
  for (const [i, cell] of data.entries()) out.data[i] = valid(cell);
  return out;
}

/** Stores pointers in the elements of an array of them with these numbers. */
export function storePointers(
  target: IdlPointer,
  numbers: ArrayLike<number>,
  value: LanguageValue,
): void {
  if (value.type !== POINTER) refuse(`Cannot store ${describeAny(value)} in an array of pointers`);
  const { data } = value as IdlPointer;
  if (data.length !== 1 && data.length !== numbers.length) {
    refuse(`Cannot store ${describeAny(value)} in ${numbers.length} elements`);
  }
  const given = data.slice();
  for (let i = 0; i < numbers.length; i++) target.data[numbers[i]!] = given[i % given.length];
}

/** Pointers joined along the first dimension. */
export function joinedPointers(values: readonly LanguageValue[], memory: Memory): IdlPointer {
  const cells = values.flatMap((value) => {
    if (value.type === POINTER) return value.data;
    return refuse(`Cannot join a POINTER and ${describeAny(value)}`);
  });
  return newPointer(cells, [cells.length], memory);
}

/** Whether pointers lead to the same variables; a single one is compared with each of several. */
export function samePointers(
  left: IdlPointer,
  right: LanguageValue,
  equal: boolean,
  memory: Memory,
): LanguageValue {
  if (right.type !== POINTER) {
    return refuse(`Cannot compare a POINTER and ${describeAny(right)}`);
  }
  const same = (i: number): number => {
    const a = left.data[left.shape.length === 0 ? 0 : i];
    const b = right.data[right.shape.length === 0 ? 0 : i];
    return (a === b) === equal ? 1 : 0;
  };
  const shape = left.shape.length === 0 ||
      right.shape.length > 0 && right.data.length < left.data.length
    ? right.shape
    : left.shape;
  if (shape.length === 0) return new Scalar(IdlType.BYTE, same(0));
  const out = memory.allocate(IdlType.BYTE, shape);
  for (let i = 0; i < out.data.length; i++) out.data[i] = same(i);
  return out;
}

/** A pointer as PRINT writes it. */
export function pointerText(cell: HeapCell | undefined): string {
  return cell === undefined || cell.freed ? "<NullPointer>" : `<PtrHeapVar${cell.number}>`;
}

/** What a pointer leads to as what memory counts, for as long as something else works on it. */
export function heldCell(cell: HeapCell): LanguageValue & { type: typeof REFERENCE } {
  return cellReference(cell);
}
