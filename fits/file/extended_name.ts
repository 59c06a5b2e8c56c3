/**
 * CFITSIO's extended file names: `file.fits[SCI,2][1:100,1:100]`, `file.fits+1` (CFITSIO User's
 * Reference Guide, chapter 10). What selects HDUs and sections is read; filters, which compute,
 * are refused by name.
 */

import { checkSection, SectionError } from "../image/section.ts";

/** What a name selects within its file. */
export interface FileSelection {
  /** The HDU: its number, EXTNAME or `EXTNAME,EXTVER`. */
  readonly hdu?: number | string | undefined;
  /** The section of its image, 1-based and inclusive. */
  readonly section?: string | undefined;
  /** The whole name, for messages: of a URL without password and query. */
  readonly name: string;
}

/** One way to read a name. */
export interface NameReading extends FileSelection {
  /** The path or URL of the file. */
  readonly file: string;
  /** Why it cannot be read so, if it cannot. */
  readonly refused?: string | undefined;
}

/** Characters of a name that is looked at for brackets. */
const MAX_NAME = 65_536;
/** Brackets behind a name at most: an HDU and a section, and what is refused by name. */
const MAX_GROUPS = 8;

/** Filters of CFITSIO by how they begin. */
const FILTERS: readonly [RegExp, what: string][] = [
  [/^\s*col(?:\s|$)/i, "a column filter [col ...]"],
  [/^\s*(?:bin|hist)[bijrd]?(?:[\s=(]|$)/i, "a histogram [bin ...]"],
  [/^\s*pix[bijrd]?\d?(?:\s|$)/i, "a pixel filter [pix ...]"],
  [/^\s*compress(?:\s|$)/i, "a compression [compress ...]"],
  [/(?:gti|reg)filter\s*\(/i, "a row filter"],
  [/[<>=!&|]|\.(?:eq|ne|gt|ge|lt|le|and|or|not)\./i, "a row filter"],
  [/^[^(]*\(.*\)\s*$/, "an image in a cell of a table [EXTNAME(column;row)]"],
];

/**
 * Reads a name in every way that it can be meant.
 *
 * @param text A path or a URL.
 * @returns The readings: the first takes the whole name as that of a file, the last leaves
 * everything that may select something out of it.
 */
export function nameReadings(text: string): NameReading[] {
  const name = shown(text);
  const readings: NameReading[] = [{ file: text, name }];
  if (text.length > MAX_NAME) return readings;
  const groups: string[] = [];
  let file = text;
  while (groups.length < MAX_GROUPS) {
    const match = /^(.+)\[([^[\]]*)\]$/s.exec(file);
    if (match === null) break;
    file = match[1]!;
    groups.unshift(match[2]!);
    readings.push({ file, name, ...selectionOf(groups) });
  }
  const last = readings.at(-1)!;
  const plus = /^(.*[^/+])\+(\d{1,6})$/s.exec(file);
  if (plus !== null && last.hdu === undefined) {
    readings.push({ ...last, file: plus[1]!, hdu: Number(plus[2]) });
  }
  return readings;
}

/**
 * How a name was read, for messages.
 *
 * @param reading What was read.
 * @returns Such as `'a.fits[SCI][1:5]' was read as section 1:5 of HDU SCI of 'a.fits'`.
 */
export function readingText({ file, hdu, section, name }: NameReading): string {
  const parts = [
    ...(section === undefined ? [] : [`section ${section}`]),
    ...(hdu === undefined ? [] : [`HDU ${hdu}`]),
    `'${shown(file)}'`,
  ];
  return `'${name}' was read as ${parts.join(" of ")}`;
}

/** A name without what gives access: the password of a URL, and its query, which may be signed. */
function shown(name: string): string {
  return name.replace(/^([a-z][a-z0-9+.-]*:\/\/)(?:[^/?#]*@)?([^?]*)(?:\?[^[\]]*)?/i, "$1$2");
}

type Selected = Pick<NameReading, "hdu" | "section" | "refused">;

function selectionOf(groups: readonly string[]): Selected {
  const filter = groups.map(filterOf).find((what) => what !== undefined);
  if (filter !== undefined) return { refused: `${filter} is not supported` };
  const [first = "", second, ...more] = groups;
  if (more.length > 0) {
    return { refused: `found ${groups.length} pairs of brackets, expected an HDU and a section` };
  }
  if (second === undefined && isSection(first)) return sectionOf(first);
  const hdu = hduOf(first);
  if (hdu.refused !== undefined || second === undefined) return hdu;
  return { ...hdu, ...sectionOf(second) };
}

function filterOf(text: string): string | undefined {
  return FILTERS.find(([pattern]) => pattern.test(text))?.[1];
}

/** Whether brackets hold a section and no name: numbers with a colon, a star or a comma. */
function isSection(text: string): boolean {
  return /^[\s\d:*,-]+$/.test(text) && /[:*,]/.test(text);
}

function sectionOf(text: string): Selected {
  try {
    // A section that begins before the image is for cutouts: its reader decides.
    checkSection(text.replaceAll(/(^|[,:])\s*(?:-\d+|0+)(?=\s*[:,]|\s*$)/g, "$11"));
    return { section: text.trim() };
  } catch (error) {
    if (!(error instanceof SectionError)) throw error;
    const turned = [...text.matchAll(/(\d+)\s*:\s*(\d+)/g)]
      .some(([, first, last]) => Number(first) > Number(last));
    return { refused: turned ? `the section [${text}] turns an axis around` : error.message };
  }
}

function hduOf(text: string): Selected {
  const words = text.split(",").map((word) => word.trim());
  const [name = "", version, type] = words;
  if (name === "" || words.length > 3) {
    return { refused: `[${text}] is no HDU, expected a number, EXTNAME or EXTNAME,EXTVER` };
  }
  if (/^\d{1,9}$/.test(name) && version === undefined) return { hdu: Number(name) };
  if (version === undefined) return { hdu: name };
  if (type !== undefined) {
    return { refused: `the type of an HDU, as in [${text}], is not supported` };
  }
  if (/^\d{1,9}$/.test(version)) return { hdu: `${name},${Number(version)}` };
  return { refused: `[${text}] has the version '${version}', expected a number` };
}
