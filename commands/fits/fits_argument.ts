/** The arguments that the commands of `fits` share: files and HDUs. */

import type {
  EditResult,
  Finding,
  FitsFile,
  Hdu,
  HduChoice,
  OpenOptions,
  TileError,
} from "../../fits/mod.ts";
import { FormatError } from "../../net/errors.ts";
import { errorText } from "../program/error_text.ts";
import { OutputEnded, StandardInput } from "../program/streams.ts";
import { type CommandContext, type FlagSpec, UsageError } from "../program/command.ts";
import type { S3Options } from "../../http/s3/options.ts";
import {
  STORE_PERMISSION,
  type StoreFlagValues,
  storeOptions,
  type StoreTarget,
} from "../program/store_flags.ts";
import { core } from "./library.ts";

/** The flag that names an HDU. */
export const HDU_FLAG: FlagSpec & { readonly type: "string" } = {
  type: "string",
  value: "HDU",
  help: "HDU number (0 is the primary), EXTNAME or EXTNAME,EXTVER",
};

/** The flag that names the folder in which it is remembered where parts of files lie. */
export const CACHE_FLAG: FlagSpec & { readonly type: "string" } = {
  type: "string",
  value: "DIR",
  help: "remember in this folder where the parts of URLs lie, for the next time",
};

/** The flag that gives the whole tiles of a compressed image in spite of damaged ones. */
export const KEEP_GOING_FLAG: FlagSpec & { readonly type: "boolean" } = {
  type: "boolean",
  help: "leave damaged tiles of a compressed image without values, and name them",
};

/** Damaged tiles that are named one by one. */
const MAX_NAMED_TILES = 10;

/**
 * Names the damaged tiles of an image, if `--keep-going` asks to go on without them.
 *
 * @param context The running command.
 * @param keepGoing Whether the flag is given.
 * @returns The option of {@linkcode ImageOptions}, and what ends the list: it returns the exit
 * code, 1 if there was a damaged tile.
 */
export function damagedTiles(
  context: CommandContext,
  keepGoing: boolean,
): { readonly onDamage: ((error: TileError) => void) | undefined; finish(): number } {
  let count = 0;
  const onDamage = (error: TileError) => {
    if (count++ < MAX_NAMED_TILES) context.complain(errorText(error));
  };
  return {
    onDamage: keepGoing ? onDamage : undefined,
    finish: () => {
      if (count > MAX_NAMED_TILES) {
        context.complain(`${count - MAX_NAMED_TILES} further tiles cannot be decoded`);
      }
      return count > 0 ? 1 : 0;
    },
  };
}

/** What a command that reads files needs for other files than that of its example. */
export const URL_PERMISSION: string = `--allow-net for a URL, ${STORE_PERMISSION}`;

/** How object stores are reached, by the flags of the command. */
export function storeOptionsOf({ flags }: CommandContext): S3Options {
  return storeOptions(flags as Readonly<Record<string, unknown>> as unknown as StoreFlagValues);
}

/**
 * How outputs that are objects are written, with the flags that inputs are read with.
 *
 * @param context The running command, which has `--clobber`.
 */
export function storeTargetOf(context: CommandContext): StoreTarget {
  const { signal, flags } = context;
  return {
    ...{ signal, s3: storeOptionsOf(context), clobber: Boolean(flags.clobber) },
    report: (line) => context.report(line),
  };
}

/** How a file is opened. */
interface ArgumentOptions extends OpenOptions {
  /**
   * What of the file's name is used: an HDU (`a.fits[1]`), or of an image a section too
   * (`a.fits[1][1:5,1:5]`); without it the whole file.
   */
  readonly takes?: "hdu" | "section" | undefined;
}

/**
 * Opens the file of an argument: a path, a URL, or `-` for standard input.
 *
 * @param context The running command.
 * @param argument The argument, which may be an extended name.
 * @param options How a stream is kept, and what the name may select.
 * @returns The file.
 * @throws {UsageError} If the name selects more than is used.
 */
export async function openArgument(
  context: CommandContext,
  argument: string,
  { takes, ...options }: ArgumentOptions = {},
): Promise<FitsFile> {
  const { input, name } = inputOf(argument, context.signal);
  context.detail(`opening ${argument === "-" ? "standard input" : argument}`);
  const cache = context.flags.cache;
  const file = await core.openFits(input, {
    ...{ signal: context.signal, cache: typeof cache === "string" ? cache : undefined },
    ...{ s3: storeOptionsOf(context), ...name, ...options },
  });
  if (file.report?.ranges === false) {
    context.report(`${argument}: the server answers no ranges, the file is read from its start`);
  }
  const { hdu, section } = file.selection ?? {};
  const unused = section !== undefined && takes !== "section"
    ? `the section ${section}`
    : hdu !== undefined && takes === undefined
    ? `HDU ${hdu}`
    : undefined;
  if (unused === undefined) return file;
  await file.close();
  throw new UsageError(
    `'${argument}' selects ${unused}, expected ` +
      (takes === "hdu" ? "no more than an HDU" : "a whole file"),
  );
}

/**
 * The HDU that a flag or the file's name selects.
 *
 * @param file The file.
 * @param named The value of `--hdu`.
 * @throws {UsageError} If both do, or the flag is empty.
 */
export function chosenHdu(file: FitsFile, named: string | undefined): HduChoice | undefined {
  const selected = file.selection?.hdu;
  if (named === undefined) return selected;
  if (selected === undefined) return hduChoice(named);
  throw new UsageError(
    `--hdu is '${named}', but '${file.selection!.name}' selects an HDU already`,
  );
}

/**
 * The section that a flag or the file's name selects.
 *
 * @param file The file.
 * @param section The value of `--section`.
 * @throws {UsageError} If both do.
 */
export function chosenSection(file: FitsFile, section: string | undefined): string | undefined {
  const selected = file.selection?.section;
  if (section === undefined || selected === undefined) return section ?? selected;
  throw new UsageError(
    `--section is '${section}', but '${file.selection!.name}' selects a section already`,
  );
}

/**
 * The HDUs that are worked on: the selected one, or all.
 *
 * @param file The file.
 * @param named The value of `--hdu`.
 */
export async function* chosenHdus(
  file: FitsFile,
  named?: string | undefined,
): AsyncGenerator<Hdu, void> {
  const choice = chosenHdu(file, named);
  if (choice !== undefined) yield await file.hdu(choice);
  else for await (const hdu of file.hdus) yield hdu;
}

/**
 * Works on the files of a command line, one after the other. Of several, one that cannot be
 * read does not end the work.
 *
 * @param context The running command.
 * @param work What is done with a file.
 * @returns How many failed.
 * @throws The error of a file that is the only one.
 */
export async function forEachFile(
  { args, signal, fail }: CommandContext,
  work: (argument: string) => Promise<void>,
): Promise<number> {
  let failed = 0;
  for (const argument of args) {
    signal.throwIfAborted();
    try {
      await work(argument);
    } catch (error) {
      signal.throwIfAborted();
      if (args.length === 1 || isAboutAll(error)) throw error;
      fail(error, argument);
      failed++;
    }
  }
  return failed;
}

/** Whether an error would be that of every file. */
function isAboutAll(error: unknown): boolean {
  return error instanceof UsageError || error instanceof OutputEnded;
}

/** What an argument leads to: a path, a URL, or `-` for standard input; and its name for messages. */
export function inputOf(
  argument: string,
  signal: AbortSignal,
): { input: string | ReadableStream<Uint8Array>; name: { name?: string | undefined } } {
  if (argument !== "-") return { input: argument, name: {} };
  return { input: new StandardInput(signal).readable, name: { name: "standard input" } };
}

/**
 * Refuses what cannot be changed in its place.
 *
 * @param argument The file of the command line.
 * @param flag The flag that changes it.
 * @throws {UsageError} If it is standard input or a URL.
 */
export function requireLocalFile(argument: string, flag: string): void {
  const found = argument === "-"
    ? "standard input"
    : /^[a-z][a-z0-9+.-]*:\/\//i.test(argument)
    ? `'${argument}'`
    : undefined;
  if (found !== undefined) throw new UsageError(`${flag} needs a local file, found ${found}`);
}

/**
 * Lets a signal arrive between two long computations, which hear of none.
 *
 * @param signal Its reason is thrown if it has aborted.
 */
export async function heedSignal(signal: AbortSignal): Promise<void> {
  // Only a wait lets the runtime ask the system: a signal came up to 23 bare turns late.
  await new Promise((resolve) => setTimeout(resolve, 1));
  signal.throwIfAborted();
}

/** How a file was changed, for a person. */
export function changeInWords(result: EditResult): string {
  if (result === "unchanged") return "nothing to change";
  return result === "replaced" ? "changed by replacing it" : "changed in place";
}

/**
 * Refuses the text of `--section` where it cannot be the section of any image.
 *
 * @param text The section.
 * @throws {UsageError} If it is wrong whatever the image.
 */
export function checkSectionFlag(text: string | undefined): void {
  if (text === undefined) return;
  try {
    core.checkSection(text);
  } catch (error) {
    if (!(error instanceof core.SectionError)) throw error;
    throw new UsageError(
      `--section is '${text}', expected first:last, first:last:step, one number or * for each ` +
        "axis, counted from 1",
    );
  }
}

/**
 * Refuses a section that does not say which part of each axis is meant.
 *
 * @param hdu The image.
 * @param section The section.
 * @param least How many axes it has to name. @default the image's
 * @throws {FormatError} If it names fewer.
 */
export function requireAxes(
  hdu: Hdu,
  section: string | undefined,
  least: number = hdu.shape.length,
): void {
  const count = section?.split(",").length ?? least;
  if (section === undefined || count >= Math.min(least, hdu.shape.length)) return;
  const whole = [section.replace(/^\[|\]$/g, ""), ...new Array(hdu.shape.length - count).fill("*")];
  throw new FormatError(
    `Cannot read the section '${section}': it has ${count} of the ${hdu.shape.length} axes of ` +
      `${hdu.data.title} (${hdu.shape.join(" x ")}); '${whole.join(",")}' takes the others whole`,
  );
}

/**
 * An HDU as it is named on the command line.
 *
 * @param text The value of `--hdu`.
 * @throws {UsageError} If it is empty.
 */
export function hduChoice(text: string): HduChoice {
  if (text.trim() === "") {
    throw new UsageError(`--hdu is '${text}', expected a number, EXTNAME or EXTNAME,EXTVER`);
  }
  return /^\d+$/.test(text) ? Number(text) : text;
}

/**
 * The image of a command line.
 *
 * @param file The file.
 * @param named The value of `--hdu`; without it and one in the file's name the first image is
 * taken.
 * @throws {FormatError} If there is none.
 */
export async function chooseImage(file: FitsFile, named: string | undefined): Promise<Hdu> {
  const choice = chosenHdu(file, named);
  const hdu = choice === undefined
    ? await file.find((candidate) => candidate.isImage)
    : await file.hdu(choice);
  if (hdu !== undefined) return hdu;
  throw new FormatError(`Cannot find an image in ${file.source.name}`, {
    source: file.source.name,
  });
}

/**
 * Says on standard error what is wrong with the data of an HDU, such as a BSCALE that is no
 * number: what is shown of them is not what they mean. Cards with faults of form are told of
 * under `--verbose`.
 */
export function reportHduWarnings(context: CommandContext, argument: string, hdu: Hdu): void {
  for (const warning of hdu.warnings) {
    if (warning.record === undefined) reportWarnings(context, argument, [warning]);
    else context.detail(`HDU ${hdu.index}: ${warning.message}`);
  }
}

/**
 * What reading a file on a server cost, under the names that `--json` prints.
 *
 * @param file The file.
 * @returns Nothing of a local file.
 */
export function costOf({ report }: Pick<FitsFile, "report">): Readonly<Record<string, number>> {
  if (report === undefined) return {};
  const { requests, bytes, roundTrips, seconds, cacheHits } = report;
  return {
    ...{ requests, bytes, round_trips: roundTrips },
    ...{ seconds: Math.round(seconds * 1000) / 1000, cache_hits: cacheHits },
  };
}

/** Says under `--verbose` what reading a file on a server cost. */
function detailCost({ detail }: CommandContext, argument: string, { report }: FitsFile): void {
  if (report === undefined) return;
  const { requests, bytes, roundTrips, cacheHits } = report;
  detail(
    `${argument}: ${requests} requests, ${bytes} bytes, ${roundTrips} round trips, ` +
      `${cacheHits} reads without a request`,
  );
}

/**
 * Says on standard error what is wrong with a file as a whole, and under `--verbose` what reading
 * it cost; with `--json` that is a line of its own where it is part of no other object.
 *
 * @param context The running command.
 * @param argument The file of the command line.
 * @param file The file, which has been read.
 * @param cost `told` where what was printed has the cost in it, `aside` where standard output is
 * for rows alone.
 */
export function reportFile(
  context: CommandContext,
  argument: string,
  file: FitsFile,
  cost?: "told" | "aside",
): void {
  reportWarnings(context, argument, file.warnings);
  detailCost(context, argument, file);
  if (cost !== "told") printCost(context, argument, file, cost === "aside");
}

/**
 * Prints what reading a file on a server cost, with `--json`.
 *
 * @param context The running command.
 * @param argument The file of the command line.
 * @param file The file, which has been read.
 * @param aside Whether it goes to standard error.
 */
export function printCost(
  context: CommandContext,
  argument: string,
  file: FitsFile,
  aside = false,
): void {
  if (!context.json || file.report === undefined) return;
  const line = JSON.stringify({ file: argument, ...costOf(file) });
  if (aside) context.report(line);
  else context.print(line);
}

/** Says on standard error what is wrong with a file as a whole. */
export function reportWarnings(
  context: CommandContext,
  argument: string,
  warnings: readonly Finding[],
): void {
  for (const warning of warnings) {
    const hdu = warning.hdu === undefined ? "" : ` HDU ${warning.hdu}:`;
    const at = warning.offset === undefined ? "" : ` (byte ${warning.offset})`;
    context.report(`${argument}:${hdu} ${warning.message}${at}`);
  }
}
