/**
 * Lines of a table for a person, columns aligned.
 *
 * @param titles The titles of the columns.
 * @param rows The cells of each row.
 * @returns The lines, titles first.
 */
export function textTable(titles: readonly string[], rows: readonly string[][]): string[] {
  const lines = [titles, ...rows];
  const widths = titles.map((_, column) =>
    lines.reduce((widest, cells) => Math.max(widest, cells[column]?.length ?? 0), 0)
  );
  const numeric = titles.map((_, column) =>
    rows.length > 0 && rows.every((cells) => /^-?[\d.]+(e[+-]\d+)?$/i.test(cells[column] ?? ""))
  );
  return lines.map((cells) =>
    cells.map((cell, column) =>
      numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)
    ).join("  ").trimEnd()
  );
}
