import type { FitsFile, Hdu } from "../../../fits/mod.ts";
import type { Command, CommandContext } from "../../program/command.ts";
import { printable } from "../../../net/text/printable.ts";
import {
  angleText,
  celestialScale,
  finite,
  frameText,
  inFrame,
  middleOf,
  pointText,
  readCoordinates,
  skyPoint,
  worldText,
} from "./coordinates.ts";
import {
  CACHE_FLAG,
  chosenHdus,
  forEachFile,
  openArgument,
  reportFile,
  URL_PERMISSION,
} from "../fits_argument.ts";
import { tableCoordinates } from "./table_coordinates.ts";
import { textTable } from "../../program/text_table.ts";
import { defineFitsCommand } from "../library.ts";
import { STORE_FLAGS } from "../../program/store_flags.ts";

/** One HDU as `--json` prints it: these names do not change. */
function hduSummary(file: string, hdu: Hdu): Record<string, unknown> {
  return {
    file,
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
    ...tableSize(hdu),
  };
}

/** Rows and columns of a table. */
function tableSize(hdu: Hdu): { rows: number; columns: number } | undefined {
  if (!hdu.isTable) return undefined;
  const rows = hdu.shape[1] ?? 0;
  const columns = hdu.header.get("TFIELDS");
  return { rows, columns: typeof columns === "number" ? columns : 0 };
}

/** What an HDU has in its data, for a person. */
function sizeText(hdu: Hdu): string {
  const table = tableSize(hdu);
  if (table === undefined) return hdu.shape.join(" x ") || "-";
  return `${counted(table.rows, "row")} x ${counted(table.columns, "column")}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Where an image or a list of events lies, for a person and for a script. */
interface Place {
  readonly cells: readonly string[];
  readonly json: Record<string, unknown>;
}

async function placeOf(
  context: CommandContext,
  argument: string,
  file: FitsFile,
  hdu: Hdu,
): Promise<Place | undefined> {
  const ofTable = hdu.isTable ? await tableCoordinates(context, argument, file, hdu) : undefined;
  const wcs = hdu.isTable ? ofTable?.wcs : await readCoordinates(context, argument, file, hdu);
  if (wcs === undefined) return undefined;
  const coordinates = inFrame(context, argument, hdu, wcs, undefined);
  const { frame } = coordinates;
  const middle = ofTable?.middle ?? middleOf(hdu.shape, wcs.axes.length);
  const columns = ofTable === undefined ? "" : `  of ${ofTable.columns.join(",")}`;
  const world = wcs.pixelToWorld(middle, { origin: 1 });
  const sky = skyPoint(coordinates, world);
  const scale = wcs.pixelScale();
  const pair = celestialScale(wcs);
  return {
    cells: [
      frame === undefined ? "-" : frameText(frame),
      pair?.map(angleText).join(" x ") ?? "-",
      (sky === undefined ? worldText(coordinates, world) : pointText(sky, frame, "")) +
      printable(columns),
    ],
    json: {
      frame: frame && frameText(frame),
      projection: wcs.celestial?.projection,
      scale: scale.map(finite),
      middle,
      world: world.map(finite),
      sky: sky?.map(finite),
      ...ofTable !== undefined && { columns: ofTable.columns },
    },
  };
}

/** Lists the HDUs of a file. */
export const command: Command = defineFitsCommand({
  name: "fits info",
  summary: "List the HDUs of a FITS file",
  usage: "FILE...",
  details:
    "FILE is a path, a URL, or - for standard input; of several the files stand in a column. One\n" +
    "line for each HDU: number, name, version, type, shape in FITS order (NAXIS1 first; of a table\n" +
    "rows and columns), BITPIX, unit, offset and bytes of its data. --wcs puts the place of each\n" +
    "image, and of the pixel columns of a table, in their stead: frame, coordinates of the middle,\n" +
    "and the size of a pixel.",
  flags: {
    wcs: { type: "boolean", help: "show where each image or list of events lies on the sky" },
    cache: CACHE_FLAG,
    ...STORE_FLAGS,
  },
  arguments: [1, 100_000],
  example: "fits info sample-data/sun.fits --json",
  examples: ["fits info sample-data/*.fits"],
  permissions: ["--allow-read=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    const { wcs } = context.flags;
    const several = context.args.length > 1;
    const rows: string[][] = [];
    const failed = await forEachFile(context, async (argument) => {
      rows.push(...await listHdus(context, argument, wcs, several));
    });
    const titles = [...several ? ["FILE"] : [], "HDU", "NAME", "VER", "TYPE", "SHAPE"];
    titles.push(...wcs ? ["FRAME", "SCALE", "MIDDLE"] : ["BITPIX", "UNIT", "OFFSET", "BYTES"]);
    if (!context.json && (rows.length > 0 || failed === 0)) {
      for (const line of textTable(titles, rows)) context.print(line);
    }
    return failed > 0 ? 1 : 0;
  },
});

/** Prints the HDUs of a file as JSON, or gives their lines of the table. */
async function listHdus(
  context: CommandContext,
  argument: string,
  wcs: boolean,
  several: boolean,
): Promise<string[][]> {
  // Coordinates may need tables of other HDUs, before or behind.
  await using file = await openArgument(context, argument, { sequential: !wcs, takes: "hdu" });
  const rows: string[][] = [];
  for await (const hdu of chosenHdus(file)) {
    context.signal.throwIfAborted();
    const summary = hduSummary(argument, hdu);
    const place = wcs && (hdu.isImage || hdu.isTable)
      ? await placeOf(context, argument, file, hdu)
      : undefined;
    if (context.json) {
      context.print(JSON.stringify(wcs ? { ...summary, wcs: place?.json ?? null } : summary));
    } else {
      rows.push([
        ...several ? [printable(argument)] : [],
        `${hdu.index}`,
        printable(hdu.name) || "-",
        `${hdu.version}`,
        printable(`${summary.type}`),
        sizeText(hdu),
        ...(wcs ? place?.cells ?? ["-", "-", "-"] : [
          `${hdu.bitpix}`,
          printable(hdu.unit) || "-",
          `${hdu.dataOffset}`,
          `${hdu.dataSize}`,
        ]),
      ]);
    }
    for (const { message, record } of hdu.warnings) {
      const card = record === undefined ? "" : ` record ${record}`;
      context.detail(`${argument}: HDU ${hdu.index}${card}: ${message}`);
    }
  }
  reportFile(context, argument, file);
  return rows;
}
