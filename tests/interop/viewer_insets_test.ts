/** Overview, magnifying glass, colour bar, scale bar, labels of the grid, findings of the header. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Card } from "../../fits/header/card.ts";
import { encodeFits } from "../../fits/write/write.ts";
import { tableHdu } from "../../fits/table/output.ts";
import { openPage, type Page } from "../support/chromium.ts";
import { serveViewer } from "../support/station/viewer_server.ts";
import { temporaryFolder } from "../support/temporary.ts";

const SETTLED = "document.querySelector('.viewer[data-settled]') !== null";
/** Four quarters of values 0 to 3, from the left lower one. */
const [WIDTH, HEIGHT] = [1200, 800];
const QUARTERS = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
  return Number(i % WIDTH >= WIDTH / 2) + 2 * Number(i >= WIDTH * HEIGHT / 2);
});
const SKY = [
  ...[Card.of("CTYPE1", "RA---TAN"), Card.of("CTYPE2", "DEC--TAN"), Card.of("CRPIX1", 600.5)],
  ...[Card.of("CRPIX2", 400.5), Card.of("CRVAL1", 83.633), Card.of("CRVAL2", 22.0145)],
  ...[Card.of("CDELT1", -1 / 3600), Card.of("CDELT2", 1 / 3600)],
];

async function makeFile(folder: string): Promise<void> {
  const table = tableHdu({ name: "T", columns: [{ name: "X", values: new Float64Array(3) }] });
  const bytes = await encodeFits([
    { pixels: QUARTERS, shape: [WIDTH, HEIGHT], header: SKY },
    table,
  ]);
  await Deno.writeFile(`${folder}/quarters.fits`, bytes);
  const bad = await encodeFits([{
    pixels: new Int16Array(16),
    shape: [4, 4],
    header: [Card.of("OBJECT", "<b>x</b>"), Card.of("BUNIT", "DN")],
  }]);
  // A text where a number has to be, and something after END.
  const text = new TextDecoder("latin1").decode(bad)
    .replace("BUNIT   = 'DN      '", "BUNIT   =         12");
  const changed = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  changed[2879] = 33;
  await Deno.writeFile(`${folder}/bad.fits`, changed);
}

async function press(page: Page, key: string, modifiers = 0): Promise<void> {
  const event = { key: modifiers === 8 ? key.toUpperCase() : key, code: "", modifiers };
  await page.send("Input.dispatchKeyEvent", { type: "keyDown", ...event });
  await page.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
}

async function mouse(page: Page, type: string, x: number, y: number): Promise<void> {
  await page.send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
}

/** Moves the pointer with no button held. */
async function point(page: Page, x: number, y: number): Promise<void> {
  await page.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
}

const boxOf = (page: Page, selector: string) =>
  page.until<{ x: number; y: number; width: number; height: number }>(
    `(({x, y, width, height}) => ({x, y, width, height}))(document.querySelector("${selector}").getBoundingClientRect())`,
  );

/** The red parts of places of a canvas, each a part of its width and height. */
const redsOf = (page: Page, selector: string, places: readonly (readonly [number, number])[]) =>
  page.until<number[]>(`(() => {
    const canvas = document.querySelector("${selector}");
    const copy = new OffscreenCanvas(canvas.width, canvas.height)
      .getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    return ${JSON.stringify(places)}.map(([x, y]) =>
      copy.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data[0]);
  })()`);

const FIT = "?limits=0,3";
const NEAR = "?limits=0,3&x=300&y=200&zoom=4";

Deno.test("the overview shows the whole image and goes where it is clicked; the glass what is at the pointer", async () => {
  await using folder = await temporaryFolder();
  await makeFile(folder.path);
  await using server = await serveViewer(folder.path);
  await using page = await openPage(`${server.url}view/quarters.fits${NEAR}`);
  await page.until(SETTLED);
  await page.until("(document.querySelector('.stage').focus(), true)");
  await press(page, "z", 8);
  await page.until(`document.querySelector(".overview")?.checkVisibility() && ${SETTLED}`);
  const box = await boxOf(page, ".overview");
  // Far from the frame, which is as large as the stage is; the picture is 192 x 128 in the middle of 192 x 192; values 0 to 3 are grays 0 to 255.
  const quarters = [[0.03, 0.8], [0.97, 0.8], [0.03, 0.2], [0.97, 0.2]] as const;
  await page.until("document.querySelector('.overview').width > 100");
  const seen = await redsOf(page, ".overview", quarters);
  for (const [i, red] of seen.entries()) assert(Math.abs(red - i * 85) <= 1, `${i}: ${seen}`);
  // A click in the middle of its right half.
  const [x, y] = [box.x + box.width * 0.75, box.y + box.height / 2];
  await mouse(page, "mousePressed", x, y);
  await mouse(page, "mouseReleased", x, y);
  const centre = await page.until<number[]>(
    "/x=900|x=89\\d|x=90\\d/.test(location.search) && ['x', 'y'].map((name) => Number(new URLSearchParams(location.search).get(name)))",
  );
  assert(Math.abs(centre[0]! - 900.5) < 8 && Math.abs(centre[1]! - 400.5) < 8, `${centre}`);
  // The glass: at the border between the halves, eight times as large.
  await page.goTo(`${server.url}view/quarters.fits?limits=0,3&x=600.5&y=600&zoom=1`);
  await page.until(SETTLED);
  await page.until("(document.querySelector('.stage').focus(), true)");
  await press(page, "z");
  await page.until("document.querySelector('.magnifier')?.checkVisibility()");
  const stage = await boxOf(page, ".stage");
  const middle = [stage.x + Math.floor(stage.width) / 2, stage.y + Math.floor(stage.height) / 2];
  for (const [step, left, right] of [[-30, 170, 170], [0, 170, 255], [30, 255, 255]] as const) {
    await point(page, Math.round(middle[0]!) + step, middle[1]!);
    const reds = await redsOf(page, ".magnifier", [[0.2, 0.2], [0.8, 0.2]]);
    assertEquals(reds.map((red) => Math.round(red / 85) * 85), [left, right], `${step}: ${reds}`);
  }
  await press(page, "z");
  await page.until("!document.querySelector('.magnifier').checkVisibility()");
  assertEquals(page.problems, []);
});

Deno.test("the colour bar takes drags for bias and contrast, and a click for the nearer limit", async () => {
  await using folder = await temporaryFolder();
  await makeFile(folder.path);
  await using server = await serveViewer(folder.path);
  await using page = await openPage(`${server.url}view/quarters.fits${FIT}`);
  await page.until(SETTLED);
  const bar = await boxOf(page, ".color-bar canvas");
  const y = bar.y + bar.height / 2;
  const at = (part: number) => bar.x + bar.width * part;
  const parameter = (name: string) => `new URLSearchParams(location.search).get("${name}")`;
  await mouse(page, "mousePressed", at(0.5), y);
  await mouse(page, "mouseMoved", at(0.55), y);
  await mouse(page, "mouseMoved", at(0.6), y - 75);
  await mouse(page, "mouseReleased", at(0.6), y - 75);
  // The address follows a moment later.
  for (const [name, wanted] of [["bias", 0.6], ["contrast", 2]] as const) {
    await page.until(`Math.abs(Number(${parameter(name)}) - ${wanted}) < ${wanted / 100}`);
  }
  assertEquals(await page.until(parameter("limits")), "0,3");
  for (
    const [part, expected] of [[1 / 3, /^(0\.99\d?|1(\.00\d)?),3$/], [
      0.75,
      /^[\d.]+,2\.5\d?$/,
    ]] as const
  ) {
    await mouse(page, "mousePressed", at(part), y);
    await mouse(page, "mouseReleased", at(part), y);
    assertMatch(
      await page.until<string>(
        `${expected}.test(${parameter("limits")}) && ${parameter("limits")}`,
      ),
      expected,
    );
  }
  assertEquals(page.problems, []);
});

/** Notes what is written on the overlay from now on. */
const NOTE_TEXTS = `(() => {
  globalThis.texts = [];
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    if (this.canvas.classList?.contains("overlay")) {
      const width = this.measureText(text).width;
      const left = this.textAlign === "center" ? x - width / 2 : x;
      texts.push({ text, left, right: left + width, top: y - 12, bottom: y });
    }
    return fillText.apply(this, arguments);
  };
  return true;
})()`;

interface Written {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

Deno.test("a bar tells the scale, and no label of the grid is under the buttons", async () => {
  await using folder = await temporaryFolder();
  await makeFile(folder.path);
  await using server = await serveViewer(folder.path);
  await using page = await openPage(
    `${server.url}view/quarters.fits?x=600.5&y=400.5&zoom=2&rotate=20`,
  );
  await page.until(SETTLED);
  await page.until(NOTE_TEXTS);
  await page.until("(document.querySelector('.stage').focus(), true)");
  await press(page, "g");
  await page.until("Number(document.querySelector('.stage').dataset.grid) > 3 && texts.length > 5");
  const [stage, buttons] = [await boxOf(page, ".stage"), await boxOf(page, ".zoom")];
  const written = await page.until<Written[]>("texts");
  // A second of arc is two pixels of the screen.
  assert(written.some(({ text }) => text === "1\u2032"), `${written.map(({ text }) => text)}`);
  for (const way of ["N", "E"]) assert(written.some(({ text }) => text === way));
  const under = written.filter(({ left, right, top, bottom }) =>
    stage.x + left < buttons.x + buttons.width && stage.x + right > buttons.x &&
    stage.y + top < buttons.y + buttons.height && stage.y + bottom > buttons.y
  );
  assertEquals(under, []);
  await press(page, "j");
  await page.until("/compass=0/.test(location.search)");
  await page.until("(texts.length = 0, true)");
  await press(page, "g");
  await page.until("!/grid=1/.test(location.search)");
  await page.until(SETTLED);
  assertEquals(await page.until("texts.map(({ text }) => text)"), []);
  assertEquals(page.problems, []);
});

Deno.test("what the standard says against a header stands beside its cards", async () => {
  await using folder = await temporaryFolder();
  await makeFile(folder.path);
  await using server = await serveViewer(folder.path);
  await using page = await openPage(`${server.url}view/bad.fits?panel=header`);
  await page.until("document.querySelector('.findings .count') !== null");
  assertEquals(
    await page.until("document.querySelector('.findings').textContent"),
    "Against the standard: 2 errors" + "error byte 33 after the END card, expected blanks",
  );
  const beside = await page.until<string[]>(
    "(row => [row.previousElementSibling.querySelector('th').textContent, row.textContent])(document.querySelector('.cards .found'))",
  );
  assertEquals(beside[0], "BUNIT");
  assertMatch(beside[1]!, /^error BUNIT .*(text|string|character)/);
  await page.goTo(`${server.url}view/quarters.fits?panel=header`);
  await page.until(
    "document.querySelector('.findings .count')?.textContent === 'Nothing is against the standard.'",
  );
  assertEquals(page.problems, []);
});
