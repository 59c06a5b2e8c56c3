import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { movedHeader } from "../../../fits/cutout/moved_header.ts";
import { cutAxes } from "../../../fits/cutout/ranges.ts";
import { Card, Header } from "../../../fits/header/mod.ts";
import { readWcs } from "../../../fits/mod.ts";
import { FormatError } from "../../../net/errors.ts";

type Values = Record<string, number | string>;

const headerOf = (values: Values) =>
  new Header(Object.entries(values).map(([keyword, value]) => Card.of(keyword, value)));

const SKY: Values = {
  ...{ NAXIS: 2, NAXIS1: 100, NAXIS2: 80, CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN" },
  ...{ CRVAL1: 150, CRVAL2: 30, CRPIX1: 50.5, CRPIX2: 40.25 },
};

/** Descriptions whose points must stay where they are, whatever the section and its steps. */
const DESCRIPTIONS: Record<string, Values> = {
  cdelt: { ...SKY, CDELT1: -0.01, CDELT2: 0.01 },
  "no CRPIX": { CTYPE1: "X", CTYPE2: "Y", CRVAL1: 5, CDELT1: 2, CRVAL2: 1, CDELT2: 3 },
  "no CDELT": { CTYPE1: "X", CTYPE2: "Y", CRVAL1: 5, CRPIX2: 7 },
  pc: { ...SKY, CDELT1: -0.01, CDELT2: 0.02, PC1_1: 0.8, PC1_2: 0.6, PC2_1: -0.6, PC2_2: 0.8 },
  "part of pc": { ...SKY, CDELT1: -0.01, CDELT2: 0.02, PC1_2: 0.1 },
  "old pc": { ...SKY, CDELT1: -0.01, CDELT2: 0.02, PC001002: 0.1, PC002001: -0.1 },
  cd: { ...SKY, CD1_1: -0.008, CD1_2: 0.006, CD2_1: 0.006, CD2_2: 0.008 },
  "part of cd": { ...SKY, CD1_1: -0.008, CD2_2: 0.008 },
  sip: {
    ...{ ...SKY, CTYPE1: "RA---TAN-SIP", CTYPE2: "DEC--TAN-SIP" },
    ...{ CD1_1: -0.01, CD1_2: 0, CD2_1: 0, CD2_2: 0.01, A_ORDER: 3, B_ORDER: 2 },
    ...{
      A_2_0: 1e-4,
      A_1_1: -2e-4,
      A_0_2: 3e-5,
      A_3_0: 1e-6,
      B_2_0: -1e-4,
      B_1_1: 4e-5,
      B_0_2: 2e-4,
    },
  },
  tpv: {
    ...{ ...SKY, CTYPE1: "RA---TPV", CTYPE2: "DEC--TPV" },
    ...{
      CD1_1: -0.01,
      CD2_2: 0.01,
      PV1_0: 0.01,
      PV1_1: 1.01,
      PV1_4: 0.05,
      PV2_1: 0.99,
      PV2_6: 0.02,
    },
  },
  spectrum: {
    ...{ CTYPE1: "FREQ", CTYPE2: "STOKES", CRVAL1: 1.4e9, CDELT1: 1e6, CRPIX1: 20, CRVAL2: 1 },
    ...{ CDELT2: 1, CRPIX2: 1 },
  },
  plate: {
    ...{ PLTRAH: 14, PLTRAM: 20, PLTRAS: 30, PLTDECSN: "-", PLTDECD: 60, PLTDECM: 10, PLTDECS: 5 },
    ...{ XPIXELSZ: 25.28, YPIXELSZ: 25.28, PPO3: 177500, PPO6: 177500, CNPIX1: 1200, CNPIX2: 3400 },
    ...{ AMDX1: 67.2, AMDX2: 0.1, AMDX3: -200, AMDX13: 1e-6, AMDY1: 67.2, AMDY3: 100 },
  },
};

/** Records of template polynomials, as texts and with keywords of their own. */
function polynomialHeaders(): [string, Header][] {
  const fields = (record: string, values: Values) =>
    Object.entries(values).map(([name, value]) => Card.of(record, `${name}: ${value}`));
  const keywords = (record: string, values: Values) =>
    Object.entries(values).map(([name, value]) =>
      Card.of(`${record}.${name}`, value, "", { hierarch: true })
    );
  const sky = { ...SKY, CDELT1: -0.01, CDELT2: 0.02, PC1_2: 0.1 };
  const cd = { ...SKY, CD1_1: -0.01, CD2_2: 0.01 };
  const forward = { "TPD.FWD.0": 0.5, "TPD.FWD.1": 0.2, "TPD.FWD.5": "1.5D-2" };
  const numbers = { "TPD.FWD.0": 0.5, "TPD.FWD.1": 1.2, "TPD.FWD.5": 0.015 };
  const general = {
    ...{ NTERMS: 2, "TERM.1.COEFF": 0.003, "TERM.1.VAR.1": 2, "TERM.1.VAR.2": 1 },
    ...{ "TERM.2.COEFF": 0.2, "TERM.2.VAR.2": 1, "TERM.2.AUX.1": 1 },
    ...{ NAUX: 1, "AUX.1.COEFF.0": 1, "AUX.1.COEFF.1": 0.5, "AUX.1.POWER.0": 0.5, "OFFSET.2": -9 },
  };
  const axes = { NAXES: 2, "AXIS.1": 2, "AXIS.2": 1 };
  const offsets = { "OFFSET.1": 7, "SCALE.1": 0.1, "OFFSET.2": 12.5 };
  const made = (values: Values, ...cards: Card[]) => headerOf(values).appendAll(cards);
  return [
    ["CPDIS", made({ ...sky, CPDIS1: "TPD" }, ...fields("DP1", { ...forward, ...offsets }))],
    [
      "CPDIS, axes turned",
      made({ ...sky, CPDIS2: "tpd" }, ...fields("DP2", { ...forward, ...axes, ...offsets })),
    ],
    [
      "CPDIS, no correction",
      made({ ...sky, CPDIS1: "TPD" }, ...keywords("DP1", { ...numbers, DOCORR: 0 })),
    ],
    [
      "CPDIS of one axis",
      made({ ...cd, CPDIS2: "TPD" }, ...fields("DP2", { ...forward, NAXES: 1, "AXIS.1": 2 })),
    ],
    ["CQDIS", made({ ...sky, CQDIS1: "TPD" }, ...fields("DQ1", { ...forward, ...offsets }))],
    [
      "CQDIS, no correction",
      made({ ...sky, CQDIS1: "TPD" }, ...fields("DQ1", { ...forward, "TPD.FWD.1": 1, DOCORR: 0 })),
    ],
    [
      "general CPDIS",
      made({ ...sky, CPDIS1: "Polynomial" }, ...fields("DP1", { ...general, "SCALE.1": 0.1 })),
    ],
    [
      "general CPDIS, no correction",
      made(
        { ...sky, CPDIS2: "POLYNOMIAL" },
        ...keywords("DP2", { ...general, ...axes, DOCORR: 0 }),
      ),
    ],
    [
      "general CQDIS, no correction",
      made({ ...sky, CQDIS1: "Polynomial" }, ...fields("DQ1", { ...general, DOCORR: 0 })),
    ],
    ["CQDIS behind CD", made({ ...cd, CQDIS1: "TPD" }, ...fields("DQ1", forward))],
  ];
}

Deno.test("movedHeader() keeps the coordinates of every pixel", () => {
  const headers = Object.entries(DESCRIPTIONS).map(([name, values]) =>
    [name, headerOf(values)] as const
  );
  for (const [name, header] of [...headers, ...polynomialHeaders()]) {
    const whole = readWcs(header)!;
    const turned = name === "plate" ? [] : ["-*,*", "3:9,-*:3", "-*:2,-*:7"];
    const sections = ["11:60,21:70", "-5:60,3:9", "11:60:3,21:70:3", "2:90:2,1:80:5"];
    for (const section of [...sections, ...turned]) {
      const axes = cutAxes(section, [100, 80], "an image");
      const moved = readWcs(movedHeader(header, axes).header)!;
      for (const [x, y] of [[0, 0], [3, 1], [10.5, 2.25]] as const) {
        const expected = whole.pixelToWorld([
          axes[0]!.first - 1 + x * axes[0]!.step,
          axes[1]!.first - 1 + y * axes[1]!.step,
        ]);
        const found = moved.pixelToWorld([x, y]);
        for (const i of expected.keys()) {
          const close = 1e-11 * Math.max(1, Math.abs(expected[i]!));
          assertAlmostEquals(found[i]!, expected[i]!, close, `${name} ${section}`);
        }
      }
    }
  }
});

Deno.test("movedHeader() moves every description and IRAF's physical coordinates", () => {
  const header = headerOf({
    ...{ CTYPE1: "X", CRPIX1: 10, CTYPE1A: "Y", CRPIX1A: 20.5, CRVAL2B: 1, CRPIX1P: 1 },
    ...{ LTV1: 5, LTM1_1: 0.5, DATASEC: "[1:100,1:80]", OBJECT: "Sun" },
  });
  const { header: moved, notes } = movedHeader(header, cutAxes("11:20,3:12:2", [100, 80], ""));
  assertEquals(Object.fromEntries(moved.cards.map(({ keyword, value }) => [keyword, value])), {
    ...{ CTYPE1: "X", CRPIX1: 0, CTYPE1A: "Y", CRPIX1A: 10.5, CRVAL2B: 1, CRPIX1P: -9 },
    ...{ LTV1: -5, LTM1_1: 0.5, DATASEC: "[1:100,1:80]", OBJECT: "Sun" },
    ...{ CRPIX2: -0.5, CRPIX2A: -0.5, CRPIX1B: -10, CRPIX2B: -0.5, CRPIX2P: -0.5 },
    ...{ CDELT2: 2, CDELT2A: 2, CDELT2B: 2, CDELT2P: 2, LTV2: -0.5, LTM2_2: 0.5 },
  });
  assertEquals(notes, ["DATASEC still count the pixels of the whole image"]);
  // The header of the image stays as it is.
  assertEquals(header.get("CRPIX1"), 10);
});

Deno.test("movedHeader() leaves a header without coordinates without them, and a whole image alone", () => {
  const plain = headerOf({ OBJECT: "Sun" });
  const { header } = movedHeader(plain, cutAxes("2:3", [9, 9], ""));
  assertEquals(header.cards.map(({ keyword }) => keyword), ["OBJECT", "LTV1"]);
  const sky = headerOf(SKY);
  const whole = movedHeader(sky, cutAxes("*", [100, 80], "")).header;
  assertEquals(whole.toBytes(), sky.toBytes());
});

Deno.test("movedHeader() refuses different steps where CROTAi turns, and says what it cannot move", () => {
  const turned = headerOf({ ...SKY, CDELT1: 1, CDELT2: 1, CROTA2: 30 });
  assertThrows(
    () => movedHeader(turned, cutAxes("1:9:2", [100, 80], "")),
    FormatError,
    "Cannot cut with different steps an image that CROTAi turns: take the same step for every axis",
  );
  movedHeader(turned, cutAxes("1:9:2,1:9:2", [100, 80], ""));
  const odd = headerOf({ ...SKY, CRPIX1: "middle" });
  const { header, notes } = movedHeader(odd, cutAxes("2:3", [100, 80], ""));
  assertEquals([header.get("CRPIX1"), notes], ["middle", [
    "CRPIX1 is no number and was not moved",
  ]]);
});

Deno.test("movedHeader() refuses to turn around what has no header for it", () => {
  const axes = cutAxes("-*,*", [100, 80], "an image");
  assertThrows(
    () => movedHeader(headerOf(DESCRIPTIONS.plate!), axes),
    FormatError,
    "Cannot turn around an image with the plate solution",
  );
  assertThrows(
    () => movedHeader(headerOf({ ...SKY, CDELT1: -0.01, CDELT2: 0.01, CROTA2: 30 }), axes),
    FormatError,
    "an image that CROTAi turns",
  );
});
