/** Headers with world coordinates, by seeded chance, over everything that is read. */

import type { SeededRandom } from "../random.ts";

/** Keywords with their values. */
export type Cards = Record<string, number | string>;

/** A header and pixels of it, counted from 0. */
export interface WcsCase {
  readonly cards: Cards;
  /** The letter of an alternate description. */
  readonly key?: string;
  readonly pixels: number[][];
}

const RADIAN = Math.PI / 180;

const CONE = (r: SeededRandom): Cards => ({
  PV2_1: r.pick([45, -30, 60]),
  PV2_2: r.pick([0, 15, 25]),
});

/** The parameters of each projection. */
export const PROJECTIONS: Record<string, (random: SeededRandom) => Cards> = {
  TAN: () => ({}),
  SIN: (r) => r.next() < 0.5 ? {} : { PV2_1: r.next() - 0.5, PV2_2: r.next() - 0.5 },
  ARC: () => ({}),
  STG: () => ({}),
  ZEA: () => ({}),
  ZPN: (r) => ({
    PV2_1: 1,
    PV2_2: r.next() * 0.1 - 0.05,
    PV2_3: 0.2 * r.next() - 0.1,
    PV2_5: -0.02,
  }),
  AZP: (r) => ({ PV2_1: r.pick([0, 0.5, 2, -0.3, 1.5]), PV2_2: r.pick([0, 20, -30]) }),
  CAR: () => ({}),
  CEA: (r) => r.next() < 0.5 ? {} : { PV2_1: 0.2 + 0.8 * r.next() },
  MER: () => ({}),
  AIT: () => ({}),
  SFL: () => ({}),
  SZP: (r) => ({
    PV2_1: r.pick([0, 2, 0.5, -0.4, 3]),
    PV2_2: r.next() * 360 - 180,
    PV2_3: r.pick([90, 60, 45, 20]),
  }),
  AIR: (r) => r.next() < 0.5 ? {} : { PV2_1: r.next() * 150 - 60 },
  CYP: (r) => r.next() < 0.5 ? {} : { PV2_1: r.next() * 3, PV2_2: 0.3 + 1.7 * r.next() },
  COP: CONE,
  COE: CONE,
  COD: CONE,
  COO: CONE,
  PAR: () => ({}),
  MOL: () => ({}),
  BON: (r) => ({ PV2_1: r.pick([0, 45, -30, 80]) }),
  PCO: () => ({}),
  TSC: () => ({}),
  CSC: () => ({}),
  QSC: () => ({}),
  HPX: (r) => r.next() < 0.5 ? {} : { PV2_1: r.integer(3, 6), PV2_2: r.integer(1, 4) },
  XPH: () => ({}),
};

const ZENITHAL = ["TAN", "TPV", "SIN", "ARC", "STG", "ZEA", "ZPN", "AZP", "SZP", "AIR", "XPH"];

const SYSTEMS = [["RA--", "DEC-"], ["GLON", "GLAT"], ["HPLN", "HPLT"], ["CRLN", "CRLT"]] as const;

/** A header with a seeded choice of reference, matrix, unit, pole and size of the pixels. */
export function randomCase(code: string, random: SeededRandom): WcsCase {
  const [lng, lat] = random.pick(SYSTEMS);
  const zenithal = ZENITHAL.includes(code);
  const cdelt = zenithal ? 10 ** (random.next() * 4 - 4) : 10 ** (random.next() * 2 - 2);
  const cards: Cards = {
    WCSAXES: 2,
    CTYPE1: `${lng}-${code}`,
    CTYPE2: `${lat}-${code}`,
    CRPIX1: random.next() * 200 - 50,
    CRPIX2: random.next() * 200 - 50,
    CRVAL1: random.pick([0, random.next() * 360, random.next() * 360 - 180]),
    // A cylinder's reference point off the equator needs a pole that can be had.
    CRVAL2: zenithal
      ? random.pick([0, 90, -90, 45, random.next() * 180 - 90, random.next() * 180 - 90])
      : random.pick([0, 0, random.next() * 180 - 90]),
    ...PROJECTIONS[code]?.(random),
  };
  const scale = [random.pick([-1, 1]) * cdelt, cdelt * (1 + random.next())] as const;
  const form = random.integer(0, 3);
  const angle = (random.next() * 720 - 360) * RADIAN;
  const matrix = [
    [Math.cos(angle), -Math.sin(angle) * 1.1],
    [Math.sin(angle), Math.cos(angle) * 0.9],
  ];
  if (form === 3) {
    matrix.forEach((row, i) => row.forEach((v, j) => cards[`CD${i + 1}_${j + 1}`] = v * scale[i]!));
  } else {
    cards.CDELT1 = scale[0];
    cards.CDELT2 = scale[1];
    if (form === 1) cards.CROTA2 = random.next() * 360 - 180;
    if (form === 2) {
      matrix.forEach((row, i) => row.forEach((v, j) => cards[`PC${i + 1}_${j + 1}`] = v));
    }
  }
  if (random.next() < 0.3) useArcseconds(cards);
  if (random.next() < 0.3) cards.LONPOLE = random.pick([0, 180, 90, random.next() * 360 - 180]);
  // 0 would leave two solutions equally near, and rounding would choose.
  if (random.next() < 0.3) cards.LATPOLE = random.pick([1, 90, -90, random.next() * 180 - 90]);
  const reach = Math.min(1000, (zenithal ? 100 : 200) / cdelt);
  const pixels = Array.from({ length: 12 }, () => [
    Number(cards.CRPIX1) + (random.next() * 2 - 1) * reach,
    Number(cards.CRPIX2) + (random.next() * 2 - 1) * reach * random.next(),
  ]);
  // The reference pixel itself, but for the point of XPH in which WCSLIB finds no longitude.
  const beside = code === "XPH" ? 0.25 : 0;
  pixels.push([Number(cards.CRPIX1) - 1 + beside, Number(cards.CRPIX2) - 1]);
  return { cards, pixels };
}

function useArcseconds(cards: Cards): void {
  for (const key of Object.keys(cards)) {
    if (/^(CRVAL|CDELT|CD\d_)/.test(key)) cards[key] = Number(cards[key]) * 3600;
  }
  cards.CUNIT1 = cards.CUNIT2 = "arcsec";
}

/** Spectral types with a reference value and a step in SI units, and their basic variable. */
const SPECTRAL: readonly [type: string, basic: string, value: number, step: number][] = [
  ["FREQ", "F", 5e14, 1e10],
  ["AFRQ", "F", 3e15, 1e11],
  ["ENER", "F", 3.3e-19, 1e-23],
  ["WAVN", "F", 1.7e6, 100],
  ["VRAD", "F", 1e6, 1e3],
  ["WAVE", "W", 6e-7, 1e-11],
  ["VOPT", "W", 1e6, 1e3],
  ["ZOPT", "W", 0.1, 1e-5],
  ["AWAV", "A", 6e-7, 1e-11],
  ["VELO", "V", 1e6, 1e3],
  ["BETA", "V", 0.1, 1e-5],
];

/** A spectral axis, by any algorithm. */
export function randomSpectral(random: SeededRandom): WcsCase {
  const [type, basic, value, step] = random.pick(SPECTRAL);
  const sampled = random.pick(["F", "W", "A", "V"].filter((letter) => letter !== basic));
  const code = random.pick([
    "",
    "-LOG",
    `-${sampled}2${basic}`,
    `-${sampled}2${basic}`,
    "-GRI",
    "-GRA",
  ]);
  const cards: Cards = {
    WCSAXES: 1,
    CTYPE1: type + code,
    CRPIX1: random.next() * 100,
    CRVAL1: value * (1 + 0.1 * random.next()),
    CDELT1: step * (random.next() - 0.5),
    RESTFRQ: 5.1e14,
  };
  if (code.startsWith("-GR")) {
    Object.assign(cards, {
      ...{ PV1_0: 6e5, PV1_1: random.pick([1, 2]), PV1_2: random.next() * 20 },
      ...{ PV1_3: 1.5, PV1_4: -1e4 * random.next(), PV1_5: random.next() * 5 },
      PV1_6: random.next() * 6 - 3,
    });
  }
  return { cards, pixels: [[0], [random.next() * 300], [500]] };
}

/** A header of a number: every projection in turn, and a spectral axis every fifth time. */
export function numberedCase(random: SeededRandom, number: number): WcsCase {
  if (number % 5 === 4) return randomSpectral(random);
  const codes = Object.keys(PROJECTIONS);
  return randomCase(codes[number % codes.length]!, random);
}
