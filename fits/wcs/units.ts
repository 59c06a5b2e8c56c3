/** Units of world coordinates, turned into degrees and SI units (FITS 4.0, sections 4.3 and 8). */

/** What a unit is a multiple of. */
export interface UnitScale {
  /** How many of `unit` it is. */
  readonly scale: number;
  /** `deg`, an SI unit, or the header's own text where it is none that is known. */
  readonly unit: string;
}

const DEGREES_PER_RADIAN = 180 / Math.PI;

/** Units that take prefixes; the older spellings are common in solar headers. */
const UNITS: Readonly<Record<string, readonly [scale: number, unit: string]>> = {
  deg: [1, "deg"],
  arcmin: [1 / 60, "deg"],
  arcsec: [1 / 3600, "deg"],
  rad: [DEGREES_PER_RADIAN, "deg"],
  as: [1 / 3600, "deg"],
  m: [1, "m"],
  Hz: [1, "Hz"],
  hz: [1, "Hz"],
  s: [1, "s"],
  J: [1, "J"],
  eV: [1.602176634e-19, "J"],
  Angstrom: [1e-10, "m"],
  angstrom: [1e-10, "m"],
  micron: [1e-6, "m"],
  "m/s": [1, "m/s"],
  "m s-1": [1, "m/s"],
  "m.s**-1": [1, "m/s"],
  "m s^-1": [1, "m/s"],
  "/m": [1, "/m"],
  "m-1": [1, "/m"],
  "m^-1": [1, "/m"],
};

/** Spellings that stand for themselves, compared without regard to case. */
const SPELLINGS: Readonly<Record<string, readonly [scale: number, unit: string]>> = {
  "degree": [1, "deg"],
  "degrees": [1, "deg"],
  "deg": [1, "deg"],
  "arcsecs": [1 / 3600, "deg"],
  "arcsec": [1 / 3600, "deg"],
  "arcsecond": [1 / 3600, "deg"],
  "arcseconds": [1 / 3600, "deg"],
  "arcmin": [1 / 60, "deg"],
  "arcminutes": [1 / 60, "deg"],
  "radian": [DEGREES_PER_RADIAN, "deg"],
  "radians": [DEGREES_PER_RADIAN, "deg"],
  // Synoptic maps of HMI and GONG: a unit of CEA's linear axis is one radian of it.
  "sine latitude": [DEGREES_PER_RADIAN, "deg"],
  "sinlat": [DEGREES_PER_RADIAN, "deg"],
  "angstroms": [1e-10, "m"],
  "microns": [1e-6, "m"],
};

const PREFIXES: Readonly<Record<string, number>> = {
  "": 1,
  y: 1e-24,
  z: 1e-21,
  a: 1e-18,
  f: 1e-15,
  p: 1e-12,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  c: 1e-2,
  d: 1e-1,
  da: 10,
  h: 100,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
};

/**
 * Reads the text of a CUNITi keyword.
 *
 * @param text The text, such as `arcsec`, `0.1nm` or `km/s`.
 * @returns What it is a multiple of; an unknown unit is a multiple of itself.
 */
export function unitScale(text: string): UnitScale {
  const name = text.trim();
  const spelling = own(SPELLINGS, name.toLowerCase());
  if (spelling !== undefined) return { scale: spelling[0], unit: spelling[1] };
  const match = /^((?:\d*\.?\d+\s*)?10\*\*[+-]?\d+|\d*\.?\d*)\s*(.*)$/s.exec(name)!;
  const factor = leadingNumber(match[1]!);
  const rest = match[2]!;
  for (const length of [0, 1, 2]) {
    const prefix = own(PREFIXES, rest.slice(0, length));
    const unit = own(UNITS, rest.slice(length));
    if (prefix !== undefined && unit !== undefined && factor !== undefined) {
      return { scale: factor * prefix * unit[0], unit: unit[1] };
    }
  }
  return { scale: 1, unit: name };
}

/** An entry of a table; a header's text may be the name of a property of every object. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function leadingNumber(text: string): number | undefined {
  if (text === "") return 1;
  const power = /^(\d*\.?\d*)\s*10\*\*([+-]?\d+)$/.exec(text);
  if (power !== null) return (power[1] === "" ? 1 : Number(power[1])) * 10 ** Number(power[2]);
  const number = Number(text);
  return Number.isFinite(number) && number > 0 ? number : undefined;
}
