import { assertEquals, assertMatch } from "@std/assert";
import { fileHandler, receivingFileHandler } from "../../../http/files/handler.ts";
import { Uploads } from "../../../http/files/upload.ts";
import { serveHttp, type ServeHttpOptions } from "../../../http/server/serve_http.ts";
import { makeLink, temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";

/** A server that takes files of at most 100,000 bytes. */
async function uploadSite(options: ServeHttpOptions = {}) {
  const folder = await temporaryFolder();
  const handler = receivingFileHandler(
    { root: folder.path },
    (tree, index) => new Uploads(tree, index, 100_000),
  );
  const server = await serveHttp({ port: 0, ...options }, handler);
  return {
    root: folder.path,
    url: server.url,
    names: () => [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(),
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function send(url: string, init: RequestInit): Promise<[number, string]> {
  const response = await fetch(url, { redirect: "manual", ...init });
  const text = await response.text();
  return [response.status, response.headers.get("location") ?? text.trim()];
}

Deno.test("PUT makes a new file, and replaces none", async () => {
  await using site = await uploadSite();
  Deno.mkdirSync(`${site.root}/sub`);
  assertEquals(await send(`${site.url}a%20b.fits`, { method: "PUT", body: "sun" }), [
    201,
    "/a%20b.fits",
  ]);
  assertEquals(Deno.readTextFileSync(`${site.root}/a b.fits`), "sun");
  assertEquals((await send(`${site.url}sub/c.fits`, { method: "PUT", body: "c" }))[0], 201);
  const again = await send(`${site.url}a%20b.fits`, { method: "PUT", body: "moon" });
  assertEquals(again[0], 409);
  assertMatch(again[1], /there is a file of the name a b\.fits, and none is replaced/);
  assertEquals(Deno.readTextFileSync(`${site.root}/a b.fits`), "sun");
  assertEquals(site.names(), ["a b.fits", "sub"]);
  const read = await fetch(`${site.url}a%20b.fits`);
  assertEquals([await read.text(), read.headers.get("content-security-policy")], [
    "sun",
    "sandbox",
  ]);
});

Deno.test("PUT takes one safe name in a folder that is there, and nothing else", async () => {
  await using site = await uploadSite();
  await using other = await temporaryFolder();
  await makeLink(other.path, `${site.root}/out`);
  await makeLink(`${other.path}/new`, `${site.root}/dangling`);
  const cases: readonly (readonly [path: string, status: number])[] = [
    ["none/a", 404],
    ["folder/", 400],
    [".hidden", 400],
    ["a%2Fb", 404],
    ["..%2Fa", 404],
    ["a%00", 404],
    ["a%0Ab", 400],
    ["CON", 400],
    ["a.", 400],
    ["index.html", 403],
    ["out/a", 404],
    ["dangling", 409],
    ["é".repeat(200), 400],
  ];
  for (const [path, status] of cases) {
    const [found] = await send(site.url + path, { method: "PUT", body: "x" });
    // What cannot be a path is refused before it is looked at.
    assertEquals(found === 400 && status === 404 ? 404 : found, status, path);
  }
  assertEquals(site.names(), ["dangling", "out"]);
  assertEquals([...Deno.readDirSync(other.path)], []);
});

Deno.test("PUT keeps to the cap, announced or not, and leaves nothing of what is longer", async () => {
  await using site = await uploadSite();
  const body = new Uint8Array(100_001);
  assertEquals((await send(`${site.url}a`, { method: "PUT", body }))[0], 413);
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(body);
      controller.close();
    },
  });
  assertEquals((await send(`${site.url}b`, { method: "PUT", body: stream }))[0], 413);
  assertEquals((await send(`${site.url}c`, { method: "PUT", body: body.subarray(1) }))[0], 201);
  assertEquals(site.names(), ["c"]);
  const part = { "Content-Range": "bytes 0-1/4" };
  assertEquals((await send(`${site.url}d`, { method: "PUT", body: "xx", headers: part }))[0], 400);
  const coded = { "Content-Encoding": "gzip" };
  assertEquals((await send(`${site.url}d`, { method: "PUT", body: "xx", headers: coded }))[0], 415);
});

Deno.test("PUT leaves nothing of a body that breaks off, and what a killed program has left goes", async () => {
  await using site = await uploadSite({ onError: () => {} });
  Deno.writeTextFileSync(`${site.root}/.upload-0123abcd.part`, "of another time");
  const socket = await Deno.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(site.url).port),
  });
  await socket.write(new TextEncoder().encode(
    "PUT /a.fits HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nsun",
  ));
  await until(
    () => site.names().some((name) => name.startsWith(".upload-") && !name.includes("0123abcd")),
    "the part is there",
  );
  assertEquals(site.names().length, 1);
  socket.close();
  await until(() => site.names().length === 0, "the part is gone");
});

Deno.test("the form of a listing sends files, each under one safe name", async () => {
  await using site = await uploadSite();
  const form = (...files: [string, string][]) => {
    const data = new FormData();
    data.append("note", "x");
    for (const [name, content] of files) data.append("file", new File([content], name));
    return { method: "POST", body: data };
  };
  assertMatch(
    await (await fetch(site.url)).text(),
    /<form method="post" enctype="multipart\/form-data"><label>Add files <input type="file"/,
  );
  assertEquals(await send(site.url, form(["a.fits", "sun"], ["../b.fits", "moon"])), [303, "/"]);
  assertEquals(site.names(), ["a.fits", "b.fits"]);
  assertEquals(Deno.readTextFileSync(`${site.root}/b.fits`), "moon");
  // The first one has been taken when the second is refused.
  assertEquals((await send(site.url, form(["c.fits", "c"], ["a.fits", "x"])))[0], 409);
  assertEquals(site.names(), ["a.fits", "b.fits", "c.fits"]);
  assertEquals((await send(site.url, form()))[0], 400);
  assertEquals((await send(site.url, { method: "POST", body: "x" }))[0], 415);
  assertEquals((await send(`${site.url}a.fits`, form(["d", "d"])))[0], 405);
  const headers = { "Content-Type": "multipart/form-data; boundary=b" };
  const broken = { method: "POST", body: "--b\r\nA: b\r\n\r\n", headers };
  assertEquals((await send(site.url, broken))[0], 400);
  assertEquals(site.names(), ["a.fits", "b.fits", "c.fits"]);
});

Deno.test("pages of other origins add nothing", async () => {
  await using site = await uploadSite();
  const put = async (headers: Record<string, string>) =>
    (await send(`${site.url}${crypto.randomUUID()}`, { method: "PUT", body: "x", headers }))[0];
  assertEquals(await put({ Origin: "http://evil.example" }), 403);
  assertEquals(await put({ Origin: "null" }), 403);
  const socket = async (site_: string) => {
    const { port } = new URL(site.url);
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    await conn.write(new TextEncoder().encode(
      `PUT /${site_} HTTP/1.0\r\nHost: x\r\nSec-Fetch-Site: ${site_}\r\nContent-Length: 1\r\n\r\nx`,
    ));
    return Number((await new Response(conn.readable).text()).split(" ")[1]);
  };
  assertEquals(await socket("cross-site"), 403);
  assertEquals(await socket("same-site"), 403);
  assertEquals(await socket("same-origin"), 201);
  assertEquals(await socket("none"), 201);
  assertEquals(site.names(), ["none", "same-origin"]);
});

Deno.test("a server without uploads has neither PUT nor the form", async () => {
  await using folder = await temporaryFolder();
  await using server = await serveHttp({ port: 0 }, fileHandler({ root: folder.path }));
  const response = await fetch(`${server.url}a`, { method: "PUT", body: "x" });
  assertEquals([response.status, response.headers.get("allow")], [405, "GET, HEAD, OPTIONS"]);
  await response.body?.cancel();
  const page = await (await fetch(server.url)).text();
  assertEquals(page.includes("<form"), false);
});
