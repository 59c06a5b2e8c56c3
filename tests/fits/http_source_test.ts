import { assertEquals, assertRejects } from "../support/assert.ts";
import { encodeFits, FormatError, openFits, ProtocolError } from "../../mod.ts";

const PIXELS = new Int16Array(300 * 500).map((_, i) => i);
const FILE = encodeFits([{ pixels: PIXELS, shape: [300, 500] }, {
  pixels: new Uint8Array([1, 2, 3]),
  name: "TAIL",
}]);

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
    url: `http://127.0.0.1:${server.addr.port}/sun.fits`,
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
  assertEquals(server.ranges, ["bytes=0-65535"]);
  const section = await file.image({ section: "1:3,1:2" });
  assertEquals([...section.pixels as Int16Array], [0, 1, 2, 300, 301, 302]);
  assertEquals(server.ranges.length, 1);
  const tail = await file.image({ hdu: "TAIL" });
  assertEquals([...tail.pixels as Uint8Array], [1, 2, 3]);
  assertEquals(server.ranges.slice(1), [`bytes=262144-${(await FILE).length - 1}`]);
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

Deno.test("openFits() takes no other answer of a server for a file", async () => {
  const answers: [() => Response, string][] = [
    [() => new Response("no", { status: 404 }), "the server answered 404 Not Found"],
    [() => new Response("x", { status: 206 }), "found Content-Range '' in a 206 response"],
    [
      () => new Response("x", { status: 206, headers: { "Content-Range": "bytes 5-5/9" } }),
      "found Content-Range 'bytes 5-5/9'",
    ],
    [
      () =>
        new Response(new Uint8Array(70_000), {
          status: 206,
          headers: { "Content-Range": "bytes 0-65535/70000" },
        }),
      "found more than the 65536 bytes asked for",
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
