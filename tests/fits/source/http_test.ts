import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  ClosedError,
  encodeFits,
  FormatError,
  HeliographError,
  openFits,
  ProtocolError,
  TimeoutError,
} from "../../../mod.ts";

const PIXELS = new Int16Array(300 * 500).map((_, i) => i);
const FILE = encodeFits([{ pixels: PIXELS, shape: [300, 500] }, {
  pixels: new Uint8Array([1, 2, 3]),
  name: "TAIL",
}]);

let served = 0;

/** A server that answers single ranges, and notes them. */
function serve(answer: (request: Request, bytes: Uint8Array<ArrayBuffer>) => Response) {
  const ranges: string[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      ranges.push(request.headers.get("range") ?? "none");
      return answer(request, await FILE);
    },
  );
  return {
    // What is read of a file is remembered, and ports come again.
    url: `http://127.0.0.1:${server.addr.port}/${++served}/sun.fits`,
    ranges,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function byRange(request: Request, bytes: Uint8Array<ArrayBuffer>, tag = '"v1"'): Response {
  const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "");
  const condition = request.headers.get("if-range");
  if (match === null || (condition !== null && condition !== tag)) {
    return new Response(bytes, { headers: { ETag: tag } });
  }
  const [first, last] = [Number(match[1]), Math.min(Number(match[2]), bytes.length - 1)];
  return new Response(bytes.slice(first, last + 1), {
    status: 206,
    headers: { ETag: tag, "Content-Range": `bytes ${first}-${last}/${bytes.length}` },
  });
}

Deno.test("openFits() reads a URL by ranges, and only those that it needs", async () => {
  await using server = serve(byRange);
  await using file = await openFits(server.url);
  assertEquals(server.ranges, ["bytes=0-32767"]);
  const section = await file.image({ section: "1:3,1:2" });
  assertEquals([...section.pixels as Int16Array], [0, 1, 2, 300, 301, 302]);
  assertEquals(server.ranges.length, 1);
  const tail = await file.image({ hdu: "TAIL" });
  assertEquals([...tail.pixels as Uint8Array], [1, 2, 3]);
  assertEquals(server.ranges.slice(1), [`bytes=305280-${(await FILE).length - 1}`]);
  assertEquals((await file.image()).pixels as unknown, PIXELS);
  assertEquals(file.source.size, (await FILE).length);
});

Deno.test("openFits() reads a URL whose server knows no ranges as a stream", async () => {
  await using server = serve((_, bytes) => new Response(bytes));
  await using file = await openFits(new URL(server.url));
  assertEquals((await file.image()).pixels as unknown, PIXELS);
  assertEquals((await file.hdu("TAIL")).index, 1);
  assertEquals(server.ranges.length, 1);
});

Deno.test("openFits() says when a file on a server is changed while it is read", async () => {
  let tag = '"v1"';
  await using server = serve((request, bytes) => byRange(request, bytes, tag));
  await using file = await openFits(server.url);
  tag = '"v2"';
  await assertRejects(() => file.image(), FormatError, "it has been changed");
});

Deno.test("openFits() takes no part of another version, from a server that does not heed If-Range", async () => {
  type Fields = Record<string, string>;
  const cases: [first: Fields, later: Fields, message: string | undefined][] = [
    [{ ETag: '"a"' }, { ETag: '"b"' }, `its ETag is "b" now, and was "a"`],
    [{ ETag: 'W/"a"' }, { ETag: '"a"' }, undefined],
    [
      { ETag: 'W/"a"', "Last-Modified": DATES[0] },
      { ETag: 'W/"b"', "Last-Modified": DATES[0] },
      undefined,
    ],
    [{ ETag: 'W/"a"' }, { ETag: 'W/"b"' }, `its ETag is W/"b" now, and was W/"a"`],
    [
      { ETag: '"a"', "Last-Modified": DATES[0] },
      { ETag: '"a"', "Last-Modified": DATES[1] },
      undefined,
    ],
    [
      { "Last-Modified": DATES[0] },
      { "Last-Modified": DATES[1] },
      `its date is ${DATES[1]} now, and was ${DATES[0]}`,
    ],
    [{ "Last-Modified": DATES[0] }, {}, undefined],
    [{}, { ETag: '"a"' }, undefined],
    [{}, { size: "999999" }, "it has 999999 bytes now, and had 311040"],
  ];
  for (const [first, later, message] of cases) {
    let requests = 0;
    await using server = serve((request, bytes) => {
      const { size = bytes.length, ...fields } = requests++ === 0 ? first : later;
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range")!)!.map(Number);
      const last = Math.min(to!, bytes.length - 1);
      const range = `bytes ${from}-${last}/${size}`;
      return new Response(bytes.slice(from, last + 1), {
        status: 206,
        headers: { ...fields as Fields, "Content-Range": range },
      });
    });
    await using file = await openFits(server.url);
    if (message === undefined) {
      assertEquals((await file.image()).pixels as unknown, PIXELS);
    } else {
      const error = await assertRejects(() => file.image(), FormatError);
      assertEquals(
        error.message,
        `Cannot read ${server.url} at byte 2880: it has been changed: ${message}`,
      );
    }
  }
});

const DATES = ["Sat, 29 Nov 2025 10:00:00 GMT", "Sun, 30 Nov 2025 10:00:00 GMT"] as const;

Deno.test("openFits() takes no other answer of a server for a file", async () => {
  const answers: [() => Response, string][] = [
    [() => new Response("no", { status: 404 }), "the server answered 404 Not Found"],
    [
      () => new Response("", { status: 416, headers: { "Content-Range": "bytes */0" } }),
      "the server answered 416 Range Not Satisfiable for a file of 0 bytes",
    ],
    [() => new Response("x", { status: 206 }), "206 without a Content-Range that makes sense"],
    [
      () => new Response("x", { status: 206, headers: { "Content-Range": "bytes 5-5/9" } }),
      "the server sent bytes 5-5/9, expected bytes=0-32767",
    ],
    [
      () => new Response("x", { status: 206, headers: { "Content-Range": "bytes 0-32767/*" } }),
      "the server does not say how large the file is",
    ],
    [
      () =>
        new Response(new Uint8Array(70_000), {
          status: 206,
          headers: { "Content-Range": "bytes 0-32767/70000" },
        }),
      "found more than the 32768 bytes asked for",
    ],
  ];
  for (const [answer, message] of answers) {
    await using server = serve(answer);
    await assertRejects(() => openFits(server.url), ProtocolError, message);
  }
});

Deno.test("openFits() shows no password of a URL", async () => {
  await using server = serve(() => new Response("no", { status: 403 }));
  const url = server.url.replace("//", "//user:secret@");
  const error = await assertRejects(() => openFits(url), ProtocolError);
  assertEquals(error.message.includes("secret"), false);
});

/** A server of one connection after the other that says `answer`, whatever it is asked. */
function serveBytes(answer: string | Uint8Array | undefined) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.TcpConn[] = [];
  const serving = (async () => {
    for await (const connection of listener) {
      connections.push(connection);
      await connection.read(new Uint8Array(4096));
      if (answer === undefined) continue;
      await new Response(answer as BodyInit).body!.pipeTo(connection.writable);
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}/sun.fits`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
      for (const connection of connections) {
        try {
          connection.close();
        } catch {
          // It ended with its answer.
        }
      }
    },
  };
}

Deno.test("openFits() names the URL where a server is none of HTTP, or none at all", async () => {
  for (
    const [answer, error, message] of [
      ["SSH-2.0-OpenSSH_9.2p1\r\n", ProtocolError, "does not begin with HTTP/"],
      ["", ClosedError, "the connection was closed without an answer"],
      ["HTTP/1.1 206 Partial Content\r\nContent-Ra", ClosedError, "within the head"],
      [
        "HTTP/1.1 206 x\r\nContent-Range: bytes 0-32767/70000\r\nContent-Length: 32768\r\n\r\nSIM",
        ClosedError,
        "32765 of 32768 bytes are missing",
      ],
    ] as const
  ) {
    await using server = serveBytes(answer);
    const thrown = await assertRejects(() => openFits(server.url), error, message);
    assertStringIncludes(thrown.message, server.url);
  }
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}/sun.fits`;
  listener.close();
  const thrown = await assertRejects(() => openFits(url), HeliographError, "refused");
  assertStringIncludes(thrown.message, url);
});

Deno.test("openFits() waits for a silent server no longer than it is told", async () => {
  await using server = serveBytes(undefined);
  const thrown = await assertRejects(
    () => openFits(server.url, { headTimeout: 50 }),
    TimeoutError,
    "no answer within 50 ms",
  );
  assertStringIncludes(thrown.message, server.url);
  await using stalling = serve(() =>
    new Response(
      new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(9)) }),
      { headers: { "Content-Length": "2880" } },
    )
  );
  const late = await assertRejects(
    () => openFits(stalling.url, { silenceTimeout: 50 }),
    TimeoutError,
  );
  assertStringIncludes(late.message, stalling.url);
});

Deno.test("openFits() ends a request that is under way when its signal aborts", async () => {
  await using server = serveBytes(undefined);
  const controller = new AbortController();
  const opening = openFits(server.url, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await assertRejects(() => opening, Error, "enough");
});

Deno.test("openFits() follows redirects, and sends the password to the first server alone", async () => {
  const seen: (string | null)[] = [];
  await using end = serve((request, bytes) => {
    seen.push(request.headers.get("authorization"));
    return byRange(request, bytes);
  });
  await using start = serve((request) => {
    seen.push(request.headers.get("authorization"));
    return new Response(null, { status: 302, headers: { Location: end.url } });
  });
  await using file = await openFits(start.url.replace("//", "//user:secret@"));
  assertEquals((await file.hdu("TAIL")).index, 1);
  assertEquals(seen, [`Basic ${btoa("user:secret")}`, null, `Basic ${btoa("user:secret")}`, null]);
  assertEquals(file.source.name, start.url);
  // Each read went both ways.
  const { requests, bytes, roundTrips } = file.report!;
  const length = 32_768 + (await FILE).length - 305_280;
  assertEquals([requests, bytes, roundTrips], [4, length, 4]);
});

Deno.test("openFits() decodes a whole body that comes in a coding", async () => {
  const coded = new Response(await FILE).body!.pipeThrough(new CompressionStream("gzip"));
  const bytes = await new Response(coded).bytes();
  await using server = serve(() =>
    new Response(bytes, { headers: { "Content-Encoding": "gzip" } })
  );
  await using file = await openFits(server.url);
  assertEquals((await file.image()).pixels as unknown, PIXELS);
  await file.hdu(1);
  assertEquals([file.report!.requests, file.report!.bytes <= bytes.length], [1, true]);
  await using wrapped = await openFits(server.url + ".gz");
  assertEquals((await wrapped.image()).pixels as unknown, PIXELS);
});
