import { assert, assertEquals } from "@std/assert";
import { readWcs } from "../../../../fits/wcs/wcs.ts";
import { type Card, keywordsOf, skyWithRecords } from "../../../support/fits/wcs_records.ts";

const INPUTS = {
  ...{ NAXES: 2, "AXIS.1": 1, "AXIS.2": 2, "OFFSET.1": 250.5, "OFFSET.2": 200.5 },
  ...{ "SCALE.1": 0.01, "SCALE.2": 0.01 },
};

function recordsOf(kind: "CPDIS" | "CQDIS", fields: Record<string, number>): Card[] {
  const record = kind === "CPDIS" ? "DP1" : "DQ1";
  return [
    [`${kind}1`, "Polynomial"],
    ...Object.entries(fields).map(([name, value]): Card => [record, `${name}: ${value}`]),
  ];
}

/** How far a correction moves a pixel along axis 1. */
function moved(fields: Record<string, number>, pixel: [number, number]): number {
  const plain = readWcs(keywordsOf(skyWithRecords([])), { origin: 1 })!;
  const wcs = readWcs(keywordsOf(skyWithRecords(recordsOf("CPDIS", fields))), { origin: 1 })!;
  assertEquals(wcs.problems, []);
  const world = wcs.pixelToWorld(pixel);
  const back = wcs.worldToPixel(world);
  assert(Math.hypot(back[0]! - pixel[0], back[1]! - pixel[1]) < 1e-7, `back at ${back}`);
  return plain.worldToPixel(world)[0]! - pixel[0];
}

/** At pixel (100, 150) u is -1.505 and v -0.505; at (300, 320) 0.495 and 1.195. */
const CASES: [name: string, fields: Record<string, number>, at: [number, number]][] = [
  ["a term of two variables", {
    ...{ NTERMS: 1, "TERM.1.COEFF": 0.7, "TERM.1.VAR.1": 1, "TERM.1.VAR.2": 2 },
  }, [0.7 * -1.505 * 0.505 ** 2, 0.7 * 0.495 * 1.195 ** 2]],
  // The numbers of WCSLIB 7.12, which crashes on most others.
  ["an auxiliary variable", {
    ...{ NAUX: 1, "AUX.1.COEFF.1": 0.2, "AUX.1.COEFF.2": 0.3, NTERMS: 1, "TERM.1.COEFF": 1 },
    "TERM.1.AUX.1": 1,
  }, [-0.4525, 0.4575]],
  ["the radius", {
    ...{ NAUX: 1, "AUX.1.COEFF.1": 1, "AUX.1.POWER.1": 2, "AUX.1.COEFF.2": 1 },
    ...{ "AUX.1.POWER.2": 2, "AUX.1.POWER.0": 0.5, NTERMS: 1, "TERM.1.COEFF": 0.1 },
    "TERM.1.AUX.1": 3,
  }, [0.1 * Math.hypot(1.505, 0.505) ** 3, 0.1 * Math.hypot(0.495, 1.195) ** 3]],
  ["one coordinate alone", {
    ...{ NAXES: 1, "AXIS.1": 2, "OFFSET.1": 200.5, NTERMS: 1, "TERM.1.COEFF": 1 },
    "TERM.1.VAR.1": 2,
  }, [0.255025, 1.428025]],
];

for (const [name, fields, expected] of CASES) {
  Deno.test(`readWcs() applies general polynomials: ${name}`, () => {
    const all = { ...INPUTS, ...fields };
    for (const [i, pixel] of ([[100, 150], [300, 320]] as [number, number][]).entries()) {
      const found = moved(all, pixel);
      assert(Math.abs(found - expected[i]!) < 1e-7, `found ${found}, expected ${expected[i]}`);
    }
  });
}

Deno.test("readWcs() applies general polynomials behind the matrix, and of corrected values", () => {
  const fields = { NAXES: 2, "AXIS.1": 1, "AXIS.2": 2, NTERMS: 2, "TERM.1.COEFF": 1 };
  const square = { ...fields, "TERM.1.VAR.1": 1, "TERM.2.COEFF": 1e-4, "TERM.2.VAR.1": 2 };
  const correction = { ...fields, "TERM.1.COEFF": 0, "TERM.2.COEFF": 1e-4, "TERM.2.VAR.1": 2 };
  const [whole, added] = [{ ...square, DOCORR: 0 }, correction].map((one) =>
    readWcs(keywordsOf(skyWithRecords(recordsOf("CQDIS", one))), { origin: 1 })!
  );
  const world = added!.pixelToWorld([100, 150]);
  assertEquals(
    whole!.pixelToWorld([100, 150]).map((x) => x.toFixed(12)),
    world.map((x) => x.toFixed(12)),
  );
  const back = added!.worldToPixel(world);
  assert(Math.hypot(back[0]! - 100, back[1]! - 150) < 1e-8);
});

Deno.test("readWcs() names polynomials that it cannot read, and goes on without them", () => {
  const plain = readWcs(keywordsOf(skyWithRecords([])))!.pixelToWorld([9, 9]);
  const wrong: Record<string, number>[] = [
    { ...INPUTS },
    { ...INPUTS, NTERMS: 1e9 },
    { ...INPUTS, NTERMS: 0.5 },
    { ...INPUTS, NTERMS: 1, NAUX: 1e9 },
    { ...INPUTS, NTERMS: 1, "AXIS.2": 3 },
  ];
  for (const fields of wrong) {
    const wcs = readWcs(keywordsOf(skyWithRecords(recordsOf("CPDIS", fields))))!;
    assertEquals(wcs.problems.map(({ keyword }) => keyword), ["CPDIS1"], JSON.stringify(fields));
    assertEquals(wcs.pixelToWorld([9, 9]), plain);
  }
});
