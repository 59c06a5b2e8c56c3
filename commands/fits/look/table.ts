import type { ColumnData, FitsFile, Table, TableOptions } from "../../../fits/mod.ts";
import { printable } from "../../../net/text/printable.ts";
import { FormatError } from "../../../net/errors.ts";
import { type Command, type CommandContext, UsageError } from "../../program/command.ts";
import {
  CACHE_FLAG,
  chosenHdu,
  HDU_FLAG,
  openArgument,
  reportFile,
  URL_PERMISSION,
} from "../fits_argument.ts";
import { textTable } from "../../program/text_table.ts";
import { defineFitsCommand, fits } from "../library.ts";
import { STORE_FLAGS } from "../../program/store_flags.ts";

/** Elements of an array that are shown to a person. */
const MAX_SHOWN_ELEMENTS = 6;

/** Prints rows of a table. */
export const command: Command = defineFitsCommand({
  name: "fits table",
  summary: "Print rows of a table as text, CSV or JSON lines",
  usage: "FILE [--rows A:B] [--columns NAME,...] [--csv|--json]",
  details:
    "Rows are counted from 1 and inclusive: 1:10, 5, 100: for the rest. Columns are names in any\n" +
    "case, or numbers counted from 1. The text shows numbers as TDISPn asks, else with all figures.\n" +
    "CSV and JSON have every figure of every value: NaN is NaN in CSV and null in JSON, missing\n" +
    "values are empty and null. Only what is asked for is read.",
  flags: {
    hdu: HDU_FLAG,
    cache: CACHE_FLAG,
    rows: { type: "string", value: "A:B", help: "rows to print, counted from 1 (default: all)" },
    columns: { type: "string", value: "NAME,...", help: "columns to print (default: all)" },
    csv: { type: "boolean", help: "print comma-separated values with a line of names" },
    stored: { type: "boolean", help: "show a compressed table as the table that stores it" },
    ...STORE_FLAGS,
  },
  arguments: [1, 1],
  example: "fits table sample-data/sun.fits --rows 1:10 --columns LONGITUDE,LATITUDE --csv",
  permissions: ["--allow-read=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    const argument = context.args[0]!;
    if (context.flags.csv && context.json) {
      throw new UsageError("--csv and --json exclude each other");
    }
    const { rows, columns } = context.flags;
    checkFlags(rows, columns);
    await using file = await openArgument(context, argument, {
      ...{ takes: "hdu" },
    });
    const table = await chooseTable(file, context.flags.hdu, context.flags.stored);
    const options: TableOptions = {
      signal: context.signal,
      rows,
      columns: columns === undefined ? undefined : chooseColumns(table, columns),
    };
    for (const problem of table.problems) context.report(`${argument}: ${problem}`);
    const texts = context.flags.csv
      ? fits.csvOf(table, options)
      : context.json
      ? fits.jsonLinesOf(table, options)
      : alignedLines(table, options);
    await printAll(context, texts);
    reportFile(context, argument, file);
  },
});

/** Refuses rows and columns that no table has. */
function checkFlags(rows: string | undefined, columns: string | undefined): void {
  try {
    if (rows !== undefined) fits.checkRows(rows);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new UsageError(
      `--rows is '${rows}', expected first:last, counted from 1, such as 1:100`,
    );
  }
  if (columns?.split(",").some((name) => name.trim() === "")) {
    throw new UsageError(
      `--columns is '${columns}', expected names or numbers with commas between`,
    );
  }
}

async function chooseTable(
  file: FitsFile,
  named: string | undefined,
  stored: boolean,
): Promise<Table> {
  return await file.openTable({
    stored,
    hdu: chosenHdu(file, named),
  });
}

/** Names, and where no column has such a name, numbers counted from 1. */
function chooseColumns(table: Table, text: string): (string | number)[] {
  const names = new Set(
    table.columns.flatMap(({ name, key }) => [name, key])
      .map((name) => name.toUpperCase()),
  );
  return text.split(",").map((part) => {
    const name = part.trim();
    const number = /^\d+$/.test(name) && !names.has(name) ? Number(name) - 1 : -1;
    return number >= 0 && number < table.columns.length ? number : name;
  });
}

async function printAll(context: CommandContext, texts: AsyncIterable<string>): Promise<void> {
  const encoder = new TextEncoder();
  for await (const text of texts) {
    context.signal.throwIfAborted();
    if (text !== "") await context.write(encoder.encode(text));
  }
}

/** Lines for a person: names and types, then rows, aligned piece by piece. */
async function* alignedLines(table: Table, options: TableOptions): AsyncGenerator<string> {
  const none = await table.read({ ...options, rows: [0, 0] });
  const titles = none.columns.map(({ column }) => printable(column.key));
  const types = none.columns.map(({ column }) => printable(fits.describeColumn(column)));
  let first = true;
  for await (const piece of table.pieces(options)) {
    const cells = piece.columns.map(shownCell);
    const rows = Array.from({ length: piece.rows }, (_, row) => cells.map((cell) => cell(row)));
    const lines = textTable(titles, rows);
    yield [...(first ? [lines[0]!, `# ${types.join(", ")}`] : []), ...lines.slice(1), ""].join(
      "\n",
    );
    first = false;
  }
  if (first) yield `${titles.join("  ")}\n# ${types.join(", ")}\n`;
}

function shownCell(data: ColumnData): (row: number) => string {
  const cell = fits.cellsOf(data);
  const display = fits.displayOf(data.column, data.type);
  const shown = (value: unknown): string => {
    if (value === null) return "-";
    if (Array.isArray(value)) return `(${value.map(shown).join(",")})`;
    if (typeof value === "number" || typeof value === "bigint") return display(value);
    return printable(String(value));
  };
  const pair = data.type === "complex64" || data.type === "complex128";
  return (row) => {
    const value = cell(row);
    if (value === null) return "-";
    if (typeof value !== "object") return shown(value);
    const elements = Array.from(value as ArrayLike<unknown>);
    const text = elements.slice(0, MAX_SHOWN_ELEMENTS).map(shown).join(pair ? " " : ",");
    return elements.length > MAX_SHOWN_ELEMENTS
      ? `[${text},... ${elements.length} in all]`
      : `[${text}]`;
  };
}
