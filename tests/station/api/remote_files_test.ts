import { assert, assertEquals, assertMatch } from "@std/assert";
import { encodeFits } from "../../../fits/mod.ts";
import { HttpClient } from "../../../http/client/client.ts";
import { fileHandler } from "../../../http/files/handler.ts";
import { serveHttp } from "../../../http/server/serve_http.ts";
import { HeliographError } from "../../../net/errors.ts";
import type { RemoteRules } from "../../../station/api/remote_files.ts";
import { Viewer } from "../../../station/viewer.ts";
import { readTile } from "../../support/fits/tile.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const image = (first: number) =>
  encodeFits([{ pixels: Int16Array.from({ length: 12 }, (_, i) => first + i), shape: [4, 3] }]);

/** A station that may ask other servers, and another server with a file. */
async function twoServers(remote: RemoteRules | undefined) {
  const folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/own`);
  await Deno.mkdir(`${folder.path}/far`);
  await Deno.writeFile(`${folder.path}/far/sun.fits`, await image(0));
  const files = fileHandler({ root: `${folder.path}/far`, now: () => Date.now() + 10_000 });
  const asked: string[] = [];
  const far = await serveHttp({ port: 0 }, (request) => {
    asked.push(request.path);
    if (request.path === "/away") {
      return { status: 302, fields: { Location: `http://[::1]:1/sun.fits` }, body: "" };
    }
    return files(request);
  });
  const root = `${folder.path}/own`;
  const viewer = new Viewer({ root, files: "/files", program: "heliograph", remote });
  const station = await serveHttp(
    { port: 0 },
    (request) => viewer.handle(request) ?? { status: 404 },
  );
  const get = (path: string, url: string, more = "") =>
    fetch(new URL(`${path}?url=${encodeURIComponent(url)}${more}`, station.url));
  return {
    asked,
    viewer,
    folder: `${folder.path}/far`,
    far: far.url,
    get,
    json: async (url: string, more: string) => {
      const answer = await get("fits/", url, more);
      return { status: answer.status, ...await answer.json() };
    },
    [Symbol.asyncDispose]: async () => {
      await station.shutdown();
      viewer[Symbol.dispose]();
      await far.shutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("/fits/?url= and /view/?url= show a file of another server", async () => {
  await using servers = await twoServers({ allowsPrivate: true });
  const url = `${servers.far}sun.fits`;
  const info = await servers.json(url, "&format=info");
  assertEquals([info.name, info.hdus.length, info.hdus[0].shape], ["sun.fits", 1, [4, 3]]);
  const { validator } = info.hdus[0];
  // What is asked for of others is counted, for /metrics.
  const before = servers.viewer.remoteTraffic;
  assertEquals(before.requests, servers.asked.length);
  assert(before.bytes >= 2_880, `${before.bytes}`);
  const tile = await servers.get("fits/", url, `&format=tile&tile=0/0/0&v=${validator}`);
  assertEquals([...readTile(await tile.bytes()).values], Array.from({ length: 12 }, (_, i) => i));
  const page = await (await servers.get("view/", url, "&stretch=log")).text();
  assert(page.includes(`data-source="/fits/?url=${encodeURIComponent(url)}"`), page);
  assert(page.includes(`data-file="${url}" data-argument="${url}"`));
  const picture = /<img src="([^"]*)"/.exec(page)![1]!.replaceAll("&amp;", "&");
  assertMatch(picture, /^\/fits\/\?format=png&stretch=log&hdu=0&url=http/);
  // The forms and tabs of the page lead to the same file.
  assert(page.includes(`<input type="hidden" name="url" value="${url}">`));
  assertMatch(page, /href="\/view\/\?url=[^"]*&amp;panel=header"/);
});

Deno.test("a file of another server that changes is told, and then shown as it is", async () => {
  await using servers = await twoServers({ allowsPrivate: true });
  const url = `${servers.far}sun.fits`;
  const big = await encodeFits([{ pixels: new Int16Array(1 << 20).fill(1), shape: [1024, 1024] }]);
  await Deno.writeFile(`${servers.folder}/sun.fits`, big);
  const { validator } = (await servers.json(url, "&format=info")).hdus[0];
  const other = await encodeFits([{
    pixels: new Int16Array(1 << 20).fill(2),
    shape: [1024, 1024],
  }]);
  await Deno.writeFile(`${servers.folder}/sun.fits`, other);
  await Deno.utime(`${servers.folder}/sun.fits`, 1, 1);
  const changed = await servers.json(url, `&format=tile&tile=0/1/1&v=${validator}`);
  assertEquals([changed.status, changed.type], [409, "/problems#changed"]);
  const now = (await servers.json(url, "&format=info")).hdus[0].validator;
  assert(now !== validator);
  const tile = await servers.get("fits/", url, `&format=tile&tile=0/1/1&v=${now}`);
  assertEquals(readTile(await tile.bytes()).values[0], 2);
});

Deno.test("private addresses are refused, and nothing is sent to them", async () => {
  await using servers = await twoServers({ allowsPrivate: false });
  const { port } = new URL(servers.far);
  for (const host of ["127.0.0.1", "localhost", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"]) {
    const answer = await servers.json(`http://${host}:${port}/sun.fits`, "&format=info");
    assertEquals(answer.status, 502, host);
    assertMatch(answer.detail, /its address is private, which is not allowed here$/);
  }
  assertEquals(servers.asked, []);
});

Deno.test("redirects are checked again, and addresses after the connection too", async () => {
  await using servers = await twoServers({ allowsPrivate: true });
  const admits = (address: string) => address === "127.0.0.1";
  using client = new HttpClient({ admits });
  const refused = await client.send("GET", new URL("/away", servers.far)).then(
    () => "nothing",
    (error: unknown) => error,
  );
  assert(refused instanceof HeliographError, `${refused}`);
  assertEquals(
    refused.message,
    "Cannot connect to [::1]:1: its address is private, which is not allowed here",
  );
  // The name is fine when it is looked at, and leads elsewhere when it is connected to.
  let looks = 0;
  using fickle = new HttpClient({ admits: () => ++looks < 2 });
  const { port } = new URL(servers.far);
  const late = await fickle.send("GET", new URL(`http://127.0.0.1:${port}/sun.fits`)).then(
    () => "nothing",
    (error: unknown) => error,
  );
  assert(late instanceof HeliographError, `${late}`);
  assertEquals(servers.asked, ["/away"]);
});

Deno.test("what is no address of a file, or not allowed, is a problem with its reason", async () => {
  await using closed = await twoServers(undefined);
  const refused = await closed.json(`${closed.far}sun.fits`, "&format=info");
  assertEquals([refused.status, refused.parameter], [403, "url"]);
  await using servers = await twoServers({ allowsPrivate: true });
  const cases: [url: string, status: number, detail: RegExp][] = [
    ["file:///etc/passwd", 400, /the scheme is file, expected one of http, https, s3/],
    ["data:,x", 400, /the scheme is data/],
    ["sun.fits", 400, /it is no URL/],
    ["http://me:secret@127.0.0.1/a.fits", 400, /with a user or password/],
    [`http://127.0.0.1/${"a".repeat(5_000)}`, 400, /characters long, expected 4096/],
    [`${servers.far}none.fits`, 502, /the server answered 404 Not Found, expected 206 or 200$/],
  ];
  for (const [url, status, detail] of cases) {
    const answer = await servers.json(url, "&format=info");
    assertEquals(answer.status, status, url);
    assertMatch(answer.detail, detail);
    assert(!JSON.stringify(answer).includes("secret"));
  }
  const page = await servers.get("view/", `${servers.far}<b>.fits`);
  assertEquals(page.status, 502);
  assert(!(await page.text()).includes("<b>"));
});
