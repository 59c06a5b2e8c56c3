/** What the viewer's page does beside the picture: north up, panels, words for screen readers, memory. */

import { assertEquals, assertMatch } from "@std/assert";
import { Card } from "../../fits/header/card.ts";
import { encodeFits } from "../../fits/write/write.ts";
import { openPage, type Page } from "../support/chromium.ts";
import { serveViewer } from "../support/station/viewer_server.ts";
import { temporaryFolder } from "../support/temporary.ts";

const SETTLED = "document.querySelector('.viewer[data-settled]') !== null";
/** A sky whose north is 30 degrees from up, east to the right. */
const TURN = 30 * Math.PI / 180;
const SKY = [
  ...[Card.of("CTYPE1", "RA---TAN"), Card.of("CTYPE2", "DEC--TAN"), Card.of("CRPIX1", 32)],
  ...[Card.of("CRPIX2", 24), Card.of("CRVAL1", 10), Card.of("CRVAL2", 20)],
  ...[Card.of("CD1_1", 0.001 * Math.cos(TURN)), Card.of("CD1_2", -0.001 * Math.sin(TURN))],
  ...[Card.of("CD2_1", 0.001 * Math.sin(TURN)), Card.of("CD2_2", 0.001 * Math.cos(TURN))],
];

async function openViewer(query: string, script?: string) {
  const folder = await temporaryFolder();
  const pixels = Int16Array.from({ length: 64 * 48 }, (_, i) => i);
  const header = [Card.of("OBJECT", "M 1"), Card.of("BUNIT", "DN"), ...SKY];
  const bytes = await encodeFits([{ pixels, shape: [64, 48], header }]);
  await Deno.writeFile(`${folder.path}/a.fits`, bytes);
  const server = await serveViewer(folder.path);
  const page = await openPage("about:blank");
  if (script !== undefined) {
    await page.send("Page.enable");
    await page.send("Page.addScriptToEvaluateOnNewDocument", { source: script });
  }
  await page.send("Page.navigate", { url: `${server.url}view/a.fits${query}` });
  await page.until(SETTLED);
  return {
    page,
    [Symbol.asyncDispose]: async () => {
      await page[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const parameters = (page: Page, names: readonly string[]) =>
  page.until<(string | null)[]>(
    `!/north=/.test(location.search) && ${
      JSON.stringify(names)
    }.map((name) => new URLSearchParams(location.search).get(name))`,
  );

Deno.test("an address with north=up turns the picture, and then says how far", async () => {
  await using opened = await openViewer("?north=up&stretch=sqrt");
  const { page } = opened;
  const [rotate, flip, stretch] = await parameters(page, ["rotate", "flip", "stretch"]);
  // East is to the right as the file has it: flipped, it is to the left.
  assertEquals([rotate, flip, stretch], ["30", "x", "sqrt"]);
  await page.until(SETTLED);
  assertEquals(page.problems, []);
});

Deno.test("the picture has a name and a summary in words, and the panels a width by keys", async () => {
  await using opened = await openViewer("?limits=0,3000&panel=info");
  const { page } = opened;
  const words = await page.until<Record<string, string>>(`(() => {
    const stage = document.querySelector(".stage");
    const summary = document.getElementById(stage.getAttribute("aria-describedby"));
    return summary.textContent !== "" && {
      role: stage.getAttribute("role"),
      name: stage.getAttribute("aria-label"),
      summary: summary.textContent,
      live: String(summary.closest("[aria-live], [role=status], [role=alert]")),
    };
  })()`);
  assertEquals([words.role, words.name, words.live], [
    "application",
    "Image M 1, HDU 0, 64 by 48",
    "null",
  ]);
  assertMatch(
    words.summary!,
    /^64 \u00d7 48 int16; unit DN; limits 0 to 3000; centre at pixel 3[23], 2[45]; RA, Dec .*screen pixels for each$/,
  );
  assertMatch(
    await page.until("document.querySelector('.memory')?.textContent"),
    /^\d.*B of values, \d.*B of pictures$/,
  );
  const width = () => page.until<number>("document.querySelector('.panels').clientWidth");
  const before = await width();
  await page.until("(document.querySelector('.panel-edge').focus(), true)");
  const event = { key: "ArrowLeft", code: "ArrowLeft" };
  await page.send("Input.dispatchKeyEvent", { type: "keyDown", ...event });
  await page.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
  await page.until(`document.querySelector('.panels').clientWidth > ${before + 10}`);
  assertEquals(page.problems, []);
});

/** Counts time no longer: what waits a minute is called at once, and the page can be hidden. */
const QUICK_MINUTE = `
  const later = globalThis.setTimeout;
  globalThis.setTimeout = (call, ms, ...rest) => later(call, ms === 60_000 ? 0 : ms, ...rest);
  let hidden = false;
  Object.defineProperty(document, "hidden", { get: () => hidden });
  globalThis.hide = (value) => {
    hidden = value;
    document.dispatchEvent(new Event("visibilitychange"));
    return true;
  };
`;

Deno.test("a page that is hidden lets go of its values, and has them again when it is seen", async () => {
  await using opened = await openViewer("?panel=info", QUICK_MINUTE);
  const { page } = opened;
  const memory = "document.querySelector('.memory').textContent";
  await page.until(`/^[1-9].* of values/.test(${memory})`);
  await page.until("hide(true)");
  await page.until(`/^0 B of values/.test(${memory})`);
  await page.until("hide(false)");
  await page.until(`/^[1-9].* of values/.test(${memory}) && ${SETTLED}`);
  assertEquals(page.problems, []);
});
