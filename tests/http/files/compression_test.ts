import { assertEquals, assertNotEquals } from "@std/assert";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import type { FileHandlerOptions } from "../../../http/files/handler.ts";
import { later, site } from "../../support/http/site.ts";
import { SeededRandom } from "../../support/random.ts";

const TEXT = "The sun rises in the east.\n".repeat(2_000);
const LONG = TEXT.repeat(50);
const FILES = {
  "a.txt": TEXT,
  "long.json": LONG,
  "sun.fits": TEXT,
  "short.txt": "sun",
  "b.csv": TEXT,
  "b.csv.gz": "beside",
};
const OPTIONS: Partial<FileHandlerOptions> = { ...later, compress: true };

/** Asks as another program would, and tells what comes without decoding it. */
async function ask(
  port: number,
  path: string,
  fields: Record<string, string>,
  method = "GET",
): Promise<{ status: number; fields: Headers; bytes: Uint8Array }> {
  const socket = await Deno.connect({ hostname: "127.0.0.1", port });
  const lines = Object.entries({ Host: "x", Connection: "close", ...fields })
    .map(([name, value]) => `${name}: ${value}\r\n`).join("");
  await socket.write(new TextEncoder().encode(`${method} ${path} HTTP/1.0\r\n${lines}\r\n`));
  const bytes = await new Response(socket.readable).bytes();
  const text = new TextDecoder("latin1").decode(bytes);
  const end = text.indexOf("\r\n\r\n");
  const [first, ...rest] = text.slice(0, end).split("\r\n");
  return {
    status: Number(first!.split(" ")[1]),
    fields: new Headers(rest.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string])),
    bytes: bytes.slice(end + 4),
  };
}

const decoded = (coding: string | null, bytes: Uint8Array) =>
  new TextDecoder().decode(
    coding === "gzip" ? gunzipSync(bytes) : coding === "zstd" ? zstdDecompressSync(bytes) : bytes,
  );

Deno.test("fileHandler() with compress sends text and JSON in the coding that is liked best", async () => {
  await using files = await site(FILES, OPTIONS);
  const { port } = files.server.address;
  const cases: readonly (readonly [accept: string, path: string, coding: string | null])[] = [
    ["gzip", "/a.txt", "gzip"],
    ["gzip, zstd", "/a.txt", "zstd"],
    ["gzip;q=1, zstd;q=0.5", "/a.txt", "gzip"],
    ["br", "/a.txt", null],
    ["gzip;q=0, identity", "/a.txt", null],
    ["*", "/a.txt", "zstd"],
    ["gzip", "/long.json", "gzip"],
    ["zstd", "/long.json", "zstd"],
    ["gzip", "/sun.fits", null],
    ["gzip", "/short.txt", null],
  ];
  for (const [accept, path, coding] of cases) {
    // The second answer of a small file is the one that was kept.
    for (let i = 0; i < 2; i++) {
      const { status, fields, bytes } = await ask(port, path, { "Accept-Encoding": accept });
      assertEquals([status, fields.get("content-encoding")], [200, coding], path + accept);
      assertEquals(decoded(coding, bytes), FILES[path.slice(1) as keyof typeof FILES]);
      const weak = fields.get("etag")!.startsWith("W/");
      assertEquals(
        [weak, fields.get("accept-ranges")],
        coding === null ? [false, "bytes"] : [true, null],
      );
      const varies = !/fits|short/.test(path);
      assertEquals(fields.get("vary"), varies ? "Accept-Encoding" : null);
      if (coding !== null) assertEquals(bytes.length < 40_000, true);
    }
  }
});

Deno.test("fileHandler() with compress sends the file beside it first, and compresses the rest", async () => {
  await using files = await site(FILES, OPTIONS);
  const { port } = files.server.address;
  const { fields, bytes } = await ask(port, "/b.csv", { "Accept-Encoding": "gzip" });
  assertEquals([fields.get("content-encoding"), decoded(null, bytes)], ["gzip", "beside"]);
  const other = await ask(port, "/b.csv", { "Accept-Encoding": "zstd" });
  assertEquals(decoded(other.fields.get("content-encoding"), other.bytes), TEXT);
});

Deno.test("fileHandler() with compress mixes no ranges and no tags of the two forms", async () => {
  await using files = await site(FILES, OPTIONS);
  const { port } = files.server.address;
  const plain = await ask(port, "/a.txt", {});
  const coded = await ask(port, "/a.txt", { "Accept-Encoding": "gzip" });
  const [strong, weak] = [plain.fields.get("etag")!, coded.fields.get("etag")!];
  assertNotEquals(weak.replace("W/", ""), strong);
  const status = async (fields: Record<string, string>, method?: string) => {
    const all = { "Accept-Encoding": "gzip", ...fields };
    const answer = await ask(port, "/a.txt", all, method);
    return [answer.status, answer.fields.get("content-encoding"), answer.bytes.length];
  };
  assertEquals(await status({ Range: "bytes=0-9" }), [206, null, 10]);
  assertEquals(await status({ Range: "bytes=0-9", "If-Range": strong }), [206, null, 10]);
  assertEquals(await status({ Range: "bytes=0-9", "If-Range": weak }), [200, null, TEXT.length]);
  assertEquals(await status({ "If-None-Match": weak }), [304, null, 0]);
  assertEquals(await status({ "If-None-Match": strong }), [200, "gzip", coded.bytes.length]);
  assertEquals(await status({ "If-Match": strong }), [200, null, TEXT.length]);
  assertEquals(await status({}, "HEAD"), [200, "gzip", 0]);
});

Deno.test("fileHandler() with compress compresses listings, and nothing without it", async () => {
  await using files = await site(FILES, OPTIONS);
  const { port } = files.server.address;
  const { fields, bytes } = await ask(port, "/", { "Accept-Encoding": "gzip" });
  assertEquals([fields.get("content-encoding"), fields.get("vary")], [
    "gzip",
    "Accept, Accept-Encoding",
  ]);
  assertEquals(decoded("gzip", bytes).includes("long.json"), true);
  await using usual = await site(FILES, later);
  const answer = await ask(usual.server.address.port, "/a.txt", { "Accept-Encoding": "gzip" });
  assertEquals([answer.fields.get("content-encoding"), answer.fields.get("vary")], [null, null]);
});

Deno.test("fileHandler() with compress breaks a long answer off whose file changes meanwhile", async () => {
  // More than both sides of the connection hold while nobody reads.
  const random = new SeededRandom(20261201);
  const text = random.bytes(18 << 20).toBase64();
  await using files = await site({}, OPTIONS);
  await Deno.writeTextFile(`${files.root}/long.txt`, text);
  const socket = await Deno.connect({ hostname: "127.0.0.1", port: files.server.address.port });
  await socket.write(new TextEncoder().encode(
    "GET /long.txt HTTP/1.1\r\nHost: x\r\nAccept-Encoding: zstd\r\n\r\n",
  ));
  await socket.read(new Uint8Array(1));
  Deno.writeTextFileSync(`${files.root}/long.txt`, "another");
  const got = new TextDecoder("latin1").decode(await new Response(socket.readable).bytes());
  assertEquals(got.endsWith("\r\n0\r\n\r\n"), false);
});
