/** FITS files in object stores: read by ranges, signed, and never a mixture of two versions. */

import { assertEquals, assertRejects } from "@std/assert";
import { encodeFits, FormatError, HeliographError, openFits } from "../../../mod.ts";
import { errorAnswer, serveObjects, STORE_KEY } from "../../support/http/object_store.ts";

const PIXELS = new Int16Array(300 * 500).map((_, i) => i);
const FILE = await encodeFits([{ pixels: PIXELS, shape: [300, 500] }, {
  pixels: new Uint8Array([1, 2, 3]),
  name: "TAIL",
}]) as Uint8Array<ArrayBuffer>;
const OTHER = await encodeFits([{ pixels: PIXELS.map((pixel) => -pixel), shape: [300, 500] }, {
  pixels: new Uint8Array([9, 9, 9]),
  name: "TAIL",
}]) as Uint8Array<ArrayBuffer>;

Deno.test("openFits() reads an object by signed ranges, tied together by If-Match", async () => {
  await using store = await serveObjects();
  const { etag } = store.put("sun/2026/a b.fits", FILE);
  await using file = await openFits("s3://sun/2026/a b.fits", { s3: store.s3 });
  assertEquals(file.source.name, "s3://sun/2026/a b.fits");
  assertEquals((await file.image()).pixels as unknown, PIXELS);
  const tail = await file.image({ hdu: "TAIL" });
  assertEquals([...tail.pixels as Uint8Array], [1, 2, 3]);
  const [first, ...later] = store.requests;
  assertEquals(first!.line, "GET /sun/2026/a%20b.fits");
  assertEquals(first!.fields.get("if-match"), undefined);
  for (const { line, fields } of later) {
    assertEquals([line, fields.get("if-match")], ["GET /sun/2026/a%20b.fits", etag]);
    assertEquals(fields.get("if-range"), undefined);
  }
});

Deno.test("openFits() says that an object has been changed, whether the store heeds If-Match or not", async () => {
  for (const conditions of [true, false]) {
    await using store = await serveObjects({ conditions });
    store.put("sun/a.fits", FILE);
    await using file = await openFits("s3://sun/a.fits", { s3: store.s3 });
    store.put("sun/a.fits", OTHER);
    await assertRejects(() => file.image(), FormatError, "it has been changed");
    await assertRejects(() => file.image({ hdu: "TAIL" }), FormatError, "it has been changed");
  }
});

Deno.test("an object that is changed at any request is an error, never a mixture", async () => {
  for (const conditions of [true, false]) {
    for (let place = 1; place < 25; place++) {
      let requests = 0;
      await using store = await serveObjects({
        conditions,
        instead: () => {
          if (++requests === place) store.put("sun/a.fits", OTHER);
          return undefined;
        },
      });
      store.put("sun/a.fits", FILE);
      const read = async () => {
        await using file = await openFits("s3://sun/a.fits", { s3: store.s3 });
        const rows: number[] = [];
        for (let row = 1; row <= 500; row += 25) {
          const { pixels } = await file.image({ section: `*,${row}:${row}` });
          rows.push((pixels as Int16Array)[1]!);
        }
        const tail = await file.image({ hdu: "TAIL" });
        return [...rows, (tail.pixels as Uint8Array)[0]!];
      };
      let found: number[] | undefined;
      try {
        found = await read();
      } catch (error) {
        assertEquals(error instanceof FormatError, true);
        assertEquals((error as Error).message.includes("it has been changed"), true);
      }
      // Whole before it was asked for, or after it was read.
      if (found !== undefined) assertEquals(new Set(found.map(Math.sign)).size <= 2, true);
      if (found !== undefined) assertEquals([1, 9].includes(found.at(-1)!), true);
      if (found !== undefined) assertEquals(Math.sign(found[0]!), found.at(-1) === 9 ? -1 : 1);
    }
  }
});

Deno.test("openFits() says what a store refuses, under the name of the object", async () => {
  await using store = await serveObjects();
  const told = async (url: string, options = store.s3) =>
    (await assertRejects(() => openFits(url, { s3: options }), HeliographError)).message;
  assertEquals(
    await told("s3://sun/none.fits"),
    "Cannot read s3://sun/none.fits: the server answered 404 Not Found (NoSuchKey: The " +
      "specified key does not exist), expected 206 or 200",
  );
  assertEquals(
    await told("s3://sun/none.fits", { endpoint: store.endpoint, anonymous: true }),
    "Cannot read s3://sun/none.fits: the server answered 403 Forbidden (AccessDenied: The " +
      "request is refused; the request was anonymous, as was asked for), expected 206 or 200",
  );
  assertEquals(
    await told("s3://sun/"),
    "Cannot fetch s3://sun: it names no object, expected s3://BUCKET/KEY",
  );
  assertEquals(
    await told("s3://sun/../a"),
    "Cannot read 's3://sun/../a': its key has the segment '..', which no URL can carry",
  );
});

Deno.test("openFits() waits for a store that is too busy", async () => {
  await using store = await serveObjects({
    instead: (_, count) =>
      count % 2 === 1 ? errorAnswer(503, "SlowDown", "Slow.", { "Retry-After": "0" }) : undefined,
  });
  store.put("sun/a.fits", FILE);
  await using file = await openFits("s3://sun/a.fits", { s3: store.s3 });
  assertEquals((await file.image()).pixels as unknown, PIXELS);
});

Deno.test("no error of an object shows a key or a signature, whatever the store answers", async () => {
  const answers = [
    () => ({ status: 206, fields: { "Content-Range": "bytes 5-6/9" }, body: "xx" }),
    () => ({ status: 200, fields: { "Content-Length": "9" }, body: new Blob(["x"]).stream() }),
    () => errorAnswer(403, "SignatureDoesNotMatch", STORE_KEY.secretAccessKey),
    () => ({ status: 302, fields: { Location: "http://127.0.0.1:9/?X-Amz-Signature=abc" } }),
  ];
  for (const instead of answers) {
    await using store = await serveObjects({ instead });
    const error = await assertRejects(
      () => openFits("s3://sun/a.fits", { s3: store.s3 }),
      HeliographError,
    );
    const text = Deno.inspect(error);
    const { accessKeyId, secretAccessKey } = STORE_KEY;
    for (const secret of [accessKeyId, secretAccessKey, "Signature=", "X-Amz-Signature"]) {
      assertEquals(text.includes(secret), false, text);
    }
  }
});
