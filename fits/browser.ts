/**
 * FITS files in a browser: the same sources as everywhere, their types stripped, without a
 * bundler. What a page opens is bytes, a Blob or `File`, a stream, or a URL by ranges.
 *
 * @example A page of a file, from a server that strips the types
 * ```ts
 * import { openFits, renderImage } from "@heliograph/heliograph/fits/browser";
 * import { assertEquals } from "@std/assert";
 *
 * const card = (text: string) => text.padEnd(80);
 * const header = [
 *   "SIMPLE  =                    T",
 *   "BITPIX  =                    8",
 *   "NAXIS   =                    2",
 *   "NAXIS1  =                    2",
 *   "NAXIS2  =                    1",
 *   "END",
 * ].map(card).join("").padEnd(2880);
 * const data = new Uint8Array(2880).fill(1, 1, 2);
 *
 * await using file = await openFits(new Blob([header, data])); // or a URL, bytes, a stream
 * const image = await file.image();
 * const { data: gray } = renderImage(image, { limits: "minmax" });
 * assertEquals([...gray], [0, 255]);
 * ```
 *
 * @module
 */

import { FormatError } from "../net/errors.ts";
import { FitsFile, type FitsLimits } from "./file/fits_file.ts";
import { expandedSource, type PlainInput, plainSource } from "./file/inputs.ts";
import { type FetchOptions, openFetchSource } from "./source/fetch.ts";

/** What {@linkcode openFits} opens in a browser: a URL, bytes, a Blob, a stream, or a source. */
export type BrowserInput = string | URL | PlainInput;

/** Options of {@linkcode openFits}. */
export interface BrowserOpenOptions extends FitsLimits, FetchOptions {}

/**
 * Opens a FITS file in a browser.
 *
 * Files that are compressed as a whole by gzip, bzip2 or Unix compress are known by
 * their first bytes and expanded as far as they are read; within them, and in
 * streams, an HDU is reached only through the bytes before it.
 *
 * @param input Where the file is. Text is a URL, against the page's own if it is relative.
 * @param options Limits, and how a server is asked.
 * @returns The file; close it, or bind it with `await using`.
 * @throws {FormatError} If it is no FITS file, or the URL none of http: or https:.
 * @throws {ProtocolError} If a server answers something else than was asked for.
 * @throws {LimitError} If a header or an expanded file is larger than a limit allows.
 */
export async function openFits(
  input: BrowserInput,
  options: BrowserOpenOptions = {},
): Promise<FitsFile> {
  const source = typeof input === "string" || input instanceof URL
    ? await openFetchSource(urlOf(input), options)
    : plainSource(input, options);
  return await FitsFile.open(await expandedSource(source, options), options);
}

function urlOf(input: string | URL): URL {
  const url = URL.parse(input, (globalThis as { location?: { href: string } }).location?.href);
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  const found = url === null ? "it is no URL" : `its scheme is ${url.protocol.slice(0, -1)}`;
  throw new FormatError(`Cannot open '${input}': ${found}, expected http: or https:`);
}

// Errors.
export {
  ClosedError,
  FormatError,
  HeliographError,
  LimitError,
  ProtocolError,
  TimeoutError,
} from "../net/errors.ts";

// Files and their HDUs.
export { FitsFile, type FitsLimits, type HduChoice, type HduOptions } from "./file/fits_file.ts";
export type { PlainInput } from "./file/inputs.ts";
export { Hdu } from "./file/hdu.ts";
export type { Bitpix, HduKind } from "./hdu/layout.ts";
export { BlobSource, type FitsSource, MemorySource } from "./source/source.ts";
export { StreamSource, type StreamSourceOptions } from "./source/stream.ts";
export type { FetchOptions } from "./source/fetch.ts";
export { Card, type CardOptions } from "./header/card.ts";
export type { CardValue } from "./header/card_value.ts";
export { Header, type HeaderWarning, type SetOptions } from "./header/header.ts";

// Images.
export type { ImageOptions, SectionOptions } from "./image/image.ts";
export type { Image, PixelArrays, PixelType, Scaling, StoredType } from "./image/pixels.ts";
export { type ResolvedSection, resolveSection, type Section } from "./image/section.ts";
export { type ImageStatistics, imageStatistics } from "./image/statistics.ts";

// Tables.
export {
  type CellValue,
  type ColumnData,
  type FixedValues,
  type VariableValues,
} from "./table/column_data.ts";
export { Table, type TableData, type TableOptions, type TableRow } from "./table/table.ts";
export type { ColumnType, TableColumn } from "./table/column.ts";

// World coordinates.
export {
  readWcs,
  type ReadWcsOptions,
  type Wcs,
  type WcsCelestial,
  type WcsKeywords,
} from "./wcs/wcs.ts";

// Pictures.
export {
  renderImage,
  type Rendering,
  type RenderInput,
  type RenderOptions,
  renderPng,
} from "./picture/render.ts";
export { colormap, type ColormapName, COLORMAPS } from "./picture/colormap.ts";
export { findLimits, type Limits, type PixelValues } from "./picture/limits.ts";
export { readStretch, type Stretch, STRETCHES } from "./picture/stretch.ts";
export { decodePng, type DecodePngOptions } from "./picture/png_reader.ts";
export { encodePng, type EncodePngOptions } from "./picture/png_writer.ts";
export type { PngColor, PngImage, PngSamples } from "./picture/png_format.ts";
