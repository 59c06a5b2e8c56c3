/** Several pictures in one page, in a real browser: locked by the sky, side by side, as colours. */

import { assert, assertEquals } from "@std/assert";
import { Card } from "../../fits/header/card.ts";
import { encodeFits } from "../../fits/write/write.ts";
import { decodePng } from "../../fits/picture/png_reader.ts";
import { openPage, type Page } from "../support/chromium.ts";
import { serveViewer } from "../support/station/viewer_server.ts";
import { temporaryFolder } from "../support/temporary.ts";

const card = (keyword: string, value: string | number) => Card.of(keyword, value);
const sky = (step: number, parity: 1 | -1) => [
  ...[card("CTYPE1", "RA---TAN"), card("CTYPE2", "DEC--TAN"), card("CRPIX1", 50.5)],
  ...[card("CRPIX2", 40.5), card("CRVAL1", 83.633), card("CRVAL2", 22.0145)],
  ...[card("CDELT1", -step * parity), card("CDELT2", step), card("RADESYS", "ICRS")],
];

async function makeFiles(folder: string): Promise<void> {
  const shape = [100, 80];
  const make = (value: (i: number) => number) =>
    Float32Array.from({ length: 8_000 }, (_, i) => value(i));
  const files = {
    one: [{ pixels: make((i) => i), shape, header: sky(0.001, 1) }],
    two: [
      { pixels: make((i) => -i), shape, header: sky(0.002, -1) },
      { pixels: make(() => 1), shape, name: "PLAIN" },
    ],
    three: [{ pixels: make((i) => i % 100), shape, header: sky(0.001, 1) }],
  };
  for (const [name, hdus] of Object.entries(files)) {
    await Deno.writeFile(`${folder}/${name}.fits`, await encodeFits(hdus));
  }
}

const SETTLED = "document.querySelectorAll('.viewer[data-settled]').length";
/** What the readout of a picture has. */
const itemsOf = (index: number) =>
  `Object.fromEntries(
  [...document.querySelectorAll(".several-item")[${index}].querySelectorAll(".items > div")]
    .map((item) => [...item.children].map((part) => part.textContent)))`;
const wordsOf = (index: number) =>
  `document.querySelectorAll(".several-words")[${index}].textContent`;

async function press(page: Page, key: string, modifiers = 0): Promise<void> {
  await page.until("(document.querySelector('.several-item.active .stage').focus(), true)");
  for (const type of ["keyDown", "keyUp"]) {
    await page.send("Input.dispatchKeyEvent", { type, key, modifiers });
  }
}

Deno.test("pictures blink and follow one another by the sky, by pixels, or not", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  await using server = await serveViewer(folder.path);
  const address = `${server.url}view/one.fits?x=50.5&y=40.5&zoom=4&with=two.fits&with=three.fits`;
  await using page = await openPage(`${address}#cursor=60,45`, { size: [1100, 800] });
  await page.until(`${SETTLED} === 3`);
  const place = "RA, Dec (ICRS)";
  // The cross-hair is on the same place, in the pixels of each: of the second a half, mirrored.
  const wanted = ["60.0, 45.0", "46.00, 43.00", "60.0, 45.0"];
  const found = await page.until<Record<string, string>[]>(
    `((all) => all.every((items, i) => items["x, y"] === ${JSON.stringify(wanted)}[i] &&
      items[${JSON.stringify(place)}] !== undefined) && all)([${
      [0, 1, 2].map(itemsOf).join(",")
    }])`,
  );
  assertEquals(found[0]![place], found[2]![place]);
  const active =
    "[...document.querySelectorAll('.several-item')].findIndex((item) => item.classList.contains('active'))";
  const seen = `[...document.querySelectorAll('.several-item canvas.picture')]
    .map((canvas) => getComputedStyle(canvas).visibility).join()`;
  for (
    const [key, modifiers, wanted] of [["b", 0, 1], ["b", 0, 2], ["b", 0, 0], ["B", 8, 2]] as const
  ) {
    await press(page, key, modifiers);
    await page.until(`${active} === ${wanted}`);
    const expected = [0, 1, 2].map((i) => i === wanted ? "visible" : "hidden").join();
    assertEquals(await page.until(seen), expected);
  }
  // Zooming the third takes the others along: the second has twice the step.
  const zooms = `[...document.querySelectorAll('.several-item .stage')].length === 3 &&
    new URLSearchParams(location.search).get("zoom")`;
  assertEquals(await page.until(zooms), "4");
  await press(page, "+");
  await page.until(`new URLSearchParams(location.search).get("zoom") === "8"`);
  assertEquals(page.problems, []);
  // A picture without a sky says that it is not locked; by pixels it is.
  await page.goTo(`${server.url}view/one.fits?with=two.fits[PLAIN]&layout=grid`);
  await page.until(`${SETTLED} === 2`);
  await page.until(
    `${wordsOf(1)} === '2 of 2: two.fits[PLAIN] \u00b7 not locked: there is no common sky'`,
  );
  const boxes = await page.until<{ x: number; width: number }[]>(
    "[...document.querySelectorAll('.several-item')].map((item) => item.getBoundingClientRect().toJSON())",
  );
  assert(boxes[0]!.width < 560 && boxes[1]!.x >= boxes[0]!.width, JSON.stringify(boxes));
  await page.until(`((select) => {
    select.value = "pixel";
    select.dispatchEvent(new Event("change"));
    return true;
  })(document.querySelectorAll(".several-strip select")[1])`);
  await page.until(`${wordsOf(1)} === '2 of 2: two.fits[PLAIN]'`);
  await page.until("/lock=pixel/.test(location.search) && /layout=grid/.test(location.search)");
  assertEquals(page.problems, []);
});

Deno.test("three pictures are the red, green and blue of one", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  await using server = await serveViewer(folder.path);
  const query = "x=50.5&y=40.5&zoom=6&with=three.fits&with=three.fits&layout=rgb&lock=pixel";
  await using page = await openPage(`${server.url}view/three.fits?${query}`, { size: [900, 700] });
  await page.until(`${SETTLED} === 3`);
  const before = await page.screenshot();
  const filters = await page.until<string[]>(
    "[...document.querySelectorAll('canvas.picture')].map((canvas) => canvas.style.filter)",
  );
  assertEquals(filters, ['url("#only-red")', 'url("#only-green")', 'url("#only-blue")']);
  // Three times the same picture is gray, brighter where its values are greater.
  const { width, height, data } = decodePng(before);
  const samples = data.length / (width * height);
  const colors = [200, 450, 700].map((x) => {
    const at = (300 * width + x) * samples;
    return [...data.subarray(at, at + 3)];
  });
  for (const [red, green, blue] of colors) assertEquals([green, blue], [red, red], `${colors}`);
  assert(colors[0]![0]! + 40 < colors[1]![0]! && colors[1]![0]! + 40 < colors[2]![0]!, `${colors}`);
  assertEquals(page.problems, []);
});

Deno.test("a page takes seven further pictures, and an eighth is refused", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  await using server = await serveViewer(folder.path);
  const ask = async (count: number) => {
    const others = "&with=two.fits".repeat(count);
    const answer = await fetch(`${server.url}view/one.fits?layout=grid${others}`);
    await answer.body?.cancel();
    return answer.status;
  };
  assertEquals([await ask(7), await ask(8)], [200, 400]);
  const wrong = await fetch(`${server.url}view/one.fits?with=two.fits&layout=stack`);
  await wrong.body?.cancel();
  assertEquals(wrong.status, 400);
});
