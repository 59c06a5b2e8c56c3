import { assertEquals } from "@std/assert";
import { crc32 } from "node:zlib";
import { fileHandler } from "../../../http/files/handler.ts";
import { serveHttp } from "../../../http/server/serve_http.ts";
import { SeededRandom } from "../../support/random.ts";
import { makeLink, temporaryFolder } from "../../support/temporary.ts";

const LONG = `${"n".repeat(120)}.txt`;
const LARGE = new SeededRandom(18).bytes(300_001);
const decoder = new TextDecoder();

/** A folder with what archives stumble over, and what must not be in one. */
async function folderOfTraps() {
  const folder = await temporaryFolder();
  const root = `${folder.path}/root`;
  await Deno.mkdir(`${root}/a/b \xe9`, { recursive: true });
  await Deno.writeTextFile(`${folder.path}/secret`, "secret");
  await Deno.writeTextFile(`${root}/.hidden`, "secret");
  await Deno.writeTextFile(`${root}/a/b \xe9/\xfc.txt`, "sun");
  await Deno.writeTextFile(`${root}/a/empty`, "");
  await Deno.writeTextFile(`${root}/a/${LONG}`, "long");
  await Deno.writeFile(`${root}/x.bin`, LARGE);
  await makeLink("..", `${root}/a/loop`);
  await makeLink("../../secret", `${root}/a/out`);
  return { root, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const EXPECTED: Record<string, number> = {
  "a/": 0,
  "a/b \xe9/": 0,
  "a/b \xe9/\xfc.txt": 3,
  "a/empty": 0,
  "a/loop/": 0,
  [`a/${LONG}`]: 4,
  "x.bin": LARGE.length,
};

/** The files of a tar, with their bytes. */
function untar(bytes: Uint8Array): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  let path: string | undefined;
  for (let at = 0; bytes[at] !== 0;) {
    const header = bytes.subarray(at, at + 512);
    const text = (from: number, to: number) =>
      decoder.decode(header.subarray(from, to)).replace(/\0.*$/s, "");
    const size = parseInt(text(124, 136), 8);
    const content = bytes.subarray(at + 512, at + 512 + size);
    const sum = header.reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 32 : byte), 0);
    assertEquals([parseInt(text(148, 155), 8), text(257, 263)], [sum, "ustar"]);
    if (text(156, 157) === "x") path = /^\d+ path=(.*)\n$/s.exec(decoder.decode(content))![1];
    else {
      files[path ?? text(0, 100)] = content;
      path = undefined;
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  assertEquals(bytes.length % 512, 0);
  return files;
}

/** The files of a zip, by its directory. */
function unzip(bytes: Uint8Array): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const end = bytes.length - 22;
  assertEquals(view.getUint32(end, true), 0x06054b50);
  let at = view.getUint32(end + 16, true);
  for (let i = view.getUint16(end + 10, true); i > 0; i--) {
    assertEquals(view.getUint32(at, true), 0x02014b50);
    const [sum, size] = [view.getUint32(at + 16, true), view.getUint32(at + 20, true)];
    const length = view.getUint16(at + 28, true);
    const start = view.getUint32(at + 42, true);
    const name = decoder.decode(bytes.subarray(at + 46, at + 46 + length));
    assertEquals(view.getUint32(start, true), 0x04034b50);
    const content = bytes.subarray(start + 30 + length, start + 30 + length + size);
    assertEquals(crc32(content), sum, name);
    assertEquals(view.getUint32(start + 30 + length + size, true), 0x08074b50);
    files[name] = content;
    at += 46 + length;
  }
  assertEquals(at, end);
  return files;
}

for (const [kind, unpack] of [["tar", untar], ["zip", unzip]] as const) {
  Deno.test(`fileHandler() sends a folder as ${kind}, with what a listing shows`, async () => {
    await using folder = await folderOfTraps();
    await using server = await serveHttp({ port: 0 }, fileHandler({ root: folder.root }));
    const response = await fetch(`${server.url}?archive=${kind}`);
    const type = kind === "zip" ? "application/zip" : "application/x-tar";
    assertEquals([response.status, response.headers.get("content-type")], [200, type]);
    const disposition = response.headers.get("content-disposition");
    assertEquals(disposition, `attachment; filename*=UTF-8''files.${kind}`);
    const files = unpack(await response.bytes());
    const sizes = Object.fromEntries(
      Object.entries(files).map(([name, { length }]) => [name, length]),
    );
    assertEquals(sizes, EXPECTED);
    assertEquals(files["x.bin"], LARGE);
    assertEquals(decoder.decode(files["a/b \xe9/\xfc.txt"]), "sun");
    const below = await fetch(`${server.url}a/b%20%C3%A9/?archive=${kind}`);
    assertEquals(Object.keys(unpack(await below.bytes())), ["\xfc.txt"]);
    assertEquals(
      below.headers.get("content-disposition"),
      `attachment; filename*=UTF-8''b%20%C3%A9.${kind}`,
    );
  });
}

Deno.test("fileHandler() sends no other archive, none without listings, and none for HEAD", async () => {
  await using folder = await folderOfTraps();
  await using server = await serveHttp({ port: 0 }, fileHandler({ root: folder.root }));
  const rar = await fetch(`${server.url}?archive=rar`);
  const reason = "404 Not Found: there is no such archive, expected zip or tar\n";
  assertEquals([rar.status, await rar.text()], [404, reason]);
  const head = await fetch(`${server.url}?archive=zip`, { method: "HEAD" });
  assertEquals([head.status, await head.text()], [200, ""]);
  const file = await fetch(`${server.url}x.bin?archive=zip`);
  assertEquals((await file.bytes()).length, LARGE.length);
  const handler = fileHandler({ root: folder.root, listing: false });
  await using quiet = await serveHttp({ port: 0 }, handler);
  const none = await fetch(`${quiet.url}?archive=zip`);
  await none.body?.cancel();
  assertEquals(none.status, 404);
});

Deno.test("an archive of folders that are linked to each other ends, and is not taken for whole", async () => {
  await using folder = await temporaryFolder();
  const names = Array.from({ length: 5 }, (_, i) => `f${i}`);
  for (const name of names) await Deno.mkdir(`${folder.path}/${name}`);
  for (const name of names) {
    for (const other of names) await makeLink(`../${other}`, `${folder.path}/${name}/${other}`);
  }
  await using server = await serveHttp(
    { port: 0, onError: () => {} },
    fileHandler({ root: folder.path }),
  );
  const answer = await fetch(`${server.url}?archive=tar`);
  const ended = await answer.arrayBuffer().then(() => true, () => false);
  // All their orders would be 325 folders, with twelve of them 1,300 million.
  assertEquals([answer.status, ended], [200, false]);
});
