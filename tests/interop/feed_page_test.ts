/** The page of a feed in a real browser: exact values of the newest frame, held and gone through. */

import { assert, assertEquals } from "@std/assert";
import { encodeCameraFrame, FitspipeClient } from "../../fits/fitspipe/mod.ts";
import { startStation, type Station } from "../../station/station.ts";
import { openPage, type Page } from "../support/chromium.ts";
import { relay } from "../support/station/relay.ts";
import { temporaryFolder } from "../support/temporary.ts";

const ANY_PORTS = { port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 };
const SIZE = { width: 64, height: 48 };
/** The pixel of the cross-hair, and what it adds to the number of the frame. */
const [X, Y] = [20, 10];
const OWN = (X - 1) + 64 * (Y - 1);

/** A frame whose every value tells its number and its place. */
function frameBytes(number: number): Uint8Array<ArrayBuffer>[] {
  const { width, height } = SIZE;
  const pixels = Uint16Array.from({ length: width * height }, (_, i) => number * 37 + i);
  return encodeCameraFrame({ ...SIZE, pixels }) as Uint8Array<ArrayBuffer>[];
}

const valueOf = (number: number) => number * 37 + OWN;

async function startWith(folder: string): Promise<Station> {
  return await startStation({
    ...{ data: folder, received: `${folder}/received`, ...ANY_PORTS },
  });
}

async function cameraOf(station: Station): Promise<FitspipeClient> {
  const { url } = station.services.find(({ name }) => name === "frames")!;
  const { hostname, port } = new URL(url.replace(/^\w+:/, "http:"));
  return await FitspipeClient.connect({ hostname, port: Number(port) });
}

/** The number of the frame that is shown, and the value at the cross-hair, when both are there. */
const SHOWN = `(() => {
  const number = Number(document.querySelector(".feed").dataset.frame);
  const settled = document.querySelector(".viewer[data-settled]") !== null;
  const items = Object.fromEntries([...document.querySelectorAll(".items > div")]
    .map((item) => [...item.children].map((part) => part.textContent)));
  return settled && number > 0 && items.value !== undefined && { number, value: items.value };
})()`;

async function shown(page: Page, number: number): Promise<void> {
  const found = await page.until<{ value: string }>(
    `((shown) => shown && shown.number === ${number} && shown)(${SHOWN})`,
  );
  assertEquals(Number(found.value), valueOf(number));
}

const press = async (page: Page, key: string, code = "") => {
  await page.until("(document.querySelector('.stage').focus(), true)");
  for (const type of ["keyDown", "keyUp"]) {
    await page.send("Input.dispatchKeyEvent", { type, key, code });
  }
};

Deno.test("a feed shows exact values of its newest frame, is held, stepped, compared, and survives a restart", async () => {
  await using folder = await temporaryFolder();
  await using way = relay();
  let station = await startWith(folder.path);
  try {
    way.to(station.url);
    let camera = await cameraOf(station);
    for (let i = 1; i <= 3; i++) await camera.put("test", frameBytes(i));
    await using page = await openPage(
      `${way.url}view/feeds/test?zoom=8&x=20&y=10#cursor=${X},${Y}`,
    );
    await shown(page, 3);
    for (let i = 4; i <= 8; i++) {
      await camera.put("test", frameBytes(i));
      await shown(page, i);
    }
    // Held: what comes is kept, and not shown.
    await press(page, " ", "Space");
    for (let i = 9; i <= 12; i++) await camera.put("test", frameBytes(i));
    await press(page, "[");
    await shown(page, 7);
    await press(page, "[");
    await shown(page, 6);
    await press(page, "]");
    await shown(page, 7);
    await page.until(
      "document.querySelector('.feed-words').textContent.includes('kept are 1 to 12')",
    );
    // Frames that are not there are said to be so.
    await page.until(`(() => {
      const slider = document.querySelector(".feed input[type=range]");
      slider.value = "12";
      slider.dispatchEvent(new Event("change"));
      return slider.max === "12";
    })()`);
    await shown(page, 12);
    await press(page, "]");
    await page.until(
      "document.querySelector('.alert').innerText.includes('Frame 13 is not kept: there are 1 to 12')",
    );
    // Each pixel changes by 37 from one frame to the next.
    await page.until("(document.querySelector('.feed input[type=checkbox]').click(), true)");
    await page.until(`((shown) => shown && shown.number === 12 && shown.value === "37")(${SHOWN})`);
    await page.until("(document.querySelector('.feed input[type=checkbox]').click(), true)");
    await shown(page, 12);
    // The newest again, and what was missed meanwhile is said.
    await camera.put("test", frameBytes(13));
    await press(page, " ", "Space");
    await shown(page, 13);
    assert(
      await page.until("document.querySelector('.feed-gap').textContent === 'not shown: 9 to 12'"),
    );
    assertEquals(page.problems, []);
    // The station goes away and comes back: the page goes on by itself.
    camera.close();
    way.to(undefined);
    await station.shutdown();
    await page.until(
      "document.querySelector('.feed-silence:not([hidden])')?.textContent.includes('does not answer')",
    );
    station = await startWith(folder.path);
    camera = await cameraOf(station);
    await camera.put("test", frameBytes(1));
    way.to(station.url);
    await shown(page, 1);
    await camera.put("test", frameBytes(2));
    await shown(page, 2);
    assert(await page.until("document.querySelector('.feed-silence').hidden"));
    camera.close();
  } finally {
    await station.shutdown();
  }
});
