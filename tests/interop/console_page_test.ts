/** The command line of the array server in a real browser. */

import { assert, assertEquals } from "@std/assert";
import { startStation } from "../../station/station.ts";
import { openPage } from "../support/chromium.ts";
import { temporaryFolder } from "../support/temporary.ts";

Deno.test("the console runs commands, keeps variables, and shows what was wrong where", async () => {
  await using folder = await temporaryFolder();
  await using station = await startStation({
    ...{ data: folder.path, received: `${folder.path}/received`, basePath: "/obs" },
    ...{ port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 },
  });
  await using page = await openPage(`${station.url}console`);
  await page.until("document.querySelector('.console-line') !== null");
  const run = async (command: string, state: string) => {
    await page.until(
      `(() => { const line = document.querySelector('.console-line'); ` +
        `line.value = ${JSON.stringify(command)}; line.form.requestSubmit(); return true; })()`,
    );
    return await page.until<string>(
      `document.querySelector('.console-entry:last-child[data-state=${state}]')?.innerText`,
    );
  };
  assertEquals(
    await run("a = indgen(3) & print, '<i>x', a", "done").then((text) => text.split("\n")[0]),
    "a = indgen(3) & print, '<i>x', a",
  );
  assert((await run("total(a) + 39", "done")).includes("42.0000"));
  assert((await run("1 + nosuch(2)", "failed")).includes("    ^"));
  assert((await run("tvscl, dist(16)", "done")).includes("the picture"));
  assert(await page.until("document.querySelector('.console-log i') === null"));
  // The line before comes back by the arrow.
  await page.until(
    "(document.querySelector('.console-line').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', cancelable: true })), true)",
  );
  assertEquals(
    await page.until("document.querySelector('.console-line').value"),
    "tvscl, dist(16)",
  );
  // The browser itself tells of the answer 422.
  assertEquals(page.problems.filter((text) => !text.includes("422")), []);
});
