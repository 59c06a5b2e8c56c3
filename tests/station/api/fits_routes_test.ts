import { assert, assertEquals, assertMatch } from "@std/assert";
import { Card } from "../../../fits/header/card.ts";
import { compressImage, encodeFits, openFits, tableHdu } from "../../../fits/mod.ts";
import { parseNpy } from "../../../fits/image/npy.ts";
import { readTile } from "../../support/fits/tile.ts";
import { serveStationFiles } from "../../support/fits/station_files.ts";

const ramp = (count: number) => Int16Array.from({ length: count }, (_, i) => i % 30_000);

/** Files of every kind that the routes tell apart. */
async function files(): Promise<Record<string, Uint8Array>> {
  const cube = { pixels: ramp(6 * 4 * 3), shape: [6, 4, 3], name: "CUBE" };
  const scaled = {
    pixels: Int16Array.of(1, 2, -1, 4),
    shape: [2, 2],
    stored: true,
    name: "SCI",
    header: [
      Card.of("BSCALE", 0.5),
      Card.of("BZERO", 10),
      Card.of("BLANK", -1),
      Card.of("BUNIT", "adu"),
    ],
  };
  const table = tableHdu({
    name: "T",
    columns: [{ name: "A", values: Int32Array.of(1, 2, 3) }],
  });
  const longs = { pixels: BigInt64Array.of(1n, (1n << 53n) + 1n), shape: [2, 1], name: "LONG" };
  return {
    "all.fits": await encodeFits([cube, scaled, table, longs]),
    "table.fits": await encodeFits([table]),
    "text.fits": new TextEncoder().encode("no FITS file"),
  };
}

Deno.test("/fits?format=info tells all HDUs, and changes its validators with the file", async () => {
  await using server = await serveStationFiles(await files());
  const info = await (await server.get("all.fits?format=info")).json();
  assertEquals([info.name, info.growing], ["all.fits", false]);
  assertEquals(info.bytes, (await Deno.stat(`${server.folder}/all.fits`)).size);
  assertEquals(
    info.hdus.map(({ validator: _, ...hdu }: { validator: string }) => hdu),
    [
      {
        ...{ index: 0, name: "CUBE", version: 1, kind: "PRIMARY", shape: [6, 4, 3], bitpix: 16 },
        ...{ unit: "", planes: 3, levels: 1, tileSize: 512, pyramid: "none" },
      },
      {
        ...{ index: 1, name: "SCI", version: 1, kind: "IMAGE", shape: [2, 2], bitpix: 16 },
        ...{ unit: "adu", planes: 1, levels: 1, tileSize: 512, pyramid: "none" },
      },
      {
        ...{ index: 2, name: "T", version: 1, kind: "BINTABLE", shape: [4, 3], bitpix: 8 },
        ...{ unit: "", planes: 0, levels: 0, tileSize: 512, pyramid: "none", columns: 1, rows: 3 },
      },
      {
        ...{ index: 3, name: "LONG", version: 1, kind: "IMAGE", shape: [2, 1], bitpix: 64 },
        ...{ unit: "", planes: 1, levels: 1, tileSize: 512, pyramid: "none" },
      },
    ],
  );
  const validators = info.hdus.map(({ validator }: { validator: string }) => validator);
  assertEquals(new Set([...validators, info.validator]).size, 5);
  await Deno.writeFile(`${server.folder}/all.fits`, (await files())["table.fits"]!);
  const later = await (await server.get("all.fits?format=info")).json();
  assert(later.validator !== info.validator && later.hdus[0].validator !== validators[0]);
});

Deno.test("/fits?format=header gives cards as JSON, and records as text", async () => {
  await using server = await serveStationFiles(await files());
  const [header] = await (await server.get("all.fits?format=header&hdu=SCI")).json();
  assertEquals(header.index, 1);
  assertEquals(header.cards.find(([keyword]: [string]) => keyword === "BSCALE"), [
    "BSCALE",
    0.5,
    "",
  ]);
  assertEquals((await (await server.get("all.fits?format=header")).json()).length, 4);
  const text = await server.get("all.fits?format=header&hdu=1", {
    headers: { Accept: "text/plain" },
  });
  assertEquals(text.headers.get("content-type"), "text/plain; charset=utf-8");
  const lines = (await text.text()).split("\n");
  assertEquals(lines.slice(0, -1).map(({ length }) => length), lines.slice(0, -1).map(() => 80));
  assertEquals([lines[0]!.slice(0, 20), lines.at(-2)!.trim()], ["XTENSION= 'IMAGE   '", "END"]);
});

Deno.test("/fits?format=findings tells what the standard says against a header, and of which card", async () => {
  const bytes = await encodeFits([{
    ...{ pixels: ramp(4), shape: [2, 2] },
    header: [Card.of("OBJECT", "M 13"), Card.of("BUNIT", "DN")],
  }]);
  const text = new TextDecoder("latin1").decode(bytes)
    .replace("BUNIT   = 'DN      '", "BUNIT   =         12");
  const bad = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  bad[2879] = 33;
  await using plain = await openFits(bytes);
  const packed = await encodeFits([await compressImage(await plain.hdu(0), { algorithm: "rice" })]);
  await using server = await serveStationFiles({ "bad.fits": bad, "packed.fits": packed });
  const found = await (await server.get("bad.fits?format=findings")).json();
  const [{ cards }] = await (await server.get("bad.fits?format=header&hdu=0")).json();
  assertEquals(found.map(({ severity }: { severity: string }) => severity), ["error", "error"]);
  const [card, fill] = found;
  assertEquals([card.keyword, cards[card.card][0], card.offset % 80], ["BUNIT", "BUNIT", 0]);
  assertEquals(bad.subarray(card.offset, card.offset + 5), new TextEncoder().encode("BUNIT"));
  assertEquals(fill, {
    ...{ severity: "error", offset: 2879 },
    message: "byte 33 after the END card, expected blanks",
  });
  for (const hdu of [0, 1]) {
    assertEquals(await (await server.get(`packed.fits?format=findings&hdu=${hdu}`)).json(), []);
  }
  assertEquals((await server.get("bad.fits?format=findings&hdu=7")).status, 404);
});

Deno.test("/fits?format=tile gives stored values, their scale and their ends", async () => {
  await using server = await serveStationFiles(await files());
  const tile = async (query: string) =>
    readTile(await (await server.get(`all.fits?format=tile&tile=0/0/0&${query}`)).bytes());
  const scaled = await tile("hdu=SCI");
  assertEquals(
    [scaled.type, scaled.bscale, scaled.bzero, scaled.blank, scaled.flags, scaled.missing],
    ["Int16Array", 0.5, 10, -1, 16, 1],
  );
  assertEquals([scaled.least, scaled.greatest, scaled.values], [10.5, 12, [1, 2, -1, 4]]);
  const plane = await tile("plane=2");
  assertEquals([plane.width, plane.height], [6, 4]);
  assertEquals(plane.values, [...ramp(48).subarray(24)]);
  const long = await tile("hdu=LONG");
  assertEquals([long.type, long.flags, long.values], ["Float64Array", 32, [1, 2 ** 53]]);
});

Deno.test("/fits?format=tile cuts planes into tiles, and makes the levels above", async () => {
  const [width, height] = [1100, 600];
  const pixels = ramp(width * height);
  const bytes = await encodeFits([{ pixels, shape: [width, height] }]);
  const plain = await openFits(bytes);
  const packed = await compressImage(await plain.hdu(0), { algorithm: "rice" });
  await using server = await serveStationFiles({
    "plain.fits": bytes,
    "packed.fits": await encodeFits([packed]),
  });
  for (const name of ["plain.fits", "packed.fits"]) {
    const tile = async (place: string) => {
      const answer = await server.get(`${name}?format=tile&tile=${place}`);
      assertEquals(answer.status, 200, place);
      return readTile(await answer.bytes());
    };
    const corner = await tile("0/2/1");
    assertEquals([corner.width, corner.height], [76, 88]);
    assertEquals(corner.values[0], pixels[512 * width + 1024]);
    assertEquals(corner.values.at(-1), pixels.at(-1));
    const half = await tile("1/1/0");
    assertEquals([half.type, half.width, half.height, half.level, half.reduce], [
      ...["Float32Array", 38, 300, 1, 1],
    ]);
    const at = (x: number, y: number) => pixels[y * width + x]!;
    const mean = (at(1024, 0) + at(1025, 0) + at(1024, 1) + at(1025, 1)) / 4;
    assertEquals(half.values[0], Math.fround(mean));
    const most = readTile(
      await (await server.get(`${name}?format=tile&tile=2/0/0&reduce=max`)).bytes(),
    );
    assertEquals([most.width, most.height, most.reduce], [275, 150, 2]);
    assertEquals(
      most.values[0],
      Math.max(...[0, 1, 2, 3].flatMap((y) => [0, 1, 2, 3].map((x) => at(x, y)))),
    );
  }
});

Deno.test("/fits?format=values gives exact numbers of a section", async () => {
  await using server = await serveStationFiles(await files());
  const long = readTile(await (await server.get("all.fits?format=values&hdu=LONG")).bytes());
  assertEquals([long.type, long.values], ["BigInt64Array", [1n, (1n << 53n) + 1n]]);
  const part = readTile(
    await (await server.get("all.fits?format=values&section=2:6:2,3,*")).bytes(),
  );
  assertEquals([part.width, part.height], [3, 3]);
  assertEquals(part.values, [13, 15, 17, 37, 39, 41, 61, 63, 65]);
});

Deno.test("/fits?format=limits and histogram look at the pixels of a plane or of all", async () => {
  await using server = await serveStationFiles(await files());
  const json = async (query: string) => await (await server.get(`all.fits?format=${query}`)).json();
  assertEquals(await json("limits&limits=minmax"), { low: 0, high: 23, exact: true });
  assertEquals(await json("limits&limits=minmax&plane=3"), { low: 48, high: 71, exact: true });
  assertEquals(await json("limits&limits=minmax&scope=file"), { low: 0, high: 71, exact: true });
  assertEquals(await json("limits&limits=-1,2.5"), { low: -1, high: 2.5, exact: true });
  assertEquals(await json("limits&limits=minmax&hdu=SCI"), { low: 10.5, high: 12, exact: true });
  assertEquals(await json("histogram&hdu=SCI&bins=3&range=10,11.2"), {
    ...{ low: 10, high: 11.2, counts: [0, 1, 1], below: 0, above: 1, missing: 1, exact: true },
  });
  const { counts, below, above } = await json("histogram");
  const total = counts.reduce((sum: number, count: number) => sum + count, below + above);
  assertEquals([counts.length, total], [1024, 24]);
});

Deno.test("/fits refuses what it does not know, with a problem that names it", async () => {
  await using server = await serveStationFiles(await files());
  const cases: [path: string, status: number, type: string, detail: RegExp, parameter?: string][] =
    [
      [
        "all.fits?format=tile&tile=0/0/0&plan=1",
        400,
        "unknown-parameter",
        /nearest is 'plane'/,
        "plan",
      ],
      ["all.fits?format=info&plane=1", 400, "unknown-parameter", /format=info has no/, "plane"],
      [
        "all.fits?format=tile&tile=0/0/0&tile=0/0/0",
        400,
        "repeated-parameter",
        /more than once/,
        "tile",
      ],
      ["all.fits?format=info&format=tile", 400, "repeated-parameter", /more than once/, "format"],
      [
        "all.fits?format=gif",
        400,
        "bad-value",
        /format is 'gif', expected one of info, /,
        "format",
      ],
      ["all.fits?format=tile", 400, "missing-parameter", /lacks the parameter 'tile'/, "tile"],
      ["all.fits?format=tile&tile=25/0/0", 400, "bad-value", /tile is '25\/0\/0'/, "tile"],
      ["all.fits?format=tile&tile=0/0/0&plane=0", 400, "bad-value", /plane is '0'/, "plane"],
      ["all.fits?format=tile&tile=0/0/0&plane=4", 404, "not-found", /planes 1 to 3/, "plane"],
      ["all.fits?format=tile&tile=0/0/0&plane=1,1", 404, "not-found", /plane 1,1/, "plane"],
      ["all.fits?format=tile&tile=0/1/0", 404, "not-found", /level 0 has 1 x 1 tiles/, "tile"],
      ["all.fits?format=values&section=1:9", 400, "bad-value", /pixels 1 to 6/, "section"],
      ["all.fits?format=values&section=*,*,3,1", 400, "bad-value", /has 4 axes/, "section"],
      ["all.fits?format=values&section=a", 400, "bad-value", /section is 'a'/, "section"],
      ["all.fits?format=limits&limits=plaid", 400, "bad-value", /limits is 'plaid'/, "limits"],
      ["all.fits?format=tile&tile=0/0/0&hdu=9", 404, "not-found", /found 0 CUBE, 1 SCI/, "hdu"],
      ["all.fits?format=tile&tile=0/0/0&hdu=T", 404, "not-found", /HDU 2 is no image/, "hdu"],
      ["table.fits?format=limits", 404, "not-found", /table.fits has no image/, "hdu"],
      ["none.fits?format=info", 404, "not-found", /there is no such file/],
      ["a%5Cb.fits?format=info", 400, "bad-request", /it has a backslash/],
      ["?format=info", 404, "not-found", /there is no such file/],
      ["text.fits?format=info", 422, "not-decodable", /text.fits/],
      ["all.fits?format=info&v=old", 409, "changed", /not the version/, "v"],
    ];
  for (const [path, status, type, detail, parameter] of cases) {
    const answer = await server.get(path);
    const problem = await answer.json();
    assertEquals([answer.status, problem.status], [status, status], path);
    assertEquals(answer.headers.get("content-type"), "application/problem+json");
    assertEquals([problem.type, problem.parameter], [`/problems#${type}`, parameter], path);
    assertMatch(problem.detail, detail);
    assert(!problem.detail.includes(server.folder), problem.detail);
  }
  const post = await server.get("all.fits?format=info", { method: "POST" });
  assertEquals([post.status, post.headers.get("allow")], [405, "GET, HEAD"]);
  await post.body?.cancel();
});

Deno.test("/fits answers a browser that navigates with a page, hostile words as text", async () => {
  await using server = await serveStationFiles(await files());
  const answer = await server.get("all.fits?format=info&<script>=1", {
    headers: { Accept: "text/html,*/*;q=0.8" },
  });
  assertEquals([answer.status, answer.headers.get("content-type")], [
    400,
    "text/html; charset=utf-8",
  ]);
  const page = await answer.text();
  assert(page.includes("&lt;script&gt;") && !page.includes("<script"), page);
});

Deno.test("/fits keeps what its version names for ever, and asks again for the rest", async () => {
  await using server = await serveStationFiles(await files());
  const { hdus: [{ validator }] } = await (await server.get("all.fits?format=info")).json();
  const path = "all.fits?format=tile&tile=0/0/0";
  const named = await server.get(`${path}&v=${validator}`);
  await named.body?.cancel();
  assertEquals(named.headers.get("cache-control"), "private, max-age=31536000, immutable");
  const first = await server.get(path);
  await first.body?.cancel();
  const etag = first.headers.get("etag")!;
  assertMatch(etag, /^"[\w-]{22}"$/);
  assertEquals(first.headers.get("cache-control"), "private, no-cache");
  const again = await server.get(path, { headers: { "If-None-Match": etag } });
  assertEquals([again.status, await again.text()], [304, ""]);
  const other = await server.get(`${path}&plane=2`, { headers: { "If-None-Match": etag } });
  assertEquals(other.status, 200);
  await other.body?.cancel();
  const head = await server.get(path, { method: "HEAD" });
  assertEquals([head.status, head.headers.get("content-length")], [200, `${64 + 48}`]);
  const wrong = await server.get(path, { headers: { "If-Match": '"x"' } });
  assertEquals(wrong.status, 412);
  await wrong.body?.cancel();
  await Deno.writeFile(`${server.folder}/all.fits`, (await files())["table.fits"]!);
  const changed = await server.get(`${path}&v=${validator}`);
  // The version of the image is gone, and the image with it.
  assertEquals(changed.status, 404);
  await changed.body?.cancel();
});

Deno.test("/fits never has a file that was just written kept", async () => {
  await using server = await serveStationFiles(await files(), Date.now);
  const answer = await server.get("all.fits?format=info");
  const { validator } = await answer.json();
  assertEquals(answer.headers.get("etag"), null);
  const named = await server.get(`all.fits?format=info&v=${validator}`);
  assertEquals(named.headers.get("cache-control"), "private, no-cache");
  await named.body?.cancel();
});

Deno.test("/fits says which tile is damaged, and where", async () => {
  const bytes = await encodeFits([{ pixels: ramp(64), shape: [8, 8] }]);
  await using plain = await openFits(bytes);
  const packed = await encodeFits([
    await compressImage(await plain.hdu(0), { algorithm: "rice" }),
  ]);
  const end = packed.length - 2880;
  packed.fill(0xff, end, end + 8);
  await using server = await serveStationFiles({
    "bad.fits": packed,
    "cut.fits": bytes.subarray(0, 2900),
  });
  for (const name of ["bad.fits", "cut.fits"]) {
    const answer = await server.get(`${name}?format=tile&tile=0/0/0`);
    const problem = await answer.json();
    assertEquals([answer.status, problem.type], [422, "/problems#not-decodable"], name);
  }
});

Deno.test("/fits?format=histogram and thumbnails count values at the ends of doubles", async () => {
  const ranges = [[0, 5e-324], [0, 4e-306], [-1e-320, 1e-320], [-1.7e308, 1.7e308], [3, 7]];
  const bytes = await encodeFits(ranges.map(([low, high]) => ({
    pixels: Float64Array.of(low!, high!, high!, low!, NaN),
    shape: [5],
  })));
  await using server = await serveStationFiles({ "ends.fits": bytes });
  for (const [hdu, [low, high]] of ranges.entries()) {
    const query = `ends.fits?hdu=${hdu}&format=`;
    const histogram = await (await server.get(
      `${query}histogram&bins=4&range=${encodeURIComponent(`${low},${high}`)}`,
    ))
      .json();
    assertEquals(histogram, {
      ...{ low, high, counts: [2, 0, 0, 2], below: 0, above: 0, missing: 1, exact: true },
    });
    const drawing = await (await server.get(`${query}thumbnail`)).text();
    assertEquals(/NaN|Infinity/.test(drawing), false, drawing);
  }
});

Deno.test("/fits?bin= shows a table as an image in every form of one", async () => {
  const events = tableHdu({
    name: "EVENTS",
    columns: [
      { name: "X", values: Int16Array.of(1, 1, 3, 2) },
      { name: "Y", values: Int16Array.of(1, 1, 2, 1) },
    ],
  });
  const other = tableHdu({ name: "GTI", columns: [{ name: "A", values: Int16Array.of(1) }] });
  const files = { "e.fits": await encodeFits([other, events]) };
  await using server = await serveStationFiles(files);
  const get = (query: string) => server.get(`e.fits?bin=X,Y,1&${query}`);
  const info = await (await get("format=info")).json();
  const [, gti, binned] = info.hdus;
  assertEquals([gti.rows, gti.planes], [1, 0]);
  const { index, name, shape, planes, levels, rows, kind } = binned;
  assertEquals({ index, name, shape, planes, levels, rows, kind }, {
    ...{ index: 2, name: "EVENTS", shape: [3, 2], planes: 1, levels: 1, rows: undefined },
    kind: "binned table",
  });
  const v = `hdu=2&table=2&v=${binned.validator}`;
  const tile = readTile(await (await get(`format=tile&tile=0/0/0&${v}`)).bytes());
  assertEquals([...tile.values], [2, 1, 0, 0, 0, 1]);
  const limits = await (await get(`format=limits&limits=minmax&${v}`)).json();
  assertEquals([limits.low, limits.high], [0, 2]);
  const png = await get("format=png&size=3");
  assertEquals([png.status, png.headers.get("content-type")], [200, "image/png"]);
  await png.body?.cancel();
  await using cut = await openFits(await (await get("format=fits&hdu=EVENTS")).bytes());
  assertEquals([...(await (await cut.hdu(0)).image()).pixels], [2, 1, 0, 0, 0, 1]);
  const header = await (await get("format=header&hdu=2")).json();
  assert(header[0].cards.some(([keyword]: string[]) => keyword === "LTV1"));
  // Another HDU is what it is, where it is said which table is meant.
  const cards = await (await get("format=header&hdu=1&table=2")).json();
  assert(cards[0].cards.some(([, value]: string[]) => value === "GTI"));
  const wrong: [string, number, string][] = [
    ["e.fits?format=png&bin=X", 400, "bin"],
    ["e.fits?format=png&bin=X,Q", 404, "bin"],
    ["e.fits?format=png&bin=X,Y&hdu=1", 400, "bin"],
    ["e.fits?format=png&bin=X,Y&hdu=0", 404, "hdu"],
    ["e.fits?format=png&bin=X,Y&filter=Q", 400, "filter"],
    ["e.fits?format=rows&bin=X,Y", 400, "bin"],
    ["e.fits?format=png&weight=X", 400, "weight"],
  ];
  for (const [query, status, parameter] of wrong) {
    const response = await server.get(query);
    const problem = await response.json();
    assertEquals([response.status, problem.parameter], [status, parameter], query);
  }
  const stale = await get(`format=tile&tile=0/0/0&hdu=2&v=old`);
  assertEquals([stale.status, (await stale.json()).validator], [409, binned.validator]);
});

Deno.test("/fits?format=column gives a column as npy, of the rows that are asked for", async () => {
  await using server = await serveStationFiles(await files());
  const column = async (query: string) => {
    const response = await server.get(`all.fits?format=column&hdu=T&columns=A${query}`);
    assertEquals(response.status, 200, query);
    assertMatch(response.headers.get("content-disposition")!, /filename="A\.npy"/);
    const { type, data } = parseNpy(await response.bytes());
    return [type, ...data as Int32Array];
  };
  assertEquals(await column(""), ["i32", 1, 2, 3]);
  assertEquals(await column("&rows=2:9"), ["i32", 2, 3]);
  assertEquals(await column("&filter=A%20%3E%201&sort=-A"), ["i32", 3, 2]);
  assertEquals(await column("&sort=-A&rows=2:2"), ["i32", 2]);
  const wrong = [
    ["all.fits?format=column&columns=B", 400, "columns"],
    ["all.fits?format=column", 400, "columns"],
    ["all.fits?format=column&columns=A&hdu=0", 404, "hdu"],
    ["all.fits?format=column&columns=A&filter=B%20%3D%201", 400, "filter"],
    ["all.fits?format=column&columns=A&sort=B", 400, "sort"],
  ] as const;
  for (const [query, status, parameter] of wrong) {
    const response = await server.get(query);
    const problem = await response.json();
    assertEquals([response.status, problem.parameter], [status, parameter], query);
  }
});
