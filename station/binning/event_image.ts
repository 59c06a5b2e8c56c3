/** An image of a table: events are counted in pixels, or a column is summed. */

import { Card } from "../../fits/header/card.ts";
import type { Hdu } from "../../fits/file/hdu.ts";
import type { TableColumn } from "../../fits/table/column.ts";
import { encodeFits } from "../../fits/write/write.ts";
import { LimitError } from "../../net/errors.ts";
import { numberColumn, type NumberOptions, NumberRows } from "./columns.ts";
import {
  type BinAxis,
  binAxis,
  type BinColumn,
  binOf,
  type BinRequest,
  chooseSizes,
} from "./grid.ts";
import { worldCards } from "./world_cards.ts";

/** Pixels of an image at most. */
const MAX_PIXELS = 1 << 24;
/** Rows of a table that is binned. */
const MAX_ROWS = 1_000_000_000;

/** What is made of which rows. */
export interface EventImageOptions extends BinRequest, NumberOptions {
  /** A column whose values are summed; without it rows are counted. */
  readonly weight?: string | undefined;
}

/**
 * Makes the image, as a FITS file: counts as 32-bit integers, sums as doubles. The range of a
 * column is TLMINn to TLMAXn, or that of its values; of integers half a unit more at both ends.
 *
 * @param hdu The table.
 * @param options The columns, the size of pixels, and which rows.
 * @returns The file: one image, with the world coordinates of the columns.
 * @throws {ParameterError} If there are no such columns of single numbers.
 * @throws {LimitError} If the image or the table is too large.
 */
export async function eventImage(
  hdu: Hdu,
  options: EventImageOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const table = hdu.openTable();
  if (table.rows > MAX_ROWS) {
    throw new LimitError(`Cannot bin a table of ${table.rows} rows, expected at most ${MAX_ROWS}`);
  }
  const names = [options.x, options.y, ...options.weight === undefined ? [] : [options.weight]];
  const columns = names.map((name, i) => numberColumn(table, name, i < 2 ? "bin" : "weight"));
  const rows = new NumberRows(table, columns, options);
  const [x, y] = await axesOf(hdu, columns, rows, options);
  if (x.length * y.length > MAX_PIXELS) {
    throw new LimitError(
      `The image would have ${x.length} x ${y.length} pixels, expected at most ${MAX_PIXELS}: ` +
        "ask for larger ones with bin=X,Y,FACTOR",
    );
  }
  const counts = columns.length > 2
    ? new Float64Array(x.length * y.length)
    : new Int32Array(x.length * y.length);
  let outside = 0;
  for await (const [xs, ys, weights] of rows.pieces()) {
    for (let row = 0; row < xs!.length; row++) {
      const column = binOf(x, xs![row]!);
      const line = binOf(y, ys![row]!);
      if (column < 0 || line < 0) {
        outside++;
        continue;
      }
      const at = line * x.length + column;
      const weight = weights === undefined ? 1 : weights[row]!;
      // A row without a weight adds nothing.
      if (weight === weight) counts[at] = counts[at]! + weight;
    }
  }
  const binned = columns.slice(0, 2).map(({ index, key, unit }, i) => ({
    ...{ number: index + 1, name: key, unit, axis: i === 0 ? x : y },
  }));
  const what = `${columns[0]!.key} (${x.size} a pixel) and ${columns[1]!.key} (${y.size} a pixel)`;
  const header = [
    ...worldCards(hdu.header, binned),
    Card.of("BUNIT", columns[2] === undefined ? "count" : printable(columns[2].unit || "sum")),
    ...historyOf(`binned ${what}, ${outside} of ${rows.count} rows lie outside`),
    ...options.filter === undefined ? [] : historyOf(`rows with ${options.filter}`),
  ];
  return await encodeFits([{ pixels: counts, shape: [x.length, y.length], header }]);
}

/** Text for HISTORY cards of 70 characters. */
function historyOf(text: string): Card[] {
  return (printable(text).match(/.{1,70}/g) ?? []).map((part) => Card.commentary("HISTORY", part));
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}

async function axesOf(
  { header }: Hdu,
  columns: readonly TableColumn[],
  rows: NumberRows,
  options: EventImageOptions,
): Promise<readonly [x: BinAxis, y: BinAxis]> {
  const known = columns.slice(0, 2).map(({ index, type, unit, scale }) => {
    const number = index + 1;
    const isInteger = /^u?int/.test(type) && scale === 1;
    const [least, most] = [header.number(`TLMIN${number}`), header.number(`TLMAX${number}`)];
    const hasRange = least !== undefined && most !== undefined && least < most;
    const size = header.number(`TDBIN${number}`);
    return {
      ...{ unit, margin: isInteger ? 0.5 : 0, range: hasRange ? [least, most] : undefined },
      isWhole: isInteger || hasRange && most - least >= 16 || header.has(`TCTYP${number}`),
      proposed: size !== undefined && size > 0 && Number.isFinite(size) ? size : undefined,
    };
  });
  const found = known.some(({ range }) => range === undefined)
    ? await rangesOf(rows)
    : [[0, 0], [0, 0]];
  const described = known.map(({ margin, range, ...rest }, i): BinColumn => {
    const [low, high] = (range ?? found[i]!) as [number, number];
    return { ...rest, low: low - margin, high: high + margin };
  }) as [BinColumn, BinColumn];
  const sizes = options.sizes ?? chooseSizes(described);
  const [x, y] = described.map(({ low, high }, i) => binAxis(low, high, sizes[i]!));
  return [x!, y!];
}

/** The least and the greatest finite values; 0 where there are none. */
async function rangesOf(rows: NumberRows): Promise<(readonly [low: number, high: number])[]> {
  const ranges: [number, number][] = [[Infinity, -Infinity], [Infinity, -Infinity]];
  for await (const piece of rows.pieces()) {
    for (const [i, range] of ranges.entries()) {
      for (const value of piece[i]!) {
        if (!Number.isFinite(value)) continue;
        if (value < range[0]) range[0] = value;
        if (value > range[1]) range[1] = value;
      }
    }
  }
  return ranges.map(([low, high]) => low <= high ? [low, high] : [0, 0]);
}
