/** One header of each kind of world coordinates: every form that a description can take, by name. */

import { SeededRandom } from "../random.ts";
import { type Cards, PROJECTIONS } from "./wcs_cases.ts";

/** A table or an image that a header refers to, for the program that makes the file. */
export interface Companion {
  readonly name: string;
  readonly version?: number;
  /** Columns of a table of one row, each an array with its shape, axis 1 first. */
  readonly columns?: readonly { name: string; shape: number[]; values: number[] }[];
  /** An image, with the cards of its own. */
  readonly image?: { shape: number[]; values: number[]; cards: Cards };
}

/** A header of a kind, and pixels counted from 0. */
export interface WcsKind {
  readonly name: string;
  /** Keyword and value; a keyword may stand twice. */
  readonly cards: [string, number | string][];
  readonly pixels: number[][];
  readonly key?: string;
  readonly companions?: readonly Companion[];
  /** What WCSLIB is given in place of cards that it does not read as they are meant. */
  readonly peer?: Cards;
}

const RADIAN = Math.PI / 180;
const ZENITHAL = ["TAN", "SIN", "ARC", "STG", "ZEA", "ZPN", "AZP", "SZP", "AIR", "XPH"];
/** Names of longitude and latitude. */
const SYSTEMS = ["RA DEC", "GLON GLAT", "ELON ELAT", "SLON SLAT", "HPLN HPLT", "CRLN CRLT"]
  .map((pair) => pair.split(" ") as [string, string]);

function ctype(name: string, code: string): string {
  return code === ""
    ? name
    : name.padEnd(8 - code.length - 1, "-").padEnd(5, "-").slice(0, 5) + code;
}

const MATRICES = ["CDELT", "CROTA", "PC", "CD", "PC00i00j", "CD without CD1_2"] as const;

/** The linear part in one of its forms, of pixels of a size in degrees. */
function matrix(form: (typeof MATRICES)[number], scale: number, angle: number): Cards {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const cards: Cards = {};
  if (!form.startsWith("CD ") && form !== "CD") {
    Object.assign(cards, { CDELT1: -scale, CDELT2: scale * 1.1 });
  }
  switch (form) {
    case "CDELT":
      return cards;
    case "CROTA":
      return { ...cards, CROTA2: angle / RADIAN };
    case "PC":
      return { ...cards, PC1_1: c, PC1_2: -s, PC2_1: s, PC2_2: c };
    case "PC00i00j":
      return { ...cards, PC001001: c, PC001002: -s, PC002001: s, PC002002: c };
    case "CD":
      return { CD1_1: -scale * c, CD1_2: scale * s, CD2_1: scale * s, CD2_2: scale * c };
    case "CD without CD1_2":
      return { CD1_1: -scale * c, CD2_1: scale * s, CD2_2: scale * c };
  }
}

function near(random: SeededRandom, axes: number, middle = 50, reach = 60): number[][] {
  const pixels = Array.from(
    { length: 8 },
    () => Array.from({ length: axes }, () => middle + (random.next() * 2 - 1) * reach),
  );
  pixels.push(Array.from({ length: axes }, () => middle));
  return pixels;
}

function kind(
  name: string,
  cards: Cards | [string, number | string][],
  pixels: number[][],
  more: Partial<WcsKind> = {},
): WcsKind {
  return { name, cards: Array.isArray(cards) ? cards : Object.entries(cards), pixels, ...more };
}

/** Every projection, with every form of the matrix, straight and oblique. */
function* projections(): Generator<WcsKind> {
  let seed = 1;
  for (const [code, parameters] of Object.entries(PROJECTIONS)) {
    for (const [n, form] of MATRICES.entries()) {
      for (const oblique of [false, true]) {
        const random = new SeededRandom(seed++);
        const [lng, lat] = SYSTEMS[(n + seed) % SYSTEMS.length]!;
        const cards: Cards = {
          ...{ CTYPE1: ctype(lng, code), CTYPE2: ctype(lat, code), CRPIX1: 50.5, CRPIX2: 49.5 },
          ...{ CRVAL1: random.next() * 360, CRVAL2: ZENITHAL.includes(code) ? 35 : 0 },
          ...matrix(form, 0.2, 0.4),
          ...parameters(random),
        };
        if (oblique) {
          // The pole must be one that there is.
          if (ZENITHAL.includes(code)) Object.assign(cards, { CRVAL2: 40, LONPOLE: 150 });
          else if (/^CO/.test(code)) Object.assign(cards, { CRVAL2: 25, PV2_1: 60, LONPOLE: 170 });
          else Object.assign(cards, { CRVAL2: 12, LONPOLE: 60 });
          cards.LATPOLE = 20;
        }
        yield kind(`${code} by ${form}${oblique ? ", oblique" : ""}`, cards, near(random, 2, 49));
      }
    }
  }
}

/** Axes in other orders, in other units, under old names. */
function* axes(): Generator<WcsKind> {
  const base: Cards = {
    ...{ CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CRPIX1: 50, CRPIX2: 50, CRVAL1: 83, CRVAL2: -5 },
    ...{ CDELT1: -0.01, CDELT2: 0.01 },
  };
  const random = new SeededRandom(2000);
  yield kind("latitude first", {
    ...base,
    ...{ CTYPE1: "DEC--TAN", CTYPE2: "RA---TAN", CRVAL1: -5, CRVAL2: 83 },
  }, near(random, 2));
  for (const [lng, lat] of SYSTEMS) {
    yield kind(`${lng} and ${lat}`, {
      ...base,
      ...{ CTYPE1: ctype(lng, "TAN"), CTYPE2: ctype(lat, "TAN") },
    }, near(random, 2));
  }
  for (
    const [lng, lat] of [["HGLN", "HGLT"], ["HELN", "HELT"], ["TLON", "TLAT"], ["CRLN", "CRLT"]]
  ) {
    yield kind(`${lng} and ${lat} by CAR`, {
      ...base,
      ...{ CTYPE1: `${lng}-CAR`, CTYPE2: `${lat}-CAR`, CRVAL2: 0 },
    }, near(random, 2));
  }
  for (
    const [code, more] of [["NCP", { CRVAL2: 50 }], ["GLS", { CRVAL2: 0 }], ["GLS", {
      CRVAL2: 20,
    }]] as const
  ) {
    yield kind(`the old ${code} at ${more.CRVAL2}`, {
      ...base,
      ...{ CTYPE1: `RA---${code}`, CTYPE2: `DEC--${code}`, ...more },
    }, near(random, 2));
  }
  const units: [string, number][] = [
    ...[["deg", 1], ["degree", 1], ["degrees", 1], ["DEG", 1], ["Deg", 1]] as [string, number][],
    ...[["arcmin", 60], ["arcsec", 3600], ["ARCSEC", 3600], ["mas", 3.6e6]] as [string, number][],
    ...[["rad", RADIAN], ["mrad", 1e3 * RADIAN], ["10**3.arcsec", 3.6], ["", 1]] as [
      string,
      number,
    ][],
    ...[["uas", 3.6e9], ["marcsec", 3.6e6], ["arcmins", 60], ["arcsecs", 3600]] as [
      string,
      number,
    ][],
  ];
  for (const [unit, ratio] of units) {
    const cards: Cards = { ...base, CUNIT1: unit, CUNIT2: unit };
    for (const keyword of ["CRVAL1", "CRVAL2", "CDELT1", "CDELT2"]) {
      cards[keyword] = Number(base[keyword]) * ratio;
    }
    const peer: Cards = /^(uas|marcsec)$/.test(unit) ? { CUNIT1: "mas", CUNIT2: "mas" } : {};
    if (unit === "uas") {
      for (const keyword of ["CRVAL1", "CRVAL2", "CDELT1", "CDELT2"]) {
        peer[keyword] = Number(cards[keyword]) / 1e3;
      }
    }
    yield kind(`angles in '${unit}'`, cards, near(random, 2), { peer });
  }
  yield kind("one axis in degrees, one in seconds of arc", {
    ...base,
    ...{ CUNIT2: "arcsec", CRVAL2: -18000, CDELT2: 36 },
  }, near(random, 2));
  yield kind("a cube whose sky is axes 1 and 3", {
    ...{
      WCSAXES: 3,
      CTYPE1: "RA---SIN",
      CTYPE2: "FREQ",
      CTYPE3: "DEC--SIN",
      CRVAL1: 10,
      CRVAL2: 1.4e9,
    },
    ...{ CRVAL3: 41, CDELT1: -0.01, CDELT2: 1e6, CDELT3: 0.01, CRPIX1: 50, CRPIX2: 50, CRPIX3: 50 },
  }, near(random, 3));
  yield kind("a cube whose axes are mixed by the matrix", {
    ...{
      WCSAXES: 3,
      CTYPE1: "RA---ZEA",
      CTYPE2: "DEC--ZEA",
      CTYPE3: "VELO",
      CUNIT3: "km/s",
      CRVAL1: 10,
    },
    ...{ CRVAL2: 41, CRVAL3: 100, CDELT1: -0.01, CDELT2: 0.01, CDELT3: 5, CRPIX1: 50, CRPIX2: 50 },
    ...{ CRPIX3: 50, PC1_3: 0.1, PC3_1: 0.2, PC2_3: -0.1 },
  }, near(random, 3));
  yield kind("five axes", {
    ...{ WCSAXES: 5, CTYPE1: "GLON-CAR", CTYPE2: "GLAT-CAR", CTYPE3: "VRAD", CTYPE4: "STOKES" },
    ...{ CTYPE5: "BEAM", CRVAL1: 10, CRVAL2: 0, CRVAL3: 1e3, CRVAL4: 1, CRVAL5: 3, CDELT1: -0.1 },
    ...{ CDELT2: 0.1, CDELT3: 500, CDELT4: 1, CDELT5: 2, CUNIT3: "m/s", RESTFRQ: 1.4e9 },
  }, near(random, 5));
  for (
    const [name, more, peer] of [
      ["the pole by PV1_3 and PV1_4", { PV1_3: 120, PV1_4: 30 }],
      ["the fiducial point by PV1_1 and PV1_2", { PV1_0: 0, PV1_1: 10, PV1_2: 80 }],
      ["the fiducial point with its offset", { PV1_0: 1, PV1_1: 10, PV1_2: 80 }],
      ["LONPOLE over PV1_3", { PV1_3: 120, LONPOLE: 60 }],
      ["LONPOLE of 999", { LONPOLE: 999 }],
      ["LATPOLE of 999", { LATPOLE: 999, CTYPE1: "RA---CAR", CTYPE2: "DEC--CAR" }],
      ["a reference on the pole", { CRVAL2: 90 }],
      ["a reference on the south pole", { CRVAL2: -90, LONPOLE: 0 }],
      ["a longitude beyond 360", { CRVAL1: 725 }],
      ["a negative longitude", { CRVAL1: -100 }],
      ["both CDELT and CD", { CD1_1: -0.02, CD2_2: 0.02 }],
      ["CROTA1 and CROTA2", { CROTA1: 20, CROTA2: 20 }],
      ["CROTA1 alone", { CROTA1: 20 }, { CROTA2: 20 }],
      ["PC with zeros in its diagonal", { PC1_1: 0, PC1_2: 1, PC2_1: -1, PC2_2: 0 }],
      ["both PC and CROTA", { PC1_1: 0.9, PC2_2: 0.9, CROTA2: 20 }],
      ["WCSAXES above the axes described", { WCSAXES: 3 }],
      ["only one axis of the sky", { CTYPE2: "LINEAR" }],
      ["no CTYPE at all", { CTYPE1: "", CTYPE2: "" }],
      [
        "lower case",
        { CTYPE1: "ra---tan", CTYPE2: "dec--tan" },
        { CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN" },
      ],
      ["CRPIX missing", { CRPIX1: 0, CRPIX2: 0 }],
      ["different projections", { CTYPE2: "DEC--SIN" }],
      ["an unknown projection", { CTYPE1: "RA---XYZ", CTYPE2: "DEC--XYZ" }],
      ["DEG as CTYPE", { CTYPE1: "RA", CTYPE2: "DEC" }],
    ] as [string, Cards, Cards?][]
  ) {
    const pixels = near(random, more.WCSAXES === 3 ? 3 : 2);
    yield kind(name, { ...base, ...more }, pixels, peer === undefined ? {} : { peer });
  }
  for (const key of "ABCMZ") {
    const cards: Cards = { ...base };
    for (const [keyword, value] of Object.entries({ ...base, CRVAL1: 20, LONPOLE: 140 })) {
      cards[keyword + key] = value;
    }
    yield kind(`alternate ${key}`, cards, near(random, 2), { key });
  }
}

/** Spectral types: their step in SI units, the basic variable, and other units. */
const SPECTRA: readonly [string, number, number, string, [string, number][]][] = [
  ["FREQ", 5e14, 1e10, "F", [["GHz", 1e-9], ["kHz", 1e-3], ["s-1", 1], ["MHZ", 1e-6], ["hz", 1]]],
  ["AFRQ", 3e15, 1e11, "F", [["rad/s", 1]]],
  ["ENER", 3.3e-19, 1e-23, "F", [["eV", 1 / 1.602176634e-19], ["J", 1], ["erg", 1e7]]],
  ["WAVN", 1.7e6, 100, "F", [["cm-1", 1e-2], ["1/m", 1]]],
  ["VRAD", 1e6, 1e3, "F", [["km/s", 1e-3], ["km s-1", 1e-3], ["km.s**-1", 1e-3]]],
  ["WAVE", 6e-7, 1e-11, "W", [["nm", 1e9], ["Angstrom", 1e10], ["um", 1e6], ["angstrom", 1e10]]],
  ["VOPT", 1e6, 1e3, "W", [["km/s", 1e-3]]],
  ["ZOPT", 0.1, 1e-5, "W", []],
  ["AWAV", 6e-7, 1e-11, "A", [["Angstroms", 1e10]]],
  ["VELO", 1e6, 1e3, "V", [["km/sec", 1e-3], ["KM/sec", 1e-3]]],
  ["BETA", 0.1, 1e-5, "V", []],
];

/** Spectral axes: every type by every algorithm, in every unit, by the names of AIPS. */
function* spectra(): Generator<WcsKind> {
  const random = new SeededRandom(3000);
  for (const [type, value, step, basic, units] of SPECTRA) {
    const codes = [
      "",
      "-LOG",
      ...["F", "W", "A", "V"].filter((one) => one !== basic).map((one) => `-${one}2${basic}`),
    ];
    codes.push("-GRI", "-GRA");
    for (const code of codes) {
      const cards: Cards = {
        ...{ CTYPE1: type + code, CRPIX1: 50, CRVAL1: value, CDELT1: step, RESTFRQ: 5.1e14 },
      };
      if (code.startsWith("-GR")) {
        Object.assign(cards, {
          PV1_0: 6e5,
          PV1_1: 1,
          PV1_2: 12,
          PV1_3: 1.5,
          PV1_4: -5e3,
          PV1_5: 2,
          PV1_6: 1,
        });
      }
      yield kind(`${type}${code}`, cards, near(random, 1));
    }
    for (const [unit, ratio] of units) {
      yield kind(
        `${type} in '${unit}'`,
        {
          ...{
            CTYPE1: type,
            CUNIT1: unit,
            CRPIX1: 50,
            CRVAL1: value * ratio,
            CDELT1: step * ratio,
          },
          RESTWAV: 5.9e-7,
        },
        near(random, 1),
        {
          peer: unit === "eV" ? { CUNIT1: "J", CRVAL1: value, CDELT1: step } : {},
        },
      );
    }
  }
  for (const code of ["VELO-F2V", "VRAD", "ZOPT-F2W", "BETA-F2V", "VOPT-F2W"]) {
    const small = /^[ZB]/.test(code);
    yield kind(`${code} by RESTWAV`, {
      ...{ CTYPE1: code, CRPIX1: 50, CRVAL1: small ? 0.1 : 1e6, CDELT1: small ? 1e-4 : 1e3 },
      RESTWAV: 0.2110611405413,
    }, near(random, 1));
  }
  for (
    const type of [
      "FREQ-LSR",
      "FREQ-HEL",
      "FREQ-OBS",
      "VELO-LSR",
      "VELO-HEL",
      "VELO-OBS",
      "FELO-LSR",
      "FELO-HEL",
      "FELO-OBS",
      "FELO",
    ]
  ) {
    for (const velref of [0, 1, 2, 257, 258]) {
      const velocity = !type.startsWith("FREQ");
      const cards: Cards = {
        ...{
          CTYPE1: "RA---SIN",
          CTYPE2: "DEC--SIN",
          CTYPE3: type,
          CRVAL1: 10,
          CRVAL2: 41,
          CDELT1: -0.01,
        },
        ...{ CDELT2: 0.01, CRPIX1: 50, CRPIX2: 50, CRPIX3: 50, RESTFREQ: 1.42040575e9 },
        ...{ CRVAL3: velocity ? 1e6 : 1.4e9, CDELT3: velocity ? 5e3 : 1e5 },
      };
      if (velref > 0) cards.VELREF = velref;
      yield kind(`${type} of AIPS with VELREF ${velref}`, cards, near(random, 3));
    }
  }
  for (
    const name of [
      "LINEAR",
      "STOKES",
      "COMPLEX",
      "CUBEFACE",
      "TIME",
      "UTC",
      "TAI",
      "TT",
      "PIXEL",
      "GRATING",
      "PHASE",
      "DETECTOR",
    ]
  ) {
    for (const unit of ["", "s", "d", "keV", "km"]) {
      yield kind(`${name} in '${unit}'`, {
        ...{ CTYPE1: name, CUNIT1: unit, CRPIX1: 50, CRVAL1: 1, CDELT1: 0.5 },
      }, near(random, 1));
    }
  }
}

/** The text of a surface as IRAF writes it. */
function surface(form: number, cross: number, terms: number[]): string {
  return [form, 3, 3, cross, -0.6, 0.6, -0.6, 0.6, ...terms].map((value) => value.toString()).join(
    " ",
  );
}

function watCards(code: string, lngcor: string, latcor: string, more: string): Cards {
  const cards: Cards = {};
  const texts = [
    `wtype=${code.toLowerCase()} axtype=ra ${more} lngcor = "${lngcor} "`,
    `wtype=${code.toLowerCase()} axtype=dec ${more} latcor = "${latcor} "`,
  ];
  for (const [i, text] of texts.entries()) {
    for (let card = 0; card * 68 < text.length; card++) {
      cards[`WAT${i + 1}_${String(card + 1).padStart(3, "0")}`] = text.slice(
        card * 68,
        card * 68 + 68,
      );
    }
  }
  return cards;
}

/** Distortions: SIP, TPV, the TAN of SCAMP, TNX, ZPX, templates, tables. */
function* distortions(): Generator<WcsKind> {
  const random = new SeededRandom(4000);
  const of = (code: string): Cards => ({
    ...{
      CTYPE1: `RA---${code}`,
      CTYPE2: `DEC--${code}`,
      CRPIX1: 50,
      CRPIX2: 50,
      CRVAL1: 83,
      CRVAL2: -5,
    },
    ...matrix("CD", 0.01, 0.3),
  });
  for (let order = 2; order <= 9; order++) {
    for (const code of ["TAN", "SIN", "ZEA", "STG"]) {
      const cards: Cards = { ...of(code), CTYPE1: `RA---${code}-SIP`, CTYPE2: `DEC--${code}-SIP` };
      for (const name of ["A", "B"]) {
        cards[`${name}_ORDER`] = order;
        for (let p = 0; p <= order; p++) {
          for (let q = 0; p + q <= order; q++) {
            if (p + q >= 2) {
              cards[`${name}_${p}_${q}`] = (random.next() - 0.5) * 0.1 * 100 ** (1 - p - q);
            }
          }
        }
      }
      yield kind(`SIP of order ${order} on ${code}`, cards, near(random, 2));
    }
  }
  for (const code of ["TPV", "TAN"]) {
    for (let last = 3; last < 40; last += 3) {
      const cards = of(code);
      for (const axis of [1, 2]) {
        for (let m = 0; m <= last; m++) {
          const degree = [1, 4, 7, 12, 17, 24, 31, 40].findIndex((end) => m < end);
          cards[`PV${axis}_${m}`] = m === 1
            ? 1.001
            : (random.next() - 0.5) * 1e-3 * 0.7 ** (1 - degree);
        }
      }
      yield kind(`${code} with PVi_0 to PVi_${last}`, cards, near(random, 2), {
        peer: { CTYPE1: "RA---TPV", CTYPE2: "DEC--TPV" },
      });
    }
  }
  for (const code of ["TNX", "ZPX"]) {
    for (const form of [1, 2, 3]) {
      for (const cross of [0, 1, 2]) {
        const count = [5, 9, 6][cross]!;
        const terms = () =>
          Array.from({ length: count }, () => Number(((random.next() - 0.5) * 1e-3).toFixed(9)));
        const more = code === "ZPX" ? "projp0=0. projp1=1. projp2=0. projp3=0.3" : "";
        yield kind(
          `${code} with form ${form} and cross terms ${cross}`,
          {
            ...of(code),
            ...watCards(code, surface(form, cross, terms()), surface(form, cross, terms()), more),
          },
          near(random, 2),
        );
      }
    }
  }
}

/** Axes and corrections whose numbers stand in other HDUs. */
function* tables(): Generator<WcsKind> {
  const random = new SeededRandom(5000);
  const rising = (length: number, first: number, step: number) =>
    Array.from({ length }, (_, i) => first + step * (i + 0.4 * random.next()));
  for (
    const [type, unit] of [["WAVE", "m"], ["FREQ", "Hz"], ["TIME", "s"], ["LINEAR", ""], [
      "WAVE",
      "nm",
    ], ["VELO", "km/s"]] as const
  ) {
    for (const index of [false, true]) {
      for (const falling of [false, true]) {
        const values = rising(120, 400, 2);
        if (falling) values.reverse();
        const columns = [{ name: "coords", shape: [1, 120], values }];
        if (index) columns.push({ name: "index", shape: [120], values: rising(120, -10, 1.2) });
        const cards: Cards = {
          ...{ CTYPE1: `${type}-TAB`, CUNIT1: unit, CRPIX1: 1, CRVAL1: 1, CDELT1: 1 },
          ...{ PS1_0: "TABLE", PS1_1: "coords", PV1_1: 1, PV1_2: 1, PV1_3: 1 },
        };
        if (index) cards.PS1_2 = "index";
        yield kind(
          `${type}-TAB in '${unit}'${index ? " with an index" : ""}${falling ? ", falling" : ""}`,
          cards,
          near(random, 1),
          { companions: [{ name: "TABLE", columns }] },
        );
      }
    }
  }
  for (const index of [false, true]) {
    const shape = [2, 30, 20];
    const values: number[] = [];
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < 30; x++) {
        values.push(
          80 + 0.1 * x + 0.01 * y + 0.002 * random.next(),
          -10 + 0.1 * y - 0.02 * x + 0.002 * random.next(),
        );
      }
    }
    const columns = [{ name: "coords", shape, values }];
    if (index) {
      columns.push({ name: "xi", shape: [30], values: rising(30, 0, 4) });
      columns.push({ name: "yi", shape: [20], values: rising(20, 0, 6) });
    }
    const cards: Cards = {
      ...{
        CTYPE1: "RA---TAB",
        CTYPE2: "DEC--TAB",
        CUNIT1: "deg",
        CUNIT2: "deg",
        CRPIX1: 1,
        CRPIX2: 1,
      },
      ...{ CRVAL1: 1, CRVAL2: 1, CDELT1: index ? 1 : 0.25, CDELT2: index ? 1 : 0.17 },
      ...{ PS1_0: "TABLE", PS1_1: "coords", PV1_3: 1, PS2_0: "TABLE", PS2_1: "coords", PV2_3: 2 },
    };
    if (index) Object.assign(cards, { PS1_2: "xi", PS2_2: "yi" });
    yield kind(`a table of the sky${index ? " with indexes" : ""}`, cards, near(random, 2), {
      companions: [{ name: "TABLE", columns }],
    });
  }
  for (
    const [names, letters] of [[["CPDIS"], ["DP"]], [["D2IMDIS"], ["D2IM"]], [
      ["CPDIS", "D2IMDIS"],
      ["DP", "D2IM"],
    ]] as const
  ) {
    const cards: [string, number | string][] = Object.entries({
      ...{ CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CRPIX1: 50, CRPIX2: 50, CRVAL1: 83, CRVAL2: -5 },
      ...matrix("CD", 0.01, 0.3),
    });
    const companions: Companion[] = [];
    for (const [i, name] of names.entries()) {
      for (const axis of [1, 2]) {
        const version = companions.length + 1;
        const extname = name === "CPDIS" ? "WCSDVARR" : "D2IMARR";
        cards.push([`${name}${axis}`, "LOOKUP"]);
        cards.push([`${letters[i]}${axis}`, `EXTVER: ${version}`], [
          `${letters[i]}${axis}`,
          "NAXES: 2",
        ]);
        cards.push([`${letters[i]}${axis}`, "AXIS.1: 1"], [`${letters[i]}${axis}`, "AXIS.2: 2"]);
        companions.push({
          name: extname,
          version,
          image: {
            shape: [12, 10],
            values: Array.from({ length: 120 }, () => Math.fround(random.next() - 0.5)),
            cards: { CRPIX1: 1, CRPIX2: 1, CRVAL1: 1, CRVAL2: 1, CDELT1: 10, CDELT2: 12 },
          },
        });
      }
    }
    yield kind(`lookup tables of ${names.join(" and ")}`, cards, near(random, 2, 50, 40), {
      companions,
    });
  }
}

/** Every kind, each once. */
export function wcsKinds(): WcsKind[] {
  return [...projections(), ...axes(), ...spectra(), ...distortions(), ...tables()];
}
