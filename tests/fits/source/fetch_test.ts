import { assertEquals, assertRejects } from "@std/assert";
import {
  ClosedError,
  FormatError,
  HeliographError,
  ProtocolError,
  TimeoutError,
} from "../../../net/errors.ts";
import { openFetchSource } from "../../../fits/source/fetch.ts";

const BYTES = Uint8Array.from({ length: 200_000 }, (_, i) => i * 7 >> 3);

/** Answers a request by a range of the bytes, with more fields or others. */
function part(request: Request, fields: Record<string, string> = {}): Response {
  const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "");
  if (match === null) return new Response(BYTES, { headers: fields });
  const [first, last] = [Number(match[1]), Math.min(Number(match[2]), BYTES.length - 1)];
  return new Response(BYTES.slice(first, last + 1), {
    status: 206,
    headers: { ETag: '"v1"', "Content-Range": `bytes ${first}-${last}/200000`, ...fields },
  });
}

function serve(answer: (request: Request, number: number) => Response | Promise<Response>) {
  const ranges: (string | null)[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    ranges.push(request.headers.get("range"));
    return answer(request, ranges.length);
  });
  return {
    url: new URL(`http://127.0.0.1:${server.addr.port}/sun.fits`),
    ranges,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("openFetchSource() reads ranges, small ones with what lies behind them", async () => {
  await using server = serve((request) => part(request));
  const source = await openFetchSource(server.url);
  assertEquals([source.name, source.size], [server.url.href, 200_000]);
  assertEquals(await source.read(30_000, 100), BYTES.subarray(30_000, 30_100));
  assertEquals(await source.read(32_760, 20), BYTES.subarray(32_760, 32_780));
  assertEquals(await source.read(199_990, 50), BYTES.subarray(199_990));
  const target = new Uint8Array(150_000);
  assertEquals(await source.readInto(100, target), 150_000);
  assertEquals(target, BYTES.slice(100, 150_100));
  assertEquals(server.ranges, [
    "bytes=0-32767",
    "bytes=32768-49151",
    "bytes=199990-199999",
    "bytes=100-150099",
  ]);
  assertEquals([source.report?.requests, source.report?.bytes], [
    4,
    32_768 + 16_384 + 10 + 150_000,
  ]);
  await source.close();
  await assertRejects(() => source.read(70_000, 100_000_000), ClosedError, "has been closed");
});

Deno.test("openFetchSource() reads the body whole where that is what comes", async () => {
  const gzip = new Uint8Array(
    await new Response(new Blob([BYTES]).stream().pipeThrough(new CompressionStream("gzip")))
      .bytes(),
  );
  const answers: ((request: Request) => Response)[] = [
    () => new Response(BYTES),
    // Part of a body that is compressed for the way: the whole is asked for.
    (request) =>
      request.headers.has("range")
        ? part(request, { "Content-Encoding": "x-unknown" })
        : new Response(gzip, { headers: { "Content-Encoding": "gzip" } }),
  ];
  for (const answer of answers) {
    await using server = serve(answer);
    const source = await openFetchSource(server.url);
    assertEquals(await source.read(150_000, 100_000), BYTES.subarray(150_000));
    assertEquals(source.size, 200_000);
    await source.close();
  }
});

Deno.test("openFetchSource() refuses what is not the file that was opened", async () => {
  const cases: [second: Record<string, string> | Response, kind: typeof HeliographError, RegExp][] =
    [
      [{ ETag: '"v2"' }, FormatError, /at byte 70000: it has been changed$/],
      [{ "Content-Range": "bytes 70000-86383/300000" }, FormatError, /it has been changed$/],
      [{ "Content-Encoding": "br" }, FormatError, /it has been changed$/],
      [new Response(BYTES), FormatError, /it has been changed$/],
      [{ "Content-Range": "bytes 0-32767/200000" }, ProtocolError, /sent bytes 0-32767\/200000/],
      [{ "Content-Range": "bytes 70000-86383/*" }, HeliographError, /^no error$/],
      [{ ETag: 'W/"v1"' }, HeliographError, /^no error$/],
      [new Response("gone", { status: 404 }), ProtocolError, /404 Not Found, expected 206 or 200$/],
      [
        new Response(BYTES.slice(0, 9), {
          status: 206,
          headers: { "Content-Range": "bytes 70000-86383/200000" },
        }),
        ProtocolError,
        /found 9 bytes, expected the 16384 asked for$/,
      ],
    ];
  for (const [second, kind, message] of cases) {
    await using server = serve((request, number) =>
      number === 1 ? part(request) : second instanceof Response ? second : part(request, second)
    );
    const source = await openFetchSource(server.url);
    const error = await source.read(70_000, 10).then(
      () => new HeliographError("no error"),
      (error) => error,
    );
    assertEquals(error instanceof kind && message.test(error.message), true, String(error));
    await source.close();
  }
});

Deno.test("openFetchSource() refuses answers without a range, and says why", async () => {
  const cases: [Response, RegExp][] = [
    [new Response("x", { status: 206 }), /206 without a Content-Range that a page may see/],
    [
      new Response(BYTES.slice(0, 32_768), {
        status: 206,
        headers: { "Content-Range": "bytes 0-32767/*" },
      }),
      /does not say how large the file is$/,
    ],
    [new Response("no", { status: 403 }), /answered 403 Forbidden, expected 206 or 200$/],
  ];
  for (const [answer, message] of cases) {
    await using server = serve(() => answer);
    const error = await assertRejects(() => openFetchSource(server.url), ProtocolError);
    assertEquals(message.test(error.message), true, error.message);
  }
});

Deno.test("openFetchSource() ends at its deadline and by its signal, and shows no password", async () => {
  const stopping = new AbortController();
  const hangs = () =>
    new Promise<Response>((resolve) => {
      stopping.signal.addEventListener("abort", () => resolve(new Response()));
    });
  await using server = serve(hangs);
  await assertRejects(
    () => openFetchSource(server.url, { headTimeout: 30 }),
    TimeoutError,
    `Cannot read ${server.url}: the server did not answer in 30 ms`,
  );
  await using answers = serve((request) => part(request));
  for (const headTimeout of [Infinity, 2 ** 31]) {
    const source = await openFetchSource(answers.url, { headTimeout });
    assertEquals(source.size, BYTES.length);
    await source.close();
  }
  const reason = new Error("enough");
  await assertRejects(
    () => openFetchSource(server.url, { signal: AbortSignal.abort(reason) }),
    Error,
    "enough",
  );
  const secret = new URL(server.url);
  secret.password = "secret";
  const error = await assertRejects(() => openFetchSource(secret), FormatError);
  assertEquals(error.message.includes("secret"), false, error.message);
  stopping.abort();
});
