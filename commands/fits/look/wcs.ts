import type { Wcs } from "../../../fits/mod.ts";
import { FormatError } from "../../../net/errors.ts";
import { printable } from "../../../net/text/printable.ts";
import { type Command, type CommandContext, UsageError } from "../../program/command.ts";
import { StandardInput } from "../../program/streams.ts";
import {
  angleText,
  celestialScale,
  finite,
  frameFlag,
  frameText,
  type HduCoordinates,
  inFrame,
  parsePoint,
  pixelText,
  type Point,
  pointText,
  skyPoint,
  worldText,
} from "./coordinates.ts";
import { findCoordinates, type FoundCoordinates } from "./table_coordinates.ts";
import { HDU_FLAG, openArgument, printCost, reportFile, URL_PERMISSION } from "../fits_argument.ts";
import { defineFitsCommand } from "../library.ts";
import { STORE_FLAGS } from "../../program/store_flags.ts";

/** Characters of a line of points at most. */
const MAX_LINE = 1000;

/** Shows the coordinates of pixels, and the pixels of coordinates. */
export const command: Command = defineFitsCommand({
  name: "fits wcs",
  summary: "Show the coordinates of pixels, and the pixels of coordinates",
  usage: "FILE [X,Y]... [--sky RA,DEC]...",
  details:
    "Pixels are counted from 1, as in sections; axes that are not named are at their first pixel.\n" +
    "A point - stands for points from standard input, one a line; after -- a point may begin with -.\n" +
    "Without points: axes, frame, pixel scale, and the middle of the image. Of a table, such as a\n" +
    "list of events, the columns of pixel coordinates that lie on the sky, or those of --columns;\n" +
    "of a column of images its cells. Frames: icrs, fk5, fk4,\n" +
    "galactic, supergalactic, ecliptic; of the Sun helioprojective, radial, stonyhurst, carrington,\n" +
    "seen by the observer of the header; helioprojective numbers are in seconds of arc, in JSON all\n" +
    "are in degrees. Times have their dates. What is wrong with a header goes to standard error.",
  flags: {
    hdu: HDU_FLAG,
    sky: {
      type: "strings",
      value: "RA,DEC",
      help: "show the pixel of this point: degrees, or 05:34:31.9 +22:00:52, or 5h34m31.9s",
    },
    frame: {
      type: "string",
      value: "F",
      help: "frame of the coordinates, such as galactic or fk5,1975 (default: the header's)",
    },
    footprint: { type: "boolean", help: "show the corners of the image" },
    columns: {
      type: "string",
      value: "NAME,...",
      help: "columns of a table: those of pixel coordinates, or one of images",
    },
    alternate: { type: "string", value: "A", help: "letter of an alternate description" },
    ...STORE_FLAGS,
  },
  arguments: [1, 100_000],
  example: "fits wcs sample-data/sun.fits 300,200 --frame stonyhurst",
  permissions: ["--allow-read=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    const [argument, ...points] = context.args;
    const { hdu, columns, sky, frame, footprint, alternate } = context.flags;
    const wanted = frame === undefined ? undefined : frameFlag(frame);
    checkInputs(argument!, points, sky);
    if (alternate !== undefined && !/^[A-Z]$/i.test(alternate)) {
      throw new UsageError(`--alternate is '${alternate}', expected a letter`);
    }
    await using file = await openArgument(context, argument!, { takes: "hdu" });
    const choice = { hdu, columns, alternate: alternate?.toUpperCase() };
    const found = await findCoordinates(context, argument!, file, choice);
    reportFile(context, argument!, file, "told");
    const work: Work = {
      ...{ context, argument: argument! },
      ...found,
      ...inFrame(context, argument!, found.hdu, found.wcs, wanted),
    };
    if (footprint) printFootprint(work);
    else if (points.length + sky.length === 0) describe(work);
    for (const point of points) await eachPoint(context, point, (text) => printPixel(work, text));
    for (const point of sky) await eachPoint(context, point, (text) => printSky(work, text));
    printCost(context, argument!, file);
  },
});

interface Work extends HduCoordinates, FoundCoordinates {
  readonly context: CommandContext;
  readonly argument: string;
}

/** Standard input can be read once. */
function checkInputs(file: string, points: readonly string[], sky: readonly string[]): void {
  const count = [file, ...points, ...sky].filter((text) => text === "-").length;
  if (count > 1) throw new UsageError(`standard input is named ${count} times, expected once`);
}

/** The point of an argument, or those of standard input. */
async function eachPoint(
  context: CommandContext,
  argument: string,
  work: (text: string) => void,
): Promise<void> {
  if (argument !== "-") return work(argument);
  using input = new StandardInput(context.signal);
  let rest = "";
  let line = 0;
  const take = (text: string) => {
    line++;
    if (/^\s*(?:#|$)/.test(text)) return;
    try {
      work(text);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new FormatError(`standard input, line ${line}: ${error.message}`);
    }
  };
  for await (const piece of input.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!;
    for (const text of lines) take(text);
    if (rest.length > MAX_LINE) {
      throw new FormatError(
        `standard input, line ${line + 1}: it has more than ${MAX_LINE} characters`,
      );
    }
  }
  if (rest !== "") take(rest);
}

/** Reads `X,Y`; a comma or blanks stand between the numbers. */
function parsePixel(text: string, { axes }: Wcs): number[] {
  const words = text.trim().split(/\s*,\s*|\s+/);
  const pixel = words.map((word) =>
    /^[-+]?(?:\d{1,20}\.?\d{0,20}|\.\d{1,20})(?:e[-+]?\d{1,3})?$/i.test(word) ? Number(word) : NaN
  );
  const least = Math.min(2, axes.length);
  if (pixel.length >= least && pixel.length <= axes.length && pixel.every(Number.isFinite)) {
    return [...pixel, ...new Array<number>(axes.length - pixel.length).fill(1)];
  }
  const count = least === axes.length ? `${least}` : `${least} to ${axes.length}`;
  throw new UsageError(
    `the point is '${printable(text.slice(0, MAX_LINE))}', expected ${count} pixel numbers ` +
      "such as 300,200",
  );
}

function printPixel(work: Work, text: string): void {
  const { context, argument, hdu, wcs, frame } = work;
  const pixel = parsePixel(text, wcs);
  const world = wcs.pixelToWorld(pixel, { origin: 1 });
  if (!context.json) {
    context.print(`${pixelText(pixel)}  ${worldText(work, world)}`);
    return;
  }
  const point = skyPoint(work, world);
  const dates = wcs.axes.map(({ time }, i) => time?.toDate(world[i]!) ?? null);
  context.print(JSON.stringify({
    file: argument,
    hdu: hdu.index,
    pixel,
    world: world.map(finite),
    ...dates.some((date) => date !== null) && { dates },
    ...(point && { frame: frame && frameText(frame), sky: point.map(finite) }),
  }));
}

function printSky(work: Work, text: string): void {
  const { context, argument, hdu, wcs, frame, fromFrame } = work;
  const { celestial } = wcs;
  if (celestial === undefined) {
    throw new FormatError(`${argument}: HDU ${hdu.index} has no celestial axes for --sky`);
  }
  const sky = parsePoint(text, frame, "--sky");
  const own: Point = [...sky];
  fromFrame(own);
  // The other axes stay where their first pixel is.
  const world = wcs.pixelToWorld(wcs.axes.map(() => 1), { origin: 1 });
  for (const [i, value] of world.entries()) {
    if (Number.isNaN(value)) world[i] = 0;
  }
  world[celestial.longitude] = own[0];
  world[celestial.latitude] = own[1];
  const pixel = wcs.worldToPixel(world, { origin: 1 });
  if (!context.json) {
    context.print(`${pointText(sky, frame)}  ${pixelText(pixel)}`);
    return;
  }
  context.print(JSON.stringify({
    file: argument,
    hdu: hdu.index,
    frame: frame && frameText(frame),
    sky,
    pixel: pixel.map(finite),
  }));
}

function printFootprint(work: Work): void {
  const { context, argument, hdu, wcs, frame, toFrame, columns } = work;
  const [width, height] = work.shape;
  if (columns.length > 0 && (width === undefined || height === undefined)) {
    throw new FormatError(
      `${argument}: the columns ${printable(columns.join(", "))} have no TLMINn of 1 or 0.5 with ` +
        "a TLMAXn for --footprint",
    );
  }
  const corners = width === undefined || height === undefined
    ? undefined
    : wcs.footprint({ shape: [width, height] });
  if (corners === undefined) {
    throw new FormatError(`${argument}: HDU ${hdu.index} has no celestial axes for --footprint`);
  }
  const points = corners.map(([longitude, latitude]): Point => {
    const point: Point = [longitude, latitude];
    toFrame(point);
    return point;
  });
  if (context.json) {
    context.print(JSON.stringify({
      file: argument,
      hdu: hdu.index,
      frame: frame && frameText(frame),
      footprint: points.map((point) => point.map(finite)),
    }));
    return;
  }
  const [right, top] = [width! + 0.5, height! + 0.5];
  const places = [[0.5, 0.5], [0.5, top], [right, top], [right, 0.5]];
  for (const [i, point] of points.entries()) {
    context.print(`${pixelText(places[i]!)}  ${pointText(point, frame)}`);
  }
}

/** Axes, frame, scale, and the middle of the image. */
function describe(work: Work): void {
  const { context, argument, hdu, wcs, frame, shape, middle, columns, others } = work;
  const world = wcs.pixelToWorld(middle, { origin: 1 });
  const point = skyPoint(work, world);
  const scale = wcs.pixelScale();
  if (context.json) {
    context.print(JSON.stringify({
      file: argument,
      hdu: hdu.index,
      name: wcs.name,
      ...columns.length > 0 && { columns, others },
      shape: shape.map((length) => length ?? null),
      axes: wcs.axes,
      projection: wcs.celestial?.projection,
      frame: frame && frameText(frame),
      scale: scale.map(finite),
      middle,
      world: world.map(finite),
      sky: point?.map(finite),
      problems: wcs.problems,
    }));
    return;
  }
  const name = wcs.name === undefined ? "" : ` ${printable(wcs.name)}`;
  context.print(`HDU ${hdu.index}${name}`);
  if (columns.length > 0) context.print(`columns ${printable(columns.join(","))}`);
  for (const other of others) context.print(`also    ${printable(other.join(","))}`);
  for (const [i, axis] of wcs.axes.entries()) {
    const parts = [
      axis.ctype || "linear",
      axis.kind,
      axis.unit,
      axis.name,
      axis.frame,
      axis.time && `since ${axis.time.reference}`,
      axis.time?.position,
      shape[i] === undefined ? undefined : `${shape[i]} pixels`,
    ];
    const shown = parts.filter((part) => part !== undefined && part !== "").join(", ");
    context.print(`axis ${i + 1}  ${printable(shown)}`);
  }
  if (frame !== undefined) context.print(`frame   ${frameText(frame)}`);
  const pair = celestialScale(wcs);
  if (pair !== undefined) context.print(`scale   ${pair.map(angleText).join(" x ")} a pixel`);
  context.print(`middle  ${pixelText(middle)}  ${worldText(work, world)}`);
}
