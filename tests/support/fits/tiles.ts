/** Compressed images made by hand: streams of Rice bit by bit, tables with the heap that is asked for. */

import { Card, type CardValue, Header } from "../../../fits/mod.ts";

/** Writes bits, the most significant first. */
class BitWriter {
  readonly bytes: number[] = [];
  #free = 0;

  write(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      if (this.#free === 0) {
        this.bytes.push(0);
        this.#free = 8;
      }
      this.#free--;
      if (Math.floor(value / 2 ** bit) % 2 === 1) {
        this.bytes[this.bytes.length - 1]! |= 1 << this.#free;
      }
    }
  }
}

/** The number of low bits of a block: as the test wants it. */
export type LowBits = (block: number) => number;

/**
 * Encodes values as RICE_1, plainly.
 *
 * @param values The values.
 * @param bytePix Bytes of one.
 * @param blockSize Values of a block.
 * @param lowBits How many low bits the differences of a block have: -1 where all are 0, 6, 14 or
 * 25 to store them as they are; without it one that fits.
 */
export function encodeRice(
  values: ArrayLike<number>,
  bytePix: 1 | 2 | 4,
  blockSize: number,
  lowBits?: LowBits,
): Uint8Array<ArrayBuffer> {
  const [fsBits, fsMax] = { 1: [3, 6], 2: [4, 14], 4: [5, 25] }[bytePix] as [number, number];
  const width = 8 * bytePix;
  const range = 2 ** width;
  const bits = new BitWriter();
  const first = ((values[0]! % range) + range) % range;
  bits.write(first, width);
  let last = first;
  for (let start = 0, block = 0; start < values.length; start += blockSize, block++) {
    const mapped: number[] = [];
    for (let i = start; i < Math.min(values.length, start + blockSize); i++) {
      const value = ((values[i]! % range) + range) % range;
      let difference = (((value - last) % range) + range) % range;
      if (difference >= range / 2) difference -= range;
      mapped.push(difference >= 0 ? 2 * difference : -2 * difference - 1);
      last = value;
    }
    const sum = mapped.reduce((total, value) => total + value, 0);
    const fitting = sum === 0
      ? -1
      : Math.min(fsMax, Math.max(0, Math.floor(Math.log2(sum / mapped.length + 1))));
    const low = lowBits?.(block) ?? fitting;
    bits.write(low + 1, fsBits);
    if (low < 0) continue;
    for (const value of mapped) {
      if (low === fsMax) bits.write(value, width);
      else {
        const high = Math.floor(value / 2 ** low);
        for (let zero = 0; zero < high; zero++) bits.write(0, 1);
        bits.write(1, 1);
        bits.write(value % 2 ** low, low);
      }
    }
  }
  return Uint8Array.from(bits.bytes);
}

/** A cell of the tiles' table: bytes in the heap (in a column of descriptors) or numbers. */
export type TileCell = Uint8Array | number | { readonly offset: number; readonly count: number };

/** A table of tiles. */
export interface TileTableInput {
  /** Keywords of the compression and of the image, in their order. */
  readonly keywords: readonly (readonly [keyword: string, value: CardValue, comment?: string])[];
  /** The columns: name, format, and a cell for each tile. */
  readonly columns:
    readonly (readonly [name: string, format: string, cells: readonly TileCell[]])[];
  /** Bytes between the rows and the heap. */
  readonly gap?: number;
}

const CELL_BYTES: Readonly<Record<string, number>> = { P: 8, Q: 16, D: 8, E: 4, J: 4, I: 2, B: 1 };

/** The bytes of a file: an empty primary HDU and a compressed image. */
export function compressedFile(input: TileTableInput): Uint8Array<ArrayBuffer> {
  const { keywords, columns, gap = 0 } = input;
  const rows = columns[0]?.[2].length ?? 0;
  const letter = (format: string) => /[PQDEJIB]/.exec(format)![0];
  const rowBytes = columns.reduce((sum, [, format]) => sum + CELL_BYTES[letter(format)]!, 0);
  const table = new Uint8Array(rows * rowBytes);
  const view = new DataView(table.buffer);
  const heap: number[] = [];
  for (let row = 0; row < rows; row++) {
    let at = row * rowBytes;
    for (const [, format, cells] of columns) {
      at += putCell(view, at, format, letter(format), cells[row]!, heap);
    }
  }
  const header = new Header([
    Card.of("XTENSION", "BINTABLE"),
    ...([["BITPIX", 8], ["NAXIS", 2], ["NAXIS1", rowBytes], ["NAXIS2", rows]] as const)
      .map(([keyword, value]) => Card.of(keyword, value)),
    Card.of("PCOUNT", gap + heap.length),
    Card.of("GCOUNT", 1),
    Card.of("TFIELDS", columns.length),
    ...columns.flatMap(([name, format], i) => [
      Card.of(`TTYPE${i + 1}`, name),
      Card.of(`TFORM${i + 1}`, format),
    ]),
    ...(gap > 0 ? [Card.of("THEAP", table.length + gap)] : []),
    Card.of("ZIMAGE", true),
    ...keywords.map(([keyword, value, comment]) => Card.of(keyword, value, comment)),
  ]);
  const primary = new Header([
    Card.of("SIMPLE", true),
    Card.of("BITPIX", 8),
    Card.of("NAXIS", 0),
    Card.of("EXTEND", true),
  ]);
  const data = [...table, ...new Uint8Array(gap), ...heap];
  const fill = new Uint8Array((2880 - (data.length % 2880)) % 2880);
  return Uint8Array.from([...primary.toBytes(), ...header.toBytes(), ...data, ...fill]);
}

function putCell(
  view: DataView,
  at: number,
  format: string,
  letter: string,
  cell: TileCell,
  heap: number[],
): number {
  if (letter === "P" || letter === "Q") {
    const element = CELL_BYTES[/[PQ]([BIJED])/.exec(format)![1]!]!;
    const place = cell instanceof Uint8Array
      ? { offset: heap.length, count: cell.length / element }
      : cell as { offset: number; count: number };
    if (cell instanceof Uint8Array) heap.push(...cell);
    if (letter === "P") {
      view.setInt32(at, place.count);
      view.setInt32(at + 4, place.offset);
    } else {
      view.setBigInt64(at, BigInt(place.count));
      view.setBigInt64(at + 8, BigInt(place.offset));
    }
  } else if (letter === "D") view.setFloat64(at, cell as number);
  else if (letter === "E") view.setFloat32(at, cell as number);
  else if (letter === "J") view.setInt32(at, cell as number);
  else if (letter === "I") view.setInt16(at, cell as number);
  else view.setUint8(at, cell as number);
  return CELL_BYTES[letter]!;
}

/** The keywords of an image of integers, compressed by Rice or another algorithm. */
export function imageKeywords(
  bitpix: number,
  shape: readonly number[],
  tile: readonly number[],
  algorithm = "RICE_1",
): [string, CardValue][] {
  return [
    ["ZCMPTYPE", algorithm],
    ["ZBITPIX", bitpix],
    ["ZNAXIS", shape.length],
    ...shape.map((length, axis): [string, number] => [`ZNAXIS${axis + 1}`, length]),
    ...tile.map((length, axis): [string, number] => [`ZTILE${axis + 1}`, length]),
  ];
}
