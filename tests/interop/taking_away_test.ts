/** What can be taken away from the viewer as text, and places that are typed, in a real browser. */

import { assert, assertEquals } from "@std/assert";
import { Card } from "../../fits/header/card.ts";
import { encodeFits, tableHdu } from "../../fits/mod.ts";
import { decodePng } from "../../fits/picture/png_reader.ts";
import { openPage, type Page } from "../support/chromium.ts";
import { serveViewer } from "../support/station/viewer_server.ts";
import { temporaryFolder } from "../support/temporary.ts";

const [WIDTH, HEIGHT] = [60, 40];
const valueOf = (x: number, y: number) => x + 100 * y;

async function makeFiles(folder: string): Promise<void> {
  const plane = Int16Array.from(
    { length: WIDTH * HEIGHT },
    (_, i) => valueOf(i % WIDTH + 1, Math.floor(i / WIDTH) + 1),
  );
  const sky = [
    ...[Card.of("CTYPE1", "RA---TAN"), Card.of("CTYPE2", "DEC--TAN"), Card.of("CRPIX1", 30)],
    ...[Card.of("CRPIX2", 20), Card.of("CRVAL1", 83.6), Card.of("CRVAL2", 22)],
    ...[Card.of("CDELT1", -0.01), Card.of("CDELT2", 0.01)],
  ];
  const table = tableHdu({
    name: "T",
    columns: [{ name: "A", values: Int32Array.of(3, 1, 2) }, {
      name: "B",
      values: ["x,y", "z", ""],
    }],
  });
  const cube = new Int16Array(3 * plane.length);
  for (let i = 0; i < 3; i++) cube.set(plane.map((value) => value + i), i * plane.length);
  const spectral = [
    ...[Card.of("CTYPE3", "WAVE"), Card.of("CUNIT3", "m"), Card.of("CRPIX3", 1)],
    ...[Card.of("CRVAL3", 5), Card.of("CDELT3", 1)],
  ];
  const files = {
    image: [{ pixels: plane, shape: [WIDTH, HEIGHT], header: sky }, table],
    cube: [{ pixels: cube, shape: [WIDTH, HEIGHT, 3], header: spectral }],
  };
  for (const [name, hdus] of Object.entries(files)) {
    await Deno.writeFile(`${folder}/${name}.fits`, await encodeFits(hdus));
  }
}

const SETTLED = "document.querySelector('.viewer[data-settled]') !== null";

/** Presses a button, and gives what it would have saved: its name and its text. */
async function saved(page: Page, words: string): Promise<{ name: string; text: string }> {
  await page.until(`(() => {
    if (!globalThis.kept) {
      const make = URL.createObjectURL.bind(URL);
      URL.createObjectURL = (blob) => { globalThis.blob = blob; return make(blob); };
      HTMLAnchorElement.prototype.click = function () {
        const { download } = this;
        globalThis.blob.arrayBuffer().then((bytes) => globalThis.kept = {
          name: download,
          text: Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""),
        });
      };
    }
    globalThis.kept = undefined;
    const button = [...document.querySelectorAll("button")]
      .find(({ textContent }) => textContent === ${JSON.stringify(words)});
    button?.click();
    return button !== undefined;
  })()`);
  return await page.until("globalThis.kept");
}

Deno.test("numbers of regions and profiles are saved as CSV, the background taken away", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  await using server = await serveViewer(folder.path);
  const regions = "box(10,10,3,3,0);box(20,10,5,1,0)%20%23%20background;line(5,8,9,8)";
  await using page = await openPage(
    `${server.url}view/image.fits?panel=regions#regions=${regions}`,
  );
  await page.until(SETTLED);
  await page.until("document.querySelectorAll('.region-list button').length === 3");
  const { name, text } = await saved(page, "Numbers as CSV");
  assertEquals(name, "image-regions.csv");
  const [head, box, background, ...rest] = text.trimEnd().split("\r\n");
  assertEquals(
    head,
    "region,pixels,missing,sum,mean,median,stddev,min,max,area_arcsec2,centroid_x,centroid_y," +
      "background,net",
  );
  assert(box!.startsWith('"box(10,10,3,3,0)",9,0,9090,1010,1010,'), box);
  // The background is 1,020 a pixel.
  assert(box!.endsWith(",1020,-90"), box);
  assert(background!.startsWith('"box(20,10,5,1,0)",5,0,5100,1020,'), background);
  assertEquals(rest, []);
  await page.until("(document.querySelectorAll('.region-list button')[2].click(), true)");
  const profile = await saved(page, "Profile as CSV");
  assertEquals(profile, {
    name: "image-profile.csv",
    text: "distance_pixels,value\r\n0,805\r\n1,806\r\n2,807\r\n3,808\r\n4,809\r\n",
  });
  // Three pixels across have the same mean, up to the edge of the image.
  await page.until(`(() => {
    const input = document.querySelector(".region-numbers input");
    input.value = "3";
    input.dispatchEvent(new Event("change"));
    return true;
  })()`);
  await page.until("document.querySelector('.region-numbers input')?.value === '3'");
  assertEquals((await saved(page, "Profile as CSV")).text, profile.text);
  await page.until(`(() => {
    const button = [...document.querySelectorAll("button")]
      .find(({ textContent }) => textContent === "duplicate");
    button.click();
    return true;
  })()`);
  await page.until("document.querySelectorAll('.region-list button').length === 4");
  assert(await page.until("decodeURIComponent(location.hash).includes('line(10,3,14,3)')"));
  assertEquals(page.problems, []);
});

Deno.test("spectra and rows are saved as CSV, values as npy, pictures without what is drawn over them", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  await using server = await serveViewer(folder.path);
  await using page = await openPage(`${server.url}view/cube.fits?panel=spectrum#cursor=7,3`);
  await page.until("document.querySelector('.spectrum').innerText.includes('Pixel 7, 3')");
  assertEquals(await saved(page, "Spectrum as CSV"), {
    name: "cube-spectrum.csv",
    text: "plane,WAVE m,value\r\n1,5,307\r\n2,6,308\r\n3,7,309\r\n",
  });
  await page.goTo(`${server.url}view/image.fits?hdu=T`);
  await page.until("document.querySelectorAll('.rows tbody tr').length === 3");
  await page.until("(document.querySelector('.rows thead button').click(), true)");
  await page.until("document.querySelector('.rows tbody td').textContent === '1'");
  assertEquals(await saved(page, "CSV"), { name: "T.csv", text: 'A,B\n1,z\n2,\n3,"x,y"\n' });
  await page.goTo(`${server.url}view/image.fits?panel=export#cursor=30,20`);
  await page.until(SETTLED);
  const [plain, drawn] = [false, true].map((overlays) => async () => {
    await page.until(
      `(document.querySelector(".panel input[type=checkbox]").checked = ${overlays}, true)`,
    );
    const { text } = await saved(page, "PNG 1\u00d7");
    return decodePng(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
  });
  const [without, withCross] = [await plain!(), await drawn!()];
  assertEquals([without.width, without.height], [withCross.width, withCross.height]);
  assert(without.data.some((value, i) => value !== withCross.data[i]));
  const href = await page.until<string>(
    "[...document.querySelectorAll('.links a')].find((a) => a.textContent.includes('npy'))?.href",
  );
  assert(/format=npy&hdu=0&section=1:60,1:40$/.test(href), href);
  assertEquals(page.problems, []);
});

Deno.test("a place that is typed is shown, and one that is none says why", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  await using server = await serveViewer(folder.path);
  await using page = await openPage(`${server.url}view/image.fits?x=30&y=20&zoom=8`);
  await page.until(SETTLED);
  const type = (text: string) =>
    page.until(`(() => {
      const input = document.querySelector(".go-to input");
      input.value = ${JSON.stringify(text)};
      input.dispatchEvent(new Event("change"));
      return true;
    })()`);
  await type("12 33");
  await page.until("location.hash === '#cursor=12,33'");
  await type("83.6d 22.05d");
  await page.until("location.hash === '#cursor=30,25'");
  await type("900 900");
  await page.until(
    "document.querySelector('.go-to input').validationMessage.includes('outside of the image')",
  );
  assertEquals(page.problems, []);
});

Deno.test("colours of an RGB picture are switched off, and pictures share one colouring", async () => {
  await using folder = await temporaryFolder();
  await makeFiles(folder.path);
  await using server = await serveViewer(folder.path);
  await using page = await openPage(
    `${server.url}view/image.fits?with=cube.fits&layout=grid&colors=locked&colormap=heat&lock=pixel`,
  );
  await page.until("document.querySelectorAll('.viewer[data-settled]').length === 2");
  const colorsOf = (i: number) =>
    `[...document.querySelectorAll(".several-item")[${i}].querySelectorAll("select")]
      .find((select) => select.value === "heat" || select.value === "gray")?.value`;
  await page.until(`${colorsOf(1)} === "heat"`);
  const seen = "[...document.querySelectorAll('canvas.picture')]" +
    ".map((canvas) => getComputedStyle(canvas).visibility).join()";
  await page.goTo(`${server.url}view/image.fits?with=cube.fits&layout=rgb&lock=pixel`);
  await page.until("document.querySelectorAll('.viewer[data-settled]').length === 2");
  assertEquals(await page.until(seen), "visible,visible");
  await page.until("(document.querySelector('.of-channel input').click(), true)");
  await page.until(`${seen} === "hidden,visible"`);
  assertEquals(page.problems, []);
});
