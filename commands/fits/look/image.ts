import { NPY_TYPES } from "../../../fits/image/npy.ts";
import type { Hdu, Image, ImageStatistics } from "../../../fits/mod.ts";
import { LITTLE_ENDIAN, swapBytes } from "../../../net/byte_order.ts";
import { replaceFile, writeWhole } from "../../../net/replace_file.ts";
import { general } from "../../../net/text/decimal.ts";
import { type Command, type CommandContext, UsageError } from "../../program/command.ts";
import { printable } from "../../../net/text/printable.ts";
import { jsonValue } from "../card_json.ts";
import {
  CACHE_FLAG,
  checkSectionFlag,
  chooseImage,
  chosenSection,
  costOf,
  damagedTiles,
  forEachFile,
  HDU_FLAG,
  heedSignal,
  KEEP_GOING_FLAG,
  openArgument,
  reportFile,
  reportHduWarnings,
  requireAxes,
  URL_PERMISSION,
} from "../fits_argument.ts";
import { CLOBBER_FLAG, nameFrom, outputPlace } from "../../program/output_file.ts";
import { textTable } from "../../program/text_table.ts";
import { core, defineImageCommand } from "../library.ts";
import { STORE_FLAGS } from "../../program/store_flags.ts";

/** Prints statistics of an image and writes its pixels. */
export const command: Command = defineImageCommand({
  name: "fits image",
  summary: "Print statistics of an image and write its pixels",
  usage: "FILE... [--section S] [-o OUT.raw|OUT.npy|DIR/]",
  details:
    "Sections are in FITS style, 1-based and inclusive: x1:x2,y1:y2, with a step x1:x2:step, x1: to\n" +
    "the end, * for a whole axis. Pixels are physical unless --raw: unsigned integers exact, scaled\n" +
    "ones and those with BLANK as float64, NaN where there is no value. OUT.raw is little-endian,\n" +
    "NAXIS1 fastest; OUT.npy is the same in C order for numpy.load, as are files in DIR/. -o -\n" +
    "writes raw pixels to standard output. Several files give a table, a line for each.",
  flags: {
    hdu: HDU_FLAG,
    section: {
      type: "string",
      value: "S",
      help: "part of the image, such as 1:100,50:60; -* turns an axis around",
    },
    raw: { type: "boolean", help: "stored pixels, without BSCALE, BZERO and BLANK" },
    "keep-going": KEEP_GOING_FLAG,
    output: { type: "string", short: "o", value: "FILE", help: "output file, or folder DIR/" },
    clobber: CLOBBER_FLAG,
    cache: CACHE_FLAG,
    ...STORE_FLAGS,
  },
  arguments: [1, 100_000],
  example: "fits image sample-data/sun.fits --section 1:100,1:100 -o corner.npy --clobber",
  permissions: ["--allow-read=.", "--allow-write=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    checkSectionFlag(context.flags.section);
    const several = context.args.length > 1;
    const rows: string[][] = [];
    let damaged = 0;
    const failed = await forEachFile(context, async (argument) => {
      const { output, ...measured } = await measure(context, argument);
      damaged += measured.damaged;
      if (output === "-") return;
      if (several && !context.json) rows.push(statisticsRow(argument, measured));
      else printStatistics(context, argument, measured);
    });
    if (rows.length > 0) {
      const titles = ["FILE", "HDU", "SHAPE", "TYPE", "UNIT", "MIN", "MAX", "MEAN", "STDDEV"];
      for (const line of textTable(titles, rows)) context.print(line);
    }
    return failed + damaged > 0 ? 1 : 0;
  },
});

/** What is found in an image. */
interface Measured {
  readonly hdu: Hdu;
  readonly form: Pick<Image, "type" | "shape">;
  readonly statistics: ImageStatistics;
  /** 1 if a tile is damaged. */
  readonly damaged: number;
  /** What reading it from a server cost. */
  readonly cost: Readonly<Record<string, number>>;
}

interface ImageFlags {
  readonly hdu: string | undefined;
  readonly section: string | undefined;
  readonly raw: boolean;
  readonly "keep-going": boolean;
  readonly output: string | undefined;
  readonly clobber: boolean;
}

/** Reads the image of a file, piece by piece, and writes it where it is to go. */
async function measure(
  context: CommandContext & { readonly flags: ImageFlags },
  argument: string,
): Promise<Measured & { output: string | undefined }> {
  const { flags, signal } = context;
  const output = flags.output && await outputPlace(flags.output, nameFrom(argument, ".npy"), {
    clobber: flags.clobber,
    count: context.args.length,
  });
  if (output !== undefined && output !== "-" && !/\.(npy|raw)$/i.test(output)) {
    throw new UsageError(`--output is '${output}', expected a name that ends in .npy or .raw`);
  }
  await using file = await openArgument(context, argument, { takes: "section" });
  const hdu = await chooseImage(file, flags.hdu);
  const damage = damagedTiles(context, flags["keep-going"]);
  const section = chosenSection(file, flags.section);
  requireAxes(hdu, section);
  const parts = core.imageParts(hdu, {
    physical: !flags.raw,
    signal,
    onDamage: damage.onDamage,
    section,
  });
  const sum = new core.StatisticsOfParts();
  let form: Pick<Image, "type" | "shape"> | undefined;
  const takeParts = async (write?: (part: Image, isFirst: boolean) => Promise<void>) => {
    for await (const { image, shape } of parts) {
      await write?.({ ...image, shape }, form === undefined);
      form ??= { type: image.type, shape };
      sum.add(image);
      await heedSignal(signal);
    }
  };
  if (output === undefined) await takeParts();
  else if (output === "-") await takeParts((part) => context.write(littleEndian(part)));
  else {
    await replaceFile(output, (file) =>
      takeParts(async (part, isFirst) => {
        const header = isFirst && /\.npy$/i.test(output);
        if (header) await writeWhole(file, core.npyHeader(NPY_TYPES[part.type], part.shape));
        await writeWhole(file, littleEndian(part));
      }));
    context.report(`wrote ${output}`);
  }
  reportHduWarnings(context, argument, hdu);
  reportFile(context, argument, file, "told");
  return {
    ...{ output, hdu, form: form!, statistics: sum.statistics },
    ...{ damaged: damage.finish(), cost: costOf(file) },
  };
}

/** The line of a file in a table of several. */
function statisticsRow(argument: string, { hdu, form, statistics }: Measured): string[] {
  const { min, max, mean, stddev } = statistics;
  return [
    ...[printable(argument), `${hdu.index}`, form.shape.join(" x ") || "-", form.type],
    ...[printable(hdu.unit) || "-", `${min}`, `${max}`, general(mean, 8), general(stddev, 8)],
  ];
}

function printStatistics(
  context: CommandContext,
  argument: string,
  { hdu, form: { type, shape }, statistics, cost }: Measured,
): void {
  const { count, undefined: missing, infinite, min, max, mean, stddev } = statistics;
  if (context.json) {
    const finite = (value: number | bigint) =>
      typeof value === "bigint" || Number.isFinite(value) ? jsonValue(value) : null;
    context.print(JSON.stringify({
      file: argument,
      hdu: hdu.index,
      name: hdu.name,
      type,
      shape,
      unit: hdu.unit,
      pixels: count,
      undefined: missing,
      infinite,
      min: finite(min),
      max: finite(max),
      mean: finite(mean),
      stddev: finite(stddev),
      ...cost,
    }));
    return;
  }
  const unit = hdu.unit === "" ? "" : ` ${printable(hdu.unit)}`;
  context.print(`HDU ${hdu.index}${hdu.name === "" ? "" : ` ${printable(hdu.name)}`}`);
  const endless = infinite === 0 ? "" : `, ${infinite} infinite`;
  context.print(
    `shape   ${shape.join(" x ")} ${type}, ${count} pixels, ${missing} undefined${endless}`,
  );
  context.print(`min     ${min}${unit}`);
  context.print(`max     ${max}${unit}`);
  // The last figures of sums depend on their order: they are for programs, by --json.
  context.print(`mean    ${general(mean, 8)}${unit}`);
  context.print(`stddev  ${general(stddev, 8)}${unit}`);
}

function littleEndian({ pixels }: Image): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  if (LITTLE_ENDIAN) return bytes;
  const swapped = bytes.slice();
  swapBytes(swapped, pixels.BYTES_PER_ELEMENT as 1 | 2 | 4 | 8);
  return swapped;
}
