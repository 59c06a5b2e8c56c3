/** Regions and the grid of the viewer in a real browser, by mouse, keys and files. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Card } from "../../fits/header/card.ts";
import { encodeFits } from "../../fits/write/write.ts";
import { openPage, type Page } from "../support/chromium.ts";
import { serveViewer } from "../support/station/viewer_server.ts";
import { temporaryFolder } from "../support/temporary.ts";

const SETTLED = "document.querySelector('.viewer[data-settled]') !== null";
const HOSTILE = '<img src=x onerror="globalThis.hacked=1">';
const [WIDTH, HEIGHT] = [600, 400];
const PIXELS = Int16Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
  const [x, y] = [i % WIDTH + 1, Math.floor(i / WIDTH) + 1];
  return (x * 7919 + y * 104_729) % 997 - 300;
});

async function makeFile(folder: string): Promise<void> {
  const header = Object.entries({
    ...{ CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CRPIX1: 300.5, CRPIX2: 200.5, RADESYS: "ICRS" },
    ...{ CRVAL1: 83.633, CRVAL2: 22.0145, CD1_1: -0.0009, CD1_2: 0.0004, CD2_1: 0.0004 },
    ...{ CD2_2: 0.0009 },
  }).map(([keyword, value]) => Card.of(keyword, value));
  await Deno.writeFile(
    `${folder}/sky.fits`,
    await encodeFits([{ pixels: PIXELS, shape: [WIDTH, HEIGHT], header }]),
  );
}

/** The sum and the number of pixels in a circle. */
function inCircle(x: number, y: number, radius: number): { pixels: number; sum: number } {
  let [pixels, sum] = [0, 0];
  for (const [i, value] of PIXELS.entries()) {
    const [dx, dy] = [i % WIDTH + 1 - x, Math.floor(i / WIDTH) + 1 - y];
    if (dx * dx + dy * dy >= radius * radius) continue;
    pixels++;
    sum += value;
  }
  return { pixels, sum };
}

async function mouse(page: Page, type: string, x: number, y: number): Promise<void> {
  const button = type === "mouseMoved" ? {} : { button: "left", clickCount: 1 };
  const buttons = type === "mouseReleased" ? 0 : 1;
  await page.send("Input.dispatchMouseEvent", { type, x, y, buttons, ...button });
}

async function press(page: Page, key: string, modifiers = 0): Promise<void> {
  await page.send("Input.dispatchKeyEvent", { type: "keyDown", key, modifiers });
  await page.send("Input.dispatchKeyEvent", { type: "keyUp", key, modifiers });
}

const REGIONS = "decodeURIComponent(location.hash)";
const NUMBERS = `Object.fromEntries([...document.querySelectorAll(".region-numbers tr")]
  .map((row) => [...row.children].map((cell) => cell.textContent)))`;
const FOCUS = "(document.querySelector('.stage').focus(), true)";

Deno.test("regions are drawn, moved, resized, measured, and kept in the address", async () => {
  await using folder = await temporaryFolder();
  await makeFile(folder.path);
  await using server = await serveViewer(folder.path);
  const address = `${server.url}view/sky.fits?x=300.5&y=200.5&zoom=1&panel=regions`;
  await using page = await openPage(address, { size: [1280, 800] });
  await page.until(SETTLED);
  const box = await page.until<{ x: number; y: number; width: number; height: number }>(
    "(({x, y, width, height}) => ({x, y, width, height}))(document.querySelector('.stage').getBoundingClientRect())",
  );
  const middle = [box.x + Math.floor(box.width) / 2, box.y + Math.floor(box.height) / 2] as const;
  await page.until(
    `[...document.querySelectorAll(".regions button")].find((button) => button.textContent === "circle")?.click() === undefined && document.querySelector(".stage.drawing") !== null`,
  );
  await mouse(page, "mousePressed", middle[0], middle[1]);
  await mouse(page, "mouseMoved", middle[0] + 30, middle[1]);
  await mouse(page, "mouseMoved", middle[0] + 50, middle[1]);
  await mouse(page, "mouseReleased", middle[0] + 50, middle[1]);
  const circleOf = async (test: string) => {
    const found = await page.until<string[]>(
      `((match) => match !== null && (${test}) && [...match])(/circle\\(([\\d.]+),([\\d.]+),([\\d.]+)\\)/.exec(${REGIONS}))`,
    );
    return found.slice(1).map(Number) as [number, number, number];
  };
  const drawn = await circleOf("Math.abs(match[3] - 50) < 1.5");
  assertAlmostEquals(drawn[0], 300.5, 1.01);
  assertAlmostEquals(drawn[1], 200.5, 1.01);
  const expected = inCircle(...drawn);
  await page.until(`${NUMBERS}.pixels === "${expected.pixels}"`);
  const numbers = await page.until<Record<string, string>>(NUMBERS);
  assertEquals(Number(numbers.sum!.replace("\u2212", "-")), expected.sum);
  // The handle at the right makes it larger, the inside moves it.
  await mouse(page, "mousePressed", middle[0] + 50, middle[1]);
  await mouse(page, "mouseMoved", middle[0] + 60, middle[1]);
  await mouse(page, "mouseMoved", middle[0] + 80, middle[1]);
  await mouse(page, "mouseReleased", middle[0] + 80, middle[1]);
  await circleOf("Math.abs(match[3] - 80) < 1.5");
  await mouse(page, "mousePressed", middle[0] + 10, middle[1]);
  await mouse(page, "mouseMoved", middle[0] + 20, middle[1] - 10);
  await mouse(page, "mouseMoved", middle[0] + 50, middle[1] - 30);
  await mouse(page, "mouseReleased", middle[0] + 50, middle[1] - 30);
  const moved = await circleOf("match[1] > 330");
  assertAlmostEquals(moved[0] - drawn[0], 40, 1e-9);
  assertAlmostEquals(moved[1] - drawn[1], 30, 1e-9);
  // Keys: arrows nudge the chosen one; undo takes the steps back.
  await page.until(FOCUS);
  await press(page, "ArrowRight", 8);
  const nudged = await circleOf("match[1] > 345");
  assertAlmostEquals(nudged[0] - moved[0], 10, 1e-9);
  await press(page, "e");
  await page.until(`/image;-circle/.test(${REGIONS})`);
  await press(page, "Escape");
  await page.until(`document.querySelectorAll(".region-list [aria-pressed=true]").length === 0`);
  await press(page, "z", 2);
  await page.until(`!/-circle/.test(${REGIONS})`);
  assertEquals(page.problems, []);
});

Deno.test("regions of a file of DS9 are opened, listed with what was not read, and saved", async () => {
  await using folder = await temporaryFolder();
  await makeFile(folder.path);
  const file = `${folder.path}/stars.reg`;
  await Deno.writeTextFile(
    file,
    `global color=cyan\nicrs\ncircle(83.633,22.0145,60") # text={${HOSTILE}}\n` +
      "-box(83.65,22.02,0.01,0.01,0)\nimage\nline(10,10,400,300)\nvector(1,2,3,4)\n" +
      "polygon(50,50,150,60,100,160) # color=yellow\nellipse(450,300,60,30,20)\n" +
      "annulus(480,90,20,40)\npoint(200,330)\n",
  );
  await using server = await serveViewer(folder.path);
  const address = `${server.url}view/sky.fits?panel=regions&grid=1`;
  await using page = await openPage(address, { size: [1280, 800] });
  await page.until(SETTLED);
  await page.until("document.querySelector('.region-files input') !== null");
  const { root } = await page.send("DOM.getDocument", {}) as { root: { nodeId: number } };
  const { nodeId } = await page.send("DOM.querySelector", {
    nodeId: root.nodeId,
    selector: ".region-files input",
  }) as { nodeId: number };
  await page.send("DOM.setFileInputFiles", { nodeId, files: [await Deno.realPath(file)] });
  await page.until("document.querySelectorAll('.region-list li').length === 7");
  await page.until(
    "/vector\\(1,2,3,4\\).*not supported/.test(document.querySelector('.unread').textContent)",
  );
  await page.until("Number(document.querySelector('.stage').dataset.grid) > 3");
  assertEquals(
    await page.until(
      "document.querySelector('.region-list img') === null && globalThis.hacked === undefined",
    ),
    true,
  );
  await page.until(FOCUS);
  await press(page, "w");
  await page.until("document.querySelectorAll('.region-list [aria-pressed=true]').length === 1");
  const circle = inCircle(300.5, 200.5, 60 / 3600 / Math.sqrt(0.0009 ** 2 + 0.0004 ** 2));
  await page.until(`"pixels" in ${NUMBERS}`);
  const numbers = await page.until<Record<string, string>>(NUMBERS);
  assert(Number(numbers.pixels) < circle.pixels && Number(numbers.pixels) > circle.pixels / 2);
  // What the address has is read as the same by another page.
  const hash = await page.until<string>(`/vector/.test(${REGIONS}) && location.hash`);
  await using other = await openPage(`${server.url}view/sky.fits?panel=regions${hash}`, {
    size: [1280, 800],
  });
  await other.until("document.querySelectorAll('.region-list li').length === 7");
  await page.until(
    "[...document.querySelectorAll('.region-list button')].find((button) => /^line/.test(button.textContent)).click() === undefined",
  );
  await page.until("document.querySelector('.profile path')?.getAttribute('d').length > 500");
  assertEquals([...page.problems, ...other.problems], []);
});
