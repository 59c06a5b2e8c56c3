import type { Hdu, Image, ImageStatistics, NpyType, PixelType } from "../../../fits/mod.ts";
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
  HDU_FLAG,
  heedSignal,
  KEEP_GOING_FLAG,
  openArgument,
  reportFile,
  reportHduWarnings,
  URL_PERMISSION,
} from "../fits_argument.ts";
import { defineFitsCommand, fits } from "../library.ts";
import { STORE_FLAGS } from "../../program/store_flags.ts";

const NPY_TYPES: Readonly<Record<PixelType, NpyType>> = {
  uint8: "u8",
  int8: "i8",
  int16: "i16",
  uint16: "u16",
  int32: "i32",
  uint32: "u32",
  int64: "i64",
  uint64: "u64",
  float32: "f32",
  float64: "f64",
};

/** Prints statistics of an image and writes its pixels. */
export const command: Command = defineFitsCommand({
  name: "fits image",
  summary: "Print statistics of an image and write its pixels",
  usage: "FILE [--section S] [-o OUT.raw|OUT.npy]",
  details:
    "Sections are in FITS style, 1-based and inclusive: x1:x2,y1:y2, with a step x1:x2:step, * for\n" +
    "a whole axis; FILE may have one too: a.fits[SCI][1:100,1:100]. Pixels are physical unless\n" +
    "--raw: unsigned integers exact, scaled ones and those with BLANK as float64, NaN where there is\n" +
    "no value. OUT.raw is little-endian, NAXIS1 fastest; OUT.npy is the same in C order for\n" +
    "numpy.load. -o - writes raw pixels to standard output.",
  flags: {
    hdu: HDU_FLAG,
    section: { type: "string", value: "S", help: "part of the image, such as 1:100,50:60" },
    raw: { type: "boolean", help: "stored pixels, without BSCALE, BZERO and BLANK" },
    "keep-going": KEEP_GOING_FLAG,
    output: { type: "string", short: "o", value: "FILE", help: "output file" },
    cache: CACHE_FLAG,
    ...STORE_FLAGS,
  },
  arguments: [1, 1],
  example: "fits image sample-data/sun.fits --section 1:100,1:100 -o corner.npy",
  permissions: ["--allow-read=.", "--allow-write=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    const argument = context.args[0]!;
    const { hdu: named, section, raw, output } = context.flags;
    if (output !== undefined && output !== "-" && !/\.(npy|raw)$/i.test(output)) {
      throw new UsageError(`--output is '${output}', expected a name that ends in .npy or .raw`);
    }
    checkSectionFlag(section);
    await using file = await openArgument(context, argument, {
      ...{ takes: "section" },
    });
    const hdu = await chooseImage(file, named);
    const damage = damagedTiles(context, context.flags["keep-going"]);
    const parts = fits.imageParts(hdu, {
      physical: !raw,
      signal: context.signal,
      onDamage: damage.onDamage,
      section: chosenSection(file, section),
    });
    const sum = new fits.StatisticsOfParts();
    let form: Pick<Image, "type" | "shape"> | undefined;
    const takeParts = async (write?: (part: Image, isFirst: boolean) => Promise<void>) => {
      for await (const { image, shape } of parts) {
        await write?.({ ...image, shape }, form === undefined);
        form ??= { type: image.type, shape };
        sum.add(image);
        await heedSignal(context.signal);
      }
    };
    if (output === undefined) await takeParts();
    else if (output === "-") await takeParts((part) => context.write(littleEndian(part)));
    else {
      await replaceFile(output, (file) =>
        takeParts(async (part, isFirst) => {
          const header = isFirst && /\.npy$/i.test(output);
          if (header) await writeWhole(file, fits.npyHeader(NPY_TYPES[part.type], part.shape));
          await writeWhole(file, littleEndian(part));
        }));
      context.report(`wrote ${output}`);
    }
    if (output !== "-") {
      printStatistics(context, argument, hdu, form!, sum.statistics, costOf(file));
    }
    reportHduWarnings(context, argument, hdu);
    reportFile(context, argument, file);
    return damage.finish();
  },
});

function printStatistics(
  context: CommandContext,
  argument: string,
  hdu: Hdu,
  { type, shape }: Pick<Image, "type" | "shape">,
  { count, undefined: missing, infinite, min, max, mean, stddev }: ImageStatistics,
  cost: Readonly<Record<string, number>>,
): void {
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
