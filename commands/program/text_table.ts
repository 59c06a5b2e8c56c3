/**
 * Lines of a table for a person, columns aligned: those of numbers to the right.
 *
 * @param titles The titles of the columns.
 * @param rows The cells of each row.
 * @returns The lines, titles first.
 */
export function textTable(titles: readonly string[], rows: readonly string[][]): string[] {
  const widths = titles.map((title) => title.length);
  const numeric = titles.map(() => rows.length > 0);
  for (const cells of rows) {
    for (let column = 0; column < widths.length; column++) {
      const cell = cells[column] ?? "";
      if (cell.length > widths[column]!) widths[column] = cell.length;
      if (numeric[column] && !isNumber(cell)) numeric[column] = false;
    }
  }
  const lines = [alignedLine(titles, widths, numeric)];
  for (const cells of rows) lines.push(alignedLine(cells, widths, numeric));
  return lines;
}

function alignedLine(
  cells: readonly string[],
  widths: readonly number[],
  numeric: readonly boolean[],
): string {
  let line = "";
  // What is missing before the next cell; behind the last one nothing is.
  let gap = 0;
  for (let column = 0; column < cells.length; column++) {
    const cell = cells[column]!;
    const missing = (widths[column] ?? cell.length) - cell.length;
    if (numeric[column]) gap += missing;
    if (cell !== "") {
      line += blanks(gap) + cell;
      gap = 0;
    }
    gap += (numeric[column] ? 0 : missing) + 2;
  }
  return line.trimEnd();
}

const BLANKS = Array.from({ length: 64 }, (_, count) => " ".repeat(count));

function blanks(count: number): string {
  return BLANKS[count] ?? " ".repeat(count);
}

/** Whether a cell is digits and points, with a sign before and a power of ten behind them. */
function isNumber(cell: string): boolean {
  let at = cell.charCodeAt(0) === 0x2d ? 1 : 0;
  const first = at;
  for (; at < cell.length; at++) {
    const code = cell.charCodeAt(at);
    if (code !== 0x2e && (code < 0x30 || code > 0x39)) break;
  }
  return at > first && (at === cell.length || /^e[+-]\d+$/i.test(cell.slice(at)));
}
