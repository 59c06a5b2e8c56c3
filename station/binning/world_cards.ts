/** World coordinates of columns (FITS 4.0, section 8, table 22) as those of the image made of them. */

import { Card } from "../../fits/header/card.ts";
import type { CardValue } from "../../fits/header/card_value.ts";
import type { Header } from "../../fits/header/header.ts";
import type { BinAxis } from "./grid.ts";

/** A column and the pixels along it. */
export interface BinnedColumn {
  /** Its number, from 1. */
  readonly number: number;
  readonly name: string;
  readonly unit: string;
  readonly axis: BinAxis;
}

/** Keywords of the table that say the same of the image. */
const KEPT = [
  ...["OBJECT", "TELESCOP", "INSTRUME", "DETECTOR", "FILTER", "OBSERVER", "OBS_ID"],
  ...["DATE-OBS", "DATE-END", "MJD-OBS", "TIMESYS", "EXPOSURE", "ONTIME", "LIVETIME"],
  ...["RADESYS", "EQUINOX", "RSUN_REF", "DSUN_OBS", "HGLN_OBS", "HGLT_OBS"],
] as const;

/**
 * The cards of the image: world coordinates of both columns; of columns that have none, the
 * values of the column.
 *
 * @param header The header of the table.
 * @param columns The columns of axis 1 and axis 2.
 */
export function worldCards(header: Header, columns: readonly BinnedColumn[]): Card[] {
  const cards: Card[] = [];
  const add = (keyword: string, value: CardValue | undefined, comment = "") => {
    if (value !== undefined) cards.push(Card.of(keyword, value, comment));
  };
  for (const keyword of KEPT) add(keyword, header.get(keyword));
  const hasMatrix = columns.some((one) => columns.some((other) => matrix(header, one, other)));
  for (const [i, column] of columns.entries()) {
    const { number: n, axis: { low, size }, name, unit } = column;
    const at = i + 1;
    const isDescribed = header.has(`TCTYP${n}`) || header.has(`TCRVL${n}`);
    const reference = header.number(`TCRPX${n}`) ?? 0;
    const step = header.number(`TCDLT${n}`) ?? 1;
    if (isDescribed) {
      add(`CTYPE${at}`, header.string(`TCTYP${n}`) ?? plainText(name));
      add(`CUNIT${at}`, header.string(`TCUNI${n}`));
      add(`CRVAL${at}`, header.number(`TCRVL${n}`) ?? 0);
      add(`CRPIX${at}`, (reference - low) / size + 0.5);
    } else {
      add(`CTYPE${at}`, plainText(name), "the column");
      if (unit !== "") add(`CUNIT${at}`, plainText(unit));
      add(`CRVAL${at}`, low + size / 2);
      add(`CRPIX${at}`, 1);
    }
    if (!hasMatrix) add(`CDELT${at}`, isDescribed ? step * size : size);
    for (const [j, other] of columns.entries()) {
      if (!hasMatrix) break;
      const isSame = i === j;
      const rate = isDescribed ? rateOf(header, column, other, step, isSame) : isSame ? 1 : 0;
      add(`CD${at}_${j + 1}`, rate * other.axis.size);
    }
    add(`LTV${at}`, 0.5 - low / size, "the values of the column are physical places");
    add(`LTM${at}_${at}`, 1 / size);
  }
  for (const [name, short] of [["LONPOLE", "LONP"], ["LATPOLE", "LATP"]] as const) {
    add(name, columns.map(({ number }) => header.number(`${short}${number}`)).find(isGiven));
  }
  return cards;
}

function isGiven<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** An element of the matrix: CD, or PC. */
function matrix(
  header: Header,
  { number: n }: BinnedColumn,
  { number: k }: BinnedColumn,
): { readonly value: number; readonly isWhole: boolean } | undefined {
  const first = (names: readonly string[]) =>
    names.map((name) => header.number(name)).find(isGiven);
  const cd = first([`TCD${n}_${k}`, `TC${n}_${k}`]);
  if (cd !== undefined) return { value: cd, isWhole: true };
  const pc = first([`TPC${n}_${k}`, `TP${n}_${k}`]);
  return pc === undefined ? undefined : { value: pc, isWhole: false };
}

function rateOf(
  header: Header,
  one: BinnedColumn,
  other: BinnedColumn,
  step: number,
  isSame: boolean,
): number {
  const element = matrix(header, one, other);
  if (element?.isWhole === true) return element.value;
  const hasCd = [one, other].some((to) => matrix(header, one, to)?.isWhole === true);
  if (hasCd) return 0;
  return (element?.value ?? (isSame ? 1 : 0)) * step;
}

/** A name as a card can hold it. */
function plainText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 60);
}
