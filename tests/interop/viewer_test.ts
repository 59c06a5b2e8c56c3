/** The FITS viewer in a real browser, under the policy that the station's pages have. */

import { gzipSync } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import { Card } from "../../fits/header/card.ts";
import { encodeFits } from "../../fits/write/write.ts";
import { tableHdu } from "../../fits/table/output.ts";
import { renderImage } from "../../fits/picture/render.ts";
import { decodePng } from "../../fits/picture/png_reader.ts";
import { KEYS } from "../../station/web/view/keys.ts";
import { openPage, type Page } from "../support/chromium.ts";
import { corpusFile, corpusFolder } from "../support/corpus.ts";
import { serveViewer, type ViewerServer } from "../support/station/viewer_server.ts";
import { temporaryFolder } from "../support/temporary.ts";

const SETTLED = "document.querySelector('.viewer[data-settled]') !== null";
const HOSTILE = '<img src=x onerror="globalThis.hacked=1">';

const card = (keyword: string, value: string | number) => Card.of(keyword, value);

/** A plane whose values tell where they are: 1100 x 700, more than one tile at two levels. */
const [WIDTH, HEIGHT] = [1100, 700];
const PIXELS = Int16Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
  const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
  return (x * 7919 + y * 104_729) % 30_000 - 15_000;
});
const SKY = [
  ...[card("CTYPE1", "RA---TAN"), card("CTYPE2", "DEC--TAN"), card("CRPIX1", 550.5)],
  ...[card("CRPIX2", 350.5), card("CRVAL1", 83.633), card("CRVAL2", 22.0145)],
  ...[card("CDELT1", -0.001), card("CDELT2", 0.001), card("RADESYS", "ICRS")],
];

async function makeFiles(folder: string): Promise<void> {
  const header = [card("OBJECT", HOSTILE), card("BUNIT", "DN"), ...SKY];
  const floats = Float32Array.from(PIXELS, (value, i) => i % 97 === 0 ? NaN : value / 3);
  const cube = Int32Array.from({ length: 40 * 30 * 5 }, (_, i) => i);
  await Deno.writeFile(
    `${folder}/all.fits`,
    await encodeFits([
      { pixels: PIXELS, shape: [WIDTH, HEIGHT], header },
      { pixels: floats, shape: [WIDTH, HEIGHT], name: "FLOATS" },
      { pixels: cube, shape: [40, 30, 5], name: "CUBE" },
      tableHdu({ name: "EVENTS", columns: [{ name: "X", values: new Float64Array(7) }] }),
    ]),
  );
  const line = Float32Array.from({ length: 100 }, (_, i) => i / 2);
  await Deno.writeFile(`${folder}/line.fits`, await encodeFits([{ pixels: line, shape: [100] }]));
  await Deno.writeFile(
    `${folder}/${encodeURIComponent(HOSTILE).slice(0, 3)}<b>x.fits`,
    await encodeFits([{
      pixels: new Int16Array(16),
      shape: [4, 4],
      header: [card("OBJECT", HOSTILE), card("BUNIT", HOSTILE), card("EXTNAME", HOSTILE)],
    }]),
  );
}

/** Opens a page of the viewer, and waits until all of it is there. */
async function openViewer(
  server: ViewerServer,
  address: string,
  options: Parameters<typeof openPage>[1] = {},
): Promise<Page> {
  const page = await openPage(`${server.url}view/${address}`, options);
  await page.until(SETTLED);
  return page;
}

/** Moves the pointer over the picture, and says what the readout then has. */
async function readAt(page: Page, left: number, top: number): Promise<Record<string, string>> {
  const box = await page.until<{ x: number; y: number }>(
    "(({x, y}) => ({x, y}))(document.querySelector('.stage').getBoundingClientRect())",
  );
  await page.send("Input.dispatchMouseEvent", {
    type: "mouseMoved",
    x: box.x + left,
    y: box.y + top,
  });
  // A value that is still asked for has no digits, or is a mean.
  return await page.until(`(() => {
    const items = Object.fromEntries([...document.querySelectorAll(".items > div")]
      .map((item) => [...item.children].map((part) => part.textContent)));
    return items.value !== undefined && items.value !== "\u2026" && items;
  })()`);
}

/** Goes to another address of the viewer. */
async function goTo(page: Page, server: ViewerServer, address: string): Promise<void> {
  await page.goTo(`${server.url}view/${address}`);
  await page.until(SETTLED);
}

const KEY_CODES: Record<string, string> = { " ": "Space" };

async function pressKey(page: Page, key: string, held: string | undefined): Promise<void> {
  const modifiers = held === "Alt" ? 1 : held === "Control" ? 2 : held === "Shift" ? 8 : 0;
  const shifted = held === "Shift" ? key.toUpperCase() : key;
  const event = { key: shifted, code: KEY_CODES[key] ?? "", modifiers };
  await page.send("Input.dispatchKeyEvent", { type: "keyDown", ...event });
  await page.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
}

/** The pixels of the canvas as they are seen, as numbers of a hash and the size. */
const CANVAS = `(async () => {
  const canvas = document.querySelector("canvas.picture");
  const { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return { width, height, hash: [...hash].join() };
})()`;

Deno.test("the viewer shows the value, the place and the sky under the pointer, at every zoom", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  await using server = await serveViewer(folder.path);
  await using page = await openViewer(server, "all.fits", { size: [1000, 700] });
  for (const zoom of [0.5, 1, 3, 16]) {
    const centre = zoom < 1 ? [550.5, 350.5] : [333, 222];
    const address = `all.fits?x=${centre[0]}&y=${centre[1]}&zoom=${zoom}`;
    await goTo(page, server, address);
    const size = await page.until<{ width: number; height: number }>(
      "(({width, height}) => ({width, height}))(document.querySelector('.stage').getBoundingClientRect())",
    );
    for (let i = 0; i < 20; i++) {
      const left = Math.floor((0.15 + 0.7 * (i % 5) / 4) * size.width);
      const top = Math.floor((0.15 + 0.7 * Math.floor(i / 5) / 3) * size.height);
      const found = await readAt(page, left, top);
      const [x, y] = found["x, y"]!.split(", ").map(Number) as [number, number];
      // Where the state says that it is, within a pixel of the screen and a digit of the readout.
      const wantedX = centre[0]! + (left - Math.floor(size.width) / 2) / zoom;
      const wantedY = centre[1]! - (top - Math.floor(size.height) / 2) / zoom;
      const slack = 1.01 / zoom + 0.51;
      assert(Math.abs(x - wantedX) <= slack, `x ${x} at ${left}, expected ${wantedX}`);
      assert(Math.abs(y - wantedY) <= slack, `y ${y} at ${top}, expected ${wantedY}`);
      const value = Number(found.value!.replace("\u2212", "-").replace(" DN", ""));
      if (!Number.isInteger(x * 2) || zoom >= 1 && (x % 1 === 0.5 || y % 1 === 0.5)) {
        assertEquals(value, PIXELS[(Math.round(y) - 1) * WIDTH + Math.round(x) - 1], `${x}, ${y}`);
      }
      assert(/^05:3\d:\d\d\.\d{3} \+2[12]:\d\d:\d\d\.\d\d$/.test(found["RA, Dec (ICRS)"]!));
    }
    assertEquals(page.problems, []);
  }
});

Deno.test("the canvas has the pixels of renderImage() at 1:1, whatever the stretch", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  await using server = await serveViewer(folder.path);
  const cases = [
    ["stretch=linear&limits=-15000,15000&hdu=0", { stretch: "linear", limits: [-15000, 15000] }, 0],
    ["stretch=asinh&limits=-9000,900&hdu=0", { stretch: "asinh", limits: [-9000, 900] }, 0],
    [
      "stretch=power:2.5&limits=-9000,15000&hdu=0",
      { stretch: "power:2.5", limits: [-9000, 15000] },
      0,
    ],
    ["stretch=sqrt&limits=-5000,5000&hdu=1", { stretch: "sqrt", limits: [-5000, 5000] }, 1],
  ] as const;
  const floats = Float32Array.from(PIXELS, (value, i) => i % 97 === 0 ? NaN : value / 3);
  await using page = await openViewer(server, "all.fits");
  for (const [query, options, hdu] of cases) {
    await goTo(page, server, `all.fits?${query}&x=550.5&y=350.5&zoom=1`);
    // A strip of 300 x 60 pixels around the middle, with the picture's own pixels.
    const strip = await page.until<{ base64: string }>(`(async () => {
      const canvas = document.querySelector("canvas.picture");
      const left = (canvas.width >> 1) - 150, top = (canvas.height >> 1) - 30;
      const copy = new OffscreenCanvas(300, 60).getContext("2d", { willReadFrequently: true });
      copy.drawImage(canvas, -left, -top);
      const { data } = copy.getImageData(0, 0, 300, 60);
      return { base64: new Uint8Array(data.buffer).toBase64() };
    })()`);
    const seen = Uint8Array.fromBase64(strip.base64);
    const pixels = hdu === 0 ? PIXELS : floats;
    const { data, color } = renderImage({ pixels, shape: [WIDTH, HEIGHT] }, options);
    const step = color === "gray" ? 1 : 2;
    // The strip may be a row or column off where the canvas is odd: it is the same shift everywhere.
    const differences = [-1, 0, 1].flatMap((dx) =>
      [-1, 0, 1].map((dy) => {
        let most = 0;
        for (let row = 0; row < 60; row++) {
          for (let column = 0; column < 300; column++) {
            const from = ((row + 320 + dy) * WIDTH + column + 400 + dx) * step;
            // What has no value is hatched.
            if (step === 2 && data[from + 1] === 0) continue;
            most = Math.max(most, Math.abs(seen[(row * 300 + column) * 4]! - data[from]!));
          }
        }
        return most;
      })
    );
    assert(Math.min(...differences) <= 1, `${query}: ${differences}`);
    assertEquals(page.problems, []);
  }
});

Deno.test("a power is chosen by the stretch, and its exponent typed", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  await using server = await serveViewer(folder.path);
  await using page = await openViewer(server, "all.fits");
  const [select, exponent] = ["Stretch", "Exponent"].map((label) =>
    `[...document.querySelectorAll(".toolbar label")].find(({firstChild}) =>
      firstChild.textContent === "${label}").lastChild`
  ) as [string, string];
  const shown = () =>
    page.until<string>(`[new URL(location.href).searchParams.get("stretch") ?? "",
      ${select}.value, ${exponent}.value, ${exponent}.checkVisibility(),
      ${exponent}.validationMessage].join(" ")`);
  const type = (control: string, value: string) =>
    page.until(`(${control}.value = "${value}",
      ${control}.dispatchEvent(new Event("change", { bubbles: true })), true)`);
  assertEquals(await shown(), " linear 2.5 false ");
  await type(select, "power");
  await page.until("/stretch=power:2.5/.test(location.search)");
  assertEquals(await shown(), "power:2.5 power 2.5 true ");
  await type(exponent, "0.4");
  await page.until("/stretch=power:0.4/.test(location.search)");
  await type(exponent, "99");
  assertEquals(await shown(), "power:0.4 power 99 true A number from 0.05 to 20 is expected");
  await page.until("(document.querySelector('.stage').focus(), true)");
  await pressKey(page, "s", "");
  await page.until("!/stretch=/.test(location.search)");
  assertEquals((await shown()).split(" ")[1], "linear");
  await type(select, "power");
  await page.until("/stretch=power:2.5/.test(location.search)");
  assertEquals(page.problems, []);
});

Deno.test("pixels without a value are stripes, nothing, or of a colour that is chosen", async () => {
  await using folder = await temporaryFolder();
  const pixels = new Float32Array(64 * 64).fill(NaN, 0, 64 * 32).fill(1, 64 * 32);
  await Deno.writeFile(`${folder.path}/half.fits`, await encodeFits([{ pixels, shape: [64, 64] }]));
  await using server = await serveViewer(folder.path);
  await using page = await openViewer(server, "half.fits?limits=0,1&zoom=4&x=32.5&y=32.5");
  // 16 x 16 pixels of the screen, from the lower and the upper half: which colours there are.
  const colors = async () =>
    (await page.until<{ found: string[] }>(`(() => {
    if (document.querySelector(".viewer[data-settled]") === null) return null;
    const canvas = document.querySelector("canvas.picture");
    const copy = new OffscreenCanvas(16, 16).getContext("2d", { willReadFrequently: true });
    const found = [50, -66].map((down) => {
      copy.clearRect(0, 0, 16, 16);
      copy.drawImage(canvas, 8 - (canvas.width >> 1), -down - (canvas.height >> 1));
      const all = new Uint32Array(copy.getImageData(0, 0, 16, 16).data.buffer);
      return [...new Set(all)].map((color) => color.toString(16)).join();
    });
    return { found };
  })()`)).found;
  const control = (label: string) =>
    `[...document.querySelectorAll(".panel-body label")].find(({firstChild}) =>
      firstChild.textContent === "${label}").lastChild`;
  const choose = (label: string, value: string, event: string) =>
    page.until(`(${control(label)}.value = "${value}",
      ${control(label)}.dispatchEvent(new Event("${event}", { bubbles: true })), true)`);
  const [lower, upper] = await colors();
  assert(lower!.split(",").length > 2, lower);
  assertEquals(upper, "ffffffff");
  await goTo(page, server, "half.fits?limits=0,1&zoom=4&x=32.5&y=32.5&panel=histogram");
  await page.until("document.querySelector('.panel-body .histogram') !== null");
  await choose("Without a value", "transparent", "change");
  await page.until("/missing=transparent/.test(location.search)");
  assertEquals(await colors(), ["0", "ffffffff"]);
  await choose("Without a value", "color", "change");
  await page.until("/missing=ff0000/.test(location.search)");
  assertEquals(await colors(), ["ff0000ff", "ffffffff"]);
  await choose("Colour", "#0080ff", "input");
  await page.until("/missing=0080ff/.test(location.search)");
  assertEquals(await colors(), ["ffff8000", "ffffffff"]);
  await choose("Without a value", "hatch", "change");
  await page.until("!/missing=/.test(location.search)");
  assertEquals(await colors(), [lower, "ffffffff"]);
  assertEquals(page.problems, []);
});

Deno.test("an address opened twice gives the same canvas, and so does the one it turns into", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  await using server = await serveViewer(folder.path);
  const address = "all.fits?hdu=FLOATS&x=432.1&y=234.5&zoom=2.345&rotate=30&flip=x&stretch=sqrt" +
    "&limits=percentile:99&colormap=viridis&bias=0.4&contrast=1.5#cursor=430,230";
  await using page = await openViewer(server, address);
  const expected = await page.until<object>(CANVAS);
  await goTo(page, server, "all.fits");
  await goTo(page, server, address);
  assertEquals(await page.until<object>(CANVAS), expected);
  assertEquals(
    await page.until("location.search + location.hash"),
    address.slice(address.indexOf("?")),
  );
  // After a few steps, the address says what is seen.
  await page.until("(document.querySelector('.stage').focus(), true)");
  for (const [key, held] of [["+", ""], ["ArrowLeft", "Alt"], ["i", ""]] as const) {
    await pressKey(page, key, held);
  }
  const written = await page.until<string>(
    "/invert=1/.test(location.search) && location.search + location.hash",
  );
  await page.until(SETTLED);
  const after = await page.until<{ hash: string }>(CANVAS);
  await goTo(page, server, `all.fits${written}`);
  assertEquals(await page.until<object>(CANVAS), after);
  assertEquals(page.problems, []);
});

Deno.test("every key of the table does what the help says", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  await using server = await serveViewer(folder.path);
  await using page = await openViewer(server, "all.fits?x=400&y=300&zoom=1.5");
  await page.until("(document.querySelector('.stage').focus(), true)");
  const state = "location.search + location.hash";
  // Where the page may not copy, it shows what it would have.
  const said =
    "document.querySelector('[role=alert]').textContent + document.querySelector('.viewer > [role=status]').textContent";
  /** What is seen after a key: of the address, or an expression of the page. */
  const effects: Record<string, string> = {
    cursorRight: `/cursor=400,300/.test(${state})`,
    cursorLeft: `/cursor=399,300/.test(${state})`,
    cursorUp: `/cursor=399,301/.test(${state})`,
    cursorDown: `/cursor=399,300/.test(${state})`,
    panLeft: `!/x=400&/.test(${state})`,
    panRight: `/x=400&/.test(${state})`,
    panUp: `!/y=300&/.test(${state})`,
    panDown: `/y=300&/.test(${state})`,
    zoomIn: `/zoom=2/.test(${state})`,
    zoomOut: `/zoom=1(&|#)/.test(${state})`,
    fit: `!/zoom=/.test(${state})`,
    zoom1: `/zoom=1(&|#)/.test(${state})`,
    zoom2: `/zoom=2(&|#)/.test(${state})`,
    zoom4: `/zoom=4(&|#)/.test(${state})`,
    crossHair: `/cursor=/.test(${state})`,
    centre: `/cursor=(\\d+),(\\d+)/.exec(${state}) && /zoom=4/.test(${state})`,
    flipX: `/flip=x/.test(${state})`,
    flipY: `/flip=xy/.test(${state})`,
    rotate: `/rotate=90/.test(${state})`,
    northUp: `!/rotate=90/.test(${state})`,
    nextStretch: `/stretch=log/.test(${state})`,
    nextLimits: `/limits=minmax/.test(${state})`,
    nextColormap: `/colormap=inverse/.test(${state})`,
    invert: `/invert=1/.test(${state})`,
    resetContrast: `!/bias=/.test(${state})`,
    speak:
      `/pixel \\d+, \\d+; value/.test(document.querySelector(".viewer > [role=status]").textContent)`,
    undo: `!/invert=1/.test(${state})`,
    redo: `/invert=1/.test(${state})`,
    header: `document.querySelector(".cards tr") !== null`,
    download: `/PNG/.test(document.querySelector(".panel").textContent)`,
    help: `document.querySelector("dialog").open`,
    table: `/hdu=3/.test(${state}) && document.querySelectorAll(".rows tbody tr").length === 7`,
    magnifier: `document.querySelector(".magnifier")?.checkVisibility()`,
    overview: `document.querySelector(".overview")?.checkVisibility()`,
    compass: `/compass=0/.test(${state})`,
    grid: `Number(document.querySelector(".stage").dataset.grid) > 3 && /grid=1/.test(${state})`,
    addRegion:
      `/Add a region: c circle/.test(document.querySelector(".viewer > [role=status]").textContent)`,
    regionAfter: `/Region 1 of 1: circle/.test(${said})`,
    regionBefore: `/Region 1 of 1: circle/.test(${said})`,
    excludeRegion: `/regions=image;-circle/.test(decodeURIComponent(${state}))`,
    removeRegion: `!/regions=/.test(${state})`,
    deselect: "true",
    copyCoordinates: `/RA, Dec/.test(${said})`,
    copyValue: `/value/.test(${said})`,
    hduBefore: `/hdu=3/.test(${state})`,
    hduAfter: `/hdu=0/.test(${state})`,
    planeBefore: `/plane=5/.test(${state})`,
    planeAfter: `!/plane=/.test(${state})`,
    play: `/plane=/.test(${state})`,
  };
  const order = [
    ...["cursorRight", "cursorLeft", "cursorUp", "cursorDown", "panLeft", "panRight", "panUp"],
    ...["panDown", "zoomIn", "zoomOut", "fit", "zoom1", "zoom2", "zoom4", "crossHair", "centre"],
    ...["flipX", "flipY", "rotate", "northUp", "nextStretch", "nextLimits", "nextColormap"],
    ...["invert", "undo", "redo", "resetContrast", "speak", "copyCoordinates", "copyValue"],
    ...["magnifier", "overview", "compass"],
    ...["grid", "addRegion", "regionAfter", "regionBefore", "excludeRegion", "removeRegion"],
    ...[
      "deselect",
      "header",
      "download",
      "hduBefore",
      "hduAfter",
      "planeBefore",
      "planeAfter",
      "play",
      "table",
      "help",
    ],
  ];
  assertEquals(order.toSorted(), [...new Set(KEYS.map(({ action }) => action))].toSorted());
  for (const action of order) {
    if (action === "planeBefore") {
      await page.until(
        "(document.querySelector('.of-hdu select').value = '2', document.querySelector('.of-hdu select').dispatchEvent(new Event('change')), document.querySelector('.stage').focus(), true)",
      );
      await page.until(`/hdu=2/.test(${state})`);
      await page.until(SETTLED);
    }
    const { key, held } = KEYS.find((row) => row.action === action)!;
    await pressKey(page, key, held);
    try {
      await page.until(effects[action]!);
    } catch (error) {
      throw new Error(`${action} by ${held}+${key}: ${await page.until(state)}`, { cause: error });
    }
    // The letter says the shape.
    if (action === "addRegion") {
      await pressKey(page, "c", undefined);
      await page.until(`/regions=image;circle/.test(decodeURIComponent(${state}))`);
    }
  }
  assertEquals(page.problems, []);
});

Deno.test("headers are searched, HDUs listed, and what files say is only text", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  await using server = await serveViewer(folder.path);
  await using page = await openViewer(server, "all.fits?panel=header");
  await page.until("document.querySelectorAll('.cards tr').length > 15");
  await page.until(`(() => {
    const search = document.querySelector(".panel input");
    search.value = "crval";
    search.dispatchEvent(new Event("input"));
    return true;
  })()`);
  assertEquals(
    await page.until(
      "[...document.querySelectorAll('.cards tbody th')].map((cell) => cell.textContent)",
    ),
    ["CRVAL1", "CRVAL2"],
  );
  await page.until("([...document.querySelectorAll('[role=tab]')][0].click(), true)");
  const list = await page.until<string[]>(
    "(list => list.length === 4 && list)([...document.querySelectorAll('.hdus button')].map((item) => item.textContent))",
  );
  assert(list[2]!.includes("2 CUBE") && list[2]!.includes("40 \u00d7 30 \u00d7 5 int32"), list[2]);
  assert(list[3]!.includes("table, 7 rows, 1 column"), list[3]);
  // A table has no picture, and says what it is.
  await page.until("(document.querySelectorAll('.hdus button')[3].click(), true)");
  assertEquals(
    await page.until("document.querySelector('.message:not([hidden])')?.textContent"),
    "HDU 3 EVENTS: table, 7 rows, 1 column",
  );
  // It has its rows in the picture's place.
  await page.until("document.querySelectorAll('.rows tbody tr').length === 7");
  await page.until("(history.back(), true)");
  await page.until("document.querySelector('.message').hidden");
  // An image with one axis is a line, with the value under the pointer.
  await goTo(page, server, "line.fits");
  const area = await page.until<{ x: number; y: number; width: number }>(
    "(({x, y, width}) => ({x, y, width}))(document.querySelector('.area').getBoundingClientRect())",
  );
  await page.send("Input.dispatchMouseEvent", {
    type: "mouseMoved",
    x: area.x + area.width * 0.255,
    y: area.y + 5,
  });
  await page.until("document.querySelector('.plot-view .hint').textContent === 'pixel 26: 12.5'");
  const name = encodeURIComponent(`${encodeURIComponent(HOSTILE).slice(0, 3)}<b>x.fits`);
  for (const panel of ["hdus", "header", "info", "export", "histogram"]) {
    await goTo(page, server, `${name}?panel=${panel}`);
    await page.until("document.querySelector('.panel > .panel-body') !== null");
    assertEquals(
      await page.until(
        "({ images: document.images.length, hacked: globalThis.hacked ?? 'no', bold: document.querySelectorAll('b').length })",
      ),
      { images: 0, hacked: "no", bold: 0 },
    );
  }
  assertEquals(page.problems, []);
});

Deno.test("the viewer fits a phone, in the dark too, and takes fingers", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  await using server = await serveViewer(folder.path);
  await using page = await openViewer(server, "all.fits", { size: [320, 640], isDark: true });
  // Nothing scrolls sideways.
  const root = "document.documentElement";
  assert(await page.until(`${root}.scrollWidth === ${root}.clientWidth`));
  assert(decodePng(await page.screenshot()).width === 320);
  const small = await page.until<string[]>(
    `({ list: [...document.querySelectorAll(".viewer button, .viewer select, .viewer input")]
      .filter((control) => control.checkVisibility() && control.type !== "checkbox")
      .map((control) => [control.getBoundingClientRect(), control.title || control.textContent])
      .filter(([box]) => box.width < 44 || box.height < 44).map(([box, name]) => name) })`,
  ).then((answer) => (answer as unknown as { list: string[] }).list);
  assertEquals(small, [], "targets are 44 pixels");
  const zoom = "Number(/zoom=([\\d.]+)/.exec(location.search)?.[1])";
  const touch = (type: string, points: readonly (readonly [number, number])[]) =>
    page.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: points.map(([x, y], id) => ({ x, y, id })),
    });
  await page.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 2 });
  const box = await page.until<{ x: number; y: number; width: number; height: number }>(
    "(({x, y, width, height}) => ({x, y, width, height}))(document.querySelector('.stage').getBoundingClientRect())",
  );
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await touch("touchStart", [[x - 30, y], [x + 30, y]]);
  await touch("touchMove", [[x - 60, y], [x + 60, y]]);
  await touch("touchMove", [[x - 90, y], [x + 90, y]]);
  await touch("touchEnd", []);
  assert(await page.until<number>(zoom) > 0.5);
  assertEquals(page.problems, []);
});

/** Gives a file to the page's chooser. */
async function chooseFile(page: Page, path: string | URL): Promise<void> {
  await page.send("DOM.enable");
  const { root } = await page.send("DOM.getDocument") as { root: { nodeId: number } };
  const { nodeId } = await page.send("DOM.querySelector", {
    nodeId: root.nodeId,
    selector: "input[type=file]",
  });
  await page.send("DOM.setFileInputFiles", { nodeId, files: [await Deno.realPath(path)] });
}

Deno.test("files of this computer are read in the page, all codecs too, with the network cut off", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  await Deno.writeFile(
    `${folder.path}/all.fits.gz`,
    gzipSync(await Deno.readFile(`${folder.path}/all.fits`)),
  );
  await Deno.writeTextFile(`${folder.path}/none.fits`, "this is no FITS file");
  await using empty = await temporaryFolder();
  await using server = await serveViewer(empty.path);
  await using page = await openPage(`${server.url}local`);
  await page.until("document.querySelector('#viewer[data-ready]') !== null");
  await page.send("Network.enable");
  const off = { offline: true, latency: 0, downloadThroughput: 0, uploadThroughput: 0 };
  await page.send("Network.emulateNetworkConditions", off);
  const before = server.requests.length;
  const cases: [path: string | URL, title: string, value: string][] = [
    [`${folder.path}/all.fits`, "all.fits", `${PIXELS[350 * WIDTH + 550]} DN`],
    [`${folder.path}/all.fits.gz`, "all.fits.gz", `${PIXELS[350 * WIDTH + 550]} DN`],
  ];
  if (corpusFolder !== undefined) {
    for (const kind of ["rice", "hcomp", "plio", "gzip"]) {
      const name = `m13_${kind}.fits`;
      cases.push([corpusFile(`fits/compressed/${name}`), name, "241"]);
    }
  }
  for (const [path, title, value] of cases) {
    await chooseFile(page, path);
    await page.until(
      `document.querySelector(".viewer h1")?.textContent === "${title}" && ${SETTLED}`,
    );
    await page.until(
      `document.querySelector(".items .value dd")?.textContent.replace("\u2212", "-") === "${value}"`,
    );
  }
  await chooseFile(page, `${folder.path}/none.fits`);
  await page.until("/no FITS file|SIMPLE/i.test(document.querySelector('.message').textContent)");
  assertEquals(server.requests.slice(before), []);
  assertEquals(page.problems, []);
});
