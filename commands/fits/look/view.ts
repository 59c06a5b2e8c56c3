import { COLORMAPS } from "../../../fits/picture/colormap.ts";
import type { Hdu, RenderOptions } from "../../../fits/mod.ts";
import type { FigureOptions } from "../../../fits/file/figure.ts";
import type { PlaneOptions } from "../../../fits/file/plane.ts";
import {
  readStretch,
  type Stretch,
  STRETCH_WORDS,
  STRETCHES,
} from "../../../fits/picture/stretch.ts";
import { replaceFile, writeWhole } from "../../../net/replace_file.ts";
import { FormatError } from "../../../net/errors.ts";
import { type Command, type CommandContext, UsageError } from "../../program/command.ts";
import {
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
import { animate, type Animation, contactSheet, isFolder } from "./picture_sets.ts";
import { CLOBBER_FLAG, nameFrom, outputPlace } from "../../program/output_file.ts";
import { core, defineImageCommand, loadFits } from "../library.ts";
import { STORE_FLAGS } from "../../program/store_flags.ts";

/** Flags that say nothing about a contact sheet. */
const SINGLE_FLAGS = [
  ...["section", "plane", "north", "axes", "colorbar", "keep-going", "animate"] as const,
];

/** Renders an image as a picture. */
export const command: Command = defineImageCommand({
  name: "fits view",
  summary: "Render an image as a PNG picture",
  usage: "FILE|FOLDER... -o OUT.png|DIR/",
  details:
    "The last row is at the top, as on the sky; pixels without a value are transparent. Of more\n" +
    `than two axes the first plane is shown, or that of --plane N; --section '*,5,*' leaves two.\n` +
    "Limits: zscale shows faint things in a noisy sky, percentile:99.5 suits the Sun, minmax shows\n" +
    "everything; or two numbers, LO,HI. --axes and --colorbar draw around the picture, whose own\n" +
    "pixels --size counts. A folder, or --hdu all, gives a contact sheet of all images, each with\n" +
    "limits of its own and --size pixels, 160 by default. -o - writes to standard output.",
  flags: {
    hdu: HDU_FLAG,
    section: {
      type: "string",
      value: "S",
      help: "part of the image, such as 1:100,50:60; -* turns an axis around",
    },
    plane: { type: "number", value: "N", help: "plane of more than two axes, from 1" },
    stretch: {
      type: "string",
      value: "NAME",
      default: "linear",
      help: `brightness scale, power:P with P from 0.05 to 20 or one of: ${STRETCHES.join(", ")}`,
    },
    limits: {
      type: "string",
      value: "LIMITS",
      default: "zscale",
      help: "black and white levels: zscale, minmax, percentile:P or LO,HI",
    },
    colormap: {
      type: "string",
      value: "NAME",
      default: "gray",
      help: `colour map: ${COLORMAPS.join(", ")}`,
    },
    size: {
      type: "number",
      value: "N",
      help: "pixels of the longer side; a larger image is averaged, a smaller one enlarged",
    },
    animate: {
      type: "boolean",
      help: "show the planes of a cube one after the other (animated PNG)",
    },
    fps: { type: "number", value: "N", default: 10, help: "planes a second of --animate" },
    north: { type: "boolean", help: "turn the picture until north is up and east left" },
    axes: {
      type: "boolean",
      help: "draw axes with world coordinates, or pixels where there are none",
    },
    colorbar: { type: "boolean", help: "draw a bar of the colours with their values" },
    "keep-going": KEEP_GOING_FLAG,
    output: { type: "string", short: "o", value: "OUT.png", help: "output file, or folder DIR/" },
    clobber: CLOBBER_FLAG,
    ...STORE_FLAGS,
  },
  arguments: [1, 100_000],
  example:
    "fits view sample-data/sun.fits --limits percentile:99.5 --colormap aia171 --size 512 -o sun.png --clobber",
  permissions: ["--allow-read=.", "--allow-write=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    const { section, output, size } = context.flags;
    if (output === undefined) throw new UsageError("needs an output: -o OUT.png");
    if (/\.(jpe?g|gif|tiff?|webp|bmp|svg|pdf|fits?|fts|npy|raw)$/i.test(output)) {
      throw new UsageError(`--output is '${output}', expected a name that ends in .png`);
    }
    const options: RenderOptions = {
      stretch: stretchOf(context.flags.stretch),
      limits: limitsOf(context.flags.limits),
      colormap: oneOf("colormap", context.flags.colormap, COLORMAPS),
      size: size === undefined ? undefined : checkSize(size),
    };
    checkSectionFlag(section);
    const { plane, fps, animate } = context.flags;
    checkPlanes(plane, fps, animate);
    let damaged = 0;
    const failed = await forEachFile(context, async (argument) => {
      damaged += await viewFile(context, argument, output, options);
    });
    return failed + damaged > 0 ? 1 : 0;
  },
});

interface ViewFlags {
  readonly hdu: string | undefined;
  readonly section: string | undefined;
  readonly plane: number | undefined;
  readonly fps: number;
  readonly animate: boolean;
  readonly north: boolean;
  readonly axes: boolean;
  readonly colorbar: boolean;
  readonly "keep-going": boolean;
  readonly clobber: boolean;
}

/** Renders the image of a file, or all of them; gives 1 if something of it is damaged. */
async function viewFile(
  context: CommandContext & { readonly flags: ViewFlags },
  argument: string,
  wanted: string,
  options: RenderOptions,
): Promise<number> {
  const { flags, signal } = context;
  const { hdu, north, axes, colorbar, plane: number } = flags;
  const output = await outputPlace(wanted, nameFrom(argument, ".png"), {
    clobber: flags.clobber,
    count: context.args.length,
  });
  if (hdu?.trim().toLowerCase() === "all" || isFolder(argument)) {
    const given = SINGLE_FLAGS.find((flag) => flags[flag]);
    if (given === undefined) return await writeSheet(context, argument, output, options);
    throw new UsageError(`--${given} is for a single image, not for a contact sheet`);
  }
  await using file = await openArgument(context, argument, { takes: "section" });
  const damage = damagedTiles(context, flags["keep-going"]);
  const chosen = await chooseImage(file, hdu);
  const section = chosenSection(file, flags.section);
  // Of a cube, a plane is taken anyway.
  requireAxes(chosen, section, 2);
  const wcs = north || axes ? await (await loadFits()).readFileWcs(file, chosen) : undefined;
  for (const { keyword, reason } of wcs?.problems ?? []) {
    context.report(`${argument}: ${keyword}: ${reason}`);
  }
  const choice = {
    ...{ signal, onDamage: damage.onDamage, plane: number, section },
    ...{ ...options, wcs, north, axes, colorbar, unit: chosen.unit },
  };
  const picture = flags.animate
    ? await animate(context, chosen, choice, flags.fps)
    : await stillPicture(chosen, choice);
  reportHduWarnings(context, argument, chosen);
  reportFile(context, argument, file, "told");
  if (picture.empty) context.report(`${argument}: no pixel has a value, the picture is empty`);
  await heedSignal(signal);
  if (output === "-") {
    for await (const piece of picture.pieces) await context.write(piece);
    return damage.finish();
  }
  await replaceFile(output, async (file) => {
    for await (const piece of picture.pieces) {
      await writeWhole(file, piece);
      await heedSignal(signal);
    }
  });
  const { width, height, limits: [low, high], frames } = picture;
  if (context.json) {
    context.print(JSON.stringify({
      ...{ file: argument, output, width, height, low, high, frames },
      ...costOf(file),
    }));
  } else {
    const of = frames === undefined ? "" : `${frames} frames of `;
    context.report(`wrote ${output}: ${of}${width} x ${height} pixels, from ${low} to ${high}`);
  }
  return damage.finish();
}

/** Refuses numbers of planes and of frames that no image has. */
function checkPlanes(plane: number | undefined, fps: number, moves: boolean): void {
  if (plane !== undefined && !(Number.isInteger(plane) && plane >= 1)) {
    throw new UsageError(`--plane is '${plane}', expected a number from 1`);
  }
  if (!(fps >= 0.1 && fps <= 100)) throw new UsageError(`--fps is '${fps}', expected 0.1 to 100`);
  if (moves && plane !== undefined) throw new UsageError("--animate shows all planes: no --plane");
}

/** A picture of one plane, on its way into a file. */
async function stillPicture(
  hdu: Hdu,
  options: FigureOptions & PlaneOptions,
): Promise<Omit<Animation, "frames"> & { readonly frames?: undefined }> {
  const picture = await core.renderFigure(new core.ImagePlane(hdu, options), options);
  return { ...picture, pieces: core.encodePngStream({ ...picture, depth: 8 }, picture.rows) };
}

/** Writes a contact sheet of all images; the flags of a single one say nothing about it. */
async function writeSheet(
  context: CommandContext,
  argument: string,
  output: string,
  options: RenderOptions,
): Promise<number> {
  const { picture, images, failed, cost } = await contactSheet(context, argument, options);
  if (images === 0) throw new FormatError(`Cannot find an image in ${argument}`);
  const png = core.encodePng(picture);
  if (output === "-") await context.write(png);
  else await replaceFile(output, (file) => writeWhole(file, png));
  const { width, height } = picture;
  if (output !== "-" && context.json) {
    context.print(JSON.stringify({ file: argument, output, width, height, images, ...cost }));
  } else if (output !== "-") {
    const count = images === 1 ? "1 image" : `${images} images`;
    context.report(`wrote ${output}: ${count}, ${width} x ${height} pixels`);
  }
  return failed > 0 ? 1 : 0;
}

function oneOf<T extends string>(flag: string, value: string, names: readonly T[]): T {
  const name = names.find((name) => name === value);
  if (name !== undefined) return name;
  throw new UsageError(`--${flag} is '${value}', expected one of ${names.join(", ")}`);
}

function stretchOf(text: string): Stretch {
  const stretch = readStretch(text);
  if (stretch !== undefined) return stretch;
  throw new UsageError(`--stretch is '${text}', expected one of ${STRETCH_WORDS}`);
}

function limitsOf(text: string): ReturnType<typeof core.parseLimits> {
  try {
    return core.parseLimits(text);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new UsageError(
      `--limits is '${text}', expected zscale, minmax, percentile:P or LOW,HIGH`,
    );
  }
}

function checkSize(size: number): number {
  if (Number.isInteger(size) && size >= 1 && size <= 32_768) return size;
  throw new UsageError(`--size is '${size}', expected 1 to 32768`);
}
