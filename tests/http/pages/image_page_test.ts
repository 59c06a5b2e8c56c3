import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { FormatError, HeliographError, LimitError } from "../../../net/errors.ts";
import { imageDataUri } from "../../../http/pages/image_data_uri.ts";
import { imagePage, imagePageParts } from "../../../http/pages/image_page.ts";
import { SeededRandom } from "../../support/random.ts";
import { answer, hostileServer } from "../../support/http/hostile_server.ts";

const join = (magic: string, length = 3_000) => {
  const bytes = new SeededRandom(length).bytes(length);
  for (let i = 0; i < magic.length; i++) bytes[i] = magic.charCodeAt(i);
  return bytes;
};
const JPEG = join("\xff\xd8\xff\xe0");
const IMAGES: [type: string, bytes: Uint8Array][] = [
  ["image/jpeg", JPEG],
  ["image/png", join("\x89PNG\r\n\x1a\n")],
  ["image/gif", join("GIF89a")],
  ["image/webp", join("RIFF\x00\x00\x00\x00WEBP")],
];

function serve(bytes: Uint8Array, fields: Record<string, string> = {}) {
  return hostileServer((_, peer) => void peer.send(...answer("200 OK", fields, bytes)));
}

for (const [type, bytes] of IMAGES) {
  Deno.test(`imageDataUri() finds ${type} by its first bytes, whatever the server says`, async () => {
    await using server = serve(bytes, { "Content-Type": "text/html" });
    assertEquals(
      await imageDataUri(`${server.url}/x.txt`),
      `data:${type};base64,${bytes.toBase64()}`,
    );
  });
}

Deno.test("imageDataUri() takes gzip off, as content or as coding or both", async () => {
  const expected = `data:image/jpeg;base64,${JPEG.toBase64()}`;
  const cases: [Uint8Array, Record<string, string>][] = [
    [gzipSync(JPEG), {}],
    [gzipSync(JPEG), { "Content-Encoding": "gzip" }],
    [gzipSync(gzipSync(JPEG)), { "Content-Encoding": "gzip" }],
  ];
  for (const [bytes, fields] of cases) {
    await using server = serve(bytes, fields);
    assertEquals(await imageDataUri(`${server.url}/sun.jpg.gz`), expected);
  }
});

Deno.test("imageDataUri() encodes bodies however they are split", async () => {
  for (const size of [1, 2, 3, 4, 5, 7, 100, 1_025]) {
    await using server = hostileServer(async (_, peer) => {
      await peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (let at = 0; at < JPEG.length; at += size) {
        const piece = JPEG.subarray(at, at + size);
        await peer.send(`${piece.length.toString(16)}\r\n`, piece, "\r\n");
      }
      await peer.send("0\r\n\r\n");
    });
    assertEquals(
      await imageDataUri(`${server.url}/x`),
      `data:image/jpeg;base64,${JPEG.toBase64()}`,
    );
  }
});

const text = (content: string) => new TextEncoder().encode(content);
for (
  const [what, bytes, message] of [
    [
      "SVG",
      text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
      /SVG may carry scripts/,
    ],
    ["a page", text("<!DOCTYPE html><h1>Login</h1>"), /found no image/],
    ["FITS without a renderer", text("SIMPLE  =                    T"), /found image\/fits/],
    ["nothing", new Uint8Array(0), /found no image/],
    ["broken gzip", gzipSync(JPEG).subarray(0, 500), /Cannot inflate/],
  ] as [string, Uint8Array, RegExp][]
) {
  Deno.test(`imageDataUri() refuses ${what}`, async () => {
    await using server = serve(bytes);
    const error = await assertRejects(() => imageDataUri(`${server.url}/x`), FormatError);
    assertMatch(error.message, message);
  });
}

Deno.test("imageDataUri() refuses an error page, and images over the limit, packed or not", async () => {
  await using missing = hostileServer((_, peer) =>
    void peer.send(...answer("404 Not Found", {}, JPEG))
  );
  await assertRejects(() => imageDataUri(`${missing.url}/x`), HeliographError, "answered 404");
  const packed = gzipSync(join("\xff\xd8\xff\xe0", 100).toBase64().repeat(1));
  for (
    const bytes of [
      JPEG,
      gzipSync(new Uint8Array([0xff, 0xd8, 0xff, ...new Uint8Array(50_000)])),
      packed,
    ]
  ) {
    await using server = serve(bytes);
    const work = () => imageDataUri(`${server.url}/x`, { maxBytes: 2_000 });
    await (bytes === packed
      ? assertRejects(work, FormatError)
      : assertRejects(work, LimitError, "more than the 2000"));
  }
});

Deno.test("imageDataUri() renders other types through the option", async () => {
  await using server = serve(text("SIMPLE  =                    T"), {
    "Content-Disposition": 'attachment; filename="sun.fits"',
  });
  const seen: unknown[] = [];
  const uri = await imageDataUri(`${server.url}/x`, {
    render: (bytes, type, name) => {
      seen.push([bytes.length, type, name]);
      return Promise.resolve({ bytes: text("png"), type: "image/png" });
    },
  });
  assertEquals([uri, seen], ["data:image/png;base64,cG5n", [[30, "image/fits", "sun.fits"]]]);
});

Deno.test("imagePage() is a whole page with escaped texts", async () => {
  const gif = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
  const page = await imagePage([
    { url: gif, alt: 'a "b"', caption: "<script>alert(1)</script>" },
    gif,
  ], {
    title: "</title><script>",
  });
  assertMatch(page, /^<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">/);
  assertEquals(page.match(/<img /g)?.length, 2);
  assertEquals(page.includes("<script>"), false);
  assertMatch(page, /<title>&lt;\/title&gt;&lt;script&gt;<\/title>/);
  assertMatch(page, /alt="a &quot;b&quot;"/);
  assertMatch(page, /<figcaption>image \(image\/gif\)<\/figcaption>/);
  assertMatch(page, /<\/main>\n<\/body>\n<\/html>\n$/);
});

Deno.test("imagePageParts() passes a large image on in pieces of bounded size", async () => {
  const piece = join("\xff\xd8\xff\xe0", 1_048_576);
  await using server = hostileServer(async (_, peer) => {
    await peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${64 * piece.length}\r\n\r\n`);
    for (let i = 0; i < 64; i++) await peer.send(piece);
  });
  let length = 0;
  let longest = 0;
  for await (const part of imagePageParts(`${server.url}/sun.jpg`)) {
    length += part.length;
    longest = Math.max(longest, part.length);
  }
  assertEquals(length > 64 * piece.length * 4 / 3, true);
  assertEquals(longest <= 2_097_152, true);
});
