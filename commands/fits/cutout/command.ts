import type { Cutout, CutSize } from "../../../fits/cutout/mod.ts";
import type { FitsFile, Hdu, HduChoice, Section, SkyFrame } from "../../../fits/mod.ts";
import { FormatError, HeliographError } from "../../../net/errors.ts";
import { printable } from "../../../net/text/printable.ts";
import { type Command, type CommandContext, UsageError } from "../../program/command.ts";
import { errorText } from "../../program/error_text.ts";
import { StandardInput } from "../../program/streams.ts";
import { CLOBBER_FLAG, refuseExisting } from "../../program/output_file.ts";
import { writeWholeFile } from "../../program/whole_file.ts";
import {
  frameFlag,
  type HduCoordinates,
  inFrame,
  parsePoint,
  type Point,
  readCoordinates,
} from "../look/coordinates.ts";
import {
  CACHE_FLAG,
  chosenHdu,
  chosenSection,
  costOf,
  HDU_FLAG,
  openArgument,
  reportFile,
  requireAxes,
  storeTargetOf,
  URL_PERMISSION,
} from "../fits_argument.ts";
import { jsonValue } from "../card_json.ts";
import { defineFitsCommand, fits } from "../library.ts";
import { CutsAhead, tilesAround } from "./ahead.ts";
import { outputFor, readPositions } from "./positions.ts";
import { STORE_FLAGS } from "../../program/store_flags.ts";

/** Cuts parts of images out as files of their own. */
export const command: Command = defineFitsCommand({
  name: "fits cutout",
  summary: "Cut a part of an image out as a FITS file",
  usage: "FILE --section S | --center RA,DEC --size W[,H] | --at LIST.csv --size W[,H] -o OUT.fits",
  details:
    "OUT.fits has the pixels as they are stored (decompressed where FILE is compressed), moved\n" +
    "coordinates, HISTORY and checksums. Sections are 1-based and inclusive: x1:x2,y1:y2; a part\n" +
    "beyond the image is filled with NaN or BLANK. --center is in the header's frame or in --frame:\n" +
    "degrees, 05:34:31.9 +22:00:52, or seconds of arc on the Sun. --size is 200 (pixels), 0.1deg,\n" +
    "5arcmin or 30arcsec, along the pixel axes. Of a URL only what is needed is read.\n" +
    "LIST.csv has lines RA,DEC or NAME,RA,DEC: each gives OUT-1.fits or OUT-NAME.fits.",
  flags: {
    hdu: { ...HDU_FLAG, help: "HDU number, EXTNAME or EXTNAME,EXTVER; all for every image" },
    section: {
      type: "string",
      value: "S",
      help: "part of the image, such as 101:200,51:150; -* turns an axis around",
    },
    center: { type: "string", value: "RA,DEC", help: "point of the sky in the middle" },
    size: { type: "string", value: "W[,H]", help: "width and height around --center or --at" },
    frame: { type: "string", value: "F", help: "frame of the points (default: the header's)" },
    at: { type: "string", value: "LIST", help: "list of points, one file for each; - is stdin" },
    output: {
      type: "string",
      short: "o",
      value: "FILE",
      help: "output file; - is stdout, s3://BUCKET/KEY an object",
    },
    clobber: CLOBBER_FLAG,
    cache: CACHE_FLAG,
    ...STORE_FLAGS,
  },
  arguments: [1, 1],
  example: "fits cutout sample-data/sun.fits --section 101:200,101:180 -o part.fits --clobber",
  examples: [
    "fits cutout sample-data/sun.fits --center 300,200 --size 90arcsec -o spot.fits --clobber",
  ],
  permissions: ["--allow-read=.", "--allow-write=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    const argument = context.args[0]!;
    const wanted = readFlags(argument, context.flags);
    const jobs = await jobsOf(context, wanted);
    const store = storeTargetOf(context);
    if (!context.flags.clobber) {
      for (const { to } of jobs) await refuseExisting(to, false, store);
    }
    await using file = await openArgument(context, argument, {
      ...{ takes: "section", trustIndex: true },
    });
    const hdu = chosenHdu(file, context.flags.hdu);
    const section = sectionOf(file, wanted);
    const coordinates = new Map<Hdu, Promise<HduCoordinates | undefined>>();
    const cut = (job: Job) =>
      fits.cutout(file, {
        hdu,
        section: async (image) => {
          if (section !== undefined) {
            // Of a whole file, images may have more axes or fewer.
            if (hdu !== "all") requireAxes(image, section);
            return section;
          }
          if (!coordinates.has(image)) {
            coordinates.set(image, coordinatesOf(context, file, image, hdu, wanted));
          }
          const found = await coordinates.get(image);
          return found && around(found, image, wanted, job);
        },
        signal: context.signal,
      });
    const tilesOf = async (job: Job, image: Hdu) => {
      const found = await coordinates.get(image);
      return found && tilesAround(image, around(found, image, wanted, job));
    };
    const cuts = new CutsAhead(file, jobs, { cut, tilesOf });
    let failed = 0;
    for (const job of jobs) {
      context.signal.throwIfAborted();
      try {
        const done = await cuts.take(job);
        await write(context, argument, file, job, done);
      } catch (error) {
        // One point outside of the image does not end a list.
        if (!(error instanceof fits.SectionError) || wanted.at === undefined) throw error;
        context.complain(`line ${job.line}: ${errorText(error)}`);
        failed++;
      }
    }
    reportFile(context, argument, file, "told");
    return failed > 0 ? 1 : 0;
  },
});

/** The section of the flags or of the file's name; undefined where points are asked for. */
function sectionOf(file: FitsFile, { section, center, at }: Wanted): string | undefined {
  const points = center === undefined ? at === undefined ? undefined : "--at" : "--center";
  if (points === undefined) {
    const chosen = chosenSection(file, section);
    if (chosen !== undefined) return chosen;
    throw new UsageError("expected one of --section, --center and --at, found none");
  }
  if (file.selection?.section === undefined) return undefined;
  throw new UsageError(
    `found ${points}, but '${file.selection.name}' selects a section already`,
  );
}

/** What the flags ask for. */
interface Wanted {
  readonly section: string | undefined;
  readonly center: string | undefined;
  readonly at: string | undefined;
  readonly size: readonly [CutSize, CutSize] | undefined;
  readonly frame: SkyFrame | undefined;
  readonly output: string;
}

/** One output. */
interface Job {
  readonly to: string;
  /** The point of the sky. */
  readonly point?: string | undefined;
  /** Where it stands, for messages. */
  readonly from?: string | undefined;
  readonly line?: number | undefined;
}

function readFlags(
  argument: string,
  flags: Readonly<
    Record<"section" | "center" | "at" | "size" | "frame" | "output", string | undefined>
  >,
): Wanted {
  const { section, center, at, size, frame, output } = flags;
  const ways = { "--section": section, "--center": center, "--at": at };
  const given = Object.entries(ways).filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  // The name of the file may select the section.
  if (given.length > 1 || (given.length === 0 && !argument.endsWith("]"))) {
    const found = given.length === 0 ? "none" : given.join(" and ");
    throw new UsageError(`expected one of --section, --center and --at, found ${found}`);
  }
  const around = center !== undefined || at !== undefined;
  if (around && size === undefined) throw new UsageError(`${given[0]} needs --size`);
  if (!around && size !== undefined) throw new UsageError("a section takes no --size");
  if (!around && frame !== undefined) throw new UsageError("a section takes no --frame");
  if (output === undefined) throw new UsageError("name the output with --output");
  if (output === "-" && at !== undefined) {
    throw new UsageError("--at writes several files: --output cannot be -");
  }
  return {
    section: section === undefined ? undefined : sectionFlag(section),
    ...{ center, at, output },
    size: size === undefined ? undefined : sizeFlag(size),
    frame: frame === undefined ? undefined : frameFlag(frame),
  };
}

function sectionFlag(text: string): string {
  try {
    fits.checkCutSection(text);
    return text;
  } catch (error) {
    if (!(error instanceof fits.SectionError)) throw error;
    throw new UsageError(`--section: ${error.message}`);
  }
}

function sizeFlag(text: string): readonly [CutSize, CutSize] {
  try {
    return fits.parseCutSize(text);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new UsageError(`--size: ${error.message}`);
  }
}

async function jobsOf({ args, signal }: CommandContext, wanted: Wanted): Promise<Job[]> {
  const { at, center, output } = wanted;
  if (at === undefined) return [{ to: output, point: center, from: "--center" }];
  if (at === "-" && args[0] === "-") {
    throw new UsageError("standard input is named 2 times, expected once");
  }
  const text = at === "-"
    ? await new Response(new StandardInput(signal).readable).text()
    : await readText(at);
  return readPositions(text, at === "-" ? "standard input" : at).map(({ line, name, point }) => ({
    to: outputFor(output, name),
    from: `${at}, line ${line}`,
    ...{ line, point },
  }));
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new HeliographError(`Cannot open '${path}': there is no such file`, { source: path });
  }
}

/** The coordinates of an image; of a whole file, images without any are left out. */
async function coordinatesOf(
  context: CommandContext,
  file: FitsFile,
  hdu: Hdu,
  choice: HduChoice | undefined,
  { frame }: Wanted,
): Promise<HduCoordinates | undefined> {
  const argument = context.args[0]!;
  const wcs = await readCoordinates(context, argument, file, hdu);
  if (wcs?.celestial !== undefined) return inFrame(context, argument, hdu, wcs, frame);
  if (choice === "all") return undefined;
  throw new FormatError(
    `${argument}: HDU ${hdu.index} has no celestial coordinates to cut around a point`,
  );
}

/** The section of an image around a point. */
function around(
  { wcs, frame, fromFrame }: HduCoordinates,
  { shape }: Hdu,
  { size }: Wanted,
  { point, from }: Job,
): Section {
  const center: Point = parsePoint(point!, frame, from!);
  fromFrame(center);
  return fits.sectionAround(wcs, { shape, center, size: size! });
}

async function write(
  context: CommandContext,
  argument: string,
  file: FitsFile,
  { to }: Job,
  cut: Cutout,
): Promise<void> {
  let size = 0;
  if (to === "-") {
    for await (const piece of cut.pieces()) await context.write(piece);
  } else {
    size = await writeWholeFile(to, cut.pieces(), storeTargetOf(context));
  }
  for (const { hdu, outside, fill, notes } of cut.images) {
    const say = (text: string) => context.report(printable(`${argument}: HDU ${hdu}: ${text}`));
    if (fill !== undefined) {
      say(`${outside} pixels are outside of the image: ${fits.fillText(fill)}`);
    }
    for (const note of notes) say(note);
  }
  if (to === "-") return;
  if (context.json) {
    const images = cut.images.map(({ fill, notes: _, ...image }) => ({
      ...image,
      fill: fill === undefined || Number.isNaN(fill) ? null : jsonValue(fill),
    }));
    const cost = { requests: 0, bytes: 0, round_trips: 0, seconds: 0, cache_hits: 0 };
    context.print(JSON.stringify({
      ...{ file: argument, output: to, size, images, left: cut.left },
      ...{ ...cost, ...costOf(file) },
    }));
    return;
  }
  const parts = cut.images.map(({ hdu, section }) => `[${section}] of HDU ${hdu}`).join(", ");
  context.report(`wrote ${printable(to)}: ${parts}`);
}
