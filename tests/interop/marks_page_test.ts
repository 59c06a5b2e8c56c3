/** Rows of a table on the image, the table by its key, and profiles, in a real browser. */

import { assert, assertEquals } from "@std/assert";
import { writeSampleData } from "../../commands/station/sample_data.ts";
import { Card } from "../../fits/header/card.ts";
import { encodeFits, tableHdu } from "../../fits/mod.ts";
import { startStation } from "../../station/station.ts";
import { openPage, type Page } from "../support/chromium.ts";
import { temporaryFolder } from "../support/temporary.ts";

const ANY_PORTS = { port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 };

async function station() {
  const folder = await temporaryFolder();
  await writeSampleData(folder.path);
  const header = [
    ...[Card.of("CTYPE1", "RA---TAN"), Card.of("CTYPE2", "DEC--TAN")],
    ...[Card.of("CRPIX1", 50), Card.of("CRPIX2", 40), Card.of("CRVAL1", 83.6)],
    ...[Card.of("CRVAL2", 22), Card.of("CDELT1", -0.01), Card.of("CDELT2", 0.01)],
  ];
  const pixels = Int16Array.from({ length: 8_000 }, (_, i) => i % 100 + Math.floor(i / 100));
  const catalog = tableHdu({
    name: "STARS",
    columns: [
      { name: "NAME", values: ["<b>one", "two", "far away"] },
      { name: "RA", values: Float64Array.of(83.6, 83.5, 263.6), unit: "deg" },
      { name: "DEC", values: Float64Array.of(22, 22.1, -22), unit: "deg" },
    ],
  });
  await Deno.writeFile(
    `${folder.path}/sky.fits`,
    await encodeFits([{ pixels, shape: [100, 80], header }]),
  );
  await Deno.writeFile(`${folder.path}/stars.fits`, await encodeFits([catalog]));
  const running = await startStation({
    ...{ data: folder.path, received: `${folder.path}/received`, ...ANY_PORTS, basePath: "/obs" },
  });
  return {
    url: running.url,
    [Symbol.asyncDispose]: async () => {
      await running.shutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const marks = (count: number) => `document.querySelector('.stage')?.dataset.marks === '${count}'`;
const panel = (words: string) =>
  `document.querySelector('.panel').innerText.includes(${JSON.stringify(words)})`;
const press = (page: Page, key: string) =>
  page.until(
    `(document.querySelector('.stage').dispatchEvent(new KeyboardEvent('keydown', ` +
      `{ key: ${JSON.stringify(key)}, bubbles: true, cancelable: true })), true)`,
  );

Deno.test("rows of a table of the same file, and of another, are drawn on an image", async () => {
  await using served = await station();
  await using page = await openPage(`${served.url}view/sky.fits?panel=marks#cursor=50,40`);
  await page.until(panel("No table is drawn."));
  await page.until(
    `(() => { const input = document.querySelector('.marks-panel input'); ` +
      `input.value = 'stars.fits'; input.dispatchEvent(new Event('change')); return true; })()`,
  );
  await page.until(marks(2));
  await page.until(panel("2 of 3 rows have a place on the image."));
  // The row under the cross-hair, its text as text.
  await page.until(panel("<b>one"));
  assert(await page.until("location.search.includes('marks=stars.fits')"));
  // Two columns that are no places of this image say so.
  await page.goTo(`${served.url}view/sky.fits?panel=marks&marks=stars.fits[1],RA,DEC,stonyhurst`);
  await page.until(panel("no places of the frame stonyhurst"));
  assert(await page.until("document.querySelector('.stage').dataset.marks === undefined"));
  // The spots of the Sun, by the longitudes and latitudes of its surface.
  await page.goTo(`${served.url}view/sun.fits?panel=marks&marks=[SPOTS]`);
  const count = await page.until<string>(
    "document.querySelector('.viewer[data-settled]') && document.querySelector('.stage').dataset.marks",
  );
  assert(Number(count) > 0, count);
  await page.until(
    `([...document.querySelectorAll('.marks-panel button')].at(-1).click(), true)`,
  );
  await page.until("document.querySelector('.stage').dataset.marks === undefined");
  assert(await page.until("!location.search.includes('marks=')"));
  assertEquals(page.problems, []);
});

Deno.test("t shows the table of a file", async () => {
  await using served = await station();
  await using page = await openPage(`${served.url}view/sun.fits`);
  await page.until("document.querySelector('.viewer[data-settled]') !== null");
  await press(page, "t");
  await page.until("document.querySelectorAll('.viewer tbody tr').length > 0");
  assertEquals(page.problems, []);
});
