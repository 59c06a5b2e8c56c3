/** Extended names of files that are there or not, on a disk and on a server. */

import { assertEquals, assertRejects } from "@std/assert";
import { Card, encodeFits, openFits, tableHdu } from "../../../fits/mod.ts";
import { fileHandler, serveHttp } from "../../../http/mod.ts";
import { FormatError, HeliographError, ProtocolError } from "../../../net/errors.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const BYTES = await encodeFits([
  { pixels: new Uint8Array([1]), shape: [1] },
  { pixels: Int16Array.from({ length: 12 }, (_, i) => i), shape: [4, 3], name: "SCI" },
  {
    ...{ pixels: Int16Array.from({ length: 12 }, (_, i) => 50 + i), shape: [4, 3], name: "SCI" },
    header: [Card.of("EXTVER", 2)],
  },
  tableHdu({ columns: [{ name: "N", values: new Int32Array([7, 8]) }] }),
]);

async function setUp() {
  const folder = await temporaryFolder();
  const other = await encodeFits([{ pixels: new Uint8Array([99]), shape: [1] }]);
  for (const [name, bytes] of Object.entries({ "a.fits": BYTES, "b[SCI]": other, "c+1": other })) {
    await Deno.writeFile(`${folder.path}/${name}`, bytes);
  }
  await Deno.writeFile(`${folder.path}/b`, BYTES);
  return folder;
}

Deno.test("openFits() takes what a name selects, of files and of URLs", async () => {
  await using folder = await setUp();
  await using server = await serveHttp({ port: 0 }, fileHandler({ root: folder.path }));
  const cases: readonly [name: string, pixels: number[]][] = [
    ["a.fits", [1]],
    ["a.fits[SCI]", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
    ["a.fits[SCI,2][2:3,1:2]", [51, 52, 55, 56]],
    ["a.fits[1][*,3]", [8, 9, 10, 11]],
    ["a.fits+2[1,1]", [50]],
    ["a.fits[*]", [1]],
  ];
  for (const [name, pixels] of cases) {
    for (const where of [`${folder.path}/`, `file://${folder.path}/`, server.url]) {
      await using file = await openFits(where + name);
      assertEquals([...(await file.image()).pixels].map(Number), pixels, where + name);
      // What a call asks for wins.
      const asked = await file.image({ hdu: 1, section: "2:2,1:1" });
      assertEquals([...asked.pixels], [1]);
      assertEquals((await file.image({ hdu: 1 })).pixels.length, 12);
    }
  }
  await using table = await openFits(`${folder.path}/a.fits[3]`);
  assertEquals<unknown>([...(await table.table()).column("N").values], [7, 8]);
});

Deno.test("openFits() prefers a file that has the whole name", async () => {
  await using folder = await setUp();
  for (const name of ["b[SCI]", "c+1"]) {
    await using file = await openFits(`${folder.path}/${name}`);
    assertEquals([...(await file.image()).pixels], [99]);
    assertEquals(file.selection?.hdu, undefined);
  }
  // A name that could not be read otherwise is no matter then.
  await Deno.writeFile(`${folder.path}/d[col x]`, BYTES);
  await using file = await openFits(`${folder.path}/d[col x][1]`);
  assertEquals(file.selection?.hdu, 1);
});

Deno.test("openFits() of a URL asks for the whole name where there is no shorter one", async () => {
  await using folder = await setUp();
  await Deno.remove(`${folder.path}/b`);
  const asked: string[] = [];
  const files = fileHandler({ root: folder.path });
  await using server = await serveHttp({ port: 0 }, (request) => {
    asked.push(decodeURIComponent(request.path));
    return files(request);
  });
  await using file = await openFits(new URL("b[SCI]", server.url).href);
  assertEquals([...(await file.image()).pixels], [99]);
  assertEquals(asked, ["/b", "/b[SCI]"]);
});

Deno.test("openFits() says how a name was read", async () => {
  await using folder = await setUp();
  const path = `${folder.path}/none.fits`;
  await assertRejects(
    () => openFits(`${path}[SCI][1:2]`),
    HeliographError,
    `Cannot open '${path}': there is no such file; '${path}[SCI][1:2]' was read as section 1:2 of ` +
      `HDU SCI of '${path}'`,
  );
  await assertRejects(
    () => openFits(`${folder.path}/a.fits[1][col X]`),
    FormatError,
    `Cannot open '${folder.path}/a.fits[1][col X]': a column filter [col ...] is not supported`,
  );
  await using file = await openFits(`${folder.path}/a.fits[ERR]`);
  await assertRejects(
    () => file.image(),
    FormatError,
    `Cannot find HDU ERR in ${folder.path}/a.fits: found 0, 1 SCI, 2 SCI, 3; the name was ` +
      `${folder.path}/a.fits[ERR]`,
  );
  await using server = await serveHttp({ port: 0 }, fileHandler({ root: folder.path }));
  const url = new URL("none.fits", server.url).href;
  await assertRejects(
    () => openFits(`${url}[2]`),
    ProtocolError,
    `Cannot read ${url}: the server answered 404 Not Found, expected 206 or 200; '${url}[2]' was ` +
      `read as HDU 2 of '${url}'`,
  );
});

Deno.test("openFits() shows no password of a URL that it cannot open", async () => {
  for (const scheme of ["ftp", "ws"]) {
    const error = await assertRejects(
      () => openFits(`${scheme}://user:secret@localhost/a.fits`),
      FormatError,
    );
    assertEquals(
      error.message,
      `Cannot open '${scheme}://localhost/a.fits': its scheme is ${scheme}, ` +
        "expected a path, file:, http:, https: or s3:",
    );
  }
});
