/** Which HDU is looked at. */

import type { FileInfo, HduInfo } from "../source/picture_source.ts";

/** What the station calls an image that it has made of a table. */
const BINNED = "binned table";

/** Whether an HDU is an image that is a line: all axes after the first have one pixel. */
export function isLine({ shape, levels }: HduInfo): boolean {
  return levels > 0 && shape.slice(1).every((length) => length === 1);
}

/** Whether an HDU has planes of pixels. */
export function isPicture(hdu: HduInfo): boolean {
  return hdu.levels > 0 && !isLine(hdu);
}

/**
 * The HDU that an address names.
 *
 * @param info The file.
 * @param choice A number, EXTNAME, or EXTNAME,EXTVER; without one, the image that was made of a
 * table, the first image, one named SCI before others, the first table, or the first HDU of all.
 * @returns The HDU, or undefined if there is none of that name.
 */
export function chooseHdu({ hdus }: FileInfo, choice: string | undefined): HduInfo | undefined {
  if (choice === undefined) {
    return hdus.find(({ kind }) => kind === BINNED) ??
      hdus.find((hdu) => isPicture(hdu) && hdu.name.toUpperCase() === "SCI") ??
      hdus.find(isPicture) ?? hdus.find(isLine) ?? hdus.find(({ rows }) => rows !== undefined) ??
      hdus[0];
  }
  if (/^\d{1,9}$/.test(choice)) return hdus[Number(choice)];
  const [, name, version] = /^(.*?)(?:,(\d{1,9}))?$/.exec(choice)!;
  const isNamed = (hdu: HduInfo, wanted: string) =>
    hdu.name.toUpperCase() === wanted.trim().toUpperCase();
  return hdus.find((hdu) =>
    isNamed(hdu, name!) && (version === undefined || hdu.version === Number(version))
  ) ?? hdus.find((hdu) => isNamed(hdu, choice));
}

/** What an HDU is called in a list: its number, its name, its version where there are several. */
export function titleOf({ index, name, version }: HduInfo): string {
  if (name === "") return index === 0 ? "0 primary" : `${index}`;
  return `${index} ${name}${version > 1 ? ` ${version}` : ""}`;
}

/** What an HDU holds, in words. */
export function contentsOf(hdu: HduInfo): string {
  const { shape, rows, columns, compression, levels } = hdu;
  if (hdu.damage !== undefined) return hdu.damage;
  if (rows !== undefined) {
    return `table, ${counted(rows, "row")}, ${counted(columns ?? 0, "column")}`;
  }
  if (levels === 0) return "header only";
  const packed = compression === undefined ? "" : `, ${compression.replace(/_\d$/, "")}`;
  return `${shape.map(grouped).join(" \u00d7 ")} ${typeName(hdu)}${packed}`;
}

/** A whole number with its thousands apart. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

function counted(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** The type of stored pixels, in words. */
export function typeName({ bitpix }: Pick<HduInfo, "bitpix">): string {
  return bitpix < 0 ? `float${-bitpix}` : bitpix === 8 ? "uint8" : `int${bitpix}`;
}
