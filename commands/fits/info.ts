import type { Hdu } from "../../fits/mod.ts";
import type { Command } from "../program/command.ts";
import { printable } from "../../net/text/printable.ts";
import { openArgument, reportWarnings, URL_PERMISSION } from "./fits_argument.ts";
import { textTable } from "./text_table.ts";
import { defineFitsCommand } from "./library.ts";

/** One HDU as `--json` prints it: these names do not change. */
function hduSummary(hdu: Hdu): Record<string, unknown> {
  return {
    hdu: hdu.index,
    name: hdu.name,
    version: hdu.version,
    type: hdu.kind === "OTHER" ? hdu.data.layout.xtension ?? "OTHER" : hdu.kind,
    shape: hdu.shape,
    bitpix: hdu.bitpix,
    unit: hdu.unit,
    offset: hdu.dataOffset,
    bytes: hdu.dataSize,
    header: hdu.headerOffset,
    cards: hdu.header.cards.length,
  };
}

/** Lists the HDUs of a file. */
export const command: Command = defineFitsCommand({
  name: "fits info",
  summary: "List the HDUs of a FITS file",
  usage: "FILE",
  details:
    "FILE is a path, a URL, or - for standard input. One line for each HDU: number, name,\n" +
    "version, type, shape in FITS order (NAXIS1 first; of a table, bytes of a row x rows), BITPIX,\n" +
    "unit, offset and bytes of its data.",
  flags: {},
  arguments: [1, 1],
  example: "fits info sample-data/sun.fits --json",
  permissions: ["--allow-read=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    const argument = context.args[0]!;
    await using file = await openArgument(context, argument, { sequential: true });
    const rows: string[][] = [];
    for await (const hdu of file.hdus) {
      context.signal.throwIfAborted();
      const summary = hduSummary(hdu);
      if (context.json) context.print(JSON.stringify(summary));
      else {
        const shape = hdu.shape.join(" x ") || "-";
        rows.push([
          `${hdu.index}`,
          printable(hdu.name) || "-",
          `${hdu.version}`,
          printable(`${summary.type}`),
          shape,
          `${hdu.bitpix}`,
          printable(hdu.unit) || "-",
          `${hdu.dataOffset}`,
          `${hdu.dataSize}`,
        ]);
      }
      for (const { message, record } of hdu.warnings) {
        const card = record === undefined ? "" : ` record ${record}`;
        context.detail(`${argument}: HDU ${hdu.index}${card}: ${message}`);
      }
    }
    const titles = ["HDU", "NAME", "VER", "TYPE", "SHAPE", "BITPIX", "UNIT", "OFFSET", "BYTES"];
    for (const line of context.json ? [] : textTable(titles, rows)) context.print(line);
    reportWarnings(context, argument, file.warnings);
  },
});
