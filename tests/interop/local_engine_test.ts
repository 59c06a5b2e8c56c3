/** A file that is read in the browser has the numbers that the station gives. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { openFits } from "../../fits/browser.ts";
import { tableHdu } from "../../fits/table/output.ts";
import { encodeFits } from "../../fits/write/write.ts";
import { parseTile } from "../../station/web/picture/tile.ts";
import { LocalEngine } from "../../station/web/source/local_engine.ts";
import { serveStationFiles } from "../support/fits/station_files.ts";
import { corpusFile, corpusFolder } from "../support/corpus.ts";

const pause = () => Promise.resolve();
const { signal } = new AbortController();

async function engineOf(bytes: Uint8Array<ArrayBuffer>): Promise<LocalEngine> {
  const file = await openFits(new Blob([bytes]));
  return new LocalEngine(file, { name: "a.fits", bytes: bytes.length }, pause);
}

/** Files of every kind of pixel: plain ones, and compressed ones where the corpus is there. */
async function* files(): AsyncGenerator<readonly [name: string, bytes: Uint8Array<ArrayBuffer>]> {
  const shape = [700, 600];
  const count = shape[0]! * shape[1]!;
  const value = (i: number) => (i * 7919) % 3001 - 1500;
  yield [
    "plain",
    await encodeFits([
      { pixels: Int16Array.from({ length: count }, (_, i) => value(i)), shape },
      { pixels: Uint16Array.from({ length: count }, (_, i) => value(i) + 40_000), shape },
      {
        pixels: Float32Array.from({ length: count }, (_, i) => i % 7 === 0 ? NaN : value(i) / 3),
        shape,
      },
      { pixels: BigInt64Array.from({ length: 24 }, (_, i) => BigInt(i) << 55n), shape: [4, 3, 2] },
      tableHdu({ columns: [{ name: "N", values: Int32Array.of(5, 6, 7, 8) }] }),
      { pixels: Float64Array.from({ length: 5 }, (_, i) => i / 3), shape: [5] },
    ]),
  ];
  if (corpusFolder === undefined) return;
  for (
    const path of [
      ...["compressed/m13real_rice.fits", "compressed/m13_hcomp.fits"],
      ...["derived/u16_rice_t32x32.fits.fz", "derived/f64nan_gzip2_lossless.fits.fz"],
      ...["derived/cube_f32_rice_t20x20x2.fits.fz", "image/firefly_m51_i16_blank_scale.fits"],
    ]
  ) yield [path, await Deno.readFile(corpusFile(`fits/${path}`))];
}

Deno.test("LocalEngine answers as the station does, number for number", async () => {
  let images = 0;
  for await (const [name, bytes] of files()) {
    await using station = await serveStationFiles({ "a.fits": bytes });
    const ask = async (query: string): Promise<Uint8Array<ArrayBuffer>> => {
      const response = await station.get(`a.fits?${query}`);
      const body = await response.bytes();
      assertEquals(response.status, 200, query);
      return body;
    };
    const json = async (query: string) => JSON.parse(new TextDecoder().decode(await ask(query)));
    const engine = await engineOf(bytes);
    const info = await engine.info();
    const plain = (value: unknown) =>
      JSON.parse(JSON.stringify(value).replace(/"validator":"[^"]*"/g, '"validator":""'));
    assertEquals(plain({ ...info, name: "a.fits" }), plain(await json("format=info")), name);
    for (const { index, levels, planes, shape, rows } of info.hdus) {
      assertEquals(
        { index, cards: plain(await engine.header(index)) },
        (await json(`format=header&hdu=${index}`))[0],
      );
      assertEquals(
        plain(await engine.findings(index)),
        await json(`format=findings&hdu=${index}`),
        `${name} HDU ${index}`,
      );
      if (rows !== undefined) {
        assertEquals(
          await engine.rows(index, 2, 3, {}, signal),
          await json(`format=rows&hdu=${index}&rows=2:3`),
        );
      }
      if (levels === 0) continue;
      images++;
      const plane = planes > 1 ? [2] : [];
      const place = `hdu=${index}${planes > 1 ? "&plane=2" : ""}`;
      for (let level = 0; level < levels; level++) {
        const tile = { level, x: 0, y: 0, draft: false };
        assertEquals(
          await engine.tile(index, plane, tile, signal),
          await ask(`format=tile&${place}&tile=${level}/0/0`),
          `${name} HDU ${index} level ${level}`,
        );
      }
      const section = shape.map((length) => `1:${Math.min(2, length)}`).join(",");
      assertEquals(
        await engine.values(index, section, signal),
        await ask(`format=values&hdu=${index}&section=${section}`),
      );
      for (const limits of ["zscale", "percentile:98"]) {
        assertEquals(
          await engine.limits(index, plane, { limits, scope: "plane" }, signal),
          await json(`format=limits&${place}&limits=${limits}`),
        );
      }
      assertEquals(
        await engine.histogram(index, plane, { scope: "plane", bins: 16 }, signal),
        await json(`format=histogram&${place}&bins=16`),
      );
    }
  }
  assert(images >= 5);
});

Deno.test("LocalEngine makes drafts of a sample of the pixels, and ends when nobody waits", async () => {
  const shape = [4096, 2048];
  const pixels = Int16Array.from({ length: 4096 * 2048 }, (_, i) => (i % 4096) >> 2);
  const engine = await engineOf(await encodeFits([{ pixels, shape }]));
  const place = { level: 3, x: 0, y: 0 };
  const draft = parseTile(await engine.tile(0, [], { ...place, draft: true }, signal));
  const exact = parseTile(await engine.tile(0, [], { ...place, draft: false }, signal));
  assertEquals([draft.width, draft.height, draft.isDraft, exact.isDraft], [512, 256, true, false]);
  assertEquals([draft.width, draft.height], [exact.width, exact.height]);
  for (const [i, value] of draft.values!.entries()) {
    assert(
      Math.abs(Number(value) - Number(exact.values![i])) <= 2,
      `${i}: ${value}, ${exact.values![i]}`,
    );
  }
  const ended = AbortSignal.abort(new Error("nobody waits"));
  await assertRejects(
    () => engine.tile(0, [], { ...place, draft: false }, ended),
    Error,
    "nobody waits",
  );
});
