/** fitspipe with the published client's bytes, in a browser, and through a minute of chaos. */

import { assert, assertEquals } from "@std/assert";
import { serveHttp } from "../../http/server/serve_http.ts";
import { FitspipeClient } from "../../fits/fitspipe/client.ts";
import { FeedStore } from "../../fits/fitspipe/feed/store.ts";
import { serveFitspipe } from "../../fits/fitspipe/server.ts";
import { feedView } from "../../fits/fitspipe/view.ts";
import { seededFile as file } from "./fitspipe/seeded_file.ts";
import { openPage } from "../support/chromium.ts";
import { temporaryFolder } from "../support/temporary.ts";

async function run(command: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assertEquals(code, 0, `${command} ${args.join(" ")}: ${text}`);
  return text;
}

Deno.test("the published client gets every frame as it was put", async () => {
  await using folder = await temporaryFolder();
  await using server = serveFitspipe({ port: 0 });
  await using producer = await FitspipeClient.connect(server.address);
  await producer.put("cam", file(1));
  const script = new URL("fitspipe/published_client.py", import.meta.url).pathname;
  const { hostname, port } = server.address;
  const client = new Deno.Command("python3", {
    args: [script, hostname, String(port), "cam", "5", `${folder.path}/frame`],
    stdout: "piped",
  }).spawn();
  let said = "";
  let next = 2;
  for await (const text of client.stdout.pipeThrough(new TextDecoderStream() as never)) {
    said += text;
    // One frame for each line, so that every get waits for its frame.
    while (next <= 6 && next <= said.split("\n").length) await producer.put("cam", file(next++));
  }
  assertEquals((await client.status).code, 0);
  const frames = [2, 3, 4, 5, 6].map((n) => `Frame ${n}: getting 6144 bytes\n`).join("");
  assertEquals(said, "newest 1\n" + frames);
  for (let i = 1; i <= 5; i++) {
    const bytes = await Deno.readFile(`${folder.path}/frame0000${i}.fits`);
    const sent = new Uint8Array(file(i + 1).flatMap((piece) => [...piece]));
    assertEquals(bytes, sent, `frame ${i}`);
  }
});

Deno.test("the example writes three files that fitsverify accepts", async () => {
  await using folder = await temporaryFolder();
  const example = new URL("../../examples/fitspipe_get.ts", import.meta.url).pathname;
  const text = await run(
    Deno.execPath(),
    ...["run", "--allow-net=127.0.0.1", "--allow-read=.", "--allow-write=out", example],
    `${folder.path}/frame`,
  );
  const paths = [1, 2, 3].map((i) => `${folder.path}/frame0000${i}.fits`);
  for (const path of paths) {
    assert(text.includes(path));
    assert((await run("fitsverify", "-q", path)).startsWith("verification OK"));
  }
});

/** A number that tells the pixels of a page's picture, whose place is given. */
const pixelsOf = (place: number) =>
  `(() => {
    const image = document.images[${place}];
    if (!image?.naturalWidth) return false;
    const canvas = Object.assign(document.createElement("canvas"), {
      width: image.naturalWidth,
      height: image.naturalHeight,
    });
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, value) => (sum * 31 + value) >>> 0, 1);
  })()`;

Deno.test("the page shows each feed live in a browser", async () => {
  const store = new FeedStore();
  await using server = serveFitspipe({ port: 0, store });
  await using view = await serveHttp({ port: 0 }, feedView(store));
  await using producer = await FitspipeClient.connect(server.address);
  let seed = 1;
  const expose = async () => {
    await producer.put("cam", file(++seed));
    await producer.put("guide", file(++seed, 16, 12));
  };
  await expose();
  await using page = await openPage(view.url);
  assertEquals(await page.until("document.images[0]?.naturalWidth || false"), 64);
  assertEquals(await page.until("document.images[1]?.naturalWidth || false"), 16);
  const caption = await page.until<string>(
    "document.querySelector('figcaption span')?.textContent",
  );
  assert(/^64 × 48, frame \d+/.test(caption), caption);
  for (const place of [0, 1]) {
    const first = await page.until<number>(pixelsOf(place));
    await expose();
    // The next frame shows, whichever of the two came first.
    const now = pixelsOf(place);
    assertEquals(await page.until(`${now} && ${now} !== ${first}`), true);
  }
  const later = `document.querySelector('figcaption span').textContent !== ${
    JSON.stringify(caption)
  }`;
  assertEquals(await page.until(later), true);
});

Deno.test("a minute of chaos: frames are whole, gaps are true, nothing is left behind", async () => {
  // A process of its own: other tests open and close descriptors as they like.
  const program = new URL("fitspipe/chaos.ts", import.meta.url).pathname;
  const text = await run(Deno.execPath(), "run", "-A", "--v8-flags=--expose-gc", program, "60");
  const result = JSON.parse(text.trim());
  console.log(text.trim());
  assert(result.received > 1_000 && result.restarts > 2, "there was no chaos");
  assert(result.gaps > 0, "no slow consumer missed a frame");
  const { maxMemory, peak } = result;
  assert(peak > 0.9 * maxMemory && peak <= maxMemory, `${peak} bytes were in memory`);
  // As long as the server waits for a consumer that takes nothing.
  assert(result.longestPut < 2_000, `a producer waited ${result.longestPut} ms`);
  assertEquals(result.descriptorsAfter, result.descriptorsBefore);
  // Thousands of connections have come and gone: a few kilobytes of each would show.
  const kept = result.memoryAfter - result.memoryBefore;
  assert(kept < 2 << 20, `${kept} bytes were kept`);
});
