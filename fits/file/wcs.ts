/** World coordinates of an HDU with what its header needs of other HDUs of the file. */

import { FormatError } from "../../net/errors.ts";
import type { FitsFile } from "./fits_file.ts";
import type { Hdu } from "./hdu.ts";
import {
  readWcs,
  type ReadWcsOptions,
  type Wcs,
  type WcsArray,
  type WcsColumnNeed,
  type WcsImage,
  type WcsImageNeed,
  type WcsNeed,
  wcsNeeds,
} from "../wcs/wcs.ts";
import { ChangedFileError } from "../source/source.ts";

/** Numbers of one table or image at most; larger ones are no tables of coordinates. */
const MAX_NUMBERS = 16_777_216;

/**
 * Reads the world coordinates of an HDU, and what they need of other HDUs: the tables of
 * tabular axes (-TAB) and the images of corrections (CPDISj, D2IMDISj).
 *
 * @param file The file.
 * @param hdu The HDU.
 * @param options Which description is read.
 * @returns The coordinates, or undefined if the header describes none. What cannot be found in
 * the file stands in `problems`.
 *
 * @example
 * ```ts
 * import { Card, encodeFits, openFits, readFileWcs } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const header = [Card.of("CTYPE1", "FREQ"), Card.of("CRVAL1", 1.4e9), Card.of("CRPIX1", 1)];
 * header.push(Card.of("CDELT1", 1e6));
 * const bytes = await encodeFits([{ pixels: new Float32Array(8), shape: [8], header }]);
 * await using file = await openFits(bytes);
 * const wcs = (await readFileWcs(file, await file.hdu(0)))!;
 * assertEquals(wcs.pixelToWorld([2]), [1.402e9]);
 * ```
 */
export async function readFileWcs(
  file: FitsFile,
  hdu: Hdu,
  options: ReadWcsOptions = {},
): Promise<Wcs | undefined> {
  const columns = new Map<string, WcsArray>();
  const images = new Map<string, WcsImage>();
  for (const need of wcsNeeds(hdu.header, options)) {
    try {
      if (need.kind === "column") {
        const column = await readColumn(file, need);
        if (column !== undefined) columns.set(keyOf(need), column);
      } else {
        const image = await readImage(file, need);
        if (image !== undefined) images.set(keyOf(need), image);
      }
    } catch (error) {
      // A damaged table is one that is not there: the coordinates say so.
      if (!(error instanceof FormatError) || error instanceof ChangedFileError) throw error;
    }
  }
  return readWcs(hdu.header, {
    ...options,
    tables: {
      column: (need) => columns.get(keyOf(need)),
      image: (need) => images.get(keyOf(need)),
    },
  });
}

function keyOf(need: WcsNeed): string {
  return JSON.stringify(Object.entries(need).toSorted());
}

/** Whether an HDU is the one of a name; names differ in case in real files. */
function isNamed(hdu: Hdu, extname: string, extver: number): boolean {
  return hdu.name.toUpperCase() === extname.toUpperCase() && hdu.version === extver;
}

async function readColumn(file: FitsFile, need: WcsColumnNeed): Promise<WcsArray | undefined> {
  const { extname, extver, extlevel, column } = need;
  const hdu = await file.find((hdu) =>
    hdu.isTable && isNamed(hdu, extname, extver) && hdu.level === extlevel
  );
  if (hdu === undefined) return undefined;
  const table = hdu.openTable();
  const of = table.columns.find(({ name }) => name.toUpperCase() === column.toUpperCase());
  if (of === undefined || of.shape.reduce((product, length) => product * length, 1) > MAX_NUMBERS) {
    return undefined;
  }
  const { values } = (await hdu.table({ rows: "1:1", columns: [of.name] })).columns[0]!;
  const data = numbersOf(ArrayBuffer.isView(values) ? values : values[0]);
  if (data === undefined) return undefined;
  return { data, shape: of.shape.length > 1 ? of.shape : [data.length] };
}

async function readImage(file: FitsFile, need: WcsImageNeed): Promise<WcsImage | undefined> {
  const hdu = await file.find((hdu) => hdu.isImage && isNamed(hdu, need.extname, need.extver));
  if (hdu === undefined) return undefined;
  if (hdu.shape.reduce((product, length) => product * length, 1) > MAX_NUMBERS) return undefined;
  const { pixels, shape } = await hdu.image();
  const data = numbersOf(pixels);
  return data === undefined ? undefined : { data, shape, keywords: hdu.header };
}

function numbersOf(values: unknown): Float64Array | undefined {
  if (!ArrayBuffer.isView(values) || values instanceof DataView) return undefined;
  return Float64Array.from(values as unknown as ArrayLike<number | bigint>, Number);
}
