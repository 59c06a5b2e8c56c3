/** What `fits wcs` shows the coordinates of: an image, or columns of a table. */

import type { FitsFile, Hdu, TableColumn, Wcs, WcsColumns } from "../../../fits/mod.ts";
import { FormatError } from "../../../net/errors.ts";
import { printable } from "../../../net/text/printable.ts";
import type { CommandContext } from "../../program/command.ts";
import { chosenHdu } from "../fits_argument.ts";
import { fits } from "../library.ts";
import { readCoordinates } from "./coordinates.ts";

/** Coordinates with the size of what they are of. */
export interface FoundCoordinates {
  readonly hdu: Hdu;
  readonly wcs: Wcs;
  /** The lengths of the axes in pixels, as far as they are known. */
  readonly shape: readonly (number | undefined)[];
  /** The middle, in pixels counted from 1. */
  readonly middle: readonly number[];
  /** The names of the columns; none of an image. */
  readonly columns: readonly string[];
  /** The names of the other columns that have coordinates, those of one description together. */
  readonly others: readonly (readonly string[])[];
}

/**
 * Finds the coordinates of a command line: of the chosen HDU, else of the first image, else of
 * the first table whose columns have any.
 *
 * @param context The running command.
 * @param argument The file, for messages.
 * @param file The file.
 * @param choice The values of `--hdu`, `--columns` and `--alternate`.
 * @throws {FormatError} If there are none.
 */
export async function findCoordinates(
  context: CommandContext,
  argument: string,
  file: FitsFile,
  choice: {
    readonly hdu: string | undefined;
    readonly columns: string | undefined;
    readonly alternate: string | undefined;
  },
): Promise<FoundCoordinates> {
  const named = chosenHdu(file, choice.hdu);
  const hdu = named !== undefined ? await file.hdu(named) : await firstHdu(file, choice);
  if (hdu === undefined) {
    throw new FormatError(
      `${argument}: found no image, and no table whose columns ` +
        (choice.columns === undefined
          ? "have world coordinates"
          : `are ${printable(choice.columns)}`),
    );
  }
  if (hdu.isTable) return await ofTable(context, argument, file, hdu, choice);
  if (choice.columns !== undefined) {
    throw new FormatError(`${argument}: HDU ${hdu.index} is no table, expected one for --columns`);
  }
  const { alternate } = choice;
  const wcs = await readCoordinates(context, argument, file, hdu, { alternate });
  if (wcs === undefined) {
    throw new FormatError(
      `${argument}: HDU ${hdu.index} has no world coordinates: its header has no CTYPE, CRVAL, ` +
        "CRPIX, CDELT or CD",
    );
  }
  const middle = wcs.axes.map((_, i) => ((hdu.shape[i] ?? 1) + 1) / 2);
  return { hdu, wcs, shape: hdu.shape, middle, columns: [], others: [] };
}

/**
 * The coordinates of the columns of a table that lie on the sky, or of the first that have any.
 *
 * @param context The running command.
 * @param argument The file, for messages.
 * @param file The file.
 * @param hdu The table.
 * @returns The coordinates, or undefined if its columns have none.
 */
export async function tableCoordinates(
  context: CommandContext,
  argument: string,
  file: FitsFile,
  hdu: Hdu,
): Promise<FoundCoordinates | undefined> {
  if (fits.wcsColumns(hdu.header).length === 0) return undefined;
  return await ofTable(context, argument, file, hdu, { columns: undefined, alternate: undefined });
}

async function firstHdu(
  file: FitsFile,
  { columns, alternate }: {
    readonly columns?: string | undefined;
    readonly alternate?: string | undefined;
  },
): Promise<Hdu | undefined> {
  if (columns !== undefined) {
    return await file.find((hdu) => hdu.isTable && columnsNamed(hdu, columns) !== undefined);
  }
  const image = await file.find((hdu) => hdu.isImage);
  return image ??
    await file.find((hdu) => hdu.isTable && fits.wcsColumns(hdu.header, alternate).length > 0);
}

/** The columns of a list of names or numbers, counted from 1; undefined if one is missing. */
function columnsNamed(hdu: Hdu, text: string): TableColumn[] | undefined {
  const { columns } = hdu.openTable();
  const found = text.split(",").map((word) => {
    const name = word.trim().toUpperCase();
    return columns.find((column) => column.key.toUpperCase() === name) ??
      (/^\d{1,3}$/.test(name) ? columns[Number(name) - 1] : undefined);
  });
  return found.includes(undefined) ? undefined : found as TableColumn[];
}

async function ofTable(
  context: CommandContext,
  argument: string,
  file: FitsFile,
  hdu: Hdu,
  choice: { readonly columns: string | undefined; readonly alternate: string | undefined },
): Promise<FoundCoordinates> {
  const all = hdu.openTable().columns;
  const described = fits.wcsColumns(hdu.header, choice.alternate);
  const columns = choice.columns === undefined
    ? described[0]
    : ofNames(argument, hdu, choice.columns, described);
  const wcs = columns &&
    await readCoordinates(context, argument, file, hdu, {
      alternate: choice.alternate,
      columns,
    });
  if (columns === undefined || wcs === undefined) {
    throw new FormatError(
      `${argument}: ${choice.columns ?? `the columns of HDU ${hdu.index}`} have no world ` +
        "coordinates: its header has no TCTYPn, TCRVLn, TCRPXn, TCDLTn, and no 1CTYPn",
    );
  }
  const namesOf = ({ cell, list }: WcsColumns) =>
    (list ?? [cell!]).map((number) => all[number - 1]?.key ?? `${number}`);
  const names = namesOf(columns);
  const sizes = columns.list === undefined
    ? wcs.axes.map((_, i) => sizeOf(all[columns.cell! - 1]?.shape[i]))
    : columns.list.map((number) => limitsOf(hdu, number));
  return {
    ...{ hdu, wcs, columns: names },
    shape: sizes.map(({ length }) => length),
    middle: sizes.map(({ middle }) => middle),
    others: described.map(namesOf).filter((other) => other.join() !== names.join()),
  };
}

/** The columns that a flag names: one whose cells are images, or those of pixel coordinates. */
function ofNames(
  argument: string,
  hdu: Hdu,
  text: string,
  described: readonly WcsColumns[],
): WcsColumns {
  const found = columnsNamed(hdu, text);
  if (found === undefined) {
    const names = hdu.openTable().columns.map(({ key }) => key).join(", ");
    throw new FormatError(
      `${argument}: HDU ${hdu.index} has no columns ${printable(text)}, ` +
        `expected some of ${printable(names)}`,
    );
  }
  const numbers = found.map(({ index }) => index + 1);
  const cell = described.find((one) => one.cell === numbers[0] && numbers.length === 1);
  return cell ?? { list: numbers };
}

interface Size {
  readonly length: number | undefined;
  readonly middle: number;
}

function sizeOf(length: number | undefined): Size {
  return { length, middle: ((length ?? 1) + 1) / 2 };
}

/** The pixels of a list by TLMINn and TLMAXn; without them its middle is the reference pixel. */
function limitsOf({ header }: Hdu, column: number): Size {
  const [least, most] = [header.number(`TLMIN${column}`), header.number(`TLMAX${column}`)];
  if (least === undefined || most === undefined || !(most > least)) {
    return { length: undefined, middle: header.number(`TCRPX${column}`) ?? 1 };
  }
  // Limits of reals are the outer edges of pixels, as 0.5 and 8192.5.
  const length = Math.round(most - 0.5);
  return { length: least === 0.5 || least === 1 ? length : undefined, middle: (least + most) / 2 };
}
