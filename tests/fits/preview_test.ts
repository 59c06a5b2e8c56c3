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
    ["table.fits?as=preview", 422, "table.fits has no image to show"],
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
