/** What `/fits` tells of regions, lines, rows and places; numbers of regions are numpy's. */

import { assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { Card } from "../../../fits/header/card.ts";
import { csvOf, encodeFits, openFits, tableHdu } from "../../../fits/mod.ts";
import { decodePng } from "../../../fits/picture/png_reader.ts";
import { serveStationFiles } from "../../support/fits/station_files.ts";
import { HEIGHT, valueOf, VECTORS, WIDTH } from "../../support/station/region_vectors.ts";

const SKY = [
  ...[Card.of("CTYPE1", "RA---TAN"), Card.of("CTYPE2", "DEC--TAN")],
  ...[Card.of("CRPIX1", 30), Card.of("CRPIX2", 20), Card.of("CRVAL1", 83.6)],
  ...[Card.of("CRVAL2", 22), Card.of("CDELT1", -0.001), Card.of("CDELT2", 0.001)],
];

/** A plane with a sky, the same twice over in a cube, and a table. */
async function files() {
  const pixels = Float64Array.from(
    { length: WIDTH * HEIGHT },
    (_, i) => valueOf(i % WIDTH + 1, Math.floor(i / WIDTH) + 1),
  );
  const cube = new Float64Array(2 * pixels.length);
  cube.set(pixels.map((value) => value * 2));
  cube.set(pixels, pixels.length);
  const table = tableHdu({
    name: "T",
    columns: [
      { name: "A", values: Int32Array.of(3, 1, 2), unit: "s" },
      { name: "B", values: ["x,y", 'q"', "z"] },
      { name: "C", values: Float32Array.of(0.1, NaN, -5) },
    ],
  });
  return {
    "sky.fits": await encodeFits([{ pixels, shape: [WIDTH, HEIGHT], header: SKY }, table]),
    "cube.fits": await encodeFits([{ pixels: cube, shape: [WIDTH, HEIGHT, 2] }]),
  };
}

const encoded = encodeURIComponent;

Deno.test("format=statistics&regions= has numpy's numbers, and the sky's area", async () => {
  await using server = await serveStationFiles(await files());
  const text = VECTORS.map(([region]) => region).join(";");
  for (const query of ["sky.fits?", "cube.fits?plane=2&"]) {
    const answer = await server.get(`${query}format=statistics&regions=${encoded(text)}`);
    const found = await answer.json();
    assertEquals(found.length, VECTORS.length);
    for (const [i, [region, expected]] of VECTORS.entries()) {
      const [pixels, missing, sum, mean, median, stddev, min, max, x, y] = expected;
      const { stddev: deviation, centroid, area, minAt, maxAt, ...numbers } = found[i];
      const name = region.endsWith(")") && /^(?:box|ellipse)/.test(region) ? region : region;
      assertEquals(numbers, { region: name, pixels, missing, sum, mean, median, min, max });
      assertAlmostEquals(deviation, stddev!, 1e-12);
      assertAlmostEquals(centroid[0], x!, 1e-10);
      assertAlmostEquals(centroid[1], y!, 1e-10);
      assertEquals([valueOf(minAt[0], minAt[1]), valueOf(maxAt[0], maxAt[1])], [min, max]);
      // A pixel has 3.6 x 3.6 seconds of arc.
      if (query.startsWith("sky")) assertAlmostEquals(area, pixels! * 12.96, pixels! * 1e-4);
      else assertEquals(area, null);
    }
  }
});

Deno.test("format=statistics&regions= leaves out what is excluded, and takes the background away", async () => {
  await using server = await serveStationFiles(await files());
  const ask = async (text: string, more = "") => {
    const answer = await server.get(`sky.fits?format=statistics&regions=${encoded(text)}${more}`);
    return [answer.status, await answer.json()];
  };
  const [, [ring, out]] = await ask("circle(30.5,20.25,9.9);-circle(30.5,20.25,4.4)");
  assertEquals([ring.pixels, ring.sum, out.region], [254, 8035.125, "-circle(30.5,20.25,4.4)"]);
  const [, [source, sky]] = await ask(
    "circle(30.5,20.25,4.4);annulus(30.5,20.25,4.4,9.9) # background",
  );
  assertEquals(source.background, 8035.125 / 254);
  assertEquals(source.net, source.sum - source.pixels * (8035.125 / 254));
  assertEquals(Object.hasOwn(sky, "net"), false);
  // The same circle by its place on the sky.
  const [, [there]] = await ask('icrs;circle(83.6,22,14.2")');
  const [, [here]] = await ask("circle(30,20,3.9444)");
  assertEquals([there.pixels, there.sum], [here.pixels, here.sum]);
  assertMatch(there.region, /^icrs;circle\(83\.6,22,0\.00394/);
  const [, [none]] = await ask("circle(500,500,3)");
  assertEquals([none.pixels, none.mean, none.min, none.minAt], [0, null, null, null]);
  const wrong: [text: string, more: string, parameter: string][] = [
    ["panda(1,2,3)", "", "regions"],
    ["fk4;circle(1,2,3)", "", "regions"],
    ["", "", "regions"],
    ["galactic;circle(0,0,1)", "", "regions"],
    ["circle(1,1,1)", "&section=1:2,1:2", "regions"],
    ["circle(1,1,1);".repeat(501), "", "regions"],
  ];
  for (const [text, more, parameter] of wrong) {
    const [status, problem] = await ask(text, more);
    assertEquals([status, problem.parameter], [400, parameter], `${text.slice(0, 40)} ${more}`);
  }
});

Deno.test("format=statistics takes a plane of a cube", async () => {
  await using server = await serveStationFiles(await files());
  const ask = async (query: string) =>
    await (await server.get(`cube.fits?format=statistics${query}`)).json();
  const [one, two] = [await ask("&plane=1"), await ask("&plane=2")];
  assertEquals([one.pixels, two.pixels, one.max], [2_400, 2_400, 2 * two.max]);
  assertEquals((await ask("")).pixels, 4_800);
  assertEquals((await ask("&plane=1&section=1:2")).parameter, "plane");
});

Deno.test("format=spectrum&region= gives means and sums of regions", async () => {
  await using server = await serveStationFiles(await files());
  const ask = async (query: string) =>
    await (await server.get(`cube.fits?format=spectrum&${query}`)).json();
  const found = await ask("region=circle(30.5,20.25,11.3)");
  assertEquals([found.pixels, found.sums], [[397, 397], [2 * 11612.25, 11612.25]]);
  assertEquals(found.values, [58.5, 29.25]);
  const excluded = await ask(`region=${encoded("circle(30.5,20.25,9.9);-circle(30.5,20.25,4.4)")}`);
  assertEquals([excluded.pixels, excluded.sums[1]], [[254, 254], 8035.125]);
  assertEquals((await ask("region=circle(30,20,3)&at=1,1")).parameter, "region");
});

Deno.test("format=histogram&region= counts the values in regions", async () => {
  await using server = await serveStationFiles(await files());
  const ask = async (query: string) =>
    await (await server.get(`sky.fits?format=histogram&bins=4&${query}`)).json();
  const found = await ask("region=circle(30.5,20.25,11.3)&range=-40,100");
  const all = [0, 0, 0, 0];
  for (let y = 1; y <= HEIGHT; y++) {
    for (let x = 1; x <= WIDTH; x++) {
      if (Math.hypot(x - 30.5, y - 20.25) >= 11.3) continue;
      const value = valueOf(x, y);
      if (!Number.isNaN(value)) all[Math.floor((value + 40) / 35)]!++;
    }
  }
  assertEquals([found.counts, found.missing, found.exact], [all, 1, true]);
  const own = await ask("region=circle(30.5,20.25,11.3)");
  assertEquals(own.counts.reduce((a: number, b: number) => a + b) + own.below + own.above, 397);
  assertEquals((await ask("region=circle(1,1,1)&scope=file")).parameter, "region");
});

Deno.test("format=png&region= shows the box around a region", async () => {
  await using server = await serveStationFiles(await files());
  const ask = (query: string) =>
    server.get(`cube.fits?format=png&limits=-40,100&size=24&plane=2&${query}`);
  const region = decodePng(await (await ask("region=box(30,20,12,8,0)")).bytes());
  const section = await server.get(
    "cube.fits?format=png&limits=-40,100&size=24&section=24:36,16:24,2",
  );
  assertEquals(region, decodePng(await section.bytes()));
  assertEquals((await ask("region=circle(500,500,2)")).status, 404);
});

Deno.test("format=profile tells distances on the sky, and averages across the line", async () => {
  await using server = await serveStationFiles(await files());
  const ask = async (query: string) =>
    await (await server.get(`sky.fits?format=profile&${query}`)).json();
  const plain = await ask("line=8,6,12,6");
  assertEquals([plain.axis, plain.unit, plain.distance], ["distance", "arcsec", [0, 1, 2, 3, 4]]);
  for (const [i, value] of plain.world.entries()) assertAlmostEquals(value, i * 3.6, 1e-5);
  const wide = await ask("line=8,6,12,6&width=3");
  const mean = (x: number) => {
    const values = [5, 6, 7].map((y) => valueOf(x, y)).filter(Number.isFinite);
    return values.reduce((a, b) => a + b) / values.length;
  };
  // Of pixel 10, 5 there is no value: the mean is that of the others.
  assertEquals(wide.values, [8, 9, 10, 11, 12].map(mean));
  assertEquals((await ask("line=1,1,2,2&width=0")).parameter, "width");
});

Deno.test("format=rows gives CSV to who accepts it, in the order that is asked for", async () => {
  await using server = await serveStationFiles(await files());
  const ask = (query: string) =>
    server.get(`sky.fits?format=rows${query}`, { headers: { Accept: "text/csv" } });
  const answer = await ask("");
  assertMatch(answer.headers.get("content-type")!, /^text\/csv; charset=utf-8/);
  assertEquals(answer.headers.get("vary"), "Accept");
  const fits = await openFits((await files())["sky.fits"]);
  const whole = await Array.fromAsync(csvOf((await fits.hdu("T")).openTable()));
  assertEquals(await answer.text(), whole.join(""));
  assertEquals(
    await (await ask("&sort=A&columns=B,A")).text(),
    'B,A\n"q""",1\nz,2\n"x,y",3\n',
  );
  assertEquals(await (await ask("&filter=A%20%3E%201&rows=2:9&columns=A")).text(), "A\n2\n");
  assertEquals(await (await ask("&filter=A%20%3E%209&columns=A")).text(), "A\n");
  assertEquals((await ask("&columns=NONE")).status, 400);
  const json = await (await server.get("sky.fits?format=rows&rows=1:10000")).json();
  assertEquals(json.rows.length, 3);
  assertEquals(json.columns, [
    { name: "A", unit: "s", format: "1J" },
    { name: "B", unit: "", format: "3A" },
    { name: "C", unit: "", format: "1E" },
  ]);
  assertEquals((await server.get("sky.fits?format=rows&rows=1:10001")).status, 400);
});

Deno.test("format=world and pixel speak of the frame that is asked for", async () => {
  await using server = await serveStationFiles(await files());
  const ask = async (query: string) => await (await server.get(`sky.fits?${query}`)).json();
  const own = await ask("format=world&at=30,20");
  assertEquals(own.axes.map(({ value }: { value: number }) => value), [83.6, 22]);
  assertEquals(own.axes[0].text, "05:34:24.000");
  // astropy 5.2.1 (Debian): SkyCoord(83.6, 22, unit="deg").galactic
  const galactic = await ask("format=world&at=30,20&frame=galactic");
  assertAlmostEquals(galactic.axes[0].value, GALACTIC[0], 1e-9);
  assertAlmostEquals(galactic.axes[1].value, GALACTIC[1], 1e-9);
  assertEquals(galactic.axes[0].name, "galactic longitude");
  const { pixel } = await ask(`format=pixel&at=${GALACTIC}&frame=galactic`);
  assertAlmostEquals(pixel[0], 30, 1e-5);
  assertAlmostEquals(pixel[1], 20, 1e-5);
  for (const frame of ["plaid", "stonyhurst"]) {
    assertEquals((await ask(`format=world&at=1,1&frame=${frame}`)).parameter, "frame", frame);
  }
  const cube = await (await server.get("cube.fits?format=world&at=1,1&frame=icrs")).json();
  assertEquals(cube.status, 404);
});

const GALACTIC: readonly [number, number] = [184.55326029616288, -5.818026107076034];
