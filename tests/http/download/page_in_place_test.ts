/** Pages that a server sends in place of a file: what is there of the file stays. */

import { assertEquals } from "@std/assert";
import { download } from "../../../http/download/download.ts";
import { partName, sidecarName } from "../../../http/download/parts/sidecar.ts";
import { SeededRandom } from "../../support/random.ts";
import {
  answer,
  type HostileRequest,
  hostileServer,
  type Peer,
} from "../../support/http/hostile_server.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const BIG = new SeededRandom(15).bytes(3_000_000);
const PAGE = new TextEncoder().encode("<html>Please log in</html>");
const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** What the server does: sends the file, or a page for everything. */
type Mode = "file" | "page" | "page that looks like a file";

function server(mode: () => Mode) {
  return hostileServer(async (request: HostileRequest, peer: Peer) => {
    const html = { "Content-Type": "text/html; charset=utf-8" };
    if (mode() !== "file") {
      const fields = mode() === "page"
        ? html
        : { ETag: '"v1"', "Content-Type": "application/fits" };
      const reply = answer("200 OK", fields, PAGE);
      await peer.send(reply[0], request.text.startsWith("HEAD") ? "" : reply[1]);
      return;
    }
    const range = /bytes=(\d+)-(\d*)/.exec(request.field("Range") ?? "");
    const first = Number(range?.[1] ?? 0);
    const last = Number(range?.[2] || BIG.length - 1);
    const fields = {
      ETag: '"v1"',
      ...(range === null ? {} : { "Content-Range": `bytes ${first}-${last}/${BIG.length}` }),
    };
    const status = range === null ? "200 OK" : "206 Partial Content";
    const reply = answer(status, fields, BIG.subarray(first, last + 1));
    await peer.send(reply[0], request.text.startsWith("HEAD") ? "" : reply[1]);
  });
}

/** Puts the beginning of the file beside its place, as an interrupted run leaves it. */
async function leavePart(folder: string, url: string, name: string, size: number): Promise<void> {
  await Deno.writeFile(`${folder}/${partName(name)}`, BIG.subarray(0, size));
  const note = { heliograph: 1, url, name, etag: '"v1"', length: BIG.length };
  await Deno.writeTextFile(`${folder}/${sidecarName(name)}`, JSON.stringify(note));
}

for (const split of [1, 4]) {
  Deno.test(`a page in place of the rest of a file keeps what is there, over ${split} connections`, async () => {
    await using folder = await temporaryFolder();
    let mode: Mode = "page";
    await using host = server(() => mode);
    const url = `${host.url}/sun.fits`;
    await leavePart(folder.path, url, "sun.fits", 1_500_000);
    const [failed] = await download(url, { folder: folder.path, split });
    assertEquals([failed!.outcome, failed!.status, failed!.error], [
      "failed",
      200,
      `Cannot fetch ${url}: the server answered 200 with a page (HTML) in place of the file; ` +
      "the part of it that has arrived is kept",
    ]);
    assertEquals(namesIn(folder.path), [partName("sun.fits"), sidecarName("sun.fits")]);
    const part = await Deno.readFile(`${folder.path}/${partName("sun.fits")}`);
    assertEquals(part.subarray(0, 1_500_000), BIG.subarray(0, 1_500_000));
    mode = "file";
    const [fetched] = await download(url, { folder: folder.path, split });
    assertEquals([fetched!.outcome, fetched!.status], ["fetched", 206]);
    assertEquals(await Deno.readFile(`${folder.path}/sun.fits`), BIG);
    assertEquals(namesIn(folder.path), ["sun.fits"]);
  });
}

Deno.test("a page is taken where the name may be that of one, and where nothing is lost", async () => {
  const cases: [path: string, part: boolean, bytes: number][] = [
    ["page.html", true, PAGE.length],
    ["export.php", true, PAGE.length],
    ["download", true, PAGE.length],
    ["sun.fits", false, PAGE.length],
  ];
  for (const [path, part, bytes] of cases) {
    await using folder = await temporaryFolder();
    await using host = server(() => "page");
    const url = `${host.url}/${path}`;
    if (part) await leavePart(folder.path, url, path, 1_500_000);
    const [result] = await download(url, { folder: folder.path });
    assertEquals([path, result!.outcome, result!.bytes], [path, "fetched", bytes]);
  }
});

for (const existing of ["newer", "clobber"] as const) {
  Deno.test(`a page takes the place of no file that is there, with the policy ${existing}`, async () => {
    await using folder = await temporaryFolder();
    let mode: Mode = "page";
    await using host = server(() => mode);
    const url = `${host.url}/sun.fits`;
    await Deno.writeFile(`${folder.path}/sun.fits`, BIG.subarray(0, 1000));
    const [failed] = await download(url, { folder: folder.path, existing });
    assertEquals([failed!.outcome, failed!.error], [
      "failed",
      `Cannot fetch ${url}: the server answered 200 with a page (HTML) in place of the file; the ` +
      "file that is there is kept",
    ]);
    assertEquals(await Deno.readFile(`${folder.path}/sun.fits`), BIG.subarray(0, 1000));
    assertEquals(namesIn(folder.path), ["sun.fits"]);
    mode = "file";
    const [fetched] = await download(url, { folder: folder.path, existing });
    assertEquals([fetched!.outcome, fetched!.bytes], ["fetched", BIG.length]);
  });
}

Deno.test("another version of a file takes the place of its beginning, as it did", async () => {
  await using folder = await temporaryFolder();
  await using host = server(() => "page that looks like a file");
  const url = `${host.url}/sun.fits`;
  await leavePart(folder.path, url, "sun.fits", 1_500_000);
  const [result] = await download(url, { folder: folder.path });
  assertEquals([result!.outcome, result!.bytes], ["fetched", PAGE.length]);
});
