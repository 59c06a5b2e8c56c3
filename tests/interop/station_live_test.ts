/** What the station's pages do by themselves, in a real browser: tables, pictures, growing files. */

import { assert, assertEquals } from "@std/assert";
import { encodeFits, tableHdu } from "../../fits/mod.ts";
import { ArrayClient } from "../../rpc/mod.ts";
import { startStation } from "../../station/station.ts";
import { openPage } from "../support/chromium.ts";
import { temporaryFolder } from "../support/temporary.ts";

const ANY_PORTS = { port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 };

async function station() {
  const folder = await temporaryFolder();
  const table = tableHdu({
    name: "T",
    columns: [
      { name: "N", values: Int32Array.from({ length: 300 }, (_, i) => i * 7 % 300) },
      { name: "NAME", values: Array.from({ length: 300 }, (_, i) => `<b>${i}`) },
    ],
  });
  const image = { pixels: new Int16Array(4_800), shape: [80, 60], name: "FIRST" };
  await Deno.writeFile(`${folder.path}/table.fits`, await encodeFits([table]));
  await Deno.writeFile(`${folder.path}/grow.fits`, await encodeFits([image]));
  const running = await startStation({
    ...{ data: folder.path, received: `${folder.path}/received`, ...ANY_PORTS },
    basePath: "/obs",
  });
  return {
    path: folder.path,
    running,
    [Symbol.asyncDispose]: async () => {
      await running.shutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a table is sorted and filtered in its page, behind a base path", async () => {
  await using served = await station();
  await using page = await openPage(`${served.running.url}view/table.fits`);
  const first = "document.querySelector('.rows tbody td')?.textContent";
  await page.until(`${first} === '0'`);
  await page.until("(document.querySelector('.rows thead button').click(), true)");
  await page.until(`document.querySelector('th[aria-sort="ascending"]')?.textContent === 'N'`);
  await page.until("(document.querySelector('.rows thead button').click(), true)");
  await page.until(`${first} === '299'`);
  const filter = "document.querySelector('.pager .filter')";
  await page.until(
    `(${filter}.value = 'N < 3', ${filter}.dispatchEvent(new Event('change')), true)`,
  );
  await page.until("document.querySelectorAll('.rows tbody tr').length === 3");
  assertEquals(await page.until(first), "2");
  assert(await page.until("document.querySelector('.rows b') === null"));
  assertEquals(page.problems, []);
});

Deno.test("a picture is on its page when it comes, and a file that grows gets its HDUs", async () => {
  await using served = await station();
  {
    await using page = await openPage(`${served.running.url}pictures/`);
    await page.until("document.body.innerText.includes('None has arrived yet')");
    const { url } = served.running.services.find(({ name }) => name === "arrays")!;
    await using client = await ArrayClient.connect(url);
    const data = { data: Float32Array.from({ length: 64 }, (_, i) => i), shape: [8, 8] };
    await client.call("a=image(data,/no_tool,title='<i>spot')", { arrays: { data } });
    await page.until("document.querySelectorAll('.pictures li').length === 1");
    assert(await page.until("document.querySelector('main').innerText.includes('<i>spot')"));
    await page.until("document.images[0].complete && document.images[0].naturalWidth > 0");
    assertEquals(page.problems, []);
  }
  await using page = await openPage(`${served.running.url}view/grow.fits?panel=hdus`);
  await page.until("document.querySelector('.viewer[data-settled]') !== null");
  const image = { pixels: new Int16Array(4_800), shape: [80, 60] };
  const bytes = await encodeFits([{ ...image, name: "FIRST" }, { ...image, name: "SECOND" }]);
  const before = (await Deno.stat(`${served.path}/grow.fits`)).size;
  await Deno.writeFile(`${served.path}/grow.fits`, bytes.slice(before), { append: true });
  await page.until("document.querySelector('.panel').innerText.includes('SECOND')");
  assertEquals(page.problems, []);
});
