/** A bucket over plain HTTP: what the store answers, and nothing of how it is asked. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { HttpClient } from "../../../http/client/client.ts";
import { bucketHandler, type BucketHandlerOptions } from "../../../http/gateway/handler.ts";
import { serveHttp } from "../../../http/server/serve_http.ts";
import {
  errorAnswer,
  serveObjects,
  STORE_KEY,
  type StoreSettings,
} from "../../support/http/object_store.ts";

/** A store with a few objects, and a gateway to a part of it. */
async function setUp(
  settings: StoreSettings = {},
  options: Partial<BucketHandlerOptions> = {},
) {
  const store = await serveObjects(settings);
  store.put("sun/night/a b.txt", "0123456789");
  store.put("sun/night/+q'uo\"te&<x>.txt", "quoted");
  store.put("sun/night/\u1234/50%41?x=1#y", "odd");
  store.put("sun/night/page.html", "<script>alert(1)</script>").type = "text/html";
  store.put("sun/other.txt", "not for you");
  const client = new HttpClient({ s3: store.s3 });
  const server = await serveHttp(
    { port: 0 },
    bucketHandler({
      ...{ store: await client.objectStore(), root: { bucket: "sun", key: "night/" } },
      ...options,
    }),
  );
  return {
    store,
    ask: (path: string, init: RequestInit = {}) => fetch(new URL(path, server.url), init),
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      client.close();
      await store[Symbol.asyncDispose]();
    },
  };
}

Deno.test("objects are sent as the store has them, with what they are and nothing else", async () => {
  await using own = await setUp();
  const answer = await own.ask("/a%20b.txt");
  assertEquals([answer.status, await answer.text()], [200, "0123456789"]);
  const names = [...answer.headers.keys()].toSorted();
  assertEquals(names, [
    ...["accept-ranges", "content-length", "content-security-policy", "content-type", "date"],
    ...["etag", "last-modified", "vary", "x-content-type-options"].filter((name) =>
      names.includes(name)
    ),
  ]);
  const etag = answer.headers.get("etag")!;
  const head = await own.ask("/a%20b.txt", { method: "HEAD" });
  assertEquals([head.status, head.headers.get("content-length")], [200, "10"]);
  // A part is a matter of GET alone (RFC 9110 section 14.2).
  const headOfPart = await own.ask("/a%20b.txt", {
    method: "HEAD",
    headers: { Range: "bytes=2-4" },
  });
  assertEquals([headOfPart.status, headOfPart.headers.get("content-length")], [200, "10"]);
  for (
    const [path, text] of [["/%2Bq'uo%22te&%3Cx%3E.txt", "quoted"], [
      "/%E1%88%B4/50%2541%3Fx=1%23y",
      "odd",
    ]]
  ) {
    assertEquals(await (await own.ask(path!)).text(), text, path);
  }
  const cases: [headers: Record<string, string>, status: number, body: string][] = [
    [{ Range: "bytes=2-4" }, 206, "234"],
    [{ Range: "bytes=-3" }, 206, "789"],
    [{ Range: "bytes=2-4", "If-Range": etag }, 206, "234"],
    [{ Range: "bytes=2-4", "If-Range": '"other"' }, 200, "0123456789"],
    [{ Range: "bytes=2-4", "If-Range": "Sat, 28 Nov 2026 09:00:00 GMT" }, 200, "0123456789"],
    [{ "If-Match": '"other"' }, 412, ""],
    // Two conditions: a part goes to who has the rest of the same version, and to no one else.
    [{ Range: "bytes=2-4", "If-Range": '"other"', "If-Match": etag }, 200, "0123456789"],
    [{ Range: "bytes=2-4", "If-Range": '"other"', "If-Match": '"third"' }, 412, ""],
    [{ Range: "bytes=100-" }, 416, ""],
  ];
  for (const [headers, status, body] of cases) {
    const part = await own.ask("/a%20b.txt", { headers });
    const text = await part.text();
    assertEquals([part.status, status < 400 ? text : ""], [status, body], JSON.stringify(headers));
    if (status === 206) assertEquals(part.headers.get("content-range")!.endsWith("/10"), true);
  }
  const page = await own.ask("/page.html");
  assertEquals(page.headers.get("content-security-policy"), "sandbox");
  await page.body?.cancel();
});

Deno.test("nothing is reached but what is below the prefix, and nothing is written", async () => {
  await using own = await setUp();
  for (
    const path of ["/none", "/..%2fother.txt", "/%2e%2e%2fother.txt", "/x/..%2f..%2fother.txt"]
  ) {
    const answer = await own.ask(path);
    assertEquals(answer.status, 404, path);
    await answer.body?.cancel();
  }
  for (const method of ["PUT", "POST", "DELETE"]) {
    const answer = await own.ask("/new", { method });
    assertEquals([answer.status, answer.headers.get("allow")], [405, "GET, HEAD"], method);
    await answer.body?.cancel();
  }
  assertEquals(own.store.requests.every(({ line }) => /^(GET|HEAD) \/sun\//.test(line)), true);
});

Deno.test("folders are listed a page at a time, as HTML and JSON", async () => {
  await using own = await setUp({ pageKeys: 2 });
  const names: string[] = [];
  let next: string | undefined = "/";
  let pages = 0;
  while (next !== undefined) {
    const answer: Response = await own.ask(next, { headers: { Accept: "application/json" } });
    assertEquals(answer.headers.get("content-type"), "application/json");
    const found: { name: string; type: string }[] = await answer.json();
    names.push(...found.map(({ name, type }) => name + (type === "directory" ? "/" : "")));
    const link: string = answer.headers.get("link") ?? "";
    const href: string | undefined = /^<([^>]+)>; rel="next"$/.exec(link)?.[1];
    next = href === undefined ? undefined : `/${href}`;
    assert(++pages < 10);
  }
  assertEquals(names.toSorted(), ["+q'uo\"te&<x>.txt", "a b.txt", "page.html", "\u1234/"]);
  assertEquals(pages, 2);
  const page = await (await own.ask("/")).text();
  assertStringIncludes(page, "q&#39;uo&quot;te&amp;&lt;x&gt;.txt");
  assertStringIncludes(page, 'rel="next"');
  assertEquals(page.includes("<script"), false);
  const moved = await own.ask("/%E1%88%B4", { redirect: "manual" });
  assertEquals([moved.status, moved.headers.get("location")], [301, "./%E1%88%B4/"]);
  await moved.body?.cancel();
  assertEquals((await own.ask("/nothing/")).status, 404);
});

Deno.test("what the store says stays here: keys, names, messages", async () => {
  await using own = await setUp({
    instead: ({ path }) =>
      path.endsWith("secret")
        ? errorAnswer(403, "AccessDenied", `Key ${STORE_KEY.accessKeyId} may not.`)
        : path.endsWith("broken")
        ? errorAnswer(500, "InternalError", "host store-17.internal")
        : undefined,
  });
  const secret = await own.ask("/secret");
  assertEquals([secret.status, await secret.text()], [
    ...[403, "403 Forbidden: the store does not permit it\n"],
  ]);
  const broken = await own.ask("/broken");
  assertEquals([broken.status, await broken.text()], [
    ...[502, "502 Bad Gateway: the store does not answer as it should\n"],
  ]);
});

Deno.test("a reader that goes away gives its place back", async () => {
  await using own = await setUp();
  own.store.put("sun/night/large", new Uint8Array(8 * 1024 ** 2));
  for (let i = 0; i < 100; i++) {
    const answer = await own.ask("/large");
    await answer.body!.cancel();
  }
  assertEquals(await (await own.ask("/a%20b.txt")).text(), "0123456789");
});

Deno.test("pictures are those that the caller makes", async () => {
  await using own = await setUp({}, {
    picture: {
      matches: (name) => name.endsWith(".txt"),
      render: ({ bucket, key }, query) =>
        Promise.resolve({
          type: "image/png",
          bytes: new TextEncoder().encode(`${bucket}/${key} ${query.get("size")}`),
        }),
    },
  });
  const answer = await own.ask("/a%20b.txt?as=preview&size=7");
  assertEquals([answer.headers.get("content-type"), await answer.text()], [
    ...["image/png", "sun/night/a b.txt 7"],
  ]);
  for (const path of ["/a%20b.txt?as=other", "/page.html?as=preview"]) {
    assertEquals((await own.ask(path)).status, 404);
  }
  assertStringIncludes(await (await own.ask("/")).text(), "a%20b.txt?as=preview");
});
