import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { FormatError, HeliographError, LimitError, ProtocolError } from "../../../net/errors.ts";
import { fetchHead, headLines } from "../../../http/client/head.ts";
import { readRange, type ReadRangeOptions } from "../../../http/client/read.ts";
import { answer, hostileServer, type Script } from "../../support/http/hostile_server.ts";

const DIGITS = new TextEncoder().encode("0123456789".repeat(300));
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Answers ranges as it should. */
const good: Script = async (request, peer) => {
  const match = /bytes=(\d*)-(\d*)/.exec(request.field("Range") ?? "");
  if (match === null) return void await peer.send(...answer("200 OK", {}, DIGITS));
  const size = DIGITS.length;
  const first = match[1] === "" ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const last = match[1] !== "" && match[2] !== "" ? Math.min(size - 1, Number(match[2])) : size - 1;
  await peer.send(
    ...first >= size
      ? answer("416 Range Not Satisfiable", { "Content-Range": `bytes */${size}` })
      : answer(
        "206 Partial Content",
        { "Content-Range": `bytes ${first}-${last}/${size}` },
        DIGITS.subarray(first, last + 1),
      ),
  );
};
const whole: Script = async (_, peer) => void await peer.send(...answer("200 OK", {}, DIGITS));

const RANGES: [range: string | number[], expected: string][] = [
  [[100, 109], "0123456789"],
  ["100-109", "0123456789"],
  [[2_995], "56789"],
  ["2995-", "56789"],
  [[-3], "789"],
  ["-3", "789"],
  [[2_998, 9_999], "89"],
  [[0, 0], "0"],
];

for (const [range, expected] of RANGES) {
  for (
    const [kind, script, status] of [["parts", good, 206], ["the whole only", whole, 200]] as const
  ) {
    Deno.test(`readRange() of ${JSON.stringify(range)} from a server that sends ${kind}`, async () => {
      await using server = hostileServer(script);
      const result = await readRange(`${server.url}/a`, { range });
      assertEquals([textOf(result.bytes), result.status], [expected, status]);
    });
  }
}

Deno.test("readRange() of a suffix longer than the file gives the file", async () => {
  for (const script of [good, whole]) {
    await using server = hostileServer(script);
    assertEquals((await readRange(`${server.url}/a`, { range: [-5_000] })).bytes, DIGITS.slice());
  }
});

const REFUSED: [
  what: string,
  script: Script,
  options: ReadRangeOptions,
  type: typeof HeliographError,
  message: RegExp,
][] = [
  [
    "a part behind the end",
    good,
    { range: [5_000] },
    HeliographError,
    /416 .*the file has 3000 bytes/,
  ],
  [
    "a part behind the end of the whole",
    whole,
    { range: [5_000] },
    HeliographError,
    /it has 3000 bytes/,
  ],
  [
    "the whole for a part, if told to",
    whole,
    { range: [0, 9], whole: "refuse" },
    ProtocolError,
    /200 with the whole file, expected 206/,
  ],
  [
    "another part",
    async (_, peer) =>
      void await peer.send(
        ...answer("206 X", { "Content-Range": "bytes 1-10/3000" }, DIGITS.subarray(1, 11)),
      ),
    { range: [0, 9] },
    ProtocolError,
    /sent bytes 1-10\/3000, expected bytes=0-9/,
  ],
  [
    "a shorter part",
    async (_, peer) =>
      void await peer.send(
        ...answer("206 X", { "Content-Range": "bytes 0-4/3000" }, DIGITS.subarray(0, 5)),
      ),
    { range: [0, 9] },
    ProtocolError,
    /expected bytes=0-9/,
  ],
  [
    "a part without Content-Range",
    async (_, peer) => void await peer.send(...answer("206 X", {}, DIGITS)),
    { range: [0, 9] },
    ProtocolError,
    /without a Content-Range/,
  ],
  [
    "a body shorter than its range",
    async (_, peer) =>
      void await peer.send(
        ...answer("206 X", { "Content-Range": "bytes 0-9/3000" }, DIGITS.subarray(0, 5)),
      ),
    { range: [0, 9] },
    ProtocolError,
    /5 bytes came, expected the 10/,
  ],
  [
    "a body longer than its range",
    async (_, peer) =>
      void await peer.send(...answer("206 X", { "Content-Range": "bytes 0-9/3000" }, DIGITS)),
    { range: [0, 9] },
    LimitError,
    /more than the 10 bytes/,
  ],
  [
    "206 to nothing",
    async (_, peer) =>
      void await peer.send(
        ...answer("206 X", { "Content-Range": "bytes 0-9/3000" }, DIGITS.subarray(0, 10)),
      ),
    {},
    HeliographError,
    /answered 206/,
  ],
  [
    "404",
    async (_, peer) => void await peer.send(...answer("404 Not Found", {}, DIGITS)),
    {},
    HeliographError,
    /answered 404 Not Found/,
  ],
  ["too much", whole, { maxBytes: 2_999 }, LimitError, /more than the 2999 bytes/],
  [
    "too much of the whole",
    whole,
    { maxBytes: 9, range: [0, 2_000] },
    LimitError,
    /more than the 9 bytes/,
  ],
];

for (const [what, script, options, type, message] of REFUSED) {
  Deno.test(`readRange() refuses ${what}`, async () => {
    await using server = hostileServer(script);
    const error = await assertRejects(() => readRange(`${server.url}/a`, options), type);
    assertMatch(error.message, message);
  });
}

for (
  const range of ["", "a", "5-3", "--3", "1-2,3-4", [], [1, 2, 3], [5, 3], [1.5], [-0], [-1, 2], [
    NaN,
  ]]
) {
  Deno.test(`readRange() refuses the range ${JSON.stringify(range)} before anything is asked`, async () => {
    await assertRejects(
      () => readRange("http://127.0.0.1:1/", { range }),
      HeliographError,
      "expected FIRST-LAST",
    );
  });
}

Deno.test("readRange() inflates what begins as gzip does, whole or as far as it goes", async () => {
  const packed = gzipSync(DIGITS);
  await using server = hostileServer(async (request, peer) => {
    const part = request.field("Range") !== undefined;
    await peer.send(
      ...part
        ? answer(
          "206 X",
          { "Content-Range": `bytes 0-39/${packed.length}` },
          packed.subarray(0, 40),
        )
        : answer("200 OK", {}, packed),
    );
  });
  assertEquals((await readRange(`${server.url}/a.gz`, { gunzip: true })).bytes, DIGITS.slice());
  assertEquals((await readRange(`${server.url}/a.gz`)).bytes.length, packed.length);
  const beginning = await readRange(`${server.url}/a.gz`, { gunzip: true, range: [0, 39] });
  assertEquals(textOf(beginning.bytes).slice(0, 10), "0123456789");
});

Deno.test("fetchHead() follows redirects and takes every status for a result", async () => {
  await using server = hostileServer(async (request, peer) => {
    const [first] = request.path === "/a"
      ? answer("301 Moved", { Location: "/b" })
      : answer("404 Not Found", { "X-Y": "s\xc3\xbcn" });
    await peer.send(first);
  });
  const result = await fetchHead(`${server.url}/a`);
  assertEquals([result.status, result.method, result.url], [404, "HEAD", `${server.url}/b`]);
  assertEquals(headLines(result), ["HTTP/1.1 404 Not Found", "Content-Length: 0", "X-Y: sün"]);
});

for (
  const [what, script] of [
    [
      "refuses HEAD",
      (_: unknown, peer) => peer.send("HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n"),
    ],
    [
      "has not implemented HEAD",
      (_: unknown, peer) => peer.send("HTTP/1.1 501 No\r\nContent-Length: 0\r\n\r\n"),
    ],
    ["closes at HEAD", (_: unknown, peer) => peer.close()],
    ["answers HEAD with noise", (_: unknown, peer) => peer.send("\x00\x01\x02\r\n\r\n")],
  ] as [string, Script][]
) {
  Deno.test(`fetchHead() gives a GET up behind its head where a server ${what}`, async () => {
    await using server = hostileServer(async (request, peer) => {
      if (request.text.startsWith("HEAD")) return void await script(request, peer);
      await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n");
      while (await peer.send(DIGITS));
    });
    const result = await fetchHead(`${server.url}/a`);
    assertEquals([result.status, result.method], [200, "GET"]);
    assertEquals(result.fields.get("content-length"), "1000000000000");
  });
}

Deno.test("fetchHead() says so where nobody answers", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  await assertRejects(
    () => fetchHead(`http://127.0.0.1:${listener.addr.port}/`),
    HeliographError,
    "refused",
  );
});

Deno.test("readRange() takes one number for the first byte of all that follow, as the document does", async () => {
  await using server = hostileServer(async ({ field }, peer) => {
    assertEquals(field("Range"), "bytes=100-");
    const fields = { "Content-Range": "bytes 100-104/105" };
    await peer.send(...answer("206 Partial Content", fields, DIGITS.subarray(0, 5)));
  });
  for (const range of ["100", "100-", [100]]) {
    const { bytes } = await readRange(`${server.url}/a`, { range });
    assertEquals(bytes, DIGITS.slice(0, 5));
  }
});

Deno.test("readRange() sends no field with a line break in it", async () => {
  for (const headers of [{ "X-A": "a\r\nEvil: yes" }, { "X\r\nEvil": "a" }, { "X-A": "\u65e5" }]) {
    await assertRejects(
      () => readRange("http://127.0.0.1:1/", { headers }),
      FormatError,
      "header field",
    );
  }
});

Deno.test("readRange() tells of the bytes as they come", async () => {
  const coded = gzipSync(DIGITS);
  const gzip: Script = async (_, peer) =>
    void await peer.send(...answer("200 OK", { "Content-Encoding": "gzip" }, coded));
  const cases: [Script, ReadRangeOptions, number][] = [
    [whole, {}, DIGITS.length],
    [good, { range: "0-99" }, 100],
    [whole, { range: "2000-" }, DIGITS.length],
    [gzip, {}, coded.length],
  ];
  for (const [script, options, announced] of cases) {
    await using server = hostileServer(script);
    let come = 0;
    await readRange(server.url, {
      ...options,
      onPiece: (bytes, total) => {
        come += bytes;
        assertEquals(total, announced);
      },
    });
    assertEquals(come, announced);
  }
});
