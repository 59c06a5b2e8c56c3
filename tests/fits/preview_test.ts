/** FITS files as pictures of a file server, and files of a server as FITS files. */

import { assertEquals } from "@std/assert";
import { encodeFits, fitsPreview, openFits, tableHdu } from "../../fits/mod.ts";
import { decodePng } from "../../fits/picture/png.ts";
import { fileHandler, type Representation, serveHttp } from "../../http/mod.ts";
import { temporaryFolder } from "../support/temporary.ts";

Deno.test("fitsPreview shows the first image of a file, and says why it cannot", async () => {
  await using folder = await temporaryFolder();
  const pixels = Int16Array.from({ length: 60 * 40 }, (_, i) => i);
  const table = tableHdu({ columns: [{ name: "A", values: Int32Array.of(1) }] });
  await Deno.writeFile(`${folder.path}/ramp.fits`, await encodeFits([{ pixels, shape: [60, 40] }]));
  await Deno.writeFile(`${folder.path}/table.fits`, await encodeFits([table]));
  const handler = fileHandler({ root: folder.path, representations: [fitsPreview] });
  await using server = await serveHttp({ port: 0 }, handler);
  const cases: [query: string, status: number, text: string][] = [
    ["ramp.fits?as=preview&size=30", 200, ""],
    ["ramp.fits?as=preview&size=0", 400, "size is '0', expected 1 to 4096"],
    ["ramp.fits?as=preview&stretch=x", 400, "stretch is 'x'"],
    ["ramp.fits?as=preview&limits=x", 400, "limits"],
    ["ramp.fits?as=preview&colourmap=heat", 400, "no parameter 'colourmap'; nearest is 'colormap'"],
    ["ramp.fits?as=preview&size=9&size=9", 400, "more than once"],
    ["ramp.fits?as=preview&section=1:61,*", 400, "pixels 1 to 60"],
    ["ramp.fits?as=preview&section=*,*,3", 400, "has 3 axes"],
    ["ramp.fits?as=preview&hdu=4", 404, "Cannot find HDU 4"],
    ["ramp.fits?as=preview&thumbnail=9", 400, "thumbnail is '9', expected 32 to 256"],
    ["table.fits?as=preview", 422, "table.fits has no image with two axes to show"],
  ];
  for (const [query, status, text] of cases) {
    const answer = await fetch(new URL(query, server.url));
    const bytes = await answer.bytes();
    assertEquals(answer.status, status, query);
    if (status !== 200) {
      assertEquals(new TextDecoder().decode(bytes).includes(text), true, query);
    } else {
      const { width, height } = decodePng(bytes);
      assertEquals([width, height], [30, 20]);
    }
  }
});

Deno.test("fitsPreview shows the section of a cube that is asked for", async () => {
  await using folder = await temporaryFolder();
  const pixels = Int16Array.from({ length: 24 }, (_, i) => i);
  const cube = { pixels, shape: [3, 2, 4] };
  await Deno.writeFile(`${folder.path}/cube.fits`, await encodeFits([cube]));
  const handler = fileHandler({ root: folder.path, representations: [fitsPreview] });
  await using server = await serveHttp({ port: 0 }, handler);
  const gray = async (query: string) => {
    const answer = await fetch(new URL(`cube.fits?as=preview&size=3&${query}`, server.url));
    return [...decodePng(await answer.bytes()).data];
  };
  assertEquals(await gray("section=*,*,3&limits=12,17"), [153, 204, 255, 0, 51, 102]);
  assertEquals(await gray("section=*,2,3:4&limits=15,32"), [90, 105, 120, 0, 15, 30]);
});

Deno.test("fitsPreview says of whatever is no picture what it is, in the listing too", async () => {
  await using folder = await temporaryFolder();
  const table = tableHdu({ columns: [{ name: "A", values: Int32Array.of(1) }] });
  const nothing = { pixels: new Float32Array(4).fill(NaN), shape: [2, 2] };
  const line = { pixels: Int16Array.of(1, 2, 3), shape: [3] };
  const files: [name: string, bytes: Uint8Array, words: string][] = [
    ["table.fits", await encodeFits([table]), "table of 1 column, 1 row"],
    ["line.fits", await encodeFits([line]), "line of 3 values"],
    ["nan.fits", await encodeFits([nothing]), "2 x 2 pixels without a value"],
    ["text.fits", new TextEncoder().encode("<b>"), "text.fits"],
  ];
  for (const [name, bytes] of files) await Deno.writeFile(`${folder.path}/${name}`, bytes);
  const handler = fileHandler({ root: folder.path, representations: [fitsPreview] });
  await using server = await serveHttp({ port: 0 }, handler);
  const listing = await (await fetch(server.url)).text();
  for (const [name, , words] of files) {
    const href = `${name}?as=preview&thumbnail=96`;
    assertEquals(listing.includes(`src="./${href.replaceAll("&", "&amp;")}"`), true, name);
    const answer = await fetch(new URL(href, server.url));
    assertEquals([answer.status, answer.headers.get("content-type")], [200, "image/svg+xml"], name);
    assertEquals(answer.headers.get("content-security-policy"), "default-src 'none'; sandbox");
    const text = await answer.text();
    assertEquals(text.includes(words) && !text.includes("<b>"), true, text);
  }
  const empty = await fetch(new URL("nan.fits?as=preview", server.url));
  assertEquals((await empty.text()).includes("no values"), true);
});

Deno.test("openFits() opens the file that a representation of the file server gets", async () => {
  await using folder = await temporaryFolder();
  const sum: Representation = {
    name: "sum",
    label: "sum",
    type: "text/plain",
    matches: (name) => name.endsWith(".fits"),
    async render(file) {
      await using fits = await openFits(file);
      const { pixels } = await fits.image({ section: "1:2,*" });
      return new TextEncoder().encode(`${(pixels as Int16Array).reduce((a, b) => a + b)}\n`);
    },
  };
  const pixels = Int16Array.of(1, 2, 3, 4, 5, 6);
  await Deno.writeFile(`${folder.path}/six.fits`, await encodeFits([{ pixels, shape: [3, 2] }]));
  await using server = await serveHttp(
    { port: 0 },
    fileHandler({ root: folder.path, representations: [sum] }),
  );
  const answer = await fetch(new URL("six.fits?as=sum", server.url));
  assertEquals([answer.status, await answer.text()], [200, "12\n"]);
});
