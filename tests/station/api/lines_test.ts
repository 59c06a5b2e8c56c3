import { assertEquals } from "@std/assert";
import { Card } from "../../../fits/header/card.ts";
import { encodeFits } from "../../../fits/mod.ts";
import { serveStationFiles } from "../../support/fits/station_files.ts";

const [WIDTH, HEIGHT, PLANES] = [6, 4, 5];
const valueAt = (x: number, y: number, z: number) => x + 10 * y + 100 * z;

async function files() {
  const pixels = Float32Array.from({ length: WIDTH * HEIGHT * PLANES }, (_, i) => {
    const x = i % WIDTH + 1;
    const y = Math.floor(i / WIDTH) % HEIGHT + 1;
    const z = Math.floor(i / WIDTH / HEIGHT) + 1;
    return x === 2 && y === 2 && z === 3 ? NaN : valueAt(x, y, z);
  });
  const header = [
    ...[Card.of("CTYPE3", "FREQ"), Card.of("CUNIT3", "Hz"), Card.of("CRPIX3", 1)],
    ...[Card.of("CRVAL3", 1e9), Card.of("CDELT3", 1e6)],
  ];
  return { "cube.fits": await encodeFits([{ pixels, shape: [WIDTH, HEIGHT, PLANES], header }]) };
}

Deno.test("/fits?format=spectrum gives the values of a pixel along an axis, with its coordinates", async () => {
  await using server = await serveStationFiles(await files());
  const spectrum = await (await server.get("cube.fits?format=spectrum&at=2,2")).json();
  assertEquals([spectrum.axis, spectrum.name, spectrum.unit], [3, "FREQ", "Hz"]);
  assertEquals(spectrum.values, [122, 222, null, 422, 522]);
  assertEquals(spectrum.world, [0, 1, 2, 3, 4].map((i) => 1e9 + i * 1e6));
});

Deno.test("/fits?format=profile gives the values along a line, none outside", async () => {
  await using server = await serveStationFiles(await files());
  const profile = async (line: string, more = "") =>
    await (await server.get(`cube.fits?format=profile&line=${line}${more}`)).json();
  assertEquals(await profile("1,1,6,1", "&plane=2"), {
    distance: [0, 1, 2, 3, 4, 5],
    ...{ axis: "distance", unit: "pixel", world: [0, 1, 2, 3, 4, 5] },
    values: [1, 2, 3, 4, 5, 6].map((x) => valueAt(x, 1, 2)),
  });
  assertEquals((await profile("3,4,3,1")).values, [4, 3, 2, 1].map((y) => valueAt(3, y, 1)));
  assertEquals((await profile("5,1,8,1")).values, [115, 116, null, null]);
  assertEquals((await profile("2,2,2,2")).values, [122]);
  assertEquals((await profile("-9,-9,-8,-9")).values, [null, null]);
});

Deno.test("lines that are none are problems", async () => {
  await using server = await serveStationFiles(await files());
  const cases: [query: string, status: number, parameter: string][] = [
    ["format=spectrum", 400, "at"],
    ["format=spectrum&at=7,1", 404, "at"],
    ["format=spectrum&at=0,1", 404, "at"],
    ["format=spectrum&at=1", 400, "at"],
    ["format=spectrum&at=1,1&axis=4", 404, "axis"],
    ["format=profile", 400, "line"],
    ["format=profile&line=1,2,3", 400, "line"],
    ["format=profile&line=0,0,1e9,1e9", 413, "line"],
  ];
  for (const [query, status, parameter] of cases) {
    const answer = await server.get(`cube.fits?${query}`);
    assertEquals([answer.status, (await answer.json()).parameter], [status, parameter], query);
  }
});
