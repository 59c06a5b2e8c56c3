/** A folder of a hundred thousand files: its listing is a page as short as that of any other. */

import { assert, assertEquals } from "@std/assert";
import { startStation } from "../../station/station.ts";
import { openPage } from "../support/chromium.ts";
import { temporaryFolder } from "../support/temporary.ts";

const COUNT = 100_000;
/** Bytes of a page at most. */
const MAX_PAGE = 150_000;

Deno.test("a listing of 100,000 files is short on every page, filtered and sorted", async () => {
  await using folder = await temporaryFolder();
  const nameOf = (i: number) => `frame_${String(i).padStart(6, "0")}.fits`;
  await Deno.mkdir(`${folder.path}/data`);
  for (let i = 0; i < COUNT; i++) {
    Deno.openSync(`${folder.path}/data/${nameOf(i)}`, { write: true, create: true }).close();
  }
  await using station = await startStation({
    ...{ data: `${folder.path}/data`, received: `${folder.path}/received` },
    ...{ port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 },
  });
  const get = async (query: string) => {
    const response = await fetch(`${station.url}files/${query}`, {
      headers: { accept: "text/html" },
    });
    const text = await response.text();
    assertEquals(response.status, 200, query);
    assert(text.length < MAX_PAGE, `${query}: ${text.length} bytes`);
    return text;
  };
  const first = await get("");
  assert(first.includes(nameOf(199)) && !first.includes(nameOf(200)), "200 to a page");
  assert((await get("?page=500")).includes(nameOf(COUNT - 1)));
  assert((await get("?filter=099999")).includes(nameOf(99_999)));
  assert((await get("?order=desc")).includes(nameOf(COUNT - 1)));
  await using page = await openPage(`${station.url}files/`, { hasScript: false });
  await page.until("document.querySelectorAll('main a[href*=frame_]').length >= 200");
  const names = await fetch(`${station.url}files/`, { headers: { accept: "application/json" } });
  const all = await names.json();
  const entries = Array.isArray(all) ? all : all.entries;
  assertEquals(entries.length, COUNT);
});
