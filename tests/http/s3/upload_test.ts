/** Objects that are written: signed, whole or not at all, and gone on with after a kill. */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { HttpClient } from "../../../http/client/client.ts";
import { md5Of } from "../../../http/s3/hashes.ts";
import type { HttpRequest, HttpResponse } from "../../../http/server/types.ts";
import { parseS3Text } from "../../../http/fields/s3_url.ts";
import type { S3Options } from "../../../http/s3/options.ts";
import { writeObject } from "../../../http/s3/upload.ts";
import { HeliographError } from "../../../net/errors.ts";
import { SeededRandom } from "../../support/random.ts";
import {
  errorAnswer,
  type KeptUpload,
  type ObjectStoreServer,
  serveObjects,
  type StoreSettings,
} from "../../support/http/object_store.ts";

const MIB = 1024 ** 2;

const write = async (
  s3: S3Options,
  key: string,
  content: Parameters<typeof writeObject>[2],
  signal?: AbortSignal,
) => {
  using client = new HttpClient({ s3, signal });
  const object = parseS3Text(`s3://sun/${key}`);
  return await writeObject(await client.objectStore(), object, content, { signal });
};

const lines = (store: ObjectStoreServer) =>
  store.requests.map(({ line }) => line.replace(/upload-[\w-]+/, "ID"));

Deno.test("writeObject() puts what is small in one request, whatever its key", async () => {
  await using store = await serveObjects();
  const keys = ["a b.npy", "x/+q'uo\"te&<>.fits", "\u1234/50%41?x=1#y"];
  for (const key of keys) {
    const bytes = new TextEncoder().encode(key);
    assertEquals(await write(store.s3, key, bytes), { bytes: bytes.length, parts: 0, resumed: 0 });
    assertEquals(store.objects.get(`sun/${key}`)?.bytes, bytes);
  }
  assertEquals(await write(store.s3, "none", new Uint8Array(0)), {
    bytes: 0,
    parts: 0,
    resumed: 0,
  });
  const pieces = [new Uint8Array(9 * MIB).fill(1), new Uint8Array(7 * MIB).fill(2)];
  assertEquals((await write(store.s3, "pieces", pieces)).parts, 0);
  assertEquals(store.objects.get("sun/pieces")?.bytes.length, 16 * MIB);
  assertEquals(lines(store).every((line) => line.startsWith("PUT ")), true);
});

Deno.test("writeObject() sends what is large in parts of 8 MiB", async () => {
  await using store = await serveObjects();
  const bytes = new SeededRandom(1).bytes(20 * MIB + 7);
  assertEquals(await write(store.s3, "large", bytes), {
    bytes: bytes.length,
    parts: 3,
    resumed: 0,
  });
  assertEquals(store.objects.get("sun/large")?.bytes, bytes);
  assertEquals(store.uploads.size, 0);
  const [list, begin, ...others] = lines(store);
  assertEquals(list, "GET /sun/?prefix=large&uploads=");
  assertEquals(begin, "POST /sun/large?uploads=");
  assertEquals(others.toSorted(), [
    "POST /sun/large?uploadId=ID",
    ...[1, 2, 3].map((i) => `PUT /sun/large?partNumber=${i}&uploadId=ID`),
  ]);
});

Deno.test("writeObject() goes on with the parts that a killed run has left", async () => {
  let broken = true;
  await using store = await serveObjects({
    instead: ({ method, query }) => {
      // As after a kill: nothing more is sent, and nothing is taken back.
      const lost = broken && (method === "DELETE" || /partNumber=3/.test(query ?? ""));
      return lost ? errorAnswer(403, "AccessDenied", "Not now.") : undefined;
    },
  });
  const bytes = new SeededRandom(2).bytes(40 * MIB);
  const refused = await assertRejects(() => write(store.s3, "large", bytes), HeliographError);
  assertEquals(
    refused.message,
    "Cannot write s3://sun/large: the store answered 403 Forbidden (AccessDenied: Not now)",
  );
  assertEquals([store.objects.size, store.uploads.size], [0, 1]);
  const [{ parts }] = store.uploads.values() as unknown as [{ parts: Map<number, Uint8Array> }];
  const there = parts.size;
  // A part that is another one is sent again.
  parts.get(1)![0]! ^= 1;
  broken = false;
  const { resumed } = await write(store.s3, "large", bytes);
  assertEquals(resumed, there - 1);
  assertEquals(store.objects.get("sun/large")?.bytes, bytes);
  assertEquals(store.uploads.size, 0);
});

Deno.test("writeObject() takes its parts back when it fails or is ended", async () => {
  const stop = new AbortController();
  await using store = await serveObjects({
    instead: ({ query }) => {
      if (/partNumber=2/.test(query ?? "")) stop.abort(new Error("interrupted"));
      return undefined;
    },
  });
  const bytes = new Uint8Array(60 * MIB);
  await assertRejects(() => write(store.s3, "large", bytes, stop.signal), Error);
  assertEquals([store.objects.size, store.uploads.size], [0, 0]);
});

Deno.test("writeObject() does not end what another writer of the same object goes on with", async () => {
  const middle = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<void>();
  let watched = false;
  await using store = await serveObjects({
    instead: ({ method }) => {
      const [upload] = store.uploads.values();
      if (watched || method !== "PUT" || upload === undefined) return undefined;
      watched = true;
      const { parts } = upload;
      const set = parts.set.bind(parts);
      parts.set = (number, part) => {
        set(number, part);
        if (parts.size === 3) middle.resolve();
        return parts;
      };
      return undefined;
    },
  });
  const mine = new SeededRandom(4).bytes(30 * MIB);
  const others = new SeededRandom(5).bytes(20 * MIB);
  async function* halting() {
    yield mine.subarray(0, 26 * MIB);
    await finished.promise;
    yield mine.subarray(26 * MIB);
  }
  const first = write(store.s3, "large", halting());
  first.catch(() => {});
  // To another writer, this looks like what a killed run has left.
  await middle.promise;
  await write(store.s3, "large", others);
  assertEquals(store.objects.get("sun/large")?.bytes, others);
  finished.resolve();
  const error = await assertRejects(() => first, HeliographError);
  assertEquals(
    error.message,
    "Cannot write s3://sun/large: another program writes it too, and has ended or changed " +
      "what was sent",
  );
  assertEquals(store.objects.get("sun/large")?.bytes, others);
});

Deno.test("writeObject() leaves an upload to who has changed its parts", async () => {
  const bytes = new SeededRandom(6).bytes(20 * MIB);
  let changed = false;
  await using store = await serveObjects({
    instead: ({ method, query }) => {
      if (changed || method !== "POST" || !/^uploadId=/.test(query ?? "")) return undefined;
      changed = true;
      for (const { parts } of store.uploads.values()) parts.set(2, new Uint8Array(8 * MIB));
      return undefined;
    },
  });
  await assertRejects(
    () => write(store.s3, "large", bytes),
    HeliographError,
    "another program writes it too",
  );
  // The other one can end it still.
  assertEquals([store.objects.size, store.uploads.size], [0, 1]);
});

Deno.test("writeObject() knows its own object where the answer to its last request was lost", async () => {
  const bytes = new SeededRandom(7).bytes(20 * MIB);
  let lost = false;
  await using store = await serveObjects({
    instead: async ({ method, query }) => {
      if (lost || method !== "POST" || !/^uploadId=/.test(query ?? "")) return undefined;
      lost = true;
      // As after a request that came through, and whose answer did not: the next one finds nothing.
      const [id, { name, type, parts }] = [...store.uploads][0]!;
      const whole = [1, 2, 3].map((number) => parts.get(number)!);
      const digest = (part: Uint8Array) => createHash("md5").update(part).digest();
      const etag = digest(new Uint8Array(Buffer.concat(whole.map(digest)))).toString("hex");
      store.objects.set(name, {
        ...{ type, bytes: await new Blob(whole).bytes(), etag: `"${etag}-3"` },
        modified: "Sat, 28 Nov 2026 09:00:00 GMT",
      });
      store.uploads.delete(id);
      return undefined;
    },
  });
  assertEquals((await write(store.s3, "large", bytes)).parts, 3);
  assertEquals(store.objects.get("sun/large")?.bytes, bytes);
});

Deno.test("writeObject() takes a 200 that carries an error for one", async () => {
  await using store = await serveObjects({
    instead: ({ method, query }) =>
      method === "POST" && /^uploadId=/.test(query ?? "")
        ? { ...errorAnswer(200, "InternalError", "We encountered an internal error."), status: 200 }
        : undefined,
  });
  const failed = await assertRejects(
    () => write(store.s3, "large", new Uint8Array(17 * MIB)),
    HeliographError,
  );
  assertEquals(
    failed.message,
    "Cannot write s3://sun/large: the store answered InternalError: " +
      "We encountered an internal error to its last request",
  );
  assertEquals([store.objects.size, store.uploads.size], [0, 0]);
});

Deno.test("writeObject() waits for a store that is too busy", async () => {
  await using store = await serveObjects({
    instead: (_, count) =>
      count < 3 ? errorAnswer(503, "SlowDown", "Please reduce your request rate.") : undefined,
  });
  assertEquals((await write(store.s3, "a", new Uint8Array(5))).bytes, 5);
  assertEquals(store.requests.length, 3);
});

Deno.test("writeObject() keeps what is there if told to, also where the store cannot", async () => {
  const keeping = async (s3: S3Options, key: string, content: Uint8Array<ArrayBuffer>) => {
    let notes = 0;
    using client = new HttpClient({ s3 });
    const object = parseS3Text(`s3://sun/${key}`);
    const options = { keep: true, onNotAtomic: () => void notes++ };
    await writeObject(await client.objectStore(), object, content, options);
    return notes;
  };
  for (const knows of [true, false]) {
    await using store = await serveObjects({
      instead: ({ fields }) =>
        knows || !fields.has("if-none-match")
          ? undefined
          : errorAnswer(501, "NotImplemented", "A header is not implemented."),
    });
    for (const [key, size] of [["small", 9], ["large", 17 * MIB]] as const) {
      const bytes = new Uint8Array(size).fill(1);
      assertEquals(await keeping(store.s3, key, bytes), knows ? 0 : 1);
      const error = await assertRejects(
        () => keeping(store.s3, key, new Uint8Array(size)),
        HeliographError,
      );
      assertEquals(error.message, `Cannot write s3://sun/${key}: it exists already`);
      assertEquals(store.objects.get(`sun/${key}`)?.bytes[0], 1);
    }
    assertEquals(store.uploads.size, 0);
  }
});

/** Has the first answer to a kind of request lost, behind what it says. */
function losing(
  isLost: (request: HttpRequest) => boolean,
  lost: (answer: HttpResponse) => HttpResponse,
): StoreSettings {
  let count = 0;
  return { after: (request, answer) => isLost(request) && count++ === 0 ? lost(answer) : answer };
}

const isComplete = ({ method, query }: HttpRequest) =>
  method === "POST" && /^uploadId=/.test(query ?? "");

/** A head, and a body that breaks off: stores send the head before they begin. */
const brokenOff = (): HttpResponse => ({
  ...{ status: 200, fields: { "Content-Type": "application/xml" } },
  body: (async function* () {
    yield new TextEncoder().encode("<?xml");
    await Promise.resolve();
    throw new Error("the store is restarted");
  })(),
});

Deno.test("writeObject() takes for written what was, although the answer was lost", async () => {
  const large = new SeededRandom(3).bytes(17 * MIB);
  const small = large.slice(0, 1_000);
  const busy = () => errorAnswer(500, "InternalError", "We encountered an internal error.");
  const isNew = ({ fields }: HttpRequest) => fields.has("if-none-match");
  const cases = [
    [large, false, losing(isComplete, brokenOff)],
    [large, false, losing(isComplete, busy)],
    [large, true, losing(isComplete, busy)],
    [small, true, losing(isNew, busy)],
    [small, false, losing(({ method }) => method === "PUT", busy)],
  ] as const;
  for (const [i, [bytes, keep, settings]] of cases.entries()) {
    await using store = await serveObjects(settings);
    using client = new HttpClient({ s3: store.s3 });
    const object = parseS3Text("s3://sun/a");
    const done = await writeObject(await client.objectStore(), object, bytes, { keep });
    assertEquals(done.bytes, bytes.length, `case ${i}`);
    assertEquals(store.objects.get("sun/a")?.bytes, bytes, `case ${i}`);
    assertEquals(store.uploads.size, 0);
  }
  // What another program has written meanwhile is not ours.
  await using store = await serveObjects(losing(isNew, busy));
  store.put("sun/a", "other");
  using client = new HttpClient({ s3: store.s3 });
  const refused = await assertRejects(
    async () =>
      await writeObject(await client.objectStore(), parseS3Text("s3://sun/a"), small, {
        keep: true,
      }),
    HeliographError,
  );
  assertEquals(refused.message, "Cannot write s3://sun/a: it exists already");
});

Deno.test("writeObject() refuses a store that has taken other bytes", async () => {
  const other = "0123456789abcdef0123456789abcdef";
  for (const [size, kms] of [[9, false], [17 * MIB, false], [9, true], [17 * MIB, true]] as const) {
    await using store = await serveObjects({
      after: ({ method }, answer) =>
        method !== "PUT" ? answer : {
          ...answer,
          fields: {
            ...{ ETag: `"${other}"` },
            // By a key of the store's own, the ETag is no MD5.
            ...(kms ? { "x-amz-server-side-encryption": "aws:kms" } : {}),
          },
        },
      instead: (request) =>
        kms && isComplete(request)
          ? {
            ...{ status: 200, fields: { "Content-Type": "application/xml" } },
            body: "<CompleteMultipartUploadResult/>",
          }
          : undefined,
    });
    if (kms) {
      assertEquals((await write(store.s3, "a", new Uint8Array(size))).bytes, size);
      continue;
    }
    const refused = await assertRejects(
      () => write(store.s3, "a", new Uint8Array(size)),
      HeliographError,
    );
    assertMatch(
      refused.message,
      new RegExp(
        "^Cannot write s3://sun/a: the store has taken other bytes: its ETag is " +
          `${other}, the MD5 of what was sent is [0-9a-f]{32}$`,
      ),
    );
    assertEquals(store.uploads.size, 0);
  }
});

Deno.test("writeObject() needs no right to list what others have begun", async () => {
  await using store = await serveObjects({
    instead: ({ method, query }) =>
      method === "GET" && /uploads=/.test(query ?? "")
        ? errorAnswer(403, "AccessDenied", "Not yours.")
        : undefined,
  });
  const bytes = new SeededRandom(4).bytes(17 * MIB);
  assertEquals(await write(store.s3, "a", bytes), { bytes: bytes.length, parts: 3, resumed: 0 });
  assertEquals(store.objects.get("sun/a")?.bytes, bytes);
});

Deno.test("writeObject() bears another writer of the same that ends the upload it shares", async () => {
  const bytes = new SeededRandom(5).bytes(30 * MIB);
  for (const same of [true, false]) {
    await using store = await serveObjects({
      instead: ({ query }) => {
        if (!/partNumber=3/.test(query ?? "")) return undefined;
        // The other one is done.
        const [[id, { name, type }]] = [...store.uploads] as [[string, KeptUpload]];
        const all = bytes.slice(0, same ? bytes.length : 9 * MIB);
        const parts = Array.from(
          { length: Math.ceil(all.length / (8 * MIB)) },
          (_, i) => md5Of(all.subarray(i * 8 * MIB, (i + 1) * 8 * MIB)),
        );
        const etag = `"${md5Of(Uint8Array.fromHex(parts.join("")))}-${parts.length}"`;
        store.objects.set(name, { bytes: all, etag, type, modified: new Date(0).toUTCString() });
        store.uploads.delete(id);
        return undefined;
      },
    });
    using client = new HttpClient({ s3: store.s3 });
    const other = await client.objectStore();
    const object = parseS3Text("s3://sun/a");
    assertEquals(
      (await other.ask("POST", object, [["uploads", ""]], new Uint8Array(0))).status,
      200,
    );
    if (same) assertEquals((await write(store.s3, "a", bytes)).bytes, bytes.length);
    else {
      const refused = await assertRejects(() => write(store.s3, "a", bytes), HeliographError);
      assertStringIncludes(refused.message, "another program writes it too");
    }
  }
});
