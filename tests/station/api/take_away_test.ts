import { assert, assertEquals, assertMatch } from "@std/assert";
import { cutout } from "../../../fits/cutout/cutout.ts";
import { Card } from "../../../fits/header/card.ts";
import { encodeFits, openFits, parseNpy } from "../../../fits/mod.ts";
import { serveStationFiles } from "../../support/fits/station_files.ts";

async function image(): Promise<Uint8Array<ArrayBuffer>> {
  const header = Object.entries({
    ...{ CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CRVAL1: 10, CRVAL2: 20 },
    ...{ CRPIX1: 5, CRPIX2: 4, CDELT1: -0.001, CDELT2: 0.001 },
  }).map(([keyword, value]) => Card.of(keyword, value));
  const pixels = Float32Array.from({ length: 80 }, (_, i) => i === 3 ? NaN : i);
  return await encodeFits([
    { pixels, shape: [10, 8], header },
    { pixels: BigInt64Array.of(1n, (1n << 60n) + 1n), shape: [2] },
  ]);
}

Deno.test("/fits gives a part of an image as the cutout that the command writes", async () => {
  const bytes = await image();
  await using server = await serveStationFiles({ "a b.fits": bytes });
  await using file = await openFits(bytes);
  for (const query of ["format=fits&section=3:6,2:4", "section=3:6,2:4"]) {
    const answer = await server.get(`a%20b.fits?${query}`);
    const found = await answer.bytes();
    assertEquals([answer.status, answer.headers.get("content-type")], [200, "image/fits"]);
    assertEquals(
      answer.headers.get("content-disposition"),
      `attachment; filename="a_b.fits"; filename*=UTF-8''a%20b.fits`,
    );
    // HISTORY names the file, which has no name in memory.
    await using part = await openFits(found);
    const expected = await cutout(file, { section: "3:6,2:4" });
    await using whole = await openFits(await expected.bytes());
    assertEquals((await part.image()).pixels, (await whole.image()).pixels);
    assertEquals(part.header.get("CRPIX1"), 3);
  }
  const large = await server.get("a%20b.fits?format=fits&section=1:99999,1:99999");
  assertEquals([large.status, (await large.json()).type], [413, "/problems#too-large"]);
  const outside = await server.get("a%20b.fits?format=fits&section=100:110,1:2");
  assertEquals([outside.status, (await outside.json()).parameter], [400, "section"]);
});

Deno.test("/fits counts the pixels of every kind of section before it reads any", async () => {
  // 400,000,000 pixels that take no room on the disk.
  const cards = ["SIMPLE  =                    T", "BITPIX  =                    8"];
  cards.push("NAXIS   =                    2", "NAXIS1  =                20000");
  cards.push("NAXIS2  =                20000", "END");
  const header = cards.map((card) => card.padEnd(80)).join("").padEnd(2_880);
  await using server = await serveStationFiles({ "a.fits": new TextEncoder().encode(header) });
  await Deno.truncate(`${server.folder}/a.fits`, 2_880 * (1 + Math.ceil(4e8 / 2_880)));
  for (
    const section of ["-*,-*", "-*", "2:,2:", "2:", "*", "1:20000", "19999:20000,-*:1", "-*,9"]
  ) {
    const few = section.startsWith("19999") || section.endsWith("9");
    const answer = await server.get(`a.fits?format=fits&section=${section}`);
    await answer.body?.cancel();
    assertEquals(answer.status, few ? 200 : 413, section);
  }
});

Deno.test("/fits gives pixels as npy, and statistics that are exact", async () => {
  await using server = await serveStationFiles({ "a.fits": await image() });
  const npy = await server.get("a.fits?format=npy&section=3:5,1:2");
  assertMatch(npy.headers.get("content-disposition")!, /filename="a.npy"/);
  const array = parseNpy(await npy.bytes());
  assertEquals([array.type, array.shape], ["f32", [3, 2]]);
  assertEquals([...array.data as Float32Array], [2, NaN, 4, 12, 13, 14]);
  const of = async (query: string) => await (await server.get(`a.fits?format=${query}`)).json();
  assertEquals(await of("statistics&section=3:5,1"), {
    ...{ pixels: 3, missing: 1, infinite: 0, min: 2, max: 4, mean: 3, stddev: 1 },
  });
  assertEquals((await of("statistics&hdu=1")).max, String((1n << 60n) + 1n));
});

Deno.test("/fits tells where a pixel is, and which pixel is there", async () => {
  await using server = await serveStationFiles({ "a.fits": await image() });
  const of = async (query: string) => await (await server.get(`a.fits?format=${query}`)).json();
  const { axes } = await of("world&at=5,4");
  assertEquals(axes, [
    { name: "RA---TAN", unit: "deg", value: 10, text: "00:40:00.000" },
    { name: "DEC--TAN", unit: "deg", value: 20, text: "+20:00:00.00" },
  ]);
  const { pixel } = await of("pixel&at=10,20.002");
  assert(Math.abs(pixel[0] - 5) < 1e-9 && Math.abs(pixel[1] - 6) < 1e-6, String(pixel));
  assertEquals((await of("world")).type, "/problems#missing-parameter");
  assertEquals((await of("world&at=1,2,3")).parameter, "at");
  assertEquals((await of("pixel&at=1")).parameter, "at");
  assertEquals((await of("world&at=1,x")).type, "/problems#bad-value");
  assertMatch((await of("world&at=1&hdu=1")).detail, /describes no world coordinates/);
});
