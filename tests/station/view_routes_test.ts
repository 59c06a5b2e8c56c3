import { assert, assertEquals, assertMatch } from "@std/assert";
import { Card } from "../../fits/header/card.ts";
import { encodeFits, tableHdu } from "../../fits/mod.ts";
import { serveStationFiles } from "../support/fits/station_files.ts";

const HOSTILE = "<img src=x onerror=alert(1)>\"'&";

async function files(): Promise<Record<string, Uint8Array>> {
  const pixels = Int16Array.from({ length: 48 }, (_, i) => i);
  const image = {
    pixels,
    shape: [4, 3, 4],
    name: "SCI",
    header: [Card.of("OBJECT", HOSTILE, HOSTILE.slice(0, 20)), Card.of("BUNIT", "<b>")],
  };
  const table = tableHdu({
    name: "T<b>",
    columns: [
      { name: "NAME", values: Array.from({ length: 250 }, (_, i) => `<i>${i}`), unit: "<u>" },
      { name: "X", values: Float32Array.from({ length: 250 }, (_, i) => i / 4) },
    ],
  });
  return {
    "all.fits": await encodeFits([{ pixels: new Uint8Array(4), shape: [2, 2] }, image, table]),
    "table.fits": await encodeFits([table]),
    "line.fits": await encodeFits([{ pixels, shape: [48] }]),
    "<b>&.fits": await encodeFits([{ pixels, shape: [8, 6] }]),
    "text.fits": new TextEncoder().encode("no FITS file"),
  };
}

Deno.test("/view is a whole page without script: picture, form, tabs", async () => {
  await using server = await serveStationFiles(await files());
  const page = async (query: string) => {
    const answer = await fetch(new URL(`view/${query}`, server.url));
    assertEquals(answer.status, 200, query);
    return { text: await answer.text(), policy: answer.headers.get("content-security-policy")! };
  };
  const { text, policy } = await page("all.fits?plane=2&stretch=log&limits=&size=64");
  assertMatch(policy, /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'/);
  assertMatch(
    policy,
    /frame-ancestors 'none'; trusted-types heliograph; require-trusted-types-for/,
  );
  assert(
    text.includes(`<div id="viewer" data-source="/fits/all.fits" data-file="/files/all.fits"`),
  );
  assertMatch(
    text,
    /<script type="module" src="\/app\/[\w-]+\/station\/web\/viewer.ts"><\/script>/,
  );
  assert(!/<style|\sstyle=|\son\w+=|<script>/.test(text), text);
  // SCI before the first image; the picture has what the address says.
  const picture = /<img src="(\/fits\/all.fits\?format=png[^"]*)"/.exec(text)![1]!
    .replaceAll("&amp;", "&");
  assertEquals(picture, "/fits/all.fits?format=png&plane=2&stretch=log&size=64&hdu=1");
  const png = await fetch(new URL(picture, server.url));
  assertEquals([png.status, png.headers.get("content-type")], [200, "image/png"]);
  await png.body?.cancel();
  for (const tab of ["header", "table", "info"]) assert(text.includes(`panel=${tab}`));
  assert(text.includes('<input name="plane" value="2"'));
  assert(text.includes("<option selected>log</option>"));
  const header = (await page("all.fits?panel=header")).text;
  assertMatch(
    header,
    /<th scope="row">OBJECT<\/th><td>&lt;img src=x onerror=alert\(1\)&gt;&quot;&#39;&amp;<\/td>/,
  );
  assert(!header.includes("<img src=x"));
  const info = (await page("all.fits?panel=info")).text;
  assert(info.includes("table of 2 columns, 250 rows") && info.includes("T&lt;b&gt;"));
});

Deno.test("/view shows the rows of a table by pages", async () => {
  await using server = await serveStationFiles(await files());
  const page = async (query: string) =>
    await (await fetch(new URL(`view/table.fits${query}`, server.url))).text();
  const first = await page("");
  assert(first.includes("Rows 1 to 100 of 250") && first.includes("&lt;i&gt;99"));
  assert(first.includes("&lt;u&gt;") && !first.includes("<i>"));
  assert(first.includes("rows=101") && !first.includes("rows before"));
  const last = await page("?rows=201");
  assert(last.includes("Rows 201 to 250 of 250") && last.includes('<td class="number">62.25</td>'));
  assert(last.includes("rows=151") && !last.includes("rows after"));
  assert((await page("?rows=9000")).includes("Rows 250 to 250 of 250"));
});

Deno.test("/view says what a file is that has no picture, and why a page cannot be had", async () => {
  await using server = await serveStationFiles(await files());
  const get = (path: string) =>
    fetch(new URL(`view/${path}`, server.url), { headers: { Accept: "text/html" } });
  const cases: [path: string, status: number, words: RegExp][] = [
    ["line.fits", 200, /format=thumbnail&amp;size=256&amp;hdu=0/],
    ["%3Cb%3E%26.fits", 200, /<h1>&lt;b&gt;&amp;.fits<\/h1>/],
    ["all.fits?hdu=2&panel=image", 200, /table of 2 columns, 250 rows/],
    ["all.fits?hdu=1&panel=table", 200, /HDU 1 is no table: IMAGE, 4 x 3 x 4 &lt;b&gt;/],
    ["all.fits?strech=log", 400, /nearest is &#39;stretch&#39;/],
    ["all.fits?hdu=7", 404, /Cannot find HDU 7/],
    ["none.fits", 404, /there is no such file/],
    ["text.fits", 422, /text\.fits/],
  ];
  for (const [path, status, words] of cases) {
    const answer = await get(path);
    assertEquals([answer.status, answer.headers.get("content-type")], [
      ...[status, "text/html; charset=utf-8"],
    ], path);
    const text = await answer.text();
    assertMatch(text, words);
    assertMatch(text, /<main>[\s\S]*<h1>|<h1>[\s\S]*<main>/);
  }
});

Deno.test("/view shows a table as an image, and keeps which table it is", async () => {
  await using server = await serveStationFiles({
    "e.fits": await encodeFits([tableHdu({
      name: "EVENTS",
      columns: [
        { name: "X", values: Int16Array.of(1, 1, 3) },
        { name: "Y", values: Int16Array.of(1, 1, 2) },
      ],
    })]),
  });
  const answer = await fetch(new URL("view/e.fits?bin=X,Y,1&stretch=log", server.url));
  const text = await answer.text();
  assertEquals(answer.status, 200);
  assert(text.includes('data-source="/fits/e.fits?bin=X%2CY%2C1&amp;table=1"'), text);
  assert(text.includes('<input type="hidden" name="bin" value="X,Y,1">'));
  const picture = /<img src="(\/fits\/e.fits\?[^"]*)"/.exec(text)![1]!.replaceAll("&amp;", "&");
  assertEquals(picture, "/fits/e.fits?format=png&stretch=log&hdu=1&bin=X%2CY%2C1&table=1");
  const png = await fetch(new URL(picture, server.url));
  assertEquals([png.status, png.headers.get("heliograph-limits")], [200, "0,2"]);
  await png.body?.cancel();
});
