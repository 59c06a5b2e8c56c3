/** Many images as one picture: contact sheets of files and folders, animations of the planes of a cube. */

import type { Hdu, PngImage } from "../../../fits/mod.ts";
import type { FigureOptions } from "../../../fits/file/figure.ts";
import type { PlaneOptions } from "../../../fits/file/plane.ts";
import type { SheetCell } from "../../../fits/picture/plot/sheet.ts";
import { FormatError, HeliographError } from "../../../net/errors.ts";
import { errorText } from "../../program/error_text.ts";
import type { CommandContext } from "../../program/command.ts";
import { costOf, heedSignal, openArgument } from "../fits_argument.ts";
import { core } from "../library.ts";

/** Pictures of a sheet at most. */
const MAX_CELLS = 400;
/** Pixels of a picture each way, unless the command line says otherwise. */
const CELL_SIZE = 160;

/** Names of FITS files. */
const FITS_NAME = /\.(fits?|fts)(\.gz|\.fz|\.Z|\.bz2)?$|\.fz$/i;

/** A sheet, with how many images it shows and how many files or images could not be. */
export interface ContactSheet {
  readonly picture: PngImage;
  readonly images: number;
  readonly failed: number;
  /** What reading a file on a server cost. */
  readonly cost: ReturnType<typeof costOf>;
}

/** Whether an argument is a folder of this computer. */
export function isFolder(argument: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(argument) || argument === "-") return false;
  try {
    return Deno.statSync(argument).isDirectory;
  } catch {
    // What is wrong with it is said where it is opened.
    return false;
  }
}

/**
 * Renders every image of two or more axes, each with limits of its own. A file or an image
 * that cannot be read is named on standard error and left out.
 *
 * @param context The running command.
 * @param argument A file, or a folder whose files are taken in the order of their names.
 * @param options How the images are rendered; `size` is that of a cell.
 */
export async function contactSheet(
  context: CommandContext,
  argument: string,
  options: FigureOptions,
): Promise<ContactSheet> {
  const size = options.size ?? CELL_SIZE;
  const cells: SheetCell[] = [];
  let failed = 0;
  let left = 0;
  let cost: ReturnType<typeof costOf> = {};
  const folder = isFolder(argument);
  const attempt = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      context.signal.throwIfAborted();
      context.fail(new HeliographError(`${what}: ${errorText(error)}`, { cause: error }), argument);
      failed++;
    }
  };
  const show = async (hdu: Hdu, name: string) => {
    const plane = new core.ImagePlane(hdu, { signal: context.signal });
    const picture = await core.renderFigure(plane, { ...options, size });
    const label = `${folder ? name : ""}[${hdu.name === "" ? hdu.index : hdu.name}]`;
    cells.push({ picture: await core.inMemory(picture), label });
    await heedSignal(context.signal);
  };
  for (const path of folder ? fitsFilesOf(argument) : [argument]) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    await attempt(path, async () => {
      await using file = await openArgument(context, path);
      for await (const hdu of file.hdus) {
        if (!hdu.isImage || hdu.shape.length < 2) continue;
        if (cells.length === MAX_CELLS) left++;
        else await attempt(`HDU ${hdu.index} of ${path}`, () => show(hdu, name));
      }
      if (!folder) cost = costOf(file);
    });
  }
  if (left > 0) context.complain(`${left} further images are left out: a sheet has ${MAX_CELLS}`);
  return { picture: core.drawSheet(cells, size), images: cells.length, failed, cost };
}

function fitsFilesOf(folder: string): string[] {
  return [...Deno.readDirSync(folder)]
    .filter(({ isFile, name }) => isFile && FITS_NAME.test(name))
    .map(({ name }) => `${folder.replace(/\/$/, "")}/${name}`)
    .sort();
}

/** Frames of an animation at most. */
const MAX_FRAMES = 1000;

/** An animation on its way into a file. */
export interface Animation {
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  readonly limits: readonly [low: number, high: number];
  readonly empty: boolean;
  readonly pieces: AsyncGenerator<Uint8Array<ArrayBuffer>, void>;
}

/**
 * Renders every plane with the same limits: from the lowest to the highest that the planes
 * have, each for itself.
 *
 * @param context The running command.
 * @param hdu The image.
 * @param options The section, and how the planes are rendered.
 * @param rate Frames a second.
 * @throws {FormatError} If it has more than 1,000 planes.
 */
export async function animate(
  context: CommandContext,
  hdu: Hdu,
  options: FigureOptions & PlaneOptions,
  rate: number,
): Promise<Animation> {
  const planeAt = (plane: number) => new core.ImagePlane(hdu, { ...options, plane });
  const { planes } = planeAt(1);
  if (planes > MAX_FRAMES) {
    throw new FormatError(
      `Cannot animate ${hdu.data.title}: it has ${planes} planes, at most ${MAX_FRAMES} are ` +
        "shown: take some by --section",
    );
  }
  const limits: [number, number] = [Infinity, -Infinity];
  let empty = true;
  for (let plane = 1; plane <= planes; plane++) {
    const found = await core.renderFigure(planeAt(plane), { limits: options.limits, size: 1 });
    await heedSignal(context.signal);
    if (found.empty) continue;
    empty = false;
    limits[0] = Math.min(limits[0], ...found.limits);
    limits[1] = Math.max(limits[1], ...found.limits);
  }
  const common = typeof options.limits === "object" ? options.limits : empty ? [0, 0] : limits;
  const [low, high] = common as readonly [number, number];
  async function* frames(): AsyncGenerator<PngImage> {
    for (let plane = 1; plane <= planes; plane++) {
      // Damaged tiles were named when the limits were found.
      const onDamage = options.onDamage && (() => {});
      const frame = new core.ImagePlane(hdu, { ...options, onDamage, plane });
      const rendering = await core.renderFigure(frame, { ...options, limits: [low, high] });
      yield core.withAlpha(await core.inMemory(rendering) as PngImage<Uint8Array>);
      await heedSignal(context.signal);
    }
  }
  const { width, height } = await core.renderFigure(planeAt(1), {
    ...options,
    limits: [low, high],
  });
  const pieces = core.encodeAnimation(frames(), { frames: planes, delay: 1000 / rate });
  return { frames: planes, width, height, limits: [low, high], empty, pieces };
}
