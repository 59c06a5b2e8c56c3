/** Open pages while their station ends and is started again: they go on, with what is there then. */

import { assertEquals } from "@std/assert";
import { encodeFits } from "../../fits/mod.ts";
import { ArrayClient } from "../../rpc/mod.ts";
import { startStation } from "../../station/station.ts";
import { openPage } from "../support/chromium.ts";
import { relay } from "../support/station/relay.ts";
import { temporaryFolder } from "../support/temporary.ts";

const image = (name: string) => ({ pixels: new Int16Array(4_800), shape: [80, 60], name });

Deno.test("pages of a file and of pictures survive that the station is started again", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/grow.fits`;
  await Deno.writeFile(path, await encodeFits([image("FIRST")]));
  const start = () =>
    startStation({
      ...{ data: folder.path, received: `${folder.path}/received` },
      ...{ port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 },
    });
  // Browsers give up a stream whose answer is none.
  await using way = relay({ answers: true });
  const first = await start();
  way.to(first.url);
  const { url } = first.services.find(({ name }) => name === "arrays")!;
  {
    await using client = await ArrayClient.connect(url);
    const data = { data: new Float32Array(64), shape: [8, 8] };
    await client.call("a=image(data,/no_tool)", { arrays: { data } });
  }
  await using file = await openPage(`${way.url}view/grow.fits?panel=hdus`);
  await file.until("document.querySelector('.viewer[data-settled]') !== null");
  await using pictures = await openPage(`${way.url}pictures/`);
  await pictures.until("document.querySelectorAll('.pictures li').length === 1");
  // Scripts that have not come before the station ends would never run.
  await pictures.until(
    "['pictures', 'page/event_stream'].every((name) => performance.getEntriesByType('resource')" +
      ".some((entry) => entry.name.includes(`/web/${name}.`) && entry.responseStatus === 200))",
  );
  way.to(undefined);
  await first.shutdown();
  // What is appended meanwhile is told to nobody.
  const bytes = await encodeFits([image("FIRST"), image("SECOND")]);
  const before = (await Deno.stat(path)).size;
  await Deno.writeFile(path, bytes.slice(before), { append: true });
  await using second = await start();
  way.to(second.url);
  await file.until("document.querySelector('.panel').innerText.includes('SECOND')");
  // The pictures of the station that has ended are gone, and the page says so.
  await pictures.until("document.body.innerText.includes('None has arrived yet')");
  // The picture is still that of the file, and its tiles can be asked for.
  await file.until("document.querySelector('.viewer[data-settled]') !== null");
  assertEquals(await file.until("document.querySelector('.alert').hidden"), true);
});
