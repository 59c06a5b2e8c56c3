/** The FITS cores in a real browser, from the sources with their types stripped. */

import { gzipSync } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import { encodeFits } from "../../fits/write/write.ts";
import { sampleSun } from "../../fits/picture/sample_sun.ts";
import { tableHdu } from "../../fits/table/output.ts";
import { fileHandler } from "../../http/files/handler.ts";
import { serveHttp } from "../../http/server/serve_http.ts";
import type { HttpHandler } from "../../http/server/types.ts";
import { corpusFile, corpusFolder } from "../support/corpus.ts";
import { openPage } from "../support/chromium.ts";
import { readEverything } from "../support/fits/browser_reading.ts";
import { sourceHandler } from "../support/http/source_server.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** Compressed images, whose kernels a page fetches: rice, hcompress, PLIO, gzip, dithered. */
const COMPRESSED = corpusFolder === undefined
  ? []
  : ["m13_rice", "m13_hcomp", "m13_plio", "m13_gzip", "m13real_rice"].map((name) => `${name}.fits`);
const ENTRY = "/tests/support/fits/browser_reading.ts";

/** Images of every type, both kinds of table, coordinates. */
async function everyKind(): Promise<Uint8Array<ArrayBuffer>> {
  const sun = sampleSun({ size: 64 });
  const wave = (i: number) => 100 * Math.sin(i / 37) + i % 11;
  const shape = [64, 48];
  const count = shape[0]! * shape[1]!;
  const rows = 40;
  const images = [
    Uint8Array.from({ length: count }, (_, i) => wave(i)),
    Int16Array.from({ length: count }, (_, i) => wave(i)),
    Uint16Array.from({ length: count }, (_, i) => wave(i) + 40_000),
    Int32Array.from({ length: count }, (_, i) => wave(i) * 1e6),
    BigInt64Array.from({ length: count }, (_, i) => BigInt(i) << 40n),
    Float32Array.from({ length: count }, (_, i) => i % 101 === 0 ? NaN : wave(i)),
    Float64Array.from({ length: count }, (_, i) => wave(i)),
  ];
  const columns = [
    { name: "NAME", values: Array.from({ length: rows }, (_, i) => `star ${"*".repeat(i)}${i}`) },
    { name: "X", values: Float64Array.from({ length: rows }, (_, i) => wave(i)) },
    { name: "N", values: Int32Array.from({ length: rows }, (_, i) => i * i) },
  ];
  const lists = {
    name: "LIST",
    values: Array.from({ length: rows }, (_, i) => new Float32Array(i)),
  };
  return await encodeFits([
    { pixels: sun.pixels, shape: sun.shape, header: sun.header },
    ...images.map((pixels) => ({ pixels, shape, name: pixels.constructor.name })),
    tableHdu({ name: "BINARY", columns: [...columns, lists] }),
    tableHdu({ name: "TEXT", kind: "ascii", columns }),
  ]);
}

async function makeFiles(folder: string): Promise<void> {
  const all = await everyKind();
  await Deno.writeFile(`${folder}/all.fits`, all);
  await Deno.writeFile(`${folder}/all.fits.gz`, gzipSync(all));
  const members = [all.subarray(0, 20_000), all.subarray(20_000)].map((part) => gzipSync(part));
  await Deno.writeFile(
    `${folder}/members.gz`,
    new Blob(members as Uint8Array<ArrayBuffer>[]).stream(),
  );
  const pixels = Int16Array.from({ length: 2000 * 2000 }, (_, i) => i * 31);
  const large = await encodeFits([{ pixels, shape: [2000, 2000] }]);
  await Deno.writeFile(`${folder}/large.fits`, large);
  await Deno.writeFile(`${folder}/changed.fits`, large);
  for (const name of COMPRESSED) {
    await Deno.copyFile(corpusFile(`fits/compressed/${name}`), `${folder}/${name}`);
  }
  // What has just been written is another version to the server a moment later.
  for await (const { name } of Deno.readDir(folder)) await Deno.utime(`${folder}/${name}`, 1, 1);
}

/** The time of the last change of `changed.fits`, which no two changes share. */
let lastChange = 1;

/** Serves files to pages of every origin; `changed.fits` changes after the first request. */
function dataHandler(folder: string, asked: [path: string, range: string][]): HttpHandler {
  const files = fileHandler({ root: folder, cors: true });
  return async (request) => {
    if (request.path === "/changed.fits" && asked.some(([path]) => path === request.path)) {
      await Deno.utime(`${folder}/changed.fits`, 1, ++lastChange);
    }
    asked.push([request.path, `${request.method} ${request.fields.get("range")}`]);
    return await files(request);
  };
}

Deno.test("Chromium reads FITS files from the stripped sources exactly as Deno does", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  const loaded = new Set<string>();
  await using sources = await serveHttp({ port: 0 }, sourceHandler(loaded));
  const read = async (
    run: (base: string) => Promise<Record<string, unknown>>,
  ): Promise<{ found: Record<string, unknown>; asked: [path: string, range: string][] }> => {
    const asked: [string, string][] = [];
    // A server for each run, since what is changed once cannot be changed again.
    await using data = await serveHttp({ port: 0 }, dataHandler(folder.path, asked));
    const base = `http://127.0.0.1:${data.address.port}/`;
    const text = JSON.stringify(await run(base)).replaceAll(base, "http://HOST/");
    return { found: JSON.parse(text), asked };
  };
  const { found: expected, asked: byDeno } = await read((base) => readEverything(base, COMPRESSED));
  await using page = await openPage(`http://127.0.0.1:${sources.address.port}/`);
  await page.until("document.title === 'modules'");
  const { found, asked } = await read(async (base) =>
    await page.until<Record<string, unknown>>(
      `import("${ENTRY}").then(({ readEverything }) => readEverything("${base}", ${
        JSON.stringify(COMPRESSED)
      }))
        .catch((error) => ({ failed: String(error.stack) }))`,
    )
  );
  assertEquals(found, expected);
  for (const way of ["bytes", "Blob", "gzip", "URL"]) assert(Object.keys(found[way]!).length > 100);
  assertEquals(found["URL"], found["bytes"]);
  assertEquals(found["gzip of two members"], found["bytes"]);
  const ranges = asked.filter(([path]) => path === "/large.fits").map(([, range]) => range);
  assertEquals(ranges[0], "GET bytes=0-32767");
  assert(
    ranges.length < 10 && ranges.every((range) => /^GET bytes=\d+-\d+$/.test(range)),
    `${ranges}`,
  );
  assertEquals(asked, byDeno, "the same requests from both");
  assert(loaded.has("fits/browser.ts") && loaded.has("net/kernels/byte_swap.wasm"));
});
