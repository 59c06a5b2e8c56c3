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
import { chosenHdus, openArgument, reportWarnings, URL_PERMISSION } from "../fits_argument.ts";
import { textTable } from "../../program/text_table.ts";
import { defineFitsCommand } from "../library.ts";

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

/** Where an image lies, for a person and for a script. */
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
  const wcs = await readCoordinates(context, argument, file, hdu);
  if (wcs === undefined) return undefined;
  const coordinates = inFrame(context, argument, hdu, wcs, undefined);
  const { frame } = coordinates;
  const middle = middleOf(hdu.shape, wcs.axes.length);
  const world = wcs.pixelToWorld(middle, { origin: 1 });
  const sky = skyPoint(coordinates, world);
  const scale = wcs.pixelScale();
  const pair = celestialScale(wcs);
  return {
    cells: [
      frame === undefined ? "-" : frameText(frame),
      pair?.map(angleText).join(" x ") ?? "-",
      sky === undefined ? worldText(coordinates, world) : pointText(sky, frame, ""),
    ],
    json: {
      frame: frame && frameText(frame),
      projection: wcs.celestial?.projection,
      scale: scale.map(finite),
      middle,
      world: world.map(finite),
      sky: sky?.map(finite),
    },
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
    "unit, offset and bytes of its data. --wcs puts the place of each image in their stead: frame,\n" +
    "coordinates of the middle, and the size of a pixel.",
  flags: { wcs: { type: "boolean", help: "show where each image lies on the sky" } },
  arguments: [1, 1],
  example: "fits info sample-data/sun.fits --json",
  permissions: ["--allow-read=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    const argument = context.args[0]!;
    const { wcs } = context.flags;
    // Coordinates may need tables of other HDUs, before or behind.
    await using file = await openArgument(context, argument, { sequential: !wcs, takes: "hdu" });
    const rows: string[][] = [];
    for await (const hdu of chosenHdus(file)) {
      context.signal.throwIfAborted();
      const summary = hduSummary(hdu);
      const place = wcs && hdu.isImage ? await placeOf(context, argument, file, hdu) : undefined;
      if (context.json) {
        context.print(JSON.stringify(wcs ? { ...summary, wcs: place?.json ?? null } : summary));
      } else {
        const shape = hdu.shape.join(" x ") || "-";
        rows.push([
          `${hdu.index}`,
          printable(hdu.name) || "-",
          `${hdu.version}`,
          printable(`${summary.type}`),
          shape,
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
    const titles = ["HDU", "NAME", "VER", "TYPE", "SHAPE"];
    titles.push(...wcs ? ["FRAME", "SCALE", "MIDDLE"] : ["BITPIX", "UNIT", "OFFSET", "BYTES"]);
    for (const line of context.json ? [] : textTable(titles, rows)) context.print(line);
    reportWarnings(context, argument, file.warnings);
  },
});
