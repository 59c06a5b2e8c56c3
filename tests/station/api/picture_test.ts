import { assert, assertEquals, assertMatch } from "@std/assert";
import { compressImage, encodeFits, openFits, tableHdu } from "../../../fits/mod.ts";
import { decodePng } from "../../../fits/picture/png.ts";
import { serveStationFiles, type StationFiles } from "../../support/fits/station_files.ts";

const ramp = (count: number) => Int16Array.from({ length: count }, (_, i) => i);

async function png(server: StationFiles, query: string) {
  const answer = await server.get(query);
  const bytes = await answer.bytes();
  assertEquals([answer.status, answer.headers.get("content-type")], [200, "image/png"], query);
  return { ...decodePng(bytes), limits: answer.headers.get("heliograph-limits") };
}

Deno.test("/fits?format=png shows the plane, section and colours that are asked for", async () => {
  await using server = await serveStationFiles({
    "cube.fits": await encodeFits([{ pixels: ramp(24), shape: [3, 2, 4] }]),
  });
  const gray = async (query: string) => {
    const { data, color, ...size } = await png(server, `cube.fits?format=png&size=3&${query}`);
    assertEquals([color, size.width], ["gray", 3]);
    return [...data];
  };
  assertEquals(await gray("limits=0,5"), [153, 204, 255, 0, 51, 102]);
  assertEquals(await gray("limits=6,11&plane=2"), [153, 204, 255, 0, 51, 102]);
  assertEquals(await gray("limits=12,17&section=*,*,3"), [153, 204, 255, 0, 51, 102]);
  // Axes 1 and 3, where one pixel of axis 2 is left.
  assertEquals(await gray("limits=0,15&section=*,1,1:2"), [102, 119, 136, 0, 17, 34]);
  assertEquals(await gray("limits=0,5&invert=1"), [102, 51, 0, 255, 204, 153]);
  assertEquals(await gray("limits=0,5&contrast=10"), [255, 255, 255, 0, 0, 0]);
  assertEquals(await gray("limits=0,5&bias=0&contrast=1"), [255, 255, 255, 128, 179, 230]);
  const all = await png(server, "cube.fits?format=png&size=3&limits=minmax&scope=file");
  assertEquals(all.limits, "0,23");
  const colored = await png(server, "cube.fits?format=png&size=12&colormap=heat");
  assertEquals([colored.color, colored.width, colored.height], ["rgb", 12, 8]);
});

Deno.test("/fits?format=png refuses what would show something else than was asked for", async () => {
  await using server = await serveStationFiles({
    "cube.fits": await encodeFits([{ pixels: ramp(24), shape: [3, 2, 4] }]),
    "line.fits": await encodeFits([{ pixels: ramp(24), shape: [24] }]),
  });
  const cases: [query: string, status: number, detail: RegExp][] = [
    ["cube.fits?format=png&colourmap=heat", 400, /nearest is 'colormap'/],
    ["cube.fits?format=png&section=*,*,5", 400, /pixels 1 to 4/],
    ["cube.fits?format=png&section=*,*,2:3", 400, /it leaves 2/],
    ["cube.fits?format=png&section=*,*,1&plane=2", 400, /expected none beside a section/],
    ["cube.fits?format=png&size=4097", 400, /size is '4097'/],
    ["cube.fits?format=png&contrast=11", 400, /contrast is '11', expected 0 to 10/],
    ["line.fits?format=png", 422, /a single axis/],
  ];
  for (const [query, status, detail] of cases) {
    const answer = await server.get(query);
    assertEquals(answer.status, status, query);
    assertMatch((await answer.json()).detail, detail);
  }
});

Deno.test("/fits?format=png hatches what has no value, unless it is to be transparent", async () => {
  const pixels = Float32Array.from({ length: 64 }, (_, i) => i < 32 ? NaN : i);
  await using server = await serveStationFiles({
    "half.fits": await encodeFits([{ pixels, shape: [8, 8] }]),
  });
  const hatched = await png(server, "half.fits?format=png&size=8&limits=32,63");
  assertEquals(hatched.color, "gray");
  assertEquals(
    [...hatched.data.subarray(32, 40)],
    [...[96, 96, 96, 96], ...[144, 144, 144, 144]].reverse(),
  );
  const clear = await png(server, "half.fits?format=png&size=8&limits=32,63&missing=transparent");
  assertEquals(clear.color, "gray-alpha");
  assertEquals([...clear.data.subarray(64, 68)], [0, 0, 0, 0]);
  const red = await png(server, "half.fits?format=png&size=8&limits=32,63&missing=FF8001");
  assertEquals(red.color, "rgb");
  assertEquals([...red.data.subarray(31 * 3, 33 * 3)], [58, 58, 58, 255, 128, 1]);
  const wrong = await fetch(new URL("fits/half.fits?format=png&missing=red", server.url));
  assertEquals(wrong.status, 400);
  assertMatch((await wrong.json()).detail, /hatch, transparent or a colour as RRGGBB/);
});

Deno.test("/fits?format=thumbnail tells the truth about every kind of file", async () => {
  const table = tableHdu({
    columns: [{ name: "A", values: Int32Array.of(1) }, { name: "B", values: Int32Array.of(1) }],
  });
  const image = { pixels: ramp(64 * 48), shape: [64, 48] };
  await using plain = await openFits(await encodeFits([image]));
  const nothing = { pixels: new Float32Array(64).fill(NaN), shape: [8, 8] };
  await using server = await serveStationFiles({
    "image.fits": await encodeFits([image]),
    "packed.fits.fz": await encodeFits([
      await compressImage(await plain.hdu(0), { algorithm: "rice" }),
    ]),
    "table.fits": await encodeFits([table]),
    "later.fits": await encodeFits([table, image]),
    "line.fits": await encodeFits([{ pixels: ramp(5000), shape: [5000] }]),
    "row.fits": await encodeFits([{ pixels: ramp(5000), shape: [1, 5000] }]),
    "nan.fits": await encodeFits([nothing]),
    "nanline.fits": await encodeFits([{ pixels: new Float32Array(9).fill(NaN), shape: [9] }]),
    "header.fits": await encodeFits([{ pixels: new Uint8Array(0), shape: [0, 5] }]),
    "text.fits": new TextEncoder().encode("<script>alert(1)</script> no FITS"),
    "cut.fits": (await encodeFits([image])).subarray(0, 2881),
  });
  const cases: [name: string, kind: string, type: string, alt: string | RegExp][] = [
    ["image.fits", "image", "image/png", "image of 64 x 48 pixels"],
    ["packed.fits.fz", "image", "image/png", "image of 64 x 48 pixels"],
    ["later.fits", "image", "image/png", "image of 64 x 48 pixels"],
    ["table.fits", "table", "image/svg+xml", "table of 2 columns, 1 row"],
    ["line.fits", "line", "image/svg+xml", "line of 5,000 values"],
    ["row.fits", "line", "image/svg+xml", "line of 5,000 values"],
    ["nan.fits", "empty", "image/svg+xml", "8 x 8 pixels without a value"],
    ["nanline.fits", "empty", "image/svg+xml", "9 values, none finite"],
    ["header.fits", "empty", "image/svg+xml", "header only, 1 HDU"],
    ["text.fits", "error", "image/svg+xml", /text\.fits/],
    ["cut.fits", "error", "image/svg+xml", /cut\.fits/],
  ];
  for (const [name, kind, type, alt] of cases) {
    const answer = await server.get(`${name}?format=thumbnail&size=64`);
    const body = await answer.bytes();
    const words = decodeURIComponent(answer.headers.get("heliograph-alt")!);
    assertEquals(
      [
        answer.status,
        answer.headers.get("heliograph-thumbnail"),
        answer.headers.get("content-type"),
      ],
      [200, kind, type],
      `${name}: ${words}`,
    );
    if (typeof alt === "string") assertEquals(words, alt, name);
    else assertMatch(words, alt);
    if (type === "image/png") assertEquals(decodePng(body).width, 64);
    else {
      const text = new TextDecoder().decode(body);
      assertMatch(
        text,
        /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"[^<>]*><title>[^<>]*<\/title>/,
      );
      assert(!text.includes("<script"), text);
    }
  }
  const none = await server.get("none.fits?format=thumbnail");
  assertEquals(none.status, 404);
  await none.body?.cancel();
});
