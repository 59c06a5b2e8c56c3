/** The requests that reading a file on a server makes, and what becomes of their answers. */

import { assertEquals, assertRejects } from "@std/assert";
import { encodeFits, FormatError, HeliographError, openFits, ProtocolError } from "../../../mod.ts";

const PIXELS = Int16Array.from({ length: 300 * 500 }, (_, i) => i * 31);
const FILE = await encodeFits([{ pixels: PIXELS, shape: [300, 500] }]);

function serve(answer: (first: number, last: number) => Response) {
  const ranges: string[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const range = request.headers.get("range")!;
      ranges.push(range);
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range)!.map(Number);
      return answer(first!, Math.min(last!, FILE.length - 1));
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/sun.fits`,
    ranges,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function part(first: number, last: number, bytes = FILE.slice(first, last + 1)): Response {
  const range = `bytes ${first}-${last}/${FILE.length}`;
  return new Response(bytes, { status: 206, headers: { ETag: '"a"', "Content-Range": range } });
}

Deno.test("runs that lie near each other are asked for by one request", async () => {
  const cases: [section: string, ranges: string[], pixels: number[]][] = [
    // Two columns: 500 runs of 4 bytes, 600 bytes apart.
    ["1:2,1:500", [`bytes=32768-${2880 + 499 * 600 + 3}`], [0, 31]],
    // In one window, which is there from the start.
    ["5:6,1:20", [], [4 * 31, 5 * 31]],
    // Behind it.
    ["5:6,150:250", ["bytes=92288-152291"], []],
  ];
  for (const [section, ranges, first] of cases) {
    await using server = serve(part);
    await using file = await openFits(server.url);
    const { pixels } = await file.image({ section });
    assertEquals(server.ranges.slice(1), ranges, section);
    assertEquals([...(pixels as Int16Array).subarray(0, first.length)], first);
  }
});

Deno.test("runs that lie far apart are asked for alone, a few at a time", async () => {
  const far = Int16Array.from({ length: 100_000 * 12 }, (_, i) => i * 17);
  const bytes = await encodeFits([{ pixels: far, shape: [100_000, 12] }]);
  const ranges: string[] = [];
  let running = 0;
  let most = 0;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const range = request.headers.get("range")!;
      ranges.push(range);
      most = Math.max(most, ++running);
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range)!.map(Number);
      const body = bytes.slice(first!, last! + 1);
      await new Promise((resolve) => setTimeout(resolve));
      running--;
      return new Response(body, {
        status: 206,
        headers: { "Content-Range": `bytes ${first}-${first! + body.length - 1}/${bytes.length}` },
      });
    },
  );
  {
    await using file = await openFits(`http://127.0.0.1:${server.addr.port}/far.fits`);
    const { pixels } = await file.image({ section: "50001:50002,*" });
    const right = Array.from(
      { length: 12 },
      (_, row) => [0, 1].map((i) => (row * 100_000 + 50_000 + i) * 17),
    );
    assertEquals(pixels as Int16Array, Int16Array.from(right.flat()));
  }
  await server.shutdown();
  assertEquals(ranges.length, 13);
  assertEquals(most <= 6, true, `${most} at a time`);
});

Deno.test("a part whose body ends early is an error that says how much came", async () => {
  let requests = 0;
  await using server = serve((first, last) =>
    requests++ === 0 ? part(first, last) : part(first, last, FILE.slice(first, first + 100))
  );
  await using file = await openFits(server.url);
  const error = await assertRejects(() => file.image(), ProtocolError);
  assertEquals(
    error.message,
    `Cannot read ${server.url}: found 100 bytes, expected the 300000 asked for`,
  );
});

Deno.test("a whole body in place of a part is not read to its end", async () => {
  let requests = 0;
  const gone = Promise.withResolvers<void>();
  await using server = serve((first, last) => {
    if (requests++ === 0) return part(first, last);
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
      cancel: () => gone.resolve(),
    });
    return new Response(body);
  });
  await using file = await openFits(server.url);
  await assertRejects(() => file.image(), FormatError, "it has been changed");
  const late = setTimeout(() => gone.reject(new Error("the body is still being sent")), 10_000);
  await gone.promise;
  clearTimeout(late);
});

Deno.test("a later part in another coding, of another length, or refused is an error that says so", async () => {
  const range = (first: number, last: number) => `bytes ${first}-${last}/${FILE.length}`;
  const body = (length: number) => new Uint8Array(length);
  const partial = (length: number, fields: Record<string, string>) =>
    new Response(body(length), { status: 206, headers: { ETag: '"a"', ...fields } });
  const cases: [later: (first: number, last: number) => Response, message: string][] = [
    [
      (first, last) =>
        partial(last + 1 - first, {
          "Content-Range": range(first, last),
          "Content-Encoding": "br",
        }),
      "at byte 122880: the part comes in the coding br, and the first part did not",
    ],
    [
      (first, last) => partial(100, { "Content-Range": range(first, last) }),
      "found 100 bytes, expected the 1204 asked for",
    ],
    [
      (first, last) => partial(last + 1 - first, { "Content-Range": range(first - 1, last - 1) }),
      `the server sent ${range(122_879, 124_082)}, expected bytes=122880-124083`,
    ],
    [
      () => new Response(null, { status: 416, headers: { "Content-Range": "bytes */5" } }),
      "at byte 122880: the server answered 416 Range Not Satisfiable for a file of 5 bytes, " +
      "expected 206 or 200",
    ],
    [
      () => new Response(null, { status: 429, headers: { "Retry-After": "120" } }),
      "at byte 122880: the server answered 429 Too Many Requests (Retry-After: 120), expected 206 " +
      "or 200",
    ],
    [
      () => new Response(null, { status: 503, headers: { ETag: '"b"' } }),
      'at byte 122880: it has been changed: its ETag is "b" now, and was "a"',
    ],
    [() => new Response(body(10)), "at byte 122880: it has been changed"],
  ];
  for (const [later, message] of cases) {
    await using server = serve((first, last) =>
      first === 0 ? part(first, last) : later(first, last)
    );
    await using file = await openFits(server.url);
    await assertRejects(() => file.image({ section: "1:2,201:203" }), HeliographError, message);
  }
});
