/** FITS files in object stores: read by ranges, signed, and never a mixture of two versions. */

import { assertEquals, assertRejects } from "@std/assert";
import { compressImage, encodeFits, openFits } from "../../../fits/mod.ts";
import { FormatError, HeliographError } from "../../../net/errors.ts";
import type { S3Options } from "../../../http/s3/options.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { SeededRandom } from "../../support/random.ts";
import {
  errorAnswer,
  type KeptObject,
  serveObjects,
  STORE_KEY,
} from "../../support/http/object_store.ts";

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

/** Rows that are read, each by a request of its own, and bytes of a row: more than is read over. */
const ROWS = 51;
const WIDTH = 90_000;

/** Rows of one value, which are read, and between them rows that no algorithm makes smaller. */
function pixelsOf(version: 0 | 1): Uint8Array<ArrayBuffer> {
  const random = new SeededRandom(7);
  const pixels = random.bytes(WIDTH * ROWS * 2);
  for (let row = 0; row < ROWS; row++) pixels.fill(version, 2 * row * WIDTH, (2 * row + 1) * WIDTH);
  return pixels;
}

const FORMS = {
  plain: async (version: 0 | 1) =>
    await encodeFits([{ pixels: pixelsOf(version), shape: [WIDTH, ROWS * 2] }]),
  compressed: async (version: 0 | 1) => {
    const image = { pixels: pixelsOf(version), shape: [WIDTH, ROWS * 2] };
    return await encodeFits([await compressImage(image, { algorithm: "gzip1" })]);
  },
};

for (const [name, make] of Object.entries(FORMS)) {
  for (const conditions of [true, false]) {
    const heeded = conditions ? "is heeded" : "is not heeded";
    Deno.test(`a ${name} object that is changed at any of 50 places is an error, where If-Match ${heeded}`, async () => {
      const kept: KeptObject[] = [];
      let left = Infinity;
      await using store = await serveObjects({
        conditions,
        instead: () => {
          if (left-- === 0) store.objects.set("sun/a.fits", kept[1]!);
          return undefined;
        },
      });
      const damaged: unknown[] = [];
      const read = async () => {
        await using file = await openFits("s3://sun/a.fits", { s3: store.s3 });
        // Damaged tiles may be left out, those of another version must not be.
        const onDamage = (error: unknown) => damaged.push(error);
        return (await file.image({ section: "1:2,*:2", onDamage })).pixels;
      };
      for (const version of [1, 0] as const) {
        kept[version] = store.put("sun/a.fits", await make(version) as Uint8Array<ArrayBuffer>);
      }
      assertEquals((await read()).every((pixel) => pixel === 0), true);
      assertEquals(store.requests.length > 50, true, `${store.requests.length} requests`);
      for (let after = 1; after <= 50; after++) {
        store.objects.set("sun/a.fits", kept[0]!);
        left = after;
        const error = await read().then(() => undefined, (error) => error);
        assertEquals(error instanceof FormatError, true, `after ${after} requests: ${error}`);
        assertEquals(error.message.includes("it has been changed"), true, error.message);
      }
      assertEquals(damaged, []);
      assertEquals((await read()).every((pixel) => pixel === 1), true);
    });
  }
}

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

Deno.test("what a store asks for besides is in the report: being too busy, another region", async () => {
  const bodies = ["<Error><Code>SlowDown</Code></Error>", "<Error><Code>Moved</Code></Error>"];
  await using store = await serveObjects({
    instead: (_, count) => {
      const [slow, moved] = bodies;
      if (count === 2) return { status: 503, fields: { "Retry-After": "0" }, body: slow! };
      if (count !== 1) return undefined;
      return { status: 301, fields: { "x-amz-bucket-region": "us-east-1" }, body: moved! };
    },
  });
  store.put("sun/a.fits", FILE);
  await using file = await openFits("s3://sun/a.fits", { s3: { ...store.s3, region: "other" } });
  const { requests, bytes, roundTrips } = file.report!;
  assertEquals([requests, roundTrips], [3, 3]);
  assertEquals(bytes, 32_768 + bodies.join("").length);
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

Deno.test("what is remembered of an object is no other store's, and no one's without its key", async () => {
  await using folder = await temporaryFolder();
  const first = async (url: string, s3: S3Options) => {
    await using file = await openFits(url, { s3, cache: folder.path });
    return (await file.hdu(0)).shape[0];
  };
  await using one = await serveObjects();
  one.put("sun/same.fits", FILE);
  await using two = await serveObjects();
  const small = await encodeFits([{ pixels: new Uint8Array(9), shape: [9, 1] }]);
  two.put("sun/same.fits", small as Uint8Array<ArrayBuffer>);
  for (let time = 0; time < 2; time++) {
    assertEquals(await first("s3://sun/same.fits", one.s3), 300);
    assertEquals(await first("s3://sun/same.fits", two.s3), 9);
  }
  const anonymous = { endpoint: one.endpoint, anonymous: true };
  const error = await assertRejects(
    () => first("s3://sun/same.fits", anonymous),
    HeliographError,
  );
  assertEquals(error.message.includes("403 Forbidden (AccessDenied"), true);
  // The next signature of an object asks for what is remembered of it, and whether it still is.
  await using open = await serveObjects({ open: ["sun"] });
  open.put("sun/same.fits", FILE);
  const presigned = `${open.endpoint}/sun/same.fits?X-Amz-Signature=SECRET`;
  assertEquals(await first(presigned, {}), 300);
  open.put("sun/same.fits", small as Uint8Array<ArrayBuffer>);
  assertEquals(await first(presigned, {}), 9);
  for await (const { name } of Deno.readDir(folder.path)) {
    const text = name + await Deno.readTextFile(`${folder.path}/${name}`);
    for (const secret of [STORE_KEY.accessKeyId, STORE_KEY.secretAccessKey, "SECRET"]) {
      assertEquals(text.includes(secret), false);
    }
  }
});
