/** A FITS file that is dropped on the page of images says what it is, and leads to the viewer. */

import { assertEquals, assertMatch } from "@std/assert";
import { Card } from "../../fits/header/card.ts";
import { encodeFits, tableHdu } from "../../fits/mod.ts";
import { startStation } from "../../station/station.ts";
import { openPage, type Page } from "../support/chromium.ts";
import { temporaryFolder } from "../support/temporary.ts";

const HOSTILE = "<img src=x onerror=document.title='gone'>";

async function files(folder: string): Promise<string[]> {
  const pixels = Int16Array.from({ length: 64 * 48 }, (_, i) => i);
  const header = [Card.of("OBJECT", HOSTILE)];
  const table = tableHdu({ name: HOSTILE, columns: [{ name: "A", values: [HOSTILE] }] });
  const all = {
    "both.fits": await encodeFits([{ pixels, shape: [64, 48], header }, table]),
    "table.fits": await encodeFits([table]),
    "broken.fits": new TextEncoder().encode("SIMPLE  =                    T".padEnd(2880)),
  };
  return await Promise.all(
    Object.entries(all).map(async ([name, bytes]) => {
      await Deno.writeFile(`${folder}/${name}`, bytes);
      return `${folder}/${name}`;
    }),
  );
}

async function choose(page: Page, paths: readonly string[]): Promise<void> {
  const { root } = await page.send("DOM.getDocument") as { root: { nodeId: number } };
  const { nodeId } = await page.send("DOM.querySelector", {
    nodeId: root.nodeId,
    selector: "input[type=file]",
  });
  await page.send("DOM.setFileInputFiles", { nodeId, files: paths });
}

Deno.test("a FITS file on the page of images has words, a picture, and a link to the viewer", async () => {
  await using folder = await temporaryFolder();
  await using station = await startStation({
    ...{ data: folder.path, received: `${folder.path}/received` },
    ...{ port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 },
  });
  const paths = await files(folder.path);
  const images = station.services.find(({ name }) => name === "images")!;
  await using page = await openPage(images.page!.href);
  // The script runs, and hears from the server.
  await page.until("document.querySelector('#live')?.textContent === 'Nothing yet.'");
  await page.send("DOM.enable");
  await page.until("(document.querySelector('#named').checked = true)");
  await choose(page, paths);
  for (const list of ["#results", "#images"]) {
    const cards = await page.until<{ words: string; link: string; title: string }[]>(`(() => {
      const cards = [...document.querySelectorAll("${list} li")];
      const isThere = (card) => card.querySelector("a") !== null &&
        card.querySelector("img")?.naturalWidth > 0;
      return cards.length === 3 && cards.every(isThere) && cards.map((card) => ({
        title: card.querySelector("p").textContent,
        words: card.querySelector(".words").firstChild.textContent.trim(),
        link: card.querySelector("a").href,
      })).sort((a, b) => a.title < b.title ? -1 : 1);
    })()`);
    assertEquals(cards.map(({ title }) => title), ["both.fits", "broken.fits", "table.fits"]);
    assertEquals(cards[0]!.words, "FITS, 2 HDUs: image of 64 x 48 pixels");
    assertMatch(cards[1]!.words, /^FITS: .+/);
    assertEquals(cards[2]!.words, "FITS, 2 HDUs: table of 1 column, 1 row");
    for (const { link } of cards) {
      assertEquals(new URL(link).origin, new URL(station.url).origin);
      assertMatch(link, /\/view\/pictures\/\d+$/);
    }
    if (list === "#results") continue;
    await page.until(
      `([...document.querySelectorAll("#images li")].find((card) =>
        card.querySelector("p").textContent === "both.fits").querySelector("a").click(), true)`,
    );
  }
  await page.until("document.querySelector('.viewer h1')?.textContent.endsWith('.fits')");
  assertEquals(await page.until("document.title.endsWith('.fits - Heliograph')"), true);
  assertEquals(page.problems, []);
});
