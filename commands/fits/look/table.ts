import type { ColumnData, FitsFile, Table, TextOptions } from "../../../fits/mod.ts";
import { matchesGlob } from "../../../net/text/glob.ts";
import { printable } from "../../../net/text/printable.ts";
import { FormatError } from "../../../net/errors.ts";
import { type Command, type CommandContext, UsageError } from "../../program/command.ts";
import {
  CACHE_FLAG,
  chosenHdu,
  forEachFile,
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
  usage: "FILE... [--rows A:B] [--columns NAME,...] [--where CONDITION] [--csv|--json]",
  details:
    "Rows are counted from 1 and inclusive: 1:10, 5, 100: for the rest. Columns are names in any\n" +
    "case, also with * and ?, or numbers counted from 1. The text shows numbers as TDISPn asks, else\n" +
    "with all figures. CSV and JSON have every figure of every value: NaN is NaN in CSV and null in\n" +
    "JSON, missing values are empty and null. Of several files each row begins with its file. Only\n" +
    "what is asked for is read.\n" +
    "--where takes columns, numbers, 'text', + - * / % ^, = != < <= > >=, && || !, parentheses, X[2]\n" +
    "for an element of an array, isnull(X), abs sqrt exp log log10 sin cos tan floor ceil, and $a name$\n" +
    "for a column with other characters; a comparison with a missing value or NaN keeps no row.",
  flags: {
    hdu: HDU_FLAG,
    cache: CACHE_FLAG,
    rows: { type: "string", value: "A:B", help: "rows to print, counted from 1 (default: all)" },
    columns: { type: "string", value: "NAME,...", help: "columns to print (default: all)" },
    where: { type: "string", value: "CONDITION", help: "only rows for which this holds" },
    csv: { type: "boolean", help: "print comma-separated values with a line of names" },
    stored: { type: "boolean", help: "show a compressed table as the table that stores it" },
    ...STORE_FLAGS,
  },
  arguments: [1, 100_000],
  example: "fits table sample-data/sun.fits --rows 1:10 --columns LONGITUDE,LATITUDE --csv",
  examples: ["fits table sample-data/sun.fits --where 'RADIUS > 2 && LATITUDE < 0'"],
  permissions: ["--allow-read=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    if (context.flags.csv && context.json) {
      throw new UsageError("--csv and --json exclude each other");
    }
    const { rows, columns } = context.flags;
    checkFlags(rows, columns);
    let names: string | undefined;
    const failed = await forEachFile(context, async (argument) => {
      await using file = await openArgument(context, argument, { takes: "hdu" });
      const table = await chooseTable(file, context.flags.hdu, context.flags.stored);
      for (const problem of table.problems) context.report(`${argument}: ${problem}`);
      if (context.json && context.args.length > 1) requireNoFileColumn(argument, table);
      const texts = textsOf(context, table);
      if (context.flags.csv) {
        // Rows of several files are one list: of columns that are the same in all.
        const first = (await texts.next()).value!;
        if (names !== undefined && names !== first) {
          throw new FormatError(`${argument}: its columns are not those of the file before`);
        }
        if (names === undefined) await printAll(context, withFile(context, "FILE", [first]));
        names = first;
      }
      await printAll(context, withFile(context, argument, texts));
      reportFile(context, argument, file, "aside");
    });
    return failed > 0 ? 1 : 0;
  },
});

/** Rows of several files tell theirs by the name `file`. */
function requireNoFileColumn(argument: string, { columns }: Table): void {
  if (columns.every(({ key }) => key !== "file")) return;
  throw new FormatError(`${argument}: a column is called file, expected none beside other files`);
}

interface TableFlags {
  readonly rows: string | undefined;
  readonly columns: string | undefined;
  readonly where: string | undefined;
  readonly csv: boolean;
}

/** The text of a table as the flags ask for it; of CSV the names of the columns come first. */
function textsOf(
  { flags, json, signal }: Pick<CommandContext, "json" | "signal"> & {
    readonly flags: TableFlags;
  },
  table: Table,
): AsyncGenerator<string, void> {
  const { rows, columns, where } = flags;
  const options: TextOptions = {
    signal,
    rows,
    columns: columns === undefined ? undefined : chooseColumns(table, columns),
    filter: where === undefined ? undefined : fits.rowFilter(where, table),
  };
  if (flags.csv) return fits.csvOf(table, options);
  return json ? fits.jsonLinesOf(table, options) : alignedLines(table, options);
}

/** Puts the name of the file before its rows, where there are several files. */
async function* withFile(
  { args, json, flags }: Pick<CommandContext, "args" | "json"> & { readonly flags: TableFlags },
  file: string,
  texts: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<string, void> {
  if (args.length === 1) return yield* texts;
  if (!json && !flags.csv) yield `# ${printable(file)}\n`;
  const name = JSON.stringify(file);
  for await (const text of texts) {
    if (json) {
      yield text.replace(/^\{(\}?)/gm, (_, end) => `{"file":${name}${end === "" ? "," : "}"}`);
    } else if (flags.csv) {
      const cell = /[",\n\r]/.test(file) ? `"${file.replaceAll('"', '""')}"` : file;
      // A line feed in quotes is part of a field.
      yield text.replace(/(?:"(?:[^"]|"")*"|[^"\n])*\n/g, (line) => `${cell},${line}`);
    } else yield text;
  }
}

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
  return text.split(",").flatMap((part) => {
    const name = part.trim();
    if (/[*?]/.test(name) && !names.has(name.toUpperCase())) {
      const found = table.columns.filter(({ key }) => {
        return matchesGlob(name.toUpperCase(), key.toUpperCase());
      });
      if (found.length > 0) return found.map(({ index }) => index);
      throw new FormatError(
        `no column is called like '${name}'; there are ${[...names].join(", ")}`,
      );
    }
    const number = /^\d+$/.test(name) && !names.has(name) ? Number(name) - 1 : -1;
    return [number >= 0 && number < table.columns.length ? number : name];
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
async function* alignedLines(table: Table, options: TextOptions): AsyncGenerator<string> {
  const none = await table.read({ ...options, rows: [0, 0] });
  const titles = none.columns.map(({ column }) => printable(column.key));
  const types = none.columns.map(({ column }) => printable(fits.describeColumn(column)));
  let first = true;
  for await (const { piece, rows: wanted } of fits.filteredPieces(table, options)) {
    if (wanted.length === 0) continue;
    const cells = piece.columns.map(shownCell);
    const rows = wanted.map((row) => cells.map((cell) => cell(row)));
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
