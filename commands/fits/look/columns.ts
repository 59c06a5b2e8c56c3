import type { Table, TableColumn } from "../../../fits/mod.ts";
import { printable } from "../../../net/text/printable.ts";
import type { Command, CommandContext } from "../../program/command.ts";
import { jsonValue, plainValue } from "../card_json.ts";
import {
  chosenHdu,
  chosenHdus,
  forEachFile,
  HDU_FLAG,
  openArgument,
  reportFile,
  URL_PERMISSION,
} from "../fits_argument.ts";
import { STORE_FLAGS } from "../../program/store_flags.ts";
import { textTable } from "../../program/text_table.ts";
import { defineFitsCommand } from "../library.ts";

/** Lists the columns of tables. */
export const command: Command = defineFitsCommand({
  name: "fits columns",
  summary: "List the columns of the tables of a FITS file",
  usage: "FILE... [--hdu HDU]",
  details:
    "One line for each column: its number, counted from 1, and name, TFORMn, the type of its\n" +
    "values, the lengths of the axes of a cell, TUNITn, TDISPn and TNULLn. Without --hdu of every\n" +
    "table.",
  flags: {
    hdu: HDU_FLAG,
    stored: { type: "boolean", help: "show a compressed table as the table that stores it" },
    ...STORE_FLAGS,
  },
  arguments: [1, 100_000],
  example: "fits columns sample-data/sun.fits",
  permissions: ["--allow-read=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    const { hdu: named, stored } = context.flags;
    const several = context.args.length > 1;
    const rows: string[][] = [];
    const failed = await forEachFile(context, async (argument) => {
      await using file = await openArgument(context, argument, { takes: "hdu" });
      const one = chosenHdu(file, named) !== undefined;
      for await (const hdu of chosenHdus(file, named)) {
        context.signal.throwIfAborted();
        if (!one && !hdu.isTable) continue;
        const table = await file.openTable({ hdu: hdu.index, stored });
        for (const problem of table.problems) context.report(`${argument}: ${problem}`);
        rows.push(...listColumns(context, argument, hdu.index, table, several));
      }
      reportFile(context, argument, file);
    });
    const titles = ["COLUMN", "NAME", "FORMAT", "TYPE", "SHAPE", "UNIT", "DISPLAY", "NULL"];
    if (!context.json && (rows.length > 0 || failed === 0)) {
      for (const line of textTable([...several ? ["FILE"] : [], "HDU", ...titles], rows)) {
        context.print(line);
      }
    }
    return failed > 0 ? 1 : 0;
  },
});

/** Prints the columns of a table as JSON, or gives their lines of the list. */
function listColumns(
  { json, print }: CommandContext,
  argument: string,
  hdu: number,
  { columns }: Table,
  several: boolean,
): string[][] {
  if (json) {
    for (const column of columns) print(JSON.stringify(columnJson(argument, hdu, column)));
    return [];
  }
  return columns.map((column) => [
    ...several ? [printable(argument)] : [],
    `${hdu}`,
    `${column.index + 1}`,
    printable(column.name) || "-",
    printable(column.format),
    column.type,
    column.variable ? "variable" : column.shape.join(" x ") || "-",
    printable(column.unit) || "-",
    printable(column.display) || "-",
    column.null === undefined ? "-" : printable(plainValue(column.null)),
  ]);
}

/** One column as `--json` prints it: these names do not change. */
function columnJson(file: string, hdu: number, column: TableColumn): Record<string, unknown> {
  const { index, name, format, type, shape, variable, unit, display, scale, zero } = column;
  return {
    ...{ file, hdu, column: index + 1, name, format, type, shape, variable, unit, display },
    null: column.null === undefined ? null : jsonValue(column.null),
    ...{ scale, zero },
  };
}
