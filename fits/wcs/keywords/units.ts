/** Units of world coordinates: the grammar of FITS 4.0, section 4.3, with what real files write. */

/** A unit as a multiple of a product of powers of base units. */
export interface Unit {
  /** How many of the base units it is. */
  readonly scale: number;
  /** The powers of the base units, by their names; angles are in degrees. */
  readonly powers: ReadonlyMap<string, number>;
}

const DEGREES_PER_RADIAN = 180 / Math.PI;

/** Text longer than this is no unit; the parser looks at each character once. */
const MAX_LENGTH = 200;
/** How deep parentheses may stand in each other. */
const MAX_DEPTH = 8;

type Entry = readonly [scale: number, base: string, prefixes?: "any"];

/** Units of tables 3 to 6 of the standard: a multiple, and the base units in this parser's own form. */
const UNITS: Readonly<Record<string, Entry>> = {
  // Base and derived SI units.
  m: [1, "m", "any"],
  g: [1e-3, "kg", "any"],
  s: [1, "s", "any"],
  rad: [DEGREES_PER_RADIAN, "deg", "any"],
  sr: [DEGREES_PER_RADIAN ** 2, "deg2", "any"],
  K: [1, "K", "any"],
  A: [1, "A", "any"],
  mol: [1, "mol", "any"],
  cd: [1, "cd", "any"],
  Hz: [1, "s-1", "any"],
  J: [1, "kg m2 s-2", "any"],
  W: [1, "kg m2 s-3", "any"],
  V: [1, "kg m2 s-3 A-1", "any"],
  N: [1, "kg m s-2", "any"],
  Pa: [1, "kg m-1 s-2", "any"],
  C: [1, "A s", "any"],
  Ohm: [1, "kg m2 s-3 A-2", "any"],
  S: [1, "kg-1 m-2 s3 A2", "any"],
  F: [1, "kg-1 m-2 s4 A2", "any"],
  Wb: [1, "kg m2 s-2 A-1", "any"],
  T: [1, "kg s-2 A-1", "any"],
  H: [1, "kg m2 s-2 A-2", "any"],
  lm: [1, "cd", "any"],
  lx: [1, "cd m-2", "any"],
  // Angles and times.
  deg: [1, "deg"],
  arcmin: [1 / 60, "deg"],
  arcsec: [1 / 3600, "deg", "any"],
  mas: [1 / 3_600_000, "deg"],
  uas: [1 / 3_600_000_000, "deg"],
  min: [60, "s"],
  h: [3600, "s"],
  d: [86_400, "s"],
  a: [31_557_600, "s", "any"],
  yr: [31_557_600, "s", "any"],
  cy: [3_155_760_000, "s"],
  // What astronomers use.
  eV: [1.602176634e-19, "kg m2 s-2", "any"],
  erg: [1e-7, "kg m2 s-2", "any"],
  Ry: [2.1798723611035e-18, "kg m2 s-2"],
  solMass: [1.9891e30, "kg"],
  u: [1.66053906660e-27, "kg"],
  solLum: [3.8268e26, "kg m2 s-3"],
  Angstrom: [1e-10, "m", "any"],
  angstrom: [1e-10, "m"],
  micron: [1e-6, "m"],
  solRad: [6.9599e8, "m"],
  AU: [1.49597870700e11, "m"],
  lyr: [9.4607304725808e15, "m"],
  pc: [3.0856775814913673e16, "m", "any"],
  Jy: [1e-26, "kg s-2", "any"],
  G: [1e-4, "kg s-2 A-1", "any"],
  barn: [1e-28, "m2", "any"],
  D: [3.33564e-30, "A s m"],
  // What is counted.
  count: [1, "count"],
  ct: [1, "count"],
  photon: [1, "photon"],
  ph: [1, "photon"],
  pixel: [1, "pixel"],
  pix: [1, "pixel"],
  voxel: [1, "voxel"],
  bit: [1, "bit", "any"],
  byte: [1, "byte", "any"],
  adu: [1, "adu"],
  beam: [1, "beam"],
  chan: [1, "chan"],
  bin: [1, "bin"],
  mag: [1, "mag", "any"],
  R: [1, "rayleigh", "any"],
  Sun: [1, "sun"],
  // Spellings of older files.
  hz: [1, "s-1", "any"],
  as: [1 / 3600, "deg", "any"],
};

/** Whole texts that older files write, compared without regard to case. */
const SPELLINGS: Readonly<Record<string, string>> = {
  "degree": "deg",
  "degrees": "deg",
  "deg": "deg",
  "arcsecs": "arcsec",
  "arcsec": "arcsec",
  "arcsecond": "arcsec",
  "arcseconds": "arcsec",
  "arcmin": "arcmin",
  "arcmins": "arcmin",
  "arcminute": "arcmin",
  "arcminutes": "arcmin",
  "radian": "rad",
  "radians": "rad",
  // Synoptic maps of HMI and GONG: a unit of CEA's linear axis is one radian of it.
  "sine latitude": "rad",
  "sinlat": "rad",
  "angstrom": "Angstrom",
  "angstroms": "Angstrom",
  "micron": "um",
  "microns": "um",
  "hertz": "Hz",
  "second": "s",
  "seconds": "s",
  "sec": "s",
  "metre": "m",
  "metres": "m",
  "meter": "m",
  "meters": "m",
};

/** Names of units that older files write, alone or in a product, as WCSLIB translates them. */
const OLDER_NAMES: Readonly<Record<string, string>> = {
  ...{ sec: "s", second: "s", seconds: "s", SEC: "s", SECOND: "s", SECONDS: "s" },
  ...{ MIN: "min", hr: "h", HR: "h", day: "d", days: "d", DAY: "d", DAYS: "d" },
  ...{ year: "yr", years: "yr", YR: "yr", YEAR: "yr", YEARS: "yr" },
  ...{ M: "m", metre: "m", meter: "m", metres: "m", meters: "m", METRE: "m", METER: "m" },
  ...{ METRES: "m", METERS: "m", KM: "km" },
  ...{ HZ: "Hz", KHZ: "kHz", MHZ: "MHz", GHZ: "GHz", JY: "Jy", BEAM: "beam" },
  ...{ kelvin: "K", kelvins: "K", KELVIN: "K", KELVINS: "K", ohm: "Ohm", volt: "V", volts: "V" },
  ...{ pascal: "Pa", pascals: "Pa", RAD: "rad", radian: "rad", radians: "rad" },
  ...{ pixels: "pixel", PIXEL: "pixel", PIXELS: "pixel", angstroms: "angstrom" },
};

const PREFIXES: Readonly<Record<string, number>> = {
  ...{ y: 1e-24, z: 1e-21, a: 1e-18, f: 1e-15, p: 1e-12, n: 1e-9, u: 1e-6, m: 1e-3, c: 1e-2 },
  ...{ d: 1e-1, da: 10, h: 100, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18, Z: 1e21 },
  Y: 1e24,
};

/**
 * Reads the text of a unit, such as `arcsec`, `km/s`, `cm-1`, `10**-3 Jy` or `erg cm**-2 s**-1`.
 *
 * A prefix belongs to its unit and takes part in the power: `cm-1` is 100 per metre
 * (FITS 4.0, section 4.3.1). A slash divides by the one unit after it.
 *
 * @param text The text.
 * @returns The unit, or undefined if the text is none.
 */
export function parseUnit(text: string): Unit | undefined {
  const trimmed = text.trim();
  if (trimmed.length > MAX_LENGTH) return undefined;
  const spelling = own(SPELLINGS, trimmed.toLowerCase());
  return new UnitParser(spelling ?? trimmed).parse();
}

/**
 * How many of one unit another is: 3600 for `deg` in `arcsec`.
 *
 * @param text The unit.
 * @param target What it is measured in.
 * @returns The number, or undefined if they do not measure the same, or one is no unit.
 */
export function unitRatio(text: string, target: string): number | undefined {
  const [from, to] = [parseUnit(text), parseUnit(target)];
  if (from === undefined || to === undefined || from.powers.size !== to.powers.size) {
    return undefined;
  }
  for (const [base, power] of from.powers) {
    if (to.powers.get(base) !== power) return undefined;
  }
  return from.scale / to.scale;
}

/** An entry of a table; a header's text may be the name of a property of every object. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** A product of powers as it grows. */
class Product {
  scale = 1;
  readonly powers = new Map<string, number>();

  multiply({ scale, powers }: Unit, power: number): void {
    this.scale *= scale ** power;
    for (const [base, of] of powers) {
      const sum = (this.powers.get(base) ?? 0) + of * power;
      if (sum === 0) this.powers.delete(base);
      else this.powers.set(base, sum);
    }
  }
}

class UnitParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Unit | undefined {
    const product = this.#product();
    return product === undefined || this.#at < this.#text.length ? undefined : product;
  }

  /** Factors until the end or a closing parenthesis. */
  #product(): Unit | undefined {
    const product = new Product();
    const multiplier = this.#multiplier();
    if (multiplier === undefined) return undefined;
    product.scale = multiplier;
    for (;;) {
      this.#take(/\s*/y);
      let sign = 1;
      const operator = this.#take(/[*./]\s*/y);
      if (operator?.startsWith("/")) sign = -1;
      if (this.#at === this.#text.length || this.#text[this.#at] === ")") {
        return operator === undefined ? product : undefined;
      }
      const factor = this.#factor();
      if (factor === undefined) return undefined;
      product.multiply(factor[0], sign * factor[1]);
    }
  }

  /** A number before the units: `10**3`, `10^-7`, `10+3`, or a plain one as in `0.1nm`. */
  #multiplier(): number | undefined {
    const power = this.#match(/\s*(\d*\.?\d*)\s*10(?:\*\*|\^)?\(?([+-]?\d+)\)?/y);
    if (power !== undefined && /10(\*\*|\^|[+-])/.test(power[0]!)) {
      const factor = power[1] === "" ? 1 : Number(power[1]);
      return factor > 0 ? factor * 10 ** Number(power[2]) : undefined;
    }
    if (power !== undefined) this.#at -= power[0]!.length;
    const plain = this.#take(/\s*(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+(?![A-Za-z]))?/y);
    if (plain === undefined) return 1;
    const number = Number(plain);
    return number > 0 && Number.isFinite(number) ? number : undefined;
  }

  #factor(): readonly [Unit, number] | undefined {
    const root = this.#take(/sqrt\(/y) !== undefined;
    let unit: Unit | undefined;
    if (root || this.#take(/\(/y) !== undefined) {
      if (++this.#depth > MAX_DEPTH) return undefined;
      unit = this.#product();
      this.#depth--;
      if (this.#take(/\)/y) === undefined) return undefined;
    } else {
      const name = this.#take(/[A-Za-z]+/y);
      unit = name === undefined ? undefined : simpleUnit(name);
    }
    if (unit === undefined) return undefined;
    const power = this.#power();
    return power === undefined ? undefined : [unit, root ? power / 2 : power];
  }

  /** `**2`, `^-1`, `-1`, `2`, `(1/2)`; 1 without any. */
  #power(): number | undefined {
    const match = this.#match(
      /(?:\*\*|\^)?(?:\(\s*([+-]?\d+(?:\.\d+)?)\s*(?:\/\s*(\d+))?\s*\)|([+-]?\d+))/y,
    );
    if (match === undefined) return /^(\*\*|\^)/.test(this.#text.slice(this.#at)) ? undefined : 1;
    const power = Number(match[1] ?? match[3]) / Number(match[2] ?? 1);
    return Number.isFinite(power) && Math.abs(power) < 100 ? power : undefined;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match;
  }

  #take(pattern: RegExp): string | undefined {
    return this.#match(pattern)?.[0];
  }
}

/** A unit with or without a prefix; the unit alone comes first, so that `min` is a minute. */
function simpleUnit(name: string): Unit | undefined {
  for (const length of [0, 1, 2]) {
    const entry = own(UNITS, name.slice(length));
    const prefix = length === 0 ? 1 : own(PREFIXES, name.slice(0, length));
    if (entry === undefined || prefix === undefined) continue;
    if (length > 0 && entry[2] === undefined) continue;
    return { scale: prefix * entry[0], powers: basePowers(entry[1]) };
  }
  const older = own(OLDER_NAMES, name);
  return older === undefined ? undefined : simpleUnit(older);
}

/** The powers of a text such as `kg m2 s-2`. */
function basePowers(text: string): Map<string, number> {
  return new Map(
    text.split(" ").map((word) => {
      const [, base, power] = /^([a-zA-Z]+)(-?\d+)?$/.exec(word)!;
      return [base!, power === undefined ? 1 : Number(power)];
    }),
  );
}
