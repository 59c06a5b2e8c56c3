import { assertEquals, assertRejects } from "@std/assert";
import { HttpClient } from "../../../http/client/client.ts";
import { discard, readBody } from "../../../http/message/answer.ts";
import type { S3Options } from "../../../http/s3/options.ts";
import type { HttpResponse } from "../../../http/server/types.ts";
import { HeliographError, ProtocolError } from "../../../net/errors.ts";
import { errorAnswer, serveObjects, STORE_KEY } from "../../support/http/object_store.ts";

/** Asks for an object, and gives status, reason and text of the answer. */
async function ask(
  url: string,
  s3: S3Options,
  fields: [string, string][] = [],
  method: "GET" | "HEAD" = "GET",
): Promise<[status: number, reason: string, text: string]> {
  using client = new HttpClient({ s3, headers: { "X-Own": "1", "x-amz-own": "signed" } });
  const answer = await client.send(method, new URL(url), fields);
  const text = new TextDecoder().decode(await readBody(answer, 1_000));
  return [answer.status, answer.reason, text];
}

async function listed(
  bucket: string,
  prefix: string,
  s3: S3Options,
  delimiter?: string,
): Promise<{ keys: string[]; prefixes: string[] }> {
  using client = new HttpClient({ s3 });
  const found = { keys: [] as string[], prefixes: [] as string[] };
  for await (const page of (await client.objectStore()).list(bucket, prefix, delimiter)) {
    found.keys.push(...page.objects.map(({ key }) => key));
    found.prefixes.push(...page.prefixes);
  }
  return found;
}

Deno.test("a store takes what is signed, with every octet of the key, and nothing else", async () => {
  await using store = await serveObjects({ open: ["open"] });
  store.put("sun/a b+c'd\"(é)!*&?#.txt", "found");
  store.put("open/a", "anyone's");
  const url = "s3://sun/a%20b%2Bc%27d%22(%C3%A9)!*%26%3F%23.txt";
  assertEquals(await ask(url, store.s3), [200, "OK", "found"]);
  assertEquals(await ask(url, store.s3, [["Range", "bytes=1-2"]]), [206, "Partial Content", "ou"]);
  assertEquals(await ask(url, store.s3, [], "HEAD"), [200, "OK", ""]);
  const { fields } = store.requests[0]!;
  assertEquals([fields.get("x-own"), fields.get("x-amz-own")], ["1", "signed"]);
  assertEquals(fields.get("accept-encoding"), "identity");
  const wrong = { ...store.s3, credentials: { ...STORE_KEY, secretAccessKey: "other" } };
  assertEquals(await ask(url, wrong), [
    403,
    "Forbidden (SignatureDoesNotMatch: The request is refused)",
    "",
  ]);
  const anonymous = { endpoint: store.endpoint, anonymous: true };
  assertEquals(await ask("s3://open/a", anonymous), [200, "OK", "anyone's"]);
  assertEquals(await ask(url, anonymous), [
    403,
    "Forbidden (AccessDenied: The request is refused; the request was anonymous, as was asked for)",
    "",
  ]);
  assertEquals(
    store.requests.slice(-2).map(({ fields }) => fields.get("authorization")),
    [undefined, undefined],
  );
});

Deno.test("--requester-pays is signed, as is the token of a key that is valid for hours", async () => {
  await using store = await serveObjects();
  store.put("sun/a", "found");
  const credentials = { ...STORE_KEY, sessionToken: "token/of+hours" };
  const s3 = { ...store.s3, credentials, requesterPays: true };
  assertEquals(await ask("s3://sun/a", s3), [200, "OK", "found"]);
  const { fields } = store.requests[0]!;
  assertEquals(
    ["x-amz-request-payer", "x-amz-security-token"].map((name) => fields.get(name)),
    ["requester", "token/of+hours"],
  );
});

Deno.test("a bucket of another region is asked there, once redirected, and from then on", async () => {
  await using store = await serveObjects({
    region: "eu-west-1",
    instead: ({ fields }) =>
      fields.get("authorization")!.includes("/us-east-1/")
        ? errorAnswer(301, "PermanentRedirect", "Elsewhere.", {
          "x-amz-bucket-region": "eu-west-1",
        })
        : undefined,
  });
  store.put("sun/a", "found");
  const s3 = { ...store.s3, region: "us-east-1" };
  assertEquals(await ask("s3://sun/a", s3), [200, "OK", "found"]);
  assertEquals(store.requests.length, 2);
  assertEquals(await ask("s3://sun/a", s3), [200, "OK", "found"]);
  assertEquals(store.requests.length, 3);
});

Deno.test("a region that only the body of a refusal names is enough", async () => {
  await using store = await serveObjects({
    region: "RegionOne",
    instead: ({ fields }) =>
      fields.get("authorization")!.includes("/us-east-1/")
        ? errorAnswer(400, "AuthorizationHeaderMalformed", "x", {}, "<Region>RegionOne</Region>")
        : undefined,
  });
  store.put("sun/a", "found");
  assertEquals(await ask("s3://sun/a", { ...store.s3, region: "us-east-1" }), [200, "OK", "found"]);
});

Deno.test("a redirect to another host carries no key, no token and no field of the caller", async () => {
  await using other = await serveObjects({ open: ["sun"] });
  other.put("sun/a", "elsewhere");
  await using store = await serveObjects({
    instead: () => ({ status: 307, fields: { Location: `${other.endpoint}/sun/a?x=1` } }),
  });
  const credentials = { ...STORE_KEY, sessionToken: "token" };
  const s3 = { ...store.s3, credentials, requesterPays: true };
  assertEquals(await ask("s3://sun/a", s3), [200, "OK", "elsewhere"]);
  const [{ line, fields }] = other.requests as [typeof other.requests[0]];
  assertEquals(line, "GET /sun/a?x=1");
  assertEquals([...fields].map(([name]) => name.toLowerCase()).sort(), [
    "accept",
    "accept-encoding",
    "host",
    "user-agent",
  ]);
});

Deno.test("redirects that lead on and on, or to a name that is no region, are not followed", async () => {
  await using circle = await serveObjects({
    instead: () => ({ status: 307, fields: { Location: "/sun/b" } }),
  });
  const error = await assertRejects(() => ask("s3://sun/a", circle.s3), ProtocolError);
  assertEquals(error.message, "Cannot read s3://sun/a: more than one redirect of its store");
  assertEquals(circle.requests.map(({ line }) => line), ["GET /sun/a", "GET /sun/b"]);
  await using evil = await serveObjects({
    instead: () =>
      errorAnswer(301, "PermanentRedirect", "x", { "x-amz-bucket-region": "evil.org/" }),
  });
  assertEquals(await ask("s3://sun/a", evil.s3), [
    301,
    "Moved Permanently (PermanentRedirect: x)",
    "",
  ]);
  assertEquals(evil.requests.length, 1);
});

Deno.test("a store that is too busy is asked again, but not for ever and not after an hour", async () => {
  const slow = (fields: Record<string, string> = {}) =>
    errorAnswer(503, "SlowDown", "Please reduce your request rate.", fields);
  await using store = await serveObjects({
    instead: (_, count) => count < 3 ? slow({ "Retry-After": "0" }) : undefined,
  });
  store.put("sun/a", "found");
  assertEquals(await ask("s3://sun/a", store.s3), [200, "OK", "found"]);
  assertEquals(store.requests.length, 3);
  await using busy = await serveObjects({ instead: () => slow() });
  const told = "Service Unavailable (SlowDown: Please reduce your request rate)";
  assertEquals(await ask("s3://sun/a", { ...busy.s3, retries: 1 }), [503, told, ""]);
  assertEquals(busy.requests.length, 2);
  await using patient = await serveObjects({ instead: () => slow({ "Retry-After": "3600" }) });
  assertEquals(await ask("s3://sun/a", patient.s3), [503, told, ""]);
  assertEquals(patient.requests.length, 1);
  const stop = new AbortController();
  await using waiting = await serveObjects({
    instead: () => {
      queueMicrotask(() => stop.abort(new Error("enough")));
      return slow({ "Retry-After": "60" });
    },
  });
  using client = new HttpClient({ s3: waiting.s3, signal: stop.signal });
  await assertRejects(() => client.send("GET", new URL("s3://sun/a")), Error, "enough");
});

Deno.test("a store's words are told without what they may give away, or do to a terminal", async () => {
  await using store = await serveObjects({
    instead: ({ fields }) =>
      errorAnswer(
        403,
        "RequestTimeTooSkewed",
        `\u001b[2J${fields.get("authorization")} ${STORE_KEY.secretAccessKey}\n${"x".repeat(900)}`
          .replace("\u001b", "&#27;"),
        {},
        "<RequestTime>20261130T000000Z</RequestTime><ServerTime>2026-11-30T01:00:00Z</ServerTime>",
      ),
  });
  const [, reason] = await ask("s3://sun/a", store.s3);
  assertEquals(reason.length < 400, true);
  const { secretAccessKey, accessKeyId } = STORE_KEY;
  for (const secret of [secretAccessKey, accessKeyId, "\x1b"]) {
    assertEquals(reason.includes(secret), false);
  }
  assertEquals(/[0-9a-f]{64}/.test(reason), false);
  await using skewed = await serveObjects({
    instead: () =>
      errorAnswer(
        403,
        "RequestTimeTooSkewed",
        "The clocks differ.",
        {},
        "<RequestTime>20261130T000000Z</RequestTime><ServerTime>2026-11-30T01:00:00Z</ServerTime>",
      ),
  });
  assertEquals(
    (await ask("s3://sun/a", skewed.s3))[1],
    "Forbidden (RequestTimeTooSkewed: The clocks differ; the request was made at " +
      "20261130T000000Z, the store's clock says 2026-11-30T01:00:00Z)",
  );
});

Deno.test("a refusal whose body is broken, huge or none of a store keeps its status", async () => {
  const bodies = ["", "<html>no</html>", "<Error><Code>x", "x".repeat(100_000), "<!DOCTYPE a>"];
  for (const body of bodies) {
    await using store = await serveObjects({ instead: () => ({ status: 404, body }) });
    assertEquals(await ask("s3://sun/a", store.s3), [404, "Not Found", ""]);
  }
});

Deno.test("list() gives every key once, a page at a time, whatever octets it has", async () => {
  const keys = [
    "a b",
    "a+b",
    "a&b<c>",
    `q'uo"te`,
    "\u1234/\u{1f31e}",
    "p%41",
    "x/1",
    "x/2",
    "x/y/3",
  ];
  for (const urlEncoding of [true, false]) {
    await using store = await serveObjects({ pageKeys: 2, urlEncoding });
    for (const key of keys) store.put(`sun/${key}`, key);
    const all = await listed("sun", "", store.s3);
    assertEquals(all.keys.toSorted(), keys.toSorted());
    assertEquals([all.prefixes, store.requests.length], [[], 5]);
    assertEquals(await listed("sun", "x/", store.s3, "/"), {
      keys: ["x/1", "x/2"],
      prefixes: ["x/y/"],
    });
    assertEquals(store.requests.length, 5 + 2);
    assertEquals(await listed("sun", "none", store.s3), { keys: [], prefixes: [] });
    assertEquals(store.requests.length, 5 + 2 + 1);
    assertEquals(
      store.requests[0]!.line,
      "GET /sun/?encoding-type=url&list-type=2&prefix=",
    );
  }
});

Deno.test("list() tells of a page as it comes, listPage() of all of it", async () => {
  const keys = Array.from({ length: 1000 }, (_, i) => `sun/${String(i).padStart(90, "0")}.fits`);
  const contents = keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`);
  for (const coded of [true, false]) {
    const body = `<ListBucketResult>${coded ? "<EncodingType>url</EncodingType>" : ""}` +
      `${contents.join("")}</ListBucketResult>`;
    await using store = await serveObjects({ instead: () => ({ status: 200, body }) });
    using client = new HttpClient({ s3: store.s3 });
    const bucket = await client.objectStore();
    const parts = await Array.fromAsync(bucket.list("sun", ""));
    assertEquals(parts.flatMap(({ objects }) => objects.map(({ key }) => key)), keys);
    const most = Math.max(...parts.map(({ objects }) => objects.length));
    // Keys of which it is not known how they are encoded are told at the end.
    assertEquals(coded ? most < 200 : most === 1000, true, `${most} at a time`);
    const { objects, next } = await bucket.listPage("sun", "");
    assertEquals([objects.map(({ key }) => key), next], [keys, undefined]);
  }
});

Deno.test("list() gives up what is not wanted any more", async () => {
  let pages = 0;
  const text = `<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>` +
    `<NextContinuationToken>a</NextContinuationToken>` +
    "<Contents><Key>a</Key></Contents>".repeat(2000);
  await using store = await serveObjects({
    instead: () => {
      pages++;
      return { status: 200, body: `<ListBucketResult>${text}</ListBucketResult>` };
    },
  });
  using client = new HttpClient({ s3: store.s3 });
  for await (const { objects } of (await client.objectStore()).list("sun", "")) {
    assertEquals(objects.length > 0, true);
    break;
  }
  assertEquals(pages, 1);
});

Deno.test("list() believes no page that is none, is too large, or comes again", async () => {
  const page = (body: string, fields: Record<string, string> = {}) => ({
    status: 200,
    fields,
    body: `<ListBucketResult>${body}</ListBucketResult>`,
  });
  const truncated = "<IsTruncated>true</IsTruncated><NextContinuationToken>";
  const cases: [
    instead: (count: number) => HttpResponse,
    message: string,
    pages?: number,
  ][] = [
    [
      () => page(`${truncated}same</NextContinuationToken>`),
      "a token of the listing comes again",
      2,
    ],
    [
      (count) => page(`${truncated}${count % 3}</NextContinuationToken>`),
      "a token of the listing comes again",
      7,
    ],
    [
      () => page(`<Contents><Key>${"x".repeat(8 << 20)}</Key></Contents>`),
      "expected at most 8388608",
    ],
    [() => ({ status: 200, body: "<!DOCTYPE a><a/>" }), "cannot read the XML: found a declaration"],
    [
      () => ({ status: 200, body: "<Error><Code>InternalError</Code></Error>" }),
      "the store answered InternalError",
    ],
    [
      () => errorAnswer(404, "NoSuchBucket", "No."),
      "the store answered 404 Not Found (NoSuchBucket: No)",
    ],
  ];
  for (const [instead, message, requests = 1] of cases) {
    await using store = await serveObjects({ instead: (_, count) => instead(count) });
    const error = await assertRejects(() => listed("sun", "p", store.s3), HeliographError, message);
    assertEquals(error.message.startsWith("Cannot list s3://sun/p: "), true, error.message);
    assertEquals(store.requests.length, requests);
  }
});

Deno.test("an answer that is broken off is an error that names no secret", async () => {
  await using store = await serveObjects({
    instead: () => ({
      status: 200,
      fields: { "Content-Length": "100" },
      body: new ReadableStream({
        start(controller) {
          controller.enqueue(new Uint8Array(10));
          controller.close();
        },
      }),
    }),
  });
  using client = new HttpClient({ s3: store.s3 });
  const answer = await client.send("GET", new URL("s3://sun/a"));
  const error = await assertRejects(() => readBody(answer, 1_000), HeliographError);
  assertEquals(/Signature|Credential|TESTKEYID/.test(error.message), false);
  await discard(answer);
});

Deno.test("what was said of a bucket's region is forgotten where its address has another store now", async () => {
  let moved = true;
  await using store = await serveObjects({
    instead: () => {
      if (!moved) return undefined;
      moved = false;
      const body = "<Error><Code>PermanentRedirect</Code></Error>";
      return { status: 301, fields: { "x-amz-bucket-region": "eu-west-1" }, body };
    },
  });
  store.put("sun/a", "found");
  // The store that says so has another region itself, as the next one at its address may.
  assertEquals((await ask("s3://sun/a", store.s3))[0], 403);
  assertEquals(await ask("s3://sun/a", store.s3), [200, "OK", "found"]);
  const regions = store.requests.map(({ fields }) =>
    /\/(\w+-\w+-\d)\/s3\//.exec(fields.get("authorization")!)![1]
  );
  assertEquals(regions, ["us-east-1", "eu-west-1", "eu-west-1", "us-east-1"]);
});
