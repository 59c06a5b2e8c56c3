/** The keywords of one description of world coordinates: alternates, table columns, old names. */

/** What world coordinates are read from: a header, or anything that gives values by keyword. */
export interface WcsKeywords {
  /** The value of a keyword, or undefined. */
  get(keyword: string): unknown;
  /** All values of a keyword that stands in several cards, such as `DP1`. */
  getAll?(keyword: string): readonly unknown[];
}

/** What was left out or guessed in reading world coordinates. */
export interface WcsProblem {
  /** The keyword that it is about, such as `CTYPE3`. */
  readonly keyword: string;
  /** What is wrong with it, and what follows. */
  readonly reason: string;
}

/**
 * Which columns of a binary table the coordinates are of (FITS 4.0, table 22); what
 * `wcsColumns()` of `@heliograph/heliograph/fits/wcs` finds in its header.
 */
export interface WcsColumns {
  /** The column whose cells are images, counted from 1. */
  readonly cell?: number | undefined;
  /** The columns that hold pixel coordinates, one for each axis, counted from 1. */
  readonly list?: readonly number[] | undefined;
}

/** Reads the keywords of one description, and notes what is wrong with them. */
export class WcsReader {
  readonly problems: WcsProblem[] = [];
  readonly #header: WcsKeywords;
  readonly #letter: string;
  readonly #columns: WcsColumns | undefined;
  /** Keywords whose further cards have been looked at. */
  readonly #seen = new Set<string>();

  /**
   * Makes a reader.
   *
   * @param header The header.
   * @param letter `A` to `Z`, or an empty text for the primary description.
   * @param columns Where the keywords are those of a table's columns.
   */
  constructor(header: WcsKeywords, letter: string, columns: WcsColumns | undefined) {
    this.#header = header;
    this.#letter = letter;
    this.#columns = columns;
  }

  /** Notes a problem, each once. */
  problem(keyword: string, reason: string): void {
    const known = this.problems.some((one) => one.keyword === keyword && one.reason === reason);
    if (!known) this.problems.push({ keyword, reason });
  }

  /** Whether this description has a keyword. */
  has(keyword: string): boolean {
    return this.#value(keyword) !== undefined;
  }

  /** A number of this description, such as `CRPIX1`. */
  number(keyword: string): number | undefined {
    return this.#numberOf(keyword, this.#value(keyword));
  }

  /** A text of this description, without blanks around it. */
  text(keyword: string): string | undefined {
    return textOf(this.#value(keyword));
  }

  /** A number that has no alternates, such as `NAXIS` or `A_ORDER`. */
  plainNumber(keyword: string): number | undefined {
    return this.#numberOf(keyword, this.#first(keyword));
  }

  /** A text that has no alternates. */
  plainText(keyword: string): string | undefined {
    return textOf(this.#first(keyword));
  }

  /** A text that has no alternates, with the blanks before it. */
  rawText(keyword: string): string | undefined {
    const value = this.#header.get(keyword);
    return typeof value === "string" ? value : undefined;
  }

  /**
   * The fields of record-valued cards: `DP1 = 'EXTVER: 2'` has the field `EXTVER` of 2
   * (Paper IV, section 2). A card whose keyword is `DP1.EXTVER` counts as well.
   *
   * @param keyword The keyword of the cards.
   * @param names The fields that are looked up as keywords of their own.
   */
  records(keyword: string, names: readonly string[]): ReadonlyMap<string, number> {
    const fields = new Map<string, number>();
    for (const value of this.#header.getAll?.(keyword) ?? [this.#header.get(keyword)]) {
      const match = typeof value === "string"
        ? /^\s*([A-Za-z0-9_.]{1,60})\s*:\s*(\S{1,60})\s*$/.exec(value)
        : null;
      const number = match === null ? NaN : Number(match[2]!.replace(/d/i, "e"));
      if (Number.isFinite(number)) fields.set(match![1]!.toUpperCase(), number);
    }
    for (const field of names) {
      const value = this.#header.get(`${keyword}.${field}`);
      if (typeof value === "number") fields.set(field, value);
    }
    return fields;
  }

  /** TTYPEn of a column of times, which needs no TCTYPn (FITS 4.0, section 9.2.2). */
  timeColumn(axis: number): string | undefined {
    const name = textOf(this.#header.get(`TTYPE${this.#columns?.list?.[axis]}`));
    return name?.toUpperCase() === "TIME" ? "TIME" : undefined;
  }

  /** TUNITn of a column of times. */
  columnUnit(axis: number): string | undefined {
    return this.timeColumn(axis) === undefined
      ? undefined
      : textOf(this.#header.get(`TUNIT${this.#columns!.list![axis]}`));
  }

  #value(keyword: string): unknown {
    const columns = this.#columns;
    if (columns?.cell !== undefined || columns?.list !== undefined) {
      for (const name of columnKeywords(keyword, this.#letter, columns)) {
        const value = this.#first(name);
        if (value !== undefined) return value;
      }
      return undefined;
    }
    return this.#first(keyword + this.#letter);
  }

  /** The value of the first card of a keyword; others with other values are a problem. */
  #first(keyword: string): unknown {
    const value = this.#header.get(keyword);
    if (value === undefined || this.#seen.has(keyword)) return value;
    this.#seen.add(keyword);
    const other = this.#header.getAll?.(keyword).find((other) => !sameValue(other, value));
    if (other !== undefined) {
      const reason = `the value is ${shown(value)} and, in a later card, ${shown(other)}; ` +
        "the first is taken";
      this.problem(keyword, reason);
    }
    return value;
  }

  #numberOf(keyword: string, value: unknown): number | undefined {
    if (typeof value === "bigint") return Number(value);
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (value !== undefined && value !== null) {
      this.problem(keyword, `the value is ${shown(value)}, expected a number; it is left out`);
    }
    return undefined;
  }
}

/** Whether two cards say the same: 1 and 1.0 do, and blanks at the end of a text mean nothing. */
function sameValue(one: unknown, other: unknown): boolean {
  if (typeof one === "string" && typeof other === "string") {
    return one.trimEnd() === other.trimEnd();
  }
  return one === other || isNumber(one) && isNumber(other) && Number(one) === Number(other);
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value.trim() : undefined;
}

function shown(value: unknown): string {
  return typeof value === "string" ? `'${value.slice(0, 60)}'` : String(value).slice(0, 60);
}

/** Keywords of a column's cell and of a pixel list for those of an image: [cell, list]. */
const AXIS_NAMES: Readonly<Record<string, readonly [cell: string, ...list: string[]]>> = {
  CTYPE: ["CTYP", "TCTYP", "TCTY"],
  CUNIT: ["CUNI", "TCUNI", "TCUN"],
  CRVAL: ["CRVL", "TCRVL", "TCRV"],
  CDELT: ["CDLT", "TCDLT", "TCDE"],
  CRPIX: ["CRPX", "TCRPX", "TCRP"],
  CROTA: ["CROT", "TCROT"],
  CNAME: ["CNA", "TCNA"],
  TRPOS: ["TRPOS", "TRPOS"],
  TRDIR: ["TRDIR", "TRDIR"],
};

const MATRIX_NAMES: Readonly<Record<string, readonly [cell: string[], list: string[]]>> = {
  PC: [["PC"], ["TPC", "TP"]],
  CD: [["CD"], ["TCD", "TC"]],
  PV: [["PV", "V"], ["TPV", "TV"]],
  PS: [["PS", "S"], ["TPS", "TS"]],
};

/** Four letters of the keywords of a whole description, which the column's number follows. */
const WHOLE_NAMES: Readonly<Record<string, string>> = {
  ...{ WCSAXES: "WCAX", WCSNAME: "WCSN", LONPOLE: "LONP", LATPOLE: "LATP", RADESYS: "RADE" },
  ...{ EQUINOX: "EQUI", SPECSYS: "SPEC", RESTFRQ: "RFRQ", RESTWAV: "RWAV" },
};

/** The keywords of table columns that stand for one of an image (FITS 4.0, table 22). */
function columnKeywords(keyword: string, letter: string, columns: WcsColumns): string[] {
  const { cell, list } = columns;
  const whole = WHOLE_NAMES[keyword];
  if (whole !== undefined) {
    const own = (cell === undefined ? list! : [cell]).map((n) => `${whole}${n}${letter}`);
    // What tables say once for all their columns, as most lists of events do.
    return keyword === "WCSAXES" ? own : [...own, keyword + letter];
  }
  const axis = /^([A-Z]+)(\d+)$/.exec(keyword);
  const names = axis === null ? undefined : AXIS_NAMES[axis[1]!];
  if (axis !== null && names !== undefined) {
    if (cell !== undefined) return [`${axis[2]}${names[0]}${cell}${letter}`];
    const column = list![Number(axis[2]) - 1];
    return names.slice(1).map((name) => `${name}${column}${letter}`);
  }
  const pair = /^([A-Z]{2})(\d+)_(\d+)$/.exec(keyword);
  const matrix = pair === null ? undefined : MATRIX_NAMES[pair[1]!];
  if (pair === null || matrix === undefined) return [];
  const [, name, i, m] = pair;
  const parameters = name === "PV" || name === "PS";
  if (cell !== undefined) {
    return matrix[0].map((short) =>
      parameters ? `${i}${short}${cell}_${m}${letter}` : `${i}${m}${short}${cell}${letter}`
    );
  }
  const of = (number: string) => list![Number(number) - 1];
  return matrix[1].map((short) => `${short}${of(i!)}_${parameters ? m : of(m!)}${letter}`);
}
