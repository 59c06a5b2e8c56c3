/** No image is too large to open: 10,000,000,000 pixels in a browser, at once as a draft. */

import { assert, assertEquals } from "@std/assert";
import { openPage } from "../support/chromium.ts";
import { GROUND, hugeImage, SIDE, SPIKE, TILE } from "../support/station/huge_image.ts";
import { serveViewer } from "../support/station/viewer_server.ts";
import { temporaryFolder } from "../support/temporary.ts";

Deno.test("an image of 100,000 x 100,000 pixels is shown as a draft, and each value exactly", async () => {
  await using folder = await temporaryFolder();
  // The tile at the left lower corner, one in the middle, the last.
  await Deno.writeFile(`${folder.path}/huge.fits.fz`, await hugeImage([0, 5_050, 9_999]));
  await using server = await serveViewer(folder.path);
  const info = await (await fetch(`${server.url}fits/huge.fits.fz?format=info`)).json();
  assertEquals(info.hdus[1].shape, [SIDE, SIDE]);
  await using page = await openPage(`${server.url}view/huge.fits.fz?limits=0,100`);
  // All of it, of a sample of the tiles.
  await page.until("/draft/.test(document.querySelector('.progress')?.textContent)");
  const gray = await page.until<number>(`(() => {
    const canvas = document.querySelector("canvas.picture");
    const copy = new OffscreenCanvas(canvas.width, canvas.height)
      .getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const [red] = copy.getImageData(canvas.width / 2 + 40, canvas.height / 2 - 40, 1, 1).data;
    return red === ${Math.round(GROUND / 100 * 255)} && red;
  })()`);
  assert(gray > 0);
  // The pixel in the middle of the last tile, and its neighbour.
  const middle = SIDE - TILE / 2 + 1;
  for (const [x, value] of [[middle, SPIKE], [middle - 1, GROUND]] as const) {
    const view = `x=${x}&y=${middle}&zoom=16&limits=0,100`;
    await page.goTo(`${server.url}view/huge.fits.fz?${view}#cursor=${x},${middle}`);
    await page.until(
      `document.querySelector(".items .value dd")?.textContent === "${value}" && document.querySelector(".viewer[data-settled]") !== null`,
    );
  }
  assertEquals(page.problems, []);
});
