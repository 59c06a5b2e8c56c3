/**
 * Spectral axes: frequencies, wavelengths and velocities, sampled evenly in any of them
 * (Greisen et al. 2006, "Paper III").
 */

import { FormatError } from "../../net/errors.ts";
import type { WcsPart } from "./part.ts";

/** The speed of light in m/s. */
const C = 299_792_458;
/** Planck's constant in J s. */
const H = 6.62607015e-34;

/** The basic variables: frequency, wavelength, wavelength in air, velocity. */
type Basic = "F" | "W" | "A" | "V";

/** A spectral type: its unit, its basic variable, and how the two depend on each other. */
interface SpectralType {
  readonly unit: string;
  readonly basic: Basic;
  /** The basic variable is `offset + slope x value`; both may need the rest frequency. */
  line(rest: Rest): readonly [offset: number, slope: number];
}

/** The rest frequency in Hz and wavelength in m; NaN where a header has none. */
interface Rest {
  readonly frequency: number;
  readonly wavelength: number;
}

/** The types of CTYPEi (FITS 4.0, table 25). */
const TYPES: Readonly<Record<string, SpectralType>> = {
  FREQ: { unit: "Hz", basic: "F", line: () => [0, 1] },
  AFRQ: { unit: "rad/s", basic: "F", line: () => [0, 1 / (2 * Math.PI)] },
  ENER: { unit: "J", basic: "F", line: () => [0, 1 / H] },
  WAVN: { unit: "/m", basic: "F", line: () => [0, C] },
  VRAD: { unit: "m/s", basic: "F", line: ({ frequency: f }) => [f, -f / C] },
  WAVE: { unit: "m", basic: "W", line: () => [0, 1] },
  VOPT: { unit: "m/s", basic: "W", line: ({ wavelength: w }) => [w, w / C] },
  ZOPT: { unit: "", basic: "W", line: ({ wavelength: w }) => [w, w] },
  AWAV: { unit: "m", basic: "A", line: () => [0, 1] },
  VELO: { unit: "m/s", basic: "V", line: () => [0, 1] },
  BETA: { unit: "", basic: "V", line: () => [0, C] },
};

/** The SI unit of a spectral type of CTYPEi, or undefined if it is none. */
export function spectralUnit(type: string): string | undefined {
  return Object.hasOwn(TYPES, type) ? TYPES[type]!.unit : undefined;
}

/** What a spectral axis is made of. */
export interface SpectralDescription {
  /** The axis, counted from 0. */
  readonly axis: number;
  /** The type, such as `WAVE`. */
  readonly type: string;
  /** The algorithm, such as `F2W` or `GRI`. */
  readonly code: string;
  /** CRVALi in SI units. */
  readonly origin: number;
  /** RESTFRQ in Hz, or undefined. */
  readonly restFrequency: number | undefined;
  /** RESTWAV in m, or undefined. */
  readonly restWavelength: number | undefined;
  /** PVi_m, which a grism has. */
  parameter(m: number): number | undefined;
}

/** A variable in which an axis is sampled evenly, as a function of the basic variable. */
interface Sampling {
  /** The sampled variable of a basic one. */
  of(basic: number): number;
  /** Its slope there. */
  slope(basic: number): number;
  /** The basic variable of a sampled one. */
  back(sampled: number): number;
}

/** Whether an algorithm of CTYPEi is one of spectral axes. */
export function isSpectralCode(code: string): boolean {
  return /^(?:[FWAV]2[FWAV]|GRI|GRA)$/.test(code);
}

/**
 * Makes a spectral axis that is not sampled evenly in its own type.
 *
 * @param description The axis.
 * @returns The axis.
 * @throws {FormatError} If the algorithm does not belong to the type, or a parameter is missing.
 */
export function spectralPart(description: SpectralDescription): WcsPart {
  const { axis, type, code, origin } = description;
  const { basic, line } = TYPES[type]!;
  const rest = restOf(description);
  const [offset, slope] = line(rest);
  const sampling = samplingOf(description, basic, rest, offset + slope * origin);
  const basicOrigin = offset + slope * origin;
  const sampledOrigin = sampling.of(basicOrigin);
  const rate = sampling.slope(basicOrigin) * slope;
  if (![basicOrigin, sampledOrigin, rate].every(Number.isFinite) || rate === 0) {
    throw new FormatError(needOf(type, code, rest, origin));
  }
  return {
    axes: [axis],
    toWorld(intermediate, world) {
      world[axis] = (sampling.back(sampledOrigin + rate * intermediate[axis]!) - offset) / slope;
    },
    toIntermediate(world, intermediate) {
      intermediate[axis] = (sampling.of(offset + slope * world[axis]!) - sampledOrigin) / rate;
    },
  };
}

function restOf({ restFrequency, restWavelength }: SpectralDescription): Rest {
  const frequency = restFrequency !== undefined && restFrequency > 0
    ? restFrequency
    : restWavelength !== undefined && restWavelength > 0
    ? C / restWavelength
    : NaN;
  // Where a header has both, they agree but for rounding: the frequency is taken, as by WCSLIB.
  return { frequency, wavelength: C / frequency };
}

function needOf(type: string, code: string, rest: Rest, origin: number): string {
  return Number.isNaN(rest.frequency)
    ? `${type}-${code} needs RESTFRQ or RESTWAV, and the header has neither`
    : `${type}-${code} has no value at its reference value of ${origin}`;
}

function samplingOf(
  description: SpectralDescription,
  basic: Basic,
  rest: Rest,
  basicOrigin: number,
): Sampling {
  const { type, code } = description;
  if (code === "GRI" || code === "GRA") {
    const wave = through(basic, code === "GRI" ? "W" : "A", rest);
    return joined(wave, grism(description, wave.of(basicOrigin)));
  }
  // X2P: even in X, and P is the basic variable of the type (Paper III, section 3.2).
  const [sampled, , own] = code as unknown as [Basic, "2", Basic];
  if (own !== basic || sampled === basic) {
    throw new FormatError(
      `the algorithm ${code} does not belong to ${type}, whose basic variable is ${basic}`,
    );
  }
  return through(basic, sampled, rest);
}

/** Two samplings, one after the other. */
function joined(first: Sampling, second: Sampling): Sampling {
  return {
    of: (basic) => second.of(first.of(basic)),
    slope: (basic) => second.slope(first.of(basic)) * first.slope(basic),
    back: (sampled) => first.back(second.back(sampled)),
  };
}

/** From one basic variable to another, by way of the wavelength in vacuum. */
function through(from: Basic, to: Basic, rest: Rest): Sampling {
  const inward = wavelengthOf(from, rest);
  const outward = wavelengthOf(to, rest);
  return {
    of: (basic) => outward.back(inward.of(basic)),
    slope: (basic) => inward.slope(basic) / outward.slope(outward.back(inward.of(basic))),
    back: (sampled) => inward.back(outward.of(sampled)),
  };
}

/** The wavelength in vacuum of a basic variable. */
function wavelengthOf(basic: Basic, { wavelength: rest }: Rest): Sampling {
  switch (basic) {
    case "W":
      return { of: (w) => w, slope: () => 1, back: (w) => w };
    case "F":
      return { of: (f) => C / f, slope: (f) => -C / (f * f), back: (w) => C / w };
    case "V":
      return {
        of: (v) => rest * Math.sqrt((C + v) / (C - v)),
        slope: (v) => rest * C / ((C - v) * Math.sqrt((C - v) * (C + v))),
        back(w) {
          const square = (w / rest) ** 2;
          return C * (square - 1) / (square + 1);
        },
      };
    case "A":
      return { of: (a) => a * refraction(a), slope: airSlope, back: vacuumToAir };
  }
}

/** The refractive index of dry air for a wavelength in air in m (Paper III, equation 65). */
function refraction(air: number): number {
  const s = 1 / (air * air);
  return 1.000064328 + 294.981e8 / (1.46e14 - s) + 2.554e8 / (0.41e14 - s);
}

/** How the wavelength in vacuum grows with that in air. */
function airSlope(air: number): number {
  const s = 1 / (air * air);
  const bySquare = 294.981e8 / (1.46e14 - s) ** 2 + 2.554e8 / (0.41e14 - s) ** 2;
  return refraction(air) - 2 * s * bySquare;
}

function vacuumToAir(wave: number): number {
  let air = wave / 1.0003;
  for (let i = 0; i < 8; i++) {
    const next = air - (air * refraction(air) - wave) / airSlope(air);
    if (next === air) break;
    air = next;
  }
  return air;
}

/** The detector behind a grism: even in the tangent of the angle (Paper III, section 5). */
function grism({ parameter }: SpectralDescription, reference: number): Sampling {
  const radians = (m: number) => (parameter(m) ?? 0) * Math.PI / 180;
  const density = parameter(0) ?? 0;
  const order = parameter(1) ?? 0;
  const sinAlpha = Math.sin(radians(2));
  const index = parameter(3) ?? 1;
  const dispersion = parameter(4) ?? 0;
  const ruling = density * order / Math.cos(radians(5));
  const theta = radians(6);
  const sinBeta = ruling * reference - index * sinAlpha;
  const beta = Math.asin(sinBeta);
  const effective = ruling - dispersion * sinAlpha;
  if (!Number.isFinite(beta) || effective === 0) {
    throw new FormatError("the parameters PVi_0 to PVi_6 make no grism");
  }
  const angle = (wave: number) =>
    Math.asin(effective * wave - (index - dispersion * reference) * sinAlpha);
  return {
    of: (wave) => Math.tan(angle(wave) - beta - theta),
    slope(wave) {
      const at = angle(wave);
      return effective / (Math.cos(at) * Math.cos(at - beta - theta) ** 2);
    },
    back: (sampled) =>
      (Math.sin(Math.atan(sampled) + beta + theta) + (index - dispersion * reference) * sinAlpha) /
      effective,
  };
}
