/** Opens FITS files from wherever their bytes are. */

import { checkCaps } from "../../net/caps.ts";
import { FormatError, HeliographError } from "../../net/errors.ts";
import { byteSwapLoaded } from "../../net/kernels/byte_swap.ts";
import { shownUrl } from "../../net/text/shown_url.ts";
import { fetchUrl } from "../../http/client/client.ts";
import { FileSource } from "../source/file.ts";
import { type NameReading, nameReadings, readingText } from "./extended_name.ts";
import { FitsFile, type FitsLimits } from "./fits_file.ts";
import { type HttpSourceOptions, openHttpSource } from "../source/http.ts";
import type { OpenedFile } from "../source/opened.ts";
import type { FitsSource } from "../source/source.ts";
import { expandedSource, plainSource } from "./inputs.ts";

/**
 * What {@linkcode openFits} opens: a path, a URL, bytes, a Blob, a stream of bytes, a file that is
 * open already (as a `Representation` of the file server gets it), or a source.
 */
export type FitsInput =
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | OpenedFile
  | FitsSource;

/** Options of {@linkcode openFits}; deadlines and credentials are for files on servers. */
export interface OpenOptions extends FitsLimits, HttpSourceOptions {}

/**
 * Opens a FITS file.
 *
 * Files that are compressed as a whole by gzip, bzip2 or Unix compress are known by
 * their first bytes and expanded as far as they are read; within them, and in
 * streams, an HDU is reached only through the bytes before it.
 *
 * @param input Where the file is. Text that begins with a scheme (`file:`, `http:`,
 * `https:`, `s3:`) is a URL, else a path. Behind either, text may select an HDU and a section as
 * CFITSIO's names do: `a.fits[SCI,2]`, `a.fits[1][1:100,1:100]`, `a.fits+1`; a file that has
 * the whole name wins.
 * @param options Limits, and how a stream is kept.
 * @returns The file; close it, or bind it with `await using`.
 * @throws {FormatError} If it is no FITS file.
 * @throws {LimitError} If a header or an expanded file is larger than a limit allows.
 *
 * @example
 * ```ts
 * import { encodeFits, openFits } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = await encodeFits([{ pixels: new Float32Array(12), shape: [4, 3] }]);
 * await using file = await openFits(new Blob([bytes]));
 * for await (const hdu of file.hdus) assertEquals(hdu.shape, [4, 3]);
 * ```
 */
export async function openFits(input: FitsInput, options: OpenOptions = {}): Promise<FitsFile> {
  checkCaps(options);
  if (typeof input === "string") return await openNamed(input, options);
  const source = await openSource(input, options);
  return await FitsFile.open(source, options);
}

/** Opens a path or URL that may select an HDU or a section in CFITSIO's way. */
async function openNamed(name: string, options: OpenOptions): Promise<FitsFile> {
  const readings = nameReadings(name);
  const isRemote = /^(?!file:)[a-z][a-z0-9+.-]*:/i.test(name);
  const reading = isRemote ? readings.at(-1)! : localReading(name);
  const open = async ({ file, refused, ...selection }: NameReading) => {
    if (refused !== undefined) {
      throw new FormatError(`Cannot open '${readings[0]!.name}': ${refused}`);
    }
    return await FitsFile.open(await openSource(file, options), options, selection);
  };
  if (reading.file === name) return await open(reading);
  try {
    return await open(reading);
  } catch (error) {
    if (!(error instanceof HeliographError) || reading.refused !== undefined) throw error;
    // Of a server it is cheaper to ask for the file whose name has brackets only then.
    if (isRemote) {
      for (const other of readings.slice(0, -1)) {
        try {
          return await open(other);
        } catch (failure) {
          if (!(failure instanceof HeliographError)) throw failure;
        }
      }
    }
    throw retold(error, readingText(reading));
  }
}

/**
 * How the name of a local file is meant: the first reading whose file is there.
 *
 * @param name A path or `file:` URL.
 */
export function localReading(name: string): NameReading {
  const readings = nameReadings(name);
  return readings.find(({ file }) => isThere(file)) ?? readings.at(-1)!;
}

/** The same error with how the name was read. */
function retold(error: HeliographError, reading: string): HeliographError {
  const kind = error.constructor as typeof HeliographError;
  const { source, offset } = error;
  return new kind(`${error.message}; ${reading}`, { source, offset, cause: error });
}

/** Whether a path or `file:` URL leads to something. */
function isThere(path: string): boolean {
  try {
    Deno.statSync(/^file:/i.test(path) ? new URL(path) : path);
    return true;
  } catch (error) {
    // What may not be looked at is opened, which says so.
    return error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied;
  }
}

/**
 * Opens the bytes of a FITS file, expanded where they are compressed as a whole.
 *
 * @param input Where the file is.
 * @param options Limits.
 * @returns The source.
 */
export async function openSource(
  input: FitsInput,
  options: OpenOptions = {},
): Promise<FitsSource> {
  // A turn of the event loop or two, once: the first image is worth the kernel.
  await byteSwapLoaded;
  return await expandedSource(await rawSource(input, options), options);
}

async function rawSource(input: FitsInput, options: OpenOptions): Promise<FitsSource> {
  if (typeof input !== "string" && !(input instanceof URL)) return plainSource(input, options);
  const scheme = /^(file|https?|s3):|^[a-z][a-z0-9+.-]*:\/\//i.exec(String(input))?.[0]
    ?.toLowerCase();
  if (scheme === undefined) return FileSource.open(input);
  if (scheme.startsWith("s3:")) return await openHttpSource(fetchUrl(input, ["s3:"]), options);
  const url = URL.parse(input);
  if (url === null || !/^(file|https?):/.test(scheme)) {
    const found = url === null ? "it is no URL" : `its scheme is ${url.protocol.slice(0, -1)}`;
    throw new FormatError(
      `Cannot open '${
        url === null ? input : shownUrl(url)
      }': ${found}, expected a path, file:, http:, https: or s3:`,
    );
  }
  if (scheme.startsWith("file")) return FileSource.open(url);
  return await openHttpSource(url, options);
}
