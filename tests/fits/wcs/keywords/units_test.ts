import { assert, assertEquals } from "@std/assert";
import { parseUnit, unitRatio } from "../../../../fits/wcs/keywords/units.ts";
import { fuzz, fuzzRounds } from "../../../support/random.ts";

Deno.test("unitRatio() knows prefixes, powers, factors and older spellings", () => {
  const cases: [unit: string, target: string, ratio: number | undefined][] = [
    ["deg", "deg", 1],
    ["Degrees", "deg", 1],
    ["arcsec", "deg", 1 / 3600],
    ["arcmins", "deg", 1 / 60],
    ["mas", "deg", 1e-3 / 3600],
    ["rad", "deg", 180 / Math.PI],
    ["sine latitude", "deg", 180 / Math.PI],
    ["GHz", "Hz", 1e9],
    ["0.1nm", "m", 1e-10],
    ["Angstrom", "m", 1e-10],
    ["km/s", "m/s", 1000],
    ["km s-1", "m/s", 1000],
    ["m.s**-1", "m/s", 1],
    ["m s^(-1)", "m/s", 1],
    ["10**-9 m", "m", 1e-9],
    ["10+3 m", "m", 1e3],
    ["2 10**3 Hz", "Hz", 2000],
    // A prefix belongs to its unit (FITS 4.0, section 4.3.1).
    ["cm-1", "/m", 100],
    ["1/cm", "/m", 100],
    ["/cm", "/m", 100],
    ["mm**2", "m2", 1e-6],
    ["keV", "J", 1.602176634e-16],
    ["sqrt(m2)", "m", 1],
    ["(km/s)", "m/s", 1e3],
    ["m/s/s", "m s-2", 1],
    ["h", "min", 60],
    // Names of older files, in products too.
    ["km/sec", "m/s", 1000],
    ["KM/sec", "m/s", 1000],
    ["MHZ", "Hz", 1e6],
    ["DAYS", "s", 86_400],
    // What does not measure the same, or is no unit.
    ["min", "deg", undefined],
    ["hourangle", "deg", undefined],
    ['"', "deg", undefined],
    ["m2", "m", undefined],
    ["kdeg", "deg", undefined],
    ["DN", "DN", undefined],
    ["Hz/", "Hz", undefined],
    ["constructor", "deg", undefined],
    ["m**", "m", undefined],
    ["((((((((((m))))))))))", "m", undefined],
    ["m".repeat(300), "m", undefined],
  ];
  for (const [unit, target, ratio] of cases) {
    const found = unitRatio(unit, target);
    if (ratio === undefined) assertEquals(found, undefined, unit);
    else assert(Math.abs(found! / ratio - 1) < 1e-15, `${unit}: ${found}`);
  }
});

Deno.test("parseUnit() answers any text soon", async () => {
  const pieces = [
    "10**",
    "(",
    ")",
    "/",
    "*",
    ".",
    " ",
    "-",
    "2",
    "km",
    "s",
    "^",
    "sqrt(",
    "1e",
    "10",
  ];
  await fuzz(fuzzRounds(2_000, 20_000), 71_000, (random) => {
    let text = "";
    while (text.length < 150 && random.next() > 0.02) text += random.pick(pieces);
    const unit = parseUnit(text);
    if (unit !== undefined) assert(!Number.isNaN(unit.scale), text);
  });
});
