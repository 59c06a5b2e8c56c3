/**
 * Which rows of which table are drawn on an image: as the address says it, and as the names of
 * columns tell.
 *
 * @module
 */

/** What places are in: pixels of the image, its own sky, or a frame. */
export const MARK_FRAMES = [
  "pixel",
  "native",
  "icrs",
  "fk5",
  "galactic",
  "ecliptic",
  "stonyhurst",
  "helioprojective",
] as const;

/** One of them. */
export type MarkFrame = typeof MARK_FRAMES[number];

/** The table, and its columns of places. */
export interface MarkChoice {
  /** The path of another file; undefined is the same file. */
  readonly path: string | undefined;
  /** The table: its number or its name; undefined is the first. */
  readonly hdu: string | undefined;
  /** The columns and their frame; undefined is what the names tell. */
  readonly columns: MarkColumns | undefined;
}

/** Columns of places. */
export interface MarkColumns {
  readonly x: string;
  readonly y: string;
  readonly frame: MarkFrame;
}

/** Characters of a choice at most. */
const MAX_TEXT = 4_096;

/**
 * Reads a choice: `PATH[HDU],X,Y,FRAME`, of which PATH or `[HDU]` may be left out, and the rest.
 *
 * @param text As the address has it.
 * @returns Undefined if it is none.
 */
export function parseMarks(text: string): MarkChoice | undefined {
  if (text === "" || text.length > MAX_TEXT) return undefined;
  const match = /^([^[\],]*)(?:\[([^[\]]{1,80})\])?(?:,([^,]+),([^,]+)(?:,([a-z0-9]+))?)?$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [, path = "", hdu, x, y, frame = "native"] = match;
  if (path === "" && hdu === undefined) return undefined;
  if (!(MARK_FRAMES as readonly string[]).includes(frame)) return undefined;
  return {
    path: path === "" ? undefined : path,
    hdu,
    columns: x === undefined || y === undefined
      ? undefined
      : { x: x.trim(), y: y.trim(), frame: frame as MarkFrame },
  };
}

/** Writes a choice, so that {@linkcode parseMarks} reads it again. */
export function writeMarks({ path = "", hdu, columns }: MarkChoice): string {
  const table = `${path}${hdu === undefined ? "" : `[${hdu}]`}`;
  return columns === undefined ? table : `${table},${columns.x},${columns.y},${columns.frame}`;
}

/** Names of columns that belong together, and what they are places of: the first that is there. */
const PAIRS: readonly (readonly [x: RegExp, y: RegExp, frame: MarkFrame])[] = [
  [/^_?RA_?ICRS$/, /^_?DEC?_?ICRS$/, "icrs"],
  [/^_?RA_?J2000$/, /^_?DEC?_?J2000$/, "fk5"],
  [
    /^(?:ALPHA|ALPHAWIN|ALPHAPEAK)_(?:J2000|SKY)$/,
    /^(?:DELTA|DELTAWIN|DELTAPEAK)_(?:J2000|SKY)$/,
    "fk5",
  ],
  [/^(?:RA|RA_?DEG|RIGHT_?ASCENSION|S_RA)$/, /^(?:DEC|DE|DEC_?DEG|DECLINATION|S_DEC)$/, "icrs"],
  [/^(?:GLON|L)$/, /^(?:GLAT|B)$/, "galactic"],
  [/^(?:ELON|ECL_?LON)$/, /^(?:ELAT|ECL_?LAT)$/, "ecliptic"],
  [/^(?:HPLN|HPC_X|SOLAR_?X|TX|XCEN)$/, /^(?:HPLT|HPC_Y|SOLAR_?Y|TY|YCEN)$/, "helioprojective"],
  [
    /^(?:HGLN|HGS_X|STONYHURST_?LON|LONGITUDE)$/,
    /^(?:HGLT|HGS_Y|STONYHURST_?LAT|LATITUDE)$/,
    "stonyhurst",
  ],
  [
    /^(?:X_IMAGE|XWIN_IMAGE|XPEAK_IMAGE|X_PIXEL|X)$/,
    /^(?:Y_IMAGE|YWIN_IMAGE|YPEAK_IMAGE|Y_PIXEL|Y)$/,
    "pixel",
  ],
];

/**
 * The columns that hold places, as their names tell.
 *
 * @param names The names of all columns.
 * @param isSolar Whether the image is one of the Sun: longitudes alone are those of its surface.
 */
export function guessColumns(names: readonly string[], isSolar: boolean): MarkColumns | undefined {
  for (const [xs, ys, frame] of PAIRS) {
    const ofSun = frame === "stonyhurst" || frame === "helioprojective";
    if (ofSun !== isSolar && frame !== "pixel") continue;
    const x = names.find((name) => xs.test(name.toUpperCase()));
    const y = names.find((name) => ys.test(name.toUpperCase()));
    if (x !== undefined && y !== undefined) return { x, y, frame };
  }
  return undefined;
}

/**
 * How many degrees the unit of a column is.
 *
 * @param unit TUNITn.
 * @param frame The frame: without a unit, places near the Sun are in seconds of arc.
 */
export function degreesOf(unit: string, frame: MarkFrame): number {
  const word = unit.trim().toLowerCase();
  if (/^(?:h|hr|hour|hours|hourangle)$/.test(word)) return 15;
  if (/^(?:arcmin|'|amin)$/.test(word)) return 1 / 60;
  if (/^(?:arcsec|"|asec)$/.test(word)) return 1 / 3600;
  if (/^mas$/.test(word)) return 1 / 3.6e6;
  if (/^rad(?:ian)?s?$/.test(word)) return 180 / Math.PI;
  return word === "" && frame === "helioprojective" ? 1 / 3600 : 1;
}
