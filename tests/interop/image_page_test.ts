/** Pages of streamed images in a real browser: the pictures are really decoded. */

import { assertEquals } from "@std/assert";
import { openPage } from "../support/chromium.ts";
import { runDeno } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

const WIDTHS = "[...document.images].map((image) => image.complete && image.naturalWidth)";

Deno.test("Chromium shows the picture of test_image.html", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/test_image.html`;
  const permissions = ["--allow-net=127.0.0.1", "--allow-read=.", "--allow-write=out"];
  const { code, stderr } = await runDeno(["run", ...permissions, "examples/stream_image.ts", path]);
  assertEquals(code, 0, stderr);
  await using page = await openPage(`file://${path}`);
  assertEquals(
    await page.until("document.images[0]?.complete && document.images[0].naturalWidth"),
    256,
  );
  assertEquals(await page.until("document.title"), "An image without a file");
  assertEquals(await page.until("document.compatMode"), "CSS1Compat");
});

Deno.test("Chromium shows a page of a PNG, a FITS image and one compressed by gzip", async () => {
  await using folder = await temporaryFolder();
  const { sampleSun, renderPng, encodeFits } = await import("../../fits/mod.ts");
  const sun = sampleSun({ size: 64 });
  const png = renderPng(sun);
  const { pixels, shape, header } = sun;
  await Deno.writeFile(`${folder.path}/sun.png`, png);
  await Deno.writeFile(`${folder.path}/sun.fits`, await encodeFits([{ pixels, shape, header }]));
  const packed = new Blob([png]).stream().pipeThrough(new CompressionStream("gzip"));
  await Deno.writeFile(`${folder.path}/packed.bin`, await new Response(packed).bytes());
  const urls = ["sun.png", "sun.fits", "packed.bin"].map((name) => `file://${folder.path}/${name}`);
  const path = `${folder.path}/page.html`;
  const { code, stderr } = await runDeno(
    ["run", "-A", "cli.ts", "stream", ...urls, "-o", path, "--title", "<Suns & more>"],
  );
  assertEquals(code, 0, stderr);
  await using page = await openPage(`file://${path}`);
  await page.until("document.images.length === 3");
  assertEquals(await page.until(`${WIDTHS}.every((width) => width > 0) && ${WIDTHS}`), [
    64,
    64,
    64,
  ]);
  assertEquals(await page.until("document.title"), "<Suns & more>");
  assertEquals(await page.until("[...document.images].every((image) => image.alt !== '')"), true);
});
