import { assertAlmostEquals, assertEquals } from "@std/assert";
import { WorldReadout } from "../../../../station/web/sky/readout.ts";

const PLAIN = { sky: "native", coords: undefined } as const;
const headerOf = (keywords: Record<string, unknown>) => new Map(Object.entries(keywords));

const TAN = {
  ...{ NAXIS: 2, CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CRPIX1: 10, CRPIX2: 10 },
  ...{ CRVAL1: 83.633, CRVAL2: 22.0145, CDELT1: -0.001, CDELT2: 0.001, RADESYS: "ICRS" },
};
const SOLAR = {
  ...{ NAXIS: 2, CTYPE1: "HPLN-TAN", CTYPE2: "HPLT-TAN", CUNIT1: "arcsec", CUNIT2: "arcsec" },
  ...{ CRPIX1: 100, CRPIX2: 100, CDELT1: 2, CDELT2: 2, "DATE-OBS": "2013-10-28T00:00:00" },
  ...{ HGLN_OBS: 0, HGLT_OBS: 4.7, DSUN_OBS: 1.486e11, RSUN_REF: 6.957e8 },
};

Deno.test("WorldReadout writes places of the sky in every frame, sexagesimal or in degrees", () => {
  const world = new WorldReadout(headerOf(TAN));
  const at = (sky: string, coords?: "sex" | "deg") => world.rowsAt([10, 10], { sky, coords });
  assertEquals(at("native"), [{ name: "RA, Dec (ICRS)", text: "05:34:31.920 +22:00:52.20" }]);
  assertEquals(at("native", "deg"), [{
    name: "RA, Dec (ICRS)",
    text: "83.633000\u00b0, +22.014500\u00b0",
  }]);
  assertEquals(at("galactic"), [{
    name: "longitude, latitude (galactic)",
    text: "184.557416\u00b0, -5.784422\u00b0",
  }]);
  assertEquals(at("fk5")[0]!.name, "RA, Dec (FK5)");
  assertEquals([world.frameName, world.isSolar, world.problems], ["ICRS", false, []]);
});

Deno.test("WorldReadout writes places of the Sun: seconds of arc, radii, Stonyhurst", () => {
  const world = new WorldReadout(headerOf(SOLAR));
  assertEquals(world.isSolar, true);
  assertEquals(world.rowsAt([100, 100], PLAIN), [
    { name: "Solar X, Y", text: "0.00\u2033, 0.00\u2033" },
    { name: "from the centre", text: "0.0000 R\u2609, position angle 0.0\u00b0" },
    { name: "Stonyhurst", text: "N4.70\u00b0 W0.00\u00b0" },
  ]);
  // East is left; beside the disc there is no surface.
  const beside = world.rowsAt([100 - 500, 100], PLAIN);
  assertEquals(beside.map(({ name }) => name), ["Solar X, Y", "from the centre"]);
  assertEquals(beside[0]!.text.split(", ")[0], "-999.99\u2033");
  assertEquals(beside[1]!.text, "1.0355 R\u2609, position angle 90.0\u00b0");
});

Deno.test("WorldReadout writes other axes in the header's own unit, and says what it cannot", () => {
  const cube = {
    ...{ ...TAN, NAXIS: 3, CTYPE3: "FREQ", CUNIT3: "GHz", CRVAL3: 1.4, CRPIX3: 1, CDELT3: 0.001 },
  };
  assertEquals(new WorldReadout(headerOf(cube)).rowsAt([10, 10, 3], PLAIN).at(-1), {
    name: "FREQ",
    text: "1.402 GHz",
  });
  const strange = new WorldReadout(headerOf({ ...TAN, CTYPE1: "RA---XYZ", CTYPE2: "DEC--XYZ" }));
  assertEquals(strange.problems.length > 0, true);
  assertEquals(new WorldReadout(headerOf({ NAXIS: 2 })).rowsAt([1, 1], PLAIN), []);
});

Deno.test("WorldReadout knows where north is, and whether the image is mirrored", () => {
  const compass = (more: Record<string, unknown>) => {
    const found = new WorldReadout(headerOf({ ...TAN, ...more })).compassAt([10, 10])!;
    return [found.north, found.isUsual] as const;
  };
  for (const angle of [0, 30, 90, 200]) {
    const [cos, sin] = [Math.cos(angle * Math.PI / 180), Math.sin(angle * Math.PI / 180)];
    const turned = { PC1_1: cos, PC1_2: -sin, PC2_1: sin, PC2_2: cos };
    const [north, isUsual] = compass(turned);
    assertAlmostEquals(north, (90 - angle + 360) % 360, 0.01, `${angle}`);
    assertEquals(isUsual, true);
  }
  assertEquals(compass({ CDELT1: 0.001 })[1], false);
  const sun = new WorldReadout(headerOf(SOLAR)).compassAt([100, 100])!;
  assertAlmostEquals(sun.north, 90, 1e-6);
  assertEquals(sun.isUsual, true);
  assertEquals(new WorldReadout(headerOf({ NAXIS: 2 })).compassAt([1, 1]), undefined);
});

Deno.test("WorldReadout tells the velocity of a line whose frequency at rest is known", () => {
  const cube = (keywords: Record<string, unknown>) =>
    new WorldReadout(headerOf({ ...TAN, NAXIS: 3, CRPIX3: 1, ...keywords }));
  const velocity = (world: WorldReadout) =>
    world.rowsAt([10, 10, 1], PLAIN).find(({ name }) => name.startsWith("velocity"));
  const radio = { CTYPE3: "FREQ", CUNIT3: "Hz", CRVAL3: 1.419e9, CDELT3: 1e6 };
  // astropy 5.2.1: (1.419e9 * u.Hz).to(u.km / u.s, u.doppler_radio(1.420405752e9 * u.Hz))
  assertEquals(velocity(cube({ ...radio, RESTFRQ: 1.420405752e9 })), {
    name: "velocity (radio)",
    text: "296.69962 km/s",
  });
  const wave = { CTYPE3: "WAVE", CUNIT3: "nm", CRVAL3: 656.5, CDELT3: 0.1 };
  // astropy 5.2.1: (656.5 * u.nm).to(u.km / u.s, u.doppler_optical(656.2819 * u.nm))
  assertEquals(velocity(cube({ ...wave, RESTWAV: 656.2819e-9 })), {
    name: "velocity (optical)",
    text: "99.6290391 km/s",
  });
  assertEquals(velocity(cube(radio)), undefined);
});
