/**
 * Servers that do what servers should not: the right file bit for bit comes of it, or a
 * clear error and no file, and never anything else in the folder.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { gzipSync } from "node:zlib";
import { createHash } from "node:crypto";
import { download } from "../../../http/download/download.ts";
import type { DownloadOptions, DownloadResult } from "../../../http/download/job/options.ts";
import { SeededRandom } from "../../support/random.ts";
import {
  answer,
  type HostileRequest,
  hostileServer,
  type Script,
} from "../../support/http/hostile_server.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const BODY = new SeededRandom(3).bytes(200_000);
const OTHER = new SeededRandom(4).bytes(200_000);
const PAGE = new TextEncoder().encode("<h1>Sorry</h1>");
const MD5 = createHash("md5").update(BODY).digest("base64");
const SHA256 = createHash("sha256").update(BODY).digest();

interface Case {
  name: string;
  script: Script;
  options?: DownloadOptions;
  sha256?: string;
  /** What the file must have; absent where there must be none. */
  file?: Uint8Array;
  /** The file's name, if it is not that of the URL. */
  as?: string;
  /** What the error must say where there is no file. */
  error?: RegExp;
  /** How many requests were made. */
  requests?: number;
  /** What is said of it besides. Default: nothing. */
  warning?: RegExp;
  /** What the file is before the run. */
  before?: { name: string; content: string };
  path?: string;
}

/** What a good server answers to this request for a version of the file. */
function good(request: HostileRequest, body = BODY, fields: Record<string, string | number> = {}) {
  const all = { ETag: '"one"', Date: "Sat, 21 Nov 2026 10:00:00 GMT", ...fields };
  const ifRange = request.field("If-Range");
  if (request.from === 0 || (ifRange !== undefined && ifRange !== all.ETag)) {
    return answer("200 OK", all, body);
  }
  if (request.from >= body.length) {
    return answer("416 Range Not Satisfiable", { "Content-Range": `bytes */${body.length}` });
  }
  const range = `bytes ${request.from}-${body.length - 1}/${body.length}`;
  return answer(
    "206 Partial Content",
    { ...all, "Content-Range": range },
    body.subarray(request.from),
  );
}

/** Sends the head and the first `count` bytes of the body, then closes. */
async function cut(
  peer: Parameters<Script>[1],
  [head, body]: [string, Uint8Array],
  count: number,
): Promise<void> {
  await peer.send(head, body.subarray(0, count));
  peer.close();
}

/** The first request breaks off after half of the body; the script answers the next ones. */
function broken(next: Script, first: Record<string, string | number> = {}): Script {
  return async (request, peer) => {
    if (request.count === 0) await cut(peer, good(request, BODY, first), 100_000);
    else await next(request, peer);
  };
}

const send =
  (make: (request: HostileRequest) => [string, Uint8Array]): Script => async (request, peer) =>
    void await peer.send(...make(request));

const CASES: Case[] = [
  // Faults of peers.
  {
    name: "200 with the whole body in answer to a range (parfive: twice the length)",
    script: broken(send(() => answer("200 OK", { "Accept-Ranges": "bytes", ETag: '"one"' }, BODY))),
    file: BODY,
    requests: 2,
  },
  {
    name: "200 on resume with another version (aria2 #2393)",
    script: broken(send(() => answer("200 OK", { ETag: '"two"' }, OTHER))),
    file: OTHER,
    requests: 2,
  },
  {
    name: "an error page on resume (aria2 #1115)",
    script: broken(send(() => answer("404 Not Found", { "Content-Type": "text/html" }, PAGE))),
    error: /answered 404 Not Found/,
  },
  {
    name: "an error page at once",
    script: send(() => answer("403 Forbidden", { "Content-Type": "text/html" }, PAGE)),
    error: /answered 403 Forbidden/,
    requests: 1,
  },
  {
    name: "a retry that must not throw the partial away (curl #1084)",
    script: broken(async (request, peer) => {
      assertEquals(request.from, 100_000);
      await peer.send(...good(request));
    }),
    file: BODY,
    requests: 2,
  },
  {
    name: "a name that leads out of the folder (parfive)",
    script: send((request) =>
      good(request, BODY, { "Content-Disposition": 'attachment; filename="../../x"' })
    ),
    file: BODY,
    as: "x",
  },
  {
    name: "filename* beside filename (parfive)",
    script: send((request) =>
      good(request, BODY, {
        "Content-Disposition": "attachment; filename=\"a.fits\"; filename*=UTF-8''s%C3%BCn.fits",
      })
    ),
    file: BODY,
    as: "sün.fits",
  },
  // Lengths.
  {
    name: "a body longer than its Content-Length",
    script: async (request, peer) => {
      await peer.send(...good(request), PAGE);
    },
    file: BODY,
    requests: 1,
  },
  {
    name: "a body shorter than its Content-Length, each time",
    script: (request, peer) => cut(peer, answer("200 OK", {}, BODY), 1_000 + request.count),
    options: { retries: 2 },
    error: /199000 of 200000 bytes are missing|198998 of 200000.*\(after 3 attempts\)/,
    requests: 3,
  },
  {
    name: "a chunked body without its last chunk, then whole",
    script: async (request, peer) => {
      await peer.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n30d40\r\n",
        BODY,
        request.count === 0 ? "\r\n" : "\r\n0\r\n\r\n",
      );
      peer.close();
    },
    file: BODY,
    requests: 2,
  },
  {
    name: "a chunked body with a broken size",
    script: send(() => [
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      BODY,
    ]),
    error: /chunk/,
    requests: 1,
  },
  {
    name: "a body until the connection closes",
    script: async (_request, peer) => {
      await peer.send("HTTP/1.0 200 OK\r\n\r\n", BODY);
      peer.close();
    },
    file: BODY,
  },
  {
    name: "an empty body",
    script: send(() => answer("200 OK", {})),
    file: new Uint8Array(0),
  },
  {
    name: "two Content-Length fields that differ",
    script: send(() => [
      `HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: ${BODY.length}\r\n\r\n`,
      BODY,
    ]),
    error: /Content-Length/,
    requests: 1,
  },
  {
    name: "Content-Length beside Transfer-Encoding",
    script: send(() => [
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" +
      "3\r\nsun\r\n0\r\n\r\n",
      new Uint8Array(0),
    ]),
    file: new TextEncoder().encode("sun"),
  },
  {
    name: "a Content-Length that is no number",
    script: send(() => answer("200 OK", { "Content-Length": "many" }, BODY)),
    error: /Content-Length/,
  },
  // Parts.
  {
    name: "206 with the wrong start",
    script: broken(async (request, peer) => {
      if (request.from === 0) return void await peer.send(...good(request));
      await peer.send(
        ...answer("206 Partial Content", {
          "Content-Range": `bytes 99999-199999/200000`,
          ETag: '"one"',
        }, BODY.subarray(99_999)),
      );
    }),
    file: BODY,
    requests: 3,
  },
  {
    name: "206 with the wrong total",
    script: broken(async (request, peer) => {
      if (request.from === 0) return void await peer.send(...good(request, OTHER));
      await peer.send(
        ...answer(
          "206 Partial Content",
          { "Content-Range": "bytes 100000-199999/200001" },
          OTHER.subarray(100_000),
        ),
      );
    }),
    file: OTHER,
    requests: 3,
  },
  {
    name: "206 without Content-Range, for ever",
    script: broken(
      send((request) => answer("206 Partial Content", {}, BODY.subarray(request.from))),
    ),
    error: /206/,
  },
  {
    name: "206 of another version from a server that ignores If-Range",
    script: broken(async (request, peer) => {
      if (request.from === 0) {
        return void await peer.send(...good(request, OTHER, { ETag: '"two"' }));
      }
      await peer.send(
        ...answer("206 Partial Content", {
          "Content-Range": "bytes 100000-199999/200000",
          ETag: '"two"',
        }, OTHER.subarray(100_000)),
      );
    }),
    file: OTHER,
    requests: 3,
  },
  {
    name: "206 with several parts",
    script: broken(async (request, peer) => {
      if (request.from === 0) return void await peer.send(...good(request));
      await peer.send(
        ...answer(
          "206 Partial Content",
          { "Content-Type": "multipart/byteranges; boundary=x" },
          PAGE,
        ),
      );
    }),
    file: BODY,
    requests: 3,
  },
  {
    name: "206 though the whole was asked for",
    script: send(() =>
      answer("206 Partial Content", { "Content-Range": "bytes 0-99/200000" }, BODY.subarray(0, 100))
    ),
    error: /206 Partial Content, though the whole was asked for/,
    requests: 1,
  },
  {
    name: "206 that brings less than was asked for, again and again",
    script: broken(send((request) => {
      const part = BODY.subarray(request.from, request.from + 30_000);
      const range = `bytes ${request.from}-${request.from + part.length - 1}/200000`;
      return answer("206 Partial Content", { "Content-Range": range, ETag: '"one"' }, part);
    })),
    file: BODY,
    requests: 5,
  },
  {
    name: "206 with more than its Content-Range, chunked",
    script: broken(send(() => [
      "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 100000-199999/200000\r\n" +
      'ETag: "one"\r\nTransfer-Encoding: chunked\r\n\r\n30d40\r\n',
      BODY,
    ])),
    error: /more than the 100000 bytes/,
  },
  {
    name: "416 on resume, and the file has become shorter",
    script: broken(async (request, peer) => {
      if (request.from === 0) {
        return void await peer.send(...good(request, OTHER.subarray(0, 50_000)));
      }
      await peer.send(...answer("416 Range Not Satisfiable", { "Content-Range": "bytes */50000" }));
    }),
    file: OTHER.subarray(0, 50_000),
    requests: 3,
  },
  {
    name: "416 for ever",
    script: broken(send(() => answer("416 Range Not Satisfiable", {}))),
    error: /answered 416/,
  },
  {
    name: "412 on resume",
    script: broken(async (request, peer) => {
      if (request.from === 0) return void await peer.send(...good(request));
      await peer.send(...answer("412 Precondition Failed", {}));
    }),
    file: BODY,
    requests: 3,
  },
  {
    name: "an ETag that changes in mid-file",
    script: (request, peer) =>
      request.count < 2
        ? cut(
          peer,
          good(request, request.count === 0 ? BODY : OTHER, { ETag: `"${request.count}"` }),
          150_000,
        )
        : void peer.send(...good(request, OTHER, { ETag: '"1"' })),
    file: OTHER,
    requests: 3,
  },
  {
    name: "an ETag that changes with every answer",
    script: (request, peer) =>
      cut(peer, good(request, BODY, { ETag: `"${request.count}"` }), 1_000),
    options: { retries: 3 },
    error: /are missing \(after 4 attempts\)/,
  },
  {
    name: "a weak ETag and no date: nothing to go on with",
    script: broken(async (request, peer) => {
      assertEquals(request.field("Range"), undefined);
      await peer.send(...good(request));
    }, { ETag: 'W/"one"' }),
    file: BODY,
    requests: 2,
  },
  {
    name: "a date that is strong enough to go on with",
    script: broken(async (request, peer) => {
      assertEquals(request.field("If-Range"), "Sat, 21 Nov 2026 09:59:00 GMT");
      await peer.send(
        ...answer(
          "206 Partial Content",
          { "Content-Range": "bytes 100000-199999/200000" },
          BODY.subarray(100_000),
        ),
      );
    }, { ETag: 'W/"one"', "Last-Modified": "Sat, 21 Nov 2026 09:59:00 GMT" }),
    file: BODY,
    requests: 2,
  },
  // Redirects.
  {
    name: "a redirect loop",
    script: send((request) =>
      answer("302 Found", { Location: request.path === "/a.fits" ? "/b.fits" : "/a.fits" })
    ),
    error: /more than 20 redirects; they go in a circle at/,
    requests: 21,
  },
  {
    name: "endless redirects",
    script: send((request) =>
      answer("302 Found", { Location: `/${Number(request.path.slice(1)) + 1 || 0}` })
    ),
    error: /more than 20 redirects/,
    requests: 21,
  },
  {
    name: "a redirect to a file",
    script: send(() => answer("302 Found", { Location: "file:///etc/passwd" })),
    error: /redirect of .* to "file:\/\/\/etc\/passwd": expected a URL of http or https/,
    requests: 1,
  },
  {
    name: "a redirect without Location",
    script: send(() => answer("302 Found", {})),
    error: /answered 302/,
  },
  // Codings.
  {
    name: "gzip when identity was asked",
    script: async (request, peer) => {
      assertEquals(request.field("Accept-Encoding"), "identity");
      await peer.send(
        ...answer("200 OK", { "Content-Encoding": "gzip", ETag: '"z"' }, gzipSync(BODY)),
      );
    },
    file: BODY,
  },
  {
    name: "gzip for a name that ends in .gz: the bytes stay",
    path: "/a.fits.gz",
    script: send(() => answer("200 OK", { "Content-Encoding": "x-gzip" }, gzipSync(BODY))),
    file: gzipSync(BODY),
  },
  {
    name: "gzip that breaks off",
    script: send(() =>
      answer("200 OK", { "Content-Encoding": "gzip" }, gzipSync(BODY).subarray(0, 1_000))
    ),
    error: /Cannot decode .*a\.fits: unexpected end of file/,
    requests: 1,
  },
  {
    name: "gzip that is none",
    script: send(() => answer("200 OK", { "Content-Encoding": "gzip" }, BODY)),
    file: BODY,
    warning: /the Content-Encoding is gzip, but the bytes are not; they are kept as they come$/,
    requests: 1,
  },
  {
    name: "gzip that breaks behind its begin",
    script: send(() =>
      answer(
        "200 OK",
        { "Content-Encoding": "gzip" },
        Uint8Array.of(0x1f, 0x8b, ...BODY.subarray(0, 1_000)),
      )
    ),
    error: /Cannot decode/,
    requests: 1,
  },
  {
    name: "a gzip bomb",
    script: send(() =>
      answer("200 OK", { "Content-Encoding": "gzip" }, gzipSync(new Uint8Array(50_000_000)))
    ),
    options: { maxSize: 1_000_000 },
    error: /larger than the 1000000 bytes allowed/,
  },
  {
    name: "a coding that nobody knows",
    script: send(() => answer("200 OK", { "Content-Encoding": "sunflower" }, BODY)),
    file: BODY,
    warning: /the Content-Encoding "sunflower" is not known; the bytes are kept as they come$/,
  },
  {
    name: "a coded part on resume",
    script: broken(async (request, peer) => {
      if (request.from === 0) return void await peer.send(...good(request));
      await peer.send(
        ...answer("206 Partial Content", {
          "Content-Range": "bytes 100000-199999/200000",
          "Content-Encoding": "gzip",
        }, BODY.subarray(100_000)),
      );
    }),
    file: BODY,
    requests: 3,
  },
  // Without end.
  {
    name: "an endless body",
    script: async (_request, peer) => {
      await peer.send("HTTP/1.1 200 OK\r\n\r\n");
      while (await peer.send(BODY));
    },
    options: { maxSize: 1_000_000 },
    error: /larger than the 1000000 bytes allowed/,
    requests: 1,
  },
  {
    name: "an announced size over the limit",
    script: send(() => ["HTTP/1.1 200 OK\r\nContent-Length: 9007199254740991\r\n\r\n", PAGE]),
    options: { maxSize: 1_000_000 },
    error: /larger than the 1000000 bytes allowed/,
    requests: 1,
  },
  {
    name: "an endless head",
    script: async (_request, peer) => {
      await peer.send("HTTP/1.1 200 OK\r\n");
      while (await peer.send("X-Field: value\r\n".repeat(100)));
    },
    error: /head is longer than the 65536 bytes allowed/,
    requests: 1,
  },
  {
    name: "a head that never ends, drop by drop",
    script: async (_request, peer) => {
      await peer.send("HTTP/1.1 200 OK\r\n");
      for (let i = 0; await peer.send("X: y\r\n"); i++) {
        await new Promise((done) => setTimeout(done, 20));
      }
    },
    options: { headTimeout: 100, retries: 1 },
    error: /no whole head within 100 ms \(after 2 attempts\)/,
    requests: 2,
  },
  {
    name: "informational answers without end",
    script: async (_request, peer) => {
      while (await peer.send("HTTP/1.1 103 Early Hints\r\n\r\n"));
    },
    options: { retries: 0 },
    error: /informational answers/,
  },
  {
    name: "100 Continue before the answer",
    script: async (request, peer) => {
      await peer.send("HTTP/1.1 100 Continue\r\n\r\n", ...good(request));
    },
    file: BODY,
  },
  // Busy servers.
  ...["429 Too Many Requests", "503 Service Unavailable"].flatMap((status): Case[] => [
    {
      name: `${status.slice(0, 3)} with Retry-After in seconds`,
      script: send((request) =>
        request.count === 0 ? answer(status, { "Retry-After": 0 }, PAGE) : good(request)
      ),
      file: BODY,
      requests: 2,
    },
    {
      name: `${status.slice(0, 3)} with Retry-After as a date, by the server's clock`,
      script: send((request) =>
        request.count === 0
          ? answer(status, {
            Date: "Sat, 21 Nov 2099 10:00:00 GMT",
            "Retry-After": "Sat, 21 Nov 2099 10:00:00 GMT",
          }, PAGE)
          : good(request)
      ),
      file: BODY,
      requests: 2,
    },
    {
      name: `${status.slice(0, 3)} with a Retry-After of hours`,
      script: send(() => answer(status, { "Retry-After": 7_200 })),
      error: /asks to wait 7200 s/,
      requests: 1,
    },
  ]),
  {
    name: "500 for ever",
    script: send(() => answer("500 Internal Server Error", {}, PAGE)),
    options: { retries: 3 },
    error: /answered 500 Internal Server Error \(after 4 attempts\)/,
    requests: 4,
  },
  {
    name: "a body slower than the lowest speed, then a fast one",
    script: async (request, peer) => {
      const [head, body] = good(request);
      if (request.count > 0) return void await peer.send(head, body);
      await peer.send(head, body.subarray(0, 50_000));
      for (let at = 50_000; await peer.send(body.subarray(at, ++at));) {
        await new Promise((done) => setTimeout(done, 5));
      }
    },
    options: { lowestSpeed: 20_000, lowestSpeedTime: 400 },
    file: BODY,
    requests: 2,
  },
  {
    name: "a body that stops (sunpy #5382: never times out)",
    script: async (request, peer) => {
      const [head, body] = good(request);
      await peer.send(head, request.count === 0 ? body.subarray(0, 50_000) : body);
    },
    options: { silenceTimeout: 400 },
    file: BODY,
    requests: 2,
  },
  {
    name: "no answer at all",
    script: (request, peer) => request.count === 0 ? undefined : void peer.send(...good(request)),
    options: { headTimeout: 400 },
    file: BODY,
    requests: 2,
  },
  {
    name: "a connection closed without an answer, each time",
    script: (_request, peer) => peer.close(),
    options: { retries: 2 },
    error: /closed without an answer \(after 3 attempts\)/,
    requests: 3,
  },
  {
    name: "noise instead of an answer",
    script: send(() => ["\x00\x01\x02 garbage\r\n\r\n", BODY]),
    error:
      /Cannot read the answer of http:.*does not begin with HTTP\/ but with "\\u0000\\u0001\\u0002 garbage\\r\\n/,
    requests: 1,
  },
  {
    name: "204 No Content",
    script: send(() => ["HTTP/1.1 204 No Content\r\n\r\n", new Uint8Array(0)]),
    error: /204, which carries no file/,
    requests: 1,
  },
  {
    name: "304 Not Modified to a plain request",
    script: send(() => ["HTTP/1.1 304 Not Modified\r\n\r\n", new Uint8Array(0)]),
    error: /answered 304/,
  },
  // Digests.
  {
    name: "the right digests",
    script: send((request) =>
      good(request, BODY, {
        "Content-MD5": MD5,
        "Repr-Digest": `sha-256=:${SHA256.toString("base64")}:, unknown=:AAAA:`,
        "Content-Digest": `sha-256=:${SHA256.toString("base64")}:`,
      })
    ),
    sha256: SHA256.toString("hex"),
    file: BODY,
  },
  ...[
    { "Content-MD5": createHash("md5").update(OTHER).digest("base64") },
    { "Repr-Digest": `sha-256=:${createHash("sha256").update(OTHER).digest("base64")}:` },
    { "Content-Digest": `sha-512=:${createHash("sha512").update(OTHER).digest("base64")}:` },
  ].map((fields): Case => ({
    name: `a wrong ${Object.keys(fields)[0]}`,
    script: send((request) => good(request, BODY, fields)),
    error: new RegExp(`Cannot accept .*\\(${Object.keys(fields)[0]}\\)`),
    requests: 1,
  })),
  {
    name: "a file without the SHA-256 that was given",
    script: send((request) => good(request)),
    sha256: "0".repeat(64),
    error: /its sha256 is [0-9a-f]{64}, expected 0{64} \(as given\)/,
    requests: 1,
  },
  {
    name: "a digest over a file that came in two parts",
    script: broken(send((request) => good(request))),
    sha256: SHA256.toString("hex"),
    file: BODY,
    requests: 2,
  },
  {
    name: "two versions under one tag, told apart by the digest",
    script: (request, peer) =>
      request.count === 0
        ? cut(peer, good(request, OTHER), 100_000)
        : void peer.send(...good(request)),
    sha256: SHA256.toString("hex"),
    file: BODY,
    requests: 3,
  },
  {
    name: "the digest of the coded body, not of the file",
    script: send(() => {
      const body = gzipSync(BODY);
      const digest = createHash("sha256").update(body).digest("base64");
      return answer(
        "200 OK",
        { "Content-Encoding": "gzip", "Repr-Digest": `sha-256=:${digest}:` },
        body,
      );
    }),
    sha256: SHA256.toString("hex"),
    file: BODY,
  },
];

for (const test of CASES) {
  Deno.test(`download() copes with ${test.name}`, async () => {
    const [results, folder, requests, warnings] = await fetchFrom(test);
    const name = test.as ?? (test.path ?? "/a.fits").slice(1);
    if (test.file !== undefined) {
      assertEquals(results[0]!.error, null);
      assertEquals(folder.map((file) => file.name), [name]);
      assert(equal(folder[0]!.content, test.file), "the file differs");
    } else {
      assertEquals(results[0]!.outcome, "failed");
      assertMatch(results[0]!.error!, test.error!);
      assertEquals(folder.map((file) => file.name), []);
    }
    if (test.requests !== undefined) assertEquals(requests, test.requests);
    if (test.warning === undefined) assertEquals(warnings, []);
    else assertMatch(warnings.join("\n"), test.warning);
  });
}

/** Fetches from a server of the script into an empty folder, and looks what is there then. */
async function fetchFrom(
  test: Case,
): Promise<[DownloadResult[], { name: string; content: Uint8Array }[], number, string[]]> {
  await using output = await temporaryFolder();
  await using server = hostileServer(test.script);
  const request = {
    url: server.url + (test.path ?? "/a.fits"),
    sha256: test.sha256,
  };
  const warnings: string[] = [];
  const results = await download(request, {
    folder: output.path,
    firstWait: 1,
    onWarning: (message) => warnings.push(message),
    ...test.options,
  });
  const folder = [...Deno.readDirSync(output.path)].map(({ name }) => ({
    name,
    content: Deno.readFileSync(`${output.path}/${name}`),
  }));
  return [results, folder, server.requests.length, warnings];
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

for (const length of [1, 7, 100, 4_096, 50_000, 99_999]) {
  Deno.test(`download() gets the file when every connection breaks after ${length} bytes`, async () => {
    const body = length < 5_000 ? BODY.subarray(0, 40 * length) : BODY;
    const [results, folder] = await fetchFrom({
      name: "",
      script: (request, peer) => cut(peer, good(request, body), length),
      options: { firstWait: 0.01, retries: 1 },
    });
    assertEquals(results[0]!.error, null);
    assert(equal(folder[0]!.content, body), "the file differs");
  });
}
