/** Every address of docs/viewer.md, opened in a real browser; its pictures are made from them. */

import { assert, assertEquals } from "@std/assert";
import { writeSampleData } from "../../commands/station/sample_data.ts";
import { startStation } from "../../station/station.ts";
import { openPage } from "../support/chromium.ts";
import { temporaryFolder } from "../support/temporary.ts";

const DOCUMENT = new URL("../../docs/viewer.md", import.meta.url);
const ANY_PORTS = { port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 };

/** The picture of the document that an address makes, written below out/ to be looked at. */
const PICTURES: readonly (readonly [part: string, name: string])[] = [
  ["grid=1", "viewer-grid.png"],
  ["#regions=", "viewer-regions.png"],
];

/** What is there when a page is ready. */
function ready(address: string): string {
  if (address.includes("/feeds/")) return ".feed[data-frame]";
  if (address.includes("hdu=SPOTS")) return ".viewer tbody tr";
  return address.startsWith("/view/") ? ".viewer[data-settled]" : "main";
}

Deno.test("each address of docs/viewer.md shows what it should, without a complaint", async () => {
  await using folder = await temporaryFolder();
  await writeSampleData(folder.path);
  await using station = await startStation({
    ...{ data: folder.path, received: `${folder.path}/received`, version: "0.1.0" },
    ...ANY_PORTS,
  });
  const text = await Deno.readTextFile(DOCUMENT);
  const addresses = [...text.matchAll(/`(\/(?:view|local|pictures)[^`\s]*)`/g)]
    .map((match) => match[1]!);
  assert(addresses.length >= 9, `${addresses.length} addresses`);
  await Deno.mkdir("out", { recursive: true });
  await using page = await openPage("about:blank", { size: [1200, 760] });
  for (const address of addresses) {
    await page.goTo(new URL(address, station.url).href);
    await page.until(`document.querySelector(${JSON.stringify(ready(address))}) !== null`);
    assertEquals(page.problems, [], address);
    const name = PICTURES.find(([part]) => address.includes(part))?.[1];
    if (name !== undefined) await Deno.writeFile(`out/${name}`, await page.screenshot());
  }
});
