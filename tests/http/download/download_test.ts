import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { download } from "../../../http/download/download.ts";
import { HeliographError } from "../../../net/errors.ts";
import { DownloadProgress } from "../../../http/download/job/progress.ts";
import { partName, sidecarName } from "../../../http/download/parts/sidecar.ts";
import { SeededRandom } from "../../support/random.ts";
import {
  answer,
  type HostileRequest,
  hostileServer,
  type Peer,
} from "../../support/http/hostile_server.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";

const BIG = new SeededRandom(8).bytes(3_000_000);
const text = (content: string) => new TextEncoder().encode(content);
const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const equal = (a: Uint8Array, b: Uint8Array) =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** A good server of one file, for all of its paths. */
function serveFile(body: Uint8Array, fields: Record<string, string> = {}) {
  return async (request: HostileRequest, peer: Peer): Promise<void> => {
    const range = /bytes=(\d+)-(\d*)/.exec(request.field("Range") ?? "");
    const all = { ETag: '"v1"', ...fields };
    let reply = answer("200 OK", all, body);
    if (range !== null && Number(range[1]) >= body.length) {
      reply = answer("416 Range Not Satisfiable", { "Content-Range": `bytes */${body.length}` });
    } else if (range !== null) {
      const last = range[2] === "" ? body.length - 1 : Number(range[2]);
      const contentRange = `bytes ${range[1]}-${last}/${body.length}`;
      const part = body.subarray(Number(range[1]), last + 1);
      reply = answer("206 Partial Content", { ...all, "Content-Range": contentRange }, part);
    }
    await peer.send(reply[0], request.text.startsWith("HEAD") ? "" : reply[1]);
  };
}

Deno.test("download() skips files that are there without asking for them", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(serveFile(text("new")));
  await Deno.writeTextFile(`${folder.path}/a.fits`, "old");
  const results = await download([`${server.url}/a.fits`, `${server.url}/b.fits`], {
    folder: folder.path,
  });
  assertEquals(results.map(({ outcome, status }) => [outcome, status]), [
    ["skipped", null],
    ["fetched", 200],
  ]);
  assertEquals(await Deno.readTextFile(`${folder.path}/a.fits`), "old");
  assertEquals(server.requests.map(({ path }) => path), ["/b.fits"]);
});

for (
  const [existing, expected] of [
    ["clobber", { "a.fits": "new" }],
    ["unique", { "a.fits": "old", "a.1.fits": "new" }],
    ["newer", { "a.fits": "new" }],
  ] as const
) {
  Deno.test(`download() with the policy ${existing} gives ${JSON.stringify(expected)}`, async () => {
    await using folder = await temporaryFolder();
    await using server = hostileServer(
      serveFile(text("new"), { "Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT" }),
    );
    await Deno.writeTextFile(`${folder.path}/a.fits`, "old");
    await Deno.utime(`${folder.path}/a.fits`, 0, 0);
    const [result] = await download(`${server.url}/a.fits`, { folder: folder.path, existing });
    assertEquals(result!.error, null);
    assertEquals(
      Object.fromEntries(
        namesIn(folder.path).map((name) => [name, Deno.readTextFileSync(`${folder.path}/${name}`)]),
      ),
      expected,
    );
  });
}

Deno.test("download() with the policy newer fetches a file once, and again when its size differs", async () => {
  await using folder = await temporaryFolder();
  let body = text("one");
  const fields = { "Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT" };
  await using server = hostileServer((request, peer) => serveFile(body, fields)(request, peer));
  const outcomes: string[] = [];
  for (const content of ["one", "one", "three", "three"]) {
    body = text(content);
    const [result] = await download(`${server.url}/a`, { folder: folder.path, existing: "newer" });
    outcomes.push(result!.outcome);
    assertEquals(await Deno.readTextFile(`${folder.path}/a`), content);
  }
  assertEquals(outcomes, ["fetched", "skipped", "fetched", "skipped"]);
  assertEquals((await Deno.stat(`${folder.path}/a`)).mtime, new Date("2026-11-21T10:00:00Z"));
});

Deno.test("download() names query-string URLs by Content-Disposition; the second run skips, the third clobbers", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer((request, peer) => {
    const record = /record=(\d+)/.exec(request.path)![1];
    const name = `hmi.ic_45s.2011.05.01_00:0${record}:30_TAI.continuum.fits`;
    return serveFile(text(record!), { "Content-Disposition": `attachment; filename="${name}"` })(
      request,
      peer,
    );
  });
  const urls = [1, 2, 3].map((record) =>
    `${server.url}/drms_export.cgi?series=hmi.ic_45s;record=${record}`
  );
  const run = async (existing: "skip" | "clobber") =>
    (await download(urls, { folder: folder.path, existing })).map(({ outcome, path }) =>
      `${outcome} ${path!.slice(folder.path.length + 1)}`
    );
  const name = (record: number) => `hmi.ic_45s.2011.05.01_00:0${record}:30_TAI.continuum.fits`;
  assertEquals(await run("skip"), [1, 2, 3].map((record) => `fetched ${name(record)}`));
  assertEquals(await run("skip"), [1, 2, 3].map((record) => `skipped ${name(record)}`));
  assertEquals(await run("clobber"), [1, 2, 3].map((record) => `fetched ${name(record)}`));
  assertEquals(namesIn(folder.path), [1, 2, 3].map(name));
});

Deno.test("download() keeps two URLs that end alike apart, and one URL given twice together", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer((request, peer) =>
    serveFile(text(request.path))(request, peer)
  );
  const urls = [
    "/1/sun.fits.gz",
    "/2/sun.fits.gz",
    "/1/sun.fits.gz#header",
    "/3/SUN.fits.gz",
    "/4/sun.fits.gz.part",
  ];
  const results = await download(urls.map((path) => server.url + path), { folder: folder.path });
  assertEquals(results.map(({ path }) => path!.slice(folder.path.length + 1)), [
    "sun.fits.gz",
    "sun.1.fits.gz",
    "sun.fits.gz",
    // On the disks of macOS and Windows it would be the first file.
    Deno.build.os === "linux" ? "SUN.fits.gz" : "SUN.2.fits.gz",
    "sun.fits.gz.1.part",
  ]);
  assertEquals(results[2], results[0]);
  assertEquals(await Deno.readTextFile(`${folder.path}/sun.1.fits.gz`), "/2/sun.fits.gz");
  assertEquals(server.requests.length, 4);
});

const DISPOSITIONS: [field: string, name: string][] = [
  ["attachment", "a.fits"],
  ["inline; filename=b.fits", "b.fits"],
  ["attachment; filename=b.fits", "b.fits"],
  ["ATTACHMENT; FILENAME=b.fits", "b.fits"],
  ["attachment;filename=b.fits", "b.fits"],
  ["attachment ; filename = b.fits", "b.fits"],
  ["filename=b.fits", "b.fits"],
  ['attachment; filename="b c.fits"', "b c.fits"],
  ['attachment; filename="b;c.fits"', "b;c.fits"],
  ['attachment; filename="b\\"c.fits"', 'b"c.fits'],
  ['attachment; filename="b.fits"; size=3', "b.fits"],
  ['attachment; x="filename=c.fits"; filename="b.fits"', "b.fits"],
  [
    'attachment; filename="hmi.M_45s.2014.01.01_00:00:45_TAI.fits"',
    "hmi.M_45s.2014.01.01_00:00:45_TAI.fits",
  ],
  ["attachment; filename*=UTF-8''b.fits", "b.fits"],
  ["attachment; filename*=utf-8'en'b%20c.fits", "b c.fits"],
  ["attachment; filename*=UTF-8''%C3%BC.fits", "ü.fits"],
  ["attachment; filename*=ISO-8859-1''%FC.fits", "ü.fits"],
  ["attachment; filename=c.fits; filename*=UTF-8''b.fits", "b.fits"],
  ["attachment; filename*=UTF-8''b.fits; filename=c.fits", "b.fits"],
  ["attachment; filename=b.fits; filename*=UTF-8''%zz.fits", "b.fits"],
  ["attachment; filename=b.fits; filename*=UTF-8''%FC.fits", "b.fits"],
  ["attachment; filename=b.fits; filename*=KOI8-R''c.fits", "b.fits"],
  ["attachment; filename=b.fits; filename*=", "b.fits"],
  ['attachment; filename=""', "a.fits"],
  ["attachment; filename=", "a.fits"],
  ["attachment; filename*=UTF-8''", "a.fits"],
  ["", "a.fits"],
  [";;;", "a.fits"],
  ['attachment; filename="../b.fits"', "b.fits"],
  ['attachment; filename="../../../../etc/passwd"', "passwd"],
  ['attachment; filename="/etc/passwd"', "passwd"],
  ['attachment; filename="C:\\\\b.fits"', "b.fits"],
  ['attachment; filename="..\\\\b.fits"', "b.fits"],
  ["attachment; filename*=UTF-8''..%2F..%2Fb.fits", "b.fits"],
  ["attachment; filename*=UTF-8''%2Fetc%2Fpasswd", "passwd"],
  ["attachment; filename*=UTF-8''b%5Cc.fits", "c.fits"],
  ['attachment; filename="b/"', "b"],
  ['attachment; filename="."', "download"],
  ['attachment; filename=".."', "download"],
  ['attachment; filename="../.."', "download"],
  ['attachment; filename="/"', "download"],
  ['attachment; filename="..."', "download"],
  ['attachment; filename="   "', "download"],
  ['attachment; filename=".bashrc"', "bashrc"],
  ['attachment; filename="..b.fits"', "b.fits"],
  ['attachment; filename="b.fits."', "b.fits"],
  ['attachment; filename="b.fits  "', "b.fits"],
  ["attachment; filename*=UTF-8''b%00.fits", "b_.fits"],
  ["attachment; filename*=UTF-8''b%0Ac.fits", "b_c.fits"],
  ["attachment; filename*=UTF-8''b%1B%5B2Jc.fits", "b_[2Jc.fits"],
  ["attachment; filename*=UTF-8''b%E2%80%AEstif.exe", "b_stif.exe"],
  ["attachment; filename=CON", "_CON"],
  ["attachment; filename=nul.fits", "_nul.fits"],
  ["attachment; filename=com1.txt", "_com1.txt"],
  ["attachment; filename=COM10.txt", "COM10.txt"],
  ["attachment; filename=%2e%2e%2fb.fits", "%2e%2e%2fb.fits"],
  ['attachment; filename="b.fits', "b.fits"],
  ["attachment; filename=b.fits; filename=c.fits", "b.fits"],
  ["attachment; filename=b c.fits", "b c.fits"],
  ['attachment; filename="b.fits.part"', "b.fits.part"],
  [`attachment; filename="${"x".repeat(300)}.fits"`, `${"x".repeat(250)}.fits`],
  [`attachment; filename*=UTF-8''${"%C3%BC".repeat(200)}.fits`, `${"ü".repeat(125)}.fits`],
  ['attachment; filename="\xfc.fits"', "ü.fits"],
  ['attachment; filename="\xc3\xbc.fits"', "ü.fits"],
];

Deno.test(`download() makes a safe name of each of ${DISPOSITIONS.length} forms of Content-Disposition`, async () => {
  assert(DISPOSITIONS.length >= 60);
  for (const [field, name] of DISPOSITIONS) {
    await using folder = await temporaryFolder();
    await Deno.mkdir(`${folder.path}/in/side`, { recursive: true });
    await using server = hostileServer(serveFile(text("x"), { "Content-Disposition": field }));
    const [result] = await download(`${server.url}/a.fits`, { folder: `${folder.path}/in/side` });
    assertEquals([result!.error, namesIn(`${folder.path}/in/side`)], [null, [name]], field);
    assertEquals([namesIn(`${folder.path}/in`), namesIn(folder.path)], [["side"], ["in"]], field);
  }
});

Deno.test("download() carries credentials to their own server only", async () => {
  await using folder = await temporaryFolder();
  await using other = hostileServer(serveFile(text("there")));
  await using server = hostileServer(async (request, peer) => {
    if (request.field("Authorization") === undefined) {
      return void await peer.send(...answer("401 Unauthorized", {}));
    }
    const location = request.path === "/here"
      ? "/file"
      : request.path === "/away"
      ? `${other.url}/x`
      : undefined;
    if (location === undefined) return await serveFile(text("here"))(request, peer);
    await peer.send(...answer("302 Found", { Location: location }));
  });
  const inUrl = server.url.replace("//", "//sun:s%40crt@");
  const results = await download([`${inUrl}/here`, `${inUrl}/away`, `${server.url}/none`], {
    folder: folder.path,
    headers: { Cookie: "secret=1", "X-Any": "2", "Accept-Language": "de" },
  });
  assertEquals(results.map(({ outcome, url }) => [outcome, url]), [
    ["fetched", `${server.url}/here`],
    ["fetched", `${server.url}/away`],
    ["failed", `${server.url}/none`],
  ]);
  assertMatch(results[2]!.error!, /401 Unauthorized; it wants a user and a password/);
  const basic = `Basic ${btoa("sun:s@crt")}`;
  assertEquals(
    server.requests.filter((request) => request.field("Authorization") === basic).length,
    3,
  );
  const [stranger] = other.requests;
  assertEquals(
    ["Authorization", "Cookie", "X-Any", "Accept-Language"].map((name) => stranger!.field(name)),
    // No one knows which fields are secrets: only those that are none go to a stranger.
    [undefined, undefined, undefined, "de"],
  );
  const shown = JSON.stringify(results);
  assertEquals(/s%40crt|s@crt/.test(shown), false);
});

Deno.test("download() takes credentials from the options and from .netrc, each for its host", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(serveFile(text("x")));
  const { hostname } = new URL(server.url);
  await download(`${server.url}/a`, { folder: folder.path, user: "u", password: "p" });
  await download(`${server.url}/b`, {
    folder: folder.path,
    netrc: [{ machine: "elsewhere", login: "x" }, { machine: hostname, login: "n", password: "q" }],
  });
  assertEquals(server.requests.map((request) => request.field("Authorization")), [
    `Basic ${btoa("u:p")}`,
    `Basic ${btoa("n:q")}`,
  ]);
});

Deno.test("download() fetches file: and data: URLs", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/out`);
  await Deno.writeFile(`${folder.path}/source.bin`, BIG);
  const urls = [
    `file://${folder.path}/source.bin`,
    "data:image/png;base64,AAEC",
    `file://${folder.path}/none`,
    `file://${folder.path}`,
    "file://elsewhere/source.bin",
    "file:///source%E9.bin",
    "file:///source%00.bin",
  ];
  const results = await download(urls, { folder: `${folder.path}/out` });
  assertEquals(results.map(({ outcome, bytes }) => [outcome, bytes]), [
    ["fetched", BIG.length],
    ["fetched", 3],
    ...Array.from({ length: 5 }, () => ["failed", 0] as const),
  ]);
  assert(equal(await Deno.readFile(`${folder.path}/out/source.bin`), BIG));
  assertEquals(namesIn(`${folder.path}/out`), ["data.png", "source.bin"]);
  assertMatch(results[3]!.error!, /it is no regular file/);
  assertMatch(results[4]!.error!, /^Cannot read file:.*: it names the host elsewhere, expected/);
  for (const result of results.slice(5)) {
    assertMatch(result.error!, /^Cannot read file:.*: its percent-encoding is none of a path/);
  }
});

Deno.test("download() refuses a folder that is missing or none before anything is asked", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(serveFile(text("x")));
  await Deno.writeTextFile(`${folder.path}/file`, "");
  for (
    const [path, message] of [["missing", /there is no such folder/], [
      "file",
      /it is a file, expected a folder/,
    ]] as const
  ) {
    const error = await assertRejects(
      () => download(`${server.url}/a`, { folder: `${folder.path}/${path}` }),
      HeliographError,
    );
    assertMatch(error.message, message);
  }
  assertEquals(server.requests.length, 0);
});

Deno.test("download() gives up on names that are folders, and the other files arrive", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/a`);
  await Deno.mkdir(`${folder.path}/${partName("b")}`);
  await using server = hostileServer(serveFile(text("x")));
  const results = await download(["a", "b", "c"].map((name) => `${server.url}/${name}`), {
    folder: folder.path,
    existing: "clobber",
  });
  assertMatch(results[0]!.error!, /\/a: it is a folder/);
  assertMatch(results[1]!.error!, /\/b\.part: it is there and no regular file/);
  assertEquals(results[2]!.outcome, "fetched");
  assertEquals(namesIn(folder.path), ["a", "b.part", "c"]);
});

Deno.test("download() refuses nonsense before anything is asked", async () => {
  for (const url of ["nonsense", "gopher://x/", ""]) {
    await assertRejects(() => download(url), HeliographError, "expected one of http, https, ftp");
  }
  await assertRejects(
    () => download({ url: "http://x/", sha256: "12" }),
    HeliographError,
    "64 hex",
  );
  await using folder = await temporaryFolder();
  assertEquals(await download([], { folder: folder.path }), []);
});

Deno.test("an interrupted download keeps its part, and the next one fetches what is missing", async () => {
  await using folder = await temporaryFolder();
  const controller = new AbortController();
  await using server = hostileServer(async (request, peer) => {
    if (request.count > 0) return await serveFile(BIG)(request, peer);
    await peer.send(
      `HTTP/1.1 200 OK\r\nETag: "v1"\r\nContent-Length: ${BIG.length}\r\n\r\n`,
      BIG.subarray(0, 2_000_000),
    );
  });
  const progress = new DownloadProgress();
  const url = `${server.url}/export?id=1`;
  const first = download([url, "data:,x"], {
    folder: folder.path,
    signal: controller.signal,
    progress,
  });
  await until(() => progress.received >= 2_000_000, "two megabytes are there");
  controller.abort(new Error("enough"));
  await assertRejects(() => first, Error, "enough");
  const name = "export";
  assertEquals(namesIn(folder.path), ["data.txt", partName(name), sidecarName(name)]);
  assertEquals((await Deno.stat(`${folder.path}/${partName(name)}`)).size, 2_000_000);
  const [result] = await download(url, { folder: folder.path });
  assertEquals([result!.outcome, result!.status, result!.bytes], ["fetched", 206, BIG.length]);
  assertEquals(server.requests[1]!.field("Range"), "bytes=2000000-");
  assertEquals(server.requests[1]!.field("If-Range"), '"v1"');
  assert(equal(await Deno.readFile(`${folder.path}/${name}`), BIG));
  assertEquals(namesIn(folder.path), ["data.txt", name]);
});

Deno.test("a part that is whole already is finished without fetching it again (curl #1182)", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(serveFile(BIG));
  const url = `${server.url}/a.fits`;
  await Deno.writeFile(`${folder.path}/a.fits.part`, BIG);
  const note = { heliograph: 1, url, name: "a.fits", etag: '"v1"', length: BIG.length };
  await Deno.writeTextFile(`${folder.path}/a.fits.part.json`, JSON.stringify(note));
  const [result] = await download(url, { folder: folder.path });
  assertEquals([result!.outcome, result!.status], ["fetched", 416]);
  assertEquals(namesIn(folder.path), ["a.fits"]);
});

Deno.test("notes that are broken, of another URL, or without their part cost a new beginning", async () => {
  const notes = [
    "",
    "{",
    "null",
    "[]",
    '{"heliograph":2}',
    JSON.stringify({ heliograph: 1, url: "http://elsewhere/a.fits", name: "a.fits", etag: '"v1"' }),
    JSON.stringify({ heliograph: 1, url: "URL", name: "b.fits", etag: '"v1"' }),
    JSON.stringify({ heliograph: 1, url: "URL", name: "a.fits", etag: '"v1"', length: 5 }),
    JSON.stringify({ heliograph: 1, url: "URL", name: "a.fits", etag: '"v1"', length: -1 }),
    JSON.stringify({ heliograph: 1, url: "URL", name: "a.fits", etag: '"v1"\r\nX: y' }),
    JSON.stringify({
      heliograph: 1,
      url: "URL",
      name: "a.fits",
      etag: '"v1"',
      length: 3_000_000,
      spans: [[0, 9], [5, 8]],
    }),
  ];
  for (const note of notes) {
    await using folder = await temporaryFolder();
    await using server = hostileServer(serveFile(BIG));
    const url = `${server.url}/a.fits`;
    await Deno.writeTextFile(`${folder.path}/a.fits.part`, "garbage".repeat(300_000));
    await Deno.writeTextFile(`${folder.path}/a.fits.part.json`, note.replace("URL", url));
    const [result] = await download(url, { folder: folder.path });
    assertEquals(result!.error, null, note);
    assert(equal(await Deno.readFile(`${folder.path}/a.fits`), BIG), note);
    assertEquals(namesIn(folder.path), ["a.fits"], note);
  }
});

Deno.test("a note that was left behind a whole file is removed when that is skipped", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/a.fits`, "whole");
  await Deno.writeTextFile(
    `${folder.path}/a.fits.part.json`,
    JSON.stringify({ heliograph: 1, url: "http://127.0.0.1/a.fits", name: "a.fits" }),
  );
  const [result] = await download("http://127.0.0.1/a.fits", { folder: folder.path });
  assertEquals(result!.outcome, "skipped");
  assertEquals(namesIn(folder.path), ["a.fits"]);
});

Deno.test("two runs do not write the same part file", async () => {
  await using folder = await temporaryFolder();
  const release = Promise.withResolvers<void>();
  const waiting = Promise.withResolvers<void>();
  await using server = hostileServer(async (request, peer) => {
    if (request.count > 0) return await serveFile(BIG)(request, peer);
    await peer.send(
      `HTTP/1.1 200 OK\r\nETag: "v1"\r\nContent-Length: ${BIG.length}\r\n\r\n`,
      BIG.subarray(0, 2_000_000),
    );
    waiting.resolve();
    await release.promise;
    await peer.send(BIG.subarray(2_000_000));
  });
  const progress = new DownloadProgress();
  const url = `${server.url}/a.fits`;
  const first = download(url, { folder: folder.path, progress });
  await waiting.promise;
  await until(() => progress.received >= 2_000_000, "two megabytes are there");
  const [second] = await download(url, { folder: folder.path });
  release.resolve();
  const [result] = await first;
  assertMatch(second!.error!, /another program is fetching it/);
  assertEquals(result!.outcome, "fetched");
  assert(equal(await Deno.readFile(`${folder.path}/a.fits`), BIG));
  assertEquals(namesIn(folder.path), ["a.fits"]);
});

Deno.test("download() keeps to the caps for all and for each server", async () => {
  await using folder = await temporaryFolder();
  let open = 0;
  let most = 0;
  await using server = hostileServer(async (_, peer) => {
    most = Math.max(most, ++open);
    await new Promise((done) => setTimeout(done, 5));
    open--;
    await peer.send(...answer("200 OK", {}, text("x")));
  });
  const urls = Array.from({ length: 12 }, (_, i) => `${server.url}/${i}`);
  await download(urls, { folder: folder.path, perHost: 1, existing: "clobber" });
  assertEquals([most, server.connections], [1, 1]);
  most = 0;
  await download(urls, { folder: folder.path, jobs: 3, existing: "clobber" });
  assertEquals(most, 3);
});

Deno.test("download() lets a busy server rest, and asks others meanwhile", async () => {
  await using folder = await temporaryFolder();
  const order: string[] = [];
  await using busy = hostileServer(async (request, peer) => {
    order.push(`busy${request.path}`);
    const reply = request.path === "/1" && request.count === 0
      ? answer("429 Too Many Requests", { "Retry-After": 0.2 * 5 })
      : answer("200 OK", {}, text("x"));
    await peer.send(...reply);
  });
  await using idle = hostileServer(async (request, peer) => {
    order.push(`idle${request.path}`);
    await peer.send(...answer("200 OK", {}, text("x")));
  });
  const urls = [`${busy.url}/1`, `${busy.url}/2`, `${idle.url}/3`, `${idle.url}/4`];
  const results = await download(urls, { folder: folder.path, perHost: 1, firstWait: 1 });
  assertEquals(results.map(({ outcome }) => outcome), Array(4).fill("fetched"));
  assertEquals(order.indexOf("busy/2") > order.indexOf("idle/4"), true, order.join(" "));
  assert(results[0]!.seconds >= 1);
});

Deno.test("download() ends at its deadline and tells what is missing", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer((request, peer) =>
    request.path === "/a" ? void peer.send(...answer("200 OK", {}, text("x"))) : undefined
  );
  const results = await download([`${server.url}/a`, `${server.url}/b`], {
    folder: folder.path,
    deadline: 300,
  });
  assertEquals(results.map(({ outcome }) => outcome), ["fetched", "failed"]);
  assertMatch(results[1]!.error!, /the deadline of 300 ms has passed/);
  assertEquals(namesIn(folder.path), ["a"]);
});

Deno.test("download() tells each result once, and the whole in the order of the URLs", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(async (request, peer) => {
    await new Promise((done) => setTimeout(done, 30 - 10 * Number(request.path.slice(1))));
    await peer.send(...answer("200 OK", {}, text("x")));
  });
  const seen: string[] = [];
  const urls = [0, 1, 2].map((i) => `${server.url}/${i}`);
  const results = await download(urls, {
    folder: folder.path,
    onResult: ({ url }) => seen.push(url),
  });
  assertEquals(results.map(({ url }) => url), urls);
  assertEquals(seen.toSorted(), urls);
});

Deno.test("download() says why it tries again", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer((request, peer) =>
    request.count === 0 ? peer.close() : void peer.send(...answer("200 OK", {}, text("x")))
  );
  const retries: [string, number][] = [];
  await download(`${server.url}/a`, {
    folder: folder.path,
    firstWait: 1,
    onRetry: (_url, reason, wait) => retries.push([reason, wait]),
  });
  assertEquals(retries.length, 1);
  assertMatch(retries[0]![0], /closed without an answer/);
  assert(retries[0]![1] <= 1);
});

Deno.test("download() repeats a request at once when an idle connection was closed", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(async (request, peer) => {
    await peer.send(...answer("200 OK", {}, text("x")));
    if (request.path === "/0") setTimeout(peer.close, 10);
    else await new Promise((done) => setTimeout(done, 0));
  });
  const results = await download([0, 1, 2, 3].map((i) => `${server.url}/${i}`), {
    folder: folder.path,
    perHost: 1,
    retries: 0,
  });
  assertEquals(results.map(({ error }) => error), [null, null, null, null]);
});

const HUGE = new SeededRandom(9).bytes(1_048_576);

/** 100 MiB that need no memory: the same MiB again and again, each with its number. */
function hugeBytes(first: number, end: number): Uint8Array {
  const bytes = new Uint8Array(end - first);
  for (let at = first; at < end;) {
    const block = Math.floor(at / HUGE.length);
    const stop = Math.min(end, (block + 1) * HUGE.length);
    bytes.set(HUGE.subarray(at - block * HUGE.length, stop - block * HUGE.length), at - first);
    for (let i = at; i < Math.min(stop, block * HUGE.length + 4); i++) bytes[i - first] = block + i;
    at = stop;
  }
  return bytes;
}
const HUGE_LENGTH = 100 * HUGE.length;

function serveHuge(
  tag: (request: HostileRequest) => string,
  fail?: (request: HostileRequest) => boolean,
) {
  return async (request: HostileRequest, peer: Peer): Promise<void> => {
    const range = /bytes=(\d+)-(\d*)/.exec(request.field("Range") ?? "");
    const first = Number(range?.[1] ?? 0);
    const end = range?.[2] ? Number(range[2]) + 1 : HUGE_LENGTH;
    const etag = tag(request);
    const partial = range !== null && request.field("If-Range") === etag;
    const start = partial ? first : 0;
    const stop = partial ? end : HUGE_LENGTH;
    await peer.send(
      `HTTP/1.1 ${partial ? "206 Partial Content" : "200 OK"}\r\nETag: ${etag}\r\n` +
        `Content-Length: ${stop - start}\r\n` +
        (partial ? `Content-Range: bytes ${start}-${stop - 1}/${HUGE_LENGTH}\r\n` : "") + "\r\n",
    );
    for (let at = start; at < stop; at += HUGE.length) {
      if (fail?.(request) && at > start) return peer.close();
      if (!await peer.send(hugeBytes(at, Math.min(stop, at + HUGE.length)))) return;
    }
  };
}

async function sha256Of(path: string): Promise<string> {
  using file = await Deno.open(path);
  const hash = createHash("sha256");
  const buffer = new Uint8Array(1 << 20);
  for (let count = await file.read(buffer); count !== null; count = await file.read(buffer)) {
    hash.update(buffer.subarray(0, count));
  }
  return hash.digest("hex");
}

const HUGE_SHA256 = (() => {
  const hash = createHash("sha256");
  for (let at = 0; at < HUGE_LENGTH; at += HUGE.length) {
    hash.update(hugeBytes(at, at + HUGE.length));
  }
  return hash.digest("hex");
})();

Deno.test("a large file comes over several connections, and goes on after they break", async () => {
  await using folder = await temporaryFolder();
  let broken = 0;
  await using server = hostileServer(
    serveHuge(() => '"v1"', (request) => request.from > 0 && broken++ < 2),
  );
  const [result] = await download({ url: `${server.url}/a.fits`, sha256: HUGE_SHA256 }, {
    folder: folder.path,
    split: 3,
    firstWait: 1,
  });
  assertEquals(result!.error, null);
  assert(server.connections >= 3);
  assertEquals(await sha256Of(`${folder.path}/a.fits`), HUGE_SHA256);
  assertEquals(namesIn(folder.path), ["a.fits"]);
});

Deno.test("several connections never mix two versions of a file", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(serveHuge((request) => request.count === 0 ? '"v1"' : '"v2"'));
  const [result] = await download(`${server.url}/a.fits`, {
    folder: folder.path,
    split: 3,
    firstWait: 1,
  });
  assertEquals(result!.error, null);
  assertEquals(await sha256Of(`${folder.path}/a.fits`), HUGE_SHA256);
  assertEquals(namesIn(folder.path), ["a.fits"]);
});

Deno.test("a file without a strong tag comes over one connection", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(serveHuge(() => 'W/"v1"'));
  await download(`${server.url}/a.fits`, { folder: folder.path, split: 3 });
  assertEquals([server.connections, server.requests.length], [1, 1]);
});

Deno.test("an error of the caller's own function ends download() with that error", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(serveFile(text("sun")));
  const urls = Array.from({ length: 20 }, (_, i) => `${server.url}/${i}.fits`);
  let calls = 0;
  const own = new Error("the caller's own");
  const error = await assertRejects(() =>
    download(urls, {
      folder: folder.path,
      jobs: 2,
      onResult: () => {
        calls++;
        throw own;
      },
    })
  );
  assertEquals([error, calls], [own, 1]);
  assertEquals(namesIn(folder.path).filter((name) => name.includes(".part")), []);
});

Deno.test("download() ends where the caller ends it while a failure is told", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(async (_request, peer) => {
    await peer.send(...answer("503 Service Unavailable", {}, new Uint8Array(0)));
  });
  const own = new Error("the caller's own");
  const stop = new AbortController();
  const endings: (() => void)[] = [() => stop.abort(own), () => {
    throw own;
  }];
  for (const onRetry of endings) {
    const { signal } = onRetry === endings[0] ? stop : new AbortController();
    const urls = [`${server.url}/a.fits`, `${server.url}/b.fits`];
    const fetching = download(urls, { folder: folder.path, signal, onRetry });
    assertEquals(await assertRejects(() => fetching), own);
  }
  assertEquals(namesIn(folder.path), []);
});

Deno.test("download() asks for the next file before it writes the one that has come", async () => {
  await using folder = await temporaryFolder();
  // In one piece, so that the body is there when its head is read.
  const whole = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nsun";
  await using server = hostileServer((_, peer) => void peer.send(whole));
  const progress = new DownloadProgress();
  const asked: string[][] = [];
  await download(["a", "b", "c"].map((name) => `${server.url}/${name}`), {
    folder: folder.path,
    jobs: 1,
    progress,
    onResult: () => asked.push([...progress.active].map(({ label }) => label)),
  });
  assertEquals(asked, [["a", "b"], ["b", "c"], ["c"]]);
  assertEquals(server.connections, 1);
});

Deno.test("download() writes each small file from its own bytes, whatever comes over its connection next", async () => {
  await using folder = await temporaryFolder();
  const random = new SeededRandom(41);
  const bodies = Array.from({ length: 400 }, (_, i) => random.bytes((i * 97) % 6_000));
  await using server = hostileServer(({ path }, peer) =>
    void peer.send(...answer("200 OK", {}, bodies[Number(path.slice(1))]!))
  );
  const results = await download(bodies.map((_, i) => `${server.url}/${i}`), {
    folder: folder.path,
    jobs: 5,
  });
  assertEquals(results.map(({ bytes }) => bytes), bodies.map(({ length }) => length));
  for (const [i, body] of bodies.entries()) {
    assert(equal(Deno.readFileSync(`${folder.path}/${i}`), body), `file ${i}`);
  }
  assertEquals(namesIn(folder.path).length, bodies.length);
  assertEquals(server.connections, 5);
});

Deno.test("an abort between a small file and the next leaves whole files alone", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(serveFile(text("sun")));
  const stop = new AbortController();
  const own = new Error("enough");
  const urls = Array.from({ length: 40 }, (_, i) => `${server.url}/${i}`);
  let results = 0;
  const error = await assertRejects(() =>
    download(urls, {
      folder: folder.path,
      signal: stop.signal,
      onResult: () => {
        if (++results === 3) stop.abort(own);
      },
    })
  );
  assertEquals([error, results], [own, 40]);
  const names = namesIn(folder.path);
  assert(names.length >= 3 && names.length < 40, names.join());
  for (const name of names) {
    assertMatch(name, /^\d+$/);
    assertEquals(await Deno.readTextFile(`${folder.path}/${name}`), "sun");
  }
});

Deno.test("a small file replaces the part that an earlier program left of it", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(
    serveFile(text("sun"), { "Last-Modified": "Sun, 06 Nov 1994 08:49:37 GMT" }),
  );
  await Deno.writeTextFile(`${folder.path}/a.fits.part`, "something longer");
  const [result] = await download(`${server.url}/a.fits`, { folder: folder.path });
  assertEquals([result!.outcome, result!.bytes], ["fetched", 3]);
  assertEquals(namesIn(folder.path), ["a.fits"]);
  assertEquals(await Deno.readTextFile(`${folder.path}/a.fits`), "sun");
  const { mtime } = await Deno.stat(`${folder.path}/a.fits`);
  assertEquals(mtime, new Date("1994-11-06T08:49:37Z"));
});

Deno.test("a file that is there must have the digest that is wanted, too", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(serveFile(text("sun")));
  const sha256 = createHash("sha256").update("sun").digest("hex");
  const request = { url: `${server.url}/a.fits`, sha256 };
  const run = async (existing: "skip" | "clobber" = "skip") => {
    const [result] = await download(request, { folder: folder.path, existing });
    return result!;
  };
  await Deno.writeTextFile(`${folder.path}/a.fits`, "moon");
  const { outcome, error } = await run();
  assertEquals(outcome, "failed");
  assertMatch(
    error!,
    /^Cannot accept .*a\.fits, which is there already: its sha256 is [0-9a-f]{64}, expected/,
  );
  assertEquals(await Deno.readTextFile(`${folder.path}/a.fits`), "moon");
  assertEquals((await run("clobber")).outcome, "fetched");
  assertEquals((await run()).outcome, "skipped");
});
