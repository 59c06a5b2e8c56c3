/** The pages of the station in a real browser, with script and without it. */

import { assert, assertEquals } from "@std/assert";
import { Card } from "../../fits/header/card.ts";
import { compressImage, encodeFits, openFits, tableHdu } from "../../fits/mod.ts";
import { startStation } from "../../station/station.ts";
import { openPage } from "../support/chromium.ts";
import { temporaryFolder } from "../support/temporary.ts";

const HOSTILE = "<img src=x onerror=document.title='gone'>";
const ANY_PORTS = { port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 };

/** Files of every kind, one of them with a name and a header that would be markup. */
async function dataFolder() {
  const folder = await temporaryFolder();
  const pixels = Int16Array.from({ length: 64 * 48 }, (_, i) => i);
  const image = { pixels, shape: [64, 48], header: [Card.of("OBJECT", HOSTILE)] };
  await using plain = await openFits(await encodeFits([image]));
  const table = tableHdu({ name: HOSTILE, columns: [{ name: "A", values: [HOSTILE] }] });
  const files: Readonly<Record<string, Uint8Array>> = {
    [`${HOSTILE}.fits`]: await encodeFits([image, table]),
    "packed.fits": await encodeFits([
      await compressImage(await plain.hdu(0), { algorithm: "rice" }),
    ]),
    "table.fits": await encodeFits([table]),
    "line.fits": await encodeFits([{ pixels, shape: [64 * 48] }]),
    "nan.fits": await encodeFits([{ pixels: new Float32Array(64).fill(NaN), shape: [8, 8] }]),
    "text.fits": new TextEncoder().encode("no FITS file"),
  };
  for (const [name, bytes] of Object.entries(files)) {
    await Deno.writeFile(`${folder.path}/${name}`, bytes);
  }
  return folder;
}

/** Whether all pictures of a page are there. */
const ALL_PICTURES =
  "[...document.images].length > 0 && [...document.images].every((i) => i.complete && i.naturalWidth > 0)";

Deno.test("the first page shows what each file is, keeps its numbers fresh, and no name is markup", async () => {
  await using folder = await dataFolder();
  await using station = await startStation({
    data: folder.path,
    received: `${folder.path}/received`,
    ...ANY_PORTS,
  });
  await using page = await openPage(station.url);
  // Pictures that are seen only when one scrolls are fetched now.
  await page.until("document.images.length === 7 && document.readyState === 'complete'");
  await page.until("[...document.images].map((i) => (i.loading = 'eager', true)).length");
  await page.until(ALL_PICTURES);
  const first = await page.until<string>("document.querySelector('.newest')?.textContent");
  await page.until(`document.querySelector('.newest').textContent !== '${first}'`);
  await page.until("document.querySelectorAll('.commands button').length > 0");
  assertEquals(await page.until("document.title"), "Heliograph");
  assert(await page.until("document.querySelectorAll('main h2').length === 5"));
  // Nothing that the policy of the page forbids was tried.
  assertEquals(page.problems, []);
});

Deno.test("the page of a file is whole without script, and no header is markup", async () => {
  await using folder = await dataFolder();
  await using station = await startStation({
    data: folder.path,
    received: `${folder.path}/received`,
    ...ANY_PORTS,
  });
  const name = encodeURIComponent(`${HOSTILE}.fits`);
  const cases: [query: string, expression: string, expected: unknown][] = [
    ["?stretch=log&size=128", "document.querySelector('figure img')?.naturalWidth", 128],
    ["?panel=header", "document.querySelector('tbody')?.innerText.includes('onerror')", true],
    ["?hdu=1", "document.querySelector('tbody td')?.textContent", HOSTILE],
    ["?panel=info", "document.querySelectorAll('tbody tr').length", 2],
  ];
  for (const [query, expression, expected] of cases) {
    await using page = await openPage(`${station.url}view/${name}${query}`, { hasScript: false });
    await page.until("document.title.endsWith('.fits - Heliograph')");
    assert(await page.until(`${expression} === ${JSON.stringify(expected)}`), query);
    assertEquals(await page.until("document.title"), `${HOSTILE}.fits - Heliograph`);
  }
});

Deno.test("the listing and the feeds are whole without script", async () => {
  await using folder = await dataFolder();
  await using station = await startStation({
    data: folder.path,
    received: `${folder.path}/received`,
    ...ANY_PORTS,
  });
  for (const [path, count] of [["files/", 6], ["feeds/", 1]] as const) {
    await using page = await openPage(station.url + path, { hasScript: false });
    await page.until(`document.images.length === ${count}`);
    await page.until("[...document.images].map((i) => (i.loading = 'eager', true)).length");
    await page.until(ALL_PICTURES);
    for (const tag of ["h1", "main"]) {
      assert(await page.until(`document.querySelectorAll('${tag}').length === 1`), path);
    }
  }
});
