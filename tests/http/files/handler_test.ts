import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { HeliographError } from "../../../net/errors.ts";
import { fileHandler } from "../../../http/files/handler.ts";
import { later, OLD, site } from "../../support/http/site.ts";
import { makeLink } from "../../support/temporary.ts";
import { Wire } from "../../support/http/wire.ts";

const DATE = "Thu, 19 Mar 2015 18:37:02 GMT";
const DIGITS = "0123456789";

Deno.test("fileHandler() serves a file with type, length, validators and nosniff", async () => {
  for (const options of [{}, later]) {
    await using it = await site({ "a.fits": DIGITS }, options);
    // The first answer comes from the disk, the later ones perhaps from memory.
    for (let i = 0; i < 3; i++) {
      const { status, fields, body } = await it.ask("GET /a.fits");
      assertEquals([status, body], [200, DIGITS]);
      assertEquals(fields.get("content-type"), "image/fits");
      assertEquals(fields.get("content-length"), "10");
      assertEquals(fields.get("last-modified"), DATE);
      assertMatch(fields.get("etag")!, /^"[\w-]{22}"$/);
      assertEquals(fields.get("accept-ranges"), "bytes");
      assertEquals(fields.get("x-content-type-options"), "nosniff");
      assertEquals(fields.get("access-control-allow-origin"), null);
    }
  }
});

Deno.test("fileHandler() answers HEAD with the fields of GET and no body", async () => {
  await using it = await site({ "a.txt": DIGITS, "empty": "" }, later);
  for (const path of ["/a.txt", "/empty", "/", "/none"]) {
    const get = await it.ask(`GET ${path}`);
    const head = await it.ask(`HEAD ${path}`);
    // The two may be of different seconds.
    for (const { fields } of [get, head]) {
      assertMatch(fields.get("date")!, /GMT$/);
      fields.delete("date");
    }
    assertEquals([...head.fields], [...get.fields], path);
    assertEquals([head.status, head.body], [get.status, ""], path);
  }
});

Deno.test("fileHandler() evaluates conditions in the order of RFC 9110 section 13.2.2", async () => {
  await using it = await site({ "a": DIGITS }, later);
  const etag = (await it.ask("GET /a")).fields.get("etag")!;
  const before = "Thu, 19 Mar 2015 18:37:01 GMT";
  const cases: [string[], number][] = [
    [[`If-None-Match: ${etag}`], 304],
    [[`If-None-Match: W/${etag}`], 304],
    [[`If-None-Match: "x", ${etag}`], 304],
    [["If-None-Match: *"], 304],
    [['If-None-Match: "x"'], 200],
    [['If-None-Match: "x"', `If-Modified-Since: ${DATE}`], 200],
    [[`If-Modified-Since: ${DATE}`], 304],
    [["If-Modified-Since: Thursday, 19-Mar-15 18:37:02 GMT"], 304],
    [["If-Modified-Since: Thu Mar 19 18:37:02 2015"], 304],
    [[`If-Modified-Since: ${before}`], 200],
    [["If-Modified-Since: yesterday"], 200],
    [[`If-Match: ${etag}`], 200],
    [[`If-Match: W/${etag}`], 412],
    [['If-Match: "x"'], 412],
    [["If-Match: *"], 200],
    [[`If-Match: ${etag}`, `If-Unmodified-Since: ${before}`], 200],
    [[`If-Unmodified-Since: ${before}`], 412],
    [[`If-Unmodified-Since: ${DATE}`], 200],
    [['If-Match: "x"', `If-None-Match: ${etag}`], 412],
  ];
  for (const method of ["GET", "HEAD"]) {
    for (const [fields, status] of cases) {
      // Twice: the second may be answered as the first was.
      for (let i = 0; i < 2; i++) {
        assertEquals((await it.ask(`${method} /a`, ...fields)).status, status, fields.join());
      }
    }
  }
});

Deno.test("fileHandler() repeats in 304 what a cache needs, and nothing about the content", async () => {
  const headers = { "Cache-Control": "no-cache", "X-A": "b" };
  await using it = await site({ "a.txt": DIGITS, "a.txt.gz": "zip" }, { ...later, headers });
  const { fields } = await it.ask("GET /a.txt", "If-None-Match: *");
  assertEquals([...fields.keys()], [
    "cache-control",
    "date",
    "etag",
    "vary",
    "x-a",
    "x-content-type-options",
  ]);
});

Deno.test("fileHandler() sends ranges of a file", async () => {
  const whole = `200 null ${DIGITS}`;
  const cases: [string, string][] = [
    ["bytes=0-1", "206 bytes 0-1/10 01"],
    ["BYTES=2-", "206 bytes 2-9/10 23456789"],
    ["bytes=-3", "206 bytes 7-9/10 789"],
    ["bytes=-30", `206 bytes 0-9/10 ${DIGITS}`],
    ["bytes=8-100", "206 bytes 8-9/10 89"],
    ["xbytes=0-1", whole],
    ["bytes=5-2", whole],
    ["bytes=a-b", whole],
    ["bytes=", whole],
    ["bytes=0-5,3-8", whole],
    [`bytes=${Array.from({ length: 33 }, () => "0-0").join()}`, whole],
    ["bytes=10-", "416 bytes */10 416 Range Not Satisfiable: the file has 10 bytes\n"],
    ["bytes=-0", "416 bytes */10 416 Range Not Satisfiable: the file has 10 bytes\n"],
  ];
  for (const options of [{}, later]) {
    await using it = await site({ "a": DIGITS }, options);
    for (const [range, expected] of cases) {
      const { status, fields, body } = await it.ask("GET /a", `Range: ${range}`);
      assertEquals(`${status} ${fields.get("content-range")} ${body}`, expected, range);
    }
    const head = await it.ask("HEAD /a", "Range: bytes=0-1");
    assertEquals([head.status, head.fields.get("content-length")], [200, "10"]);
  }
});

Deno.test("fileHandler() sends several ranges as multipart/byteranges", async () => {
  for (const options of [{}, later]) {
    await using it = await site({ "a.txt": DIGITS }, options);
    const { status, fields, body } = await it.ask("GET /a.txt", "Range: bytes=7-8, 0-1");
    assertEquals(status, 206);
    const boundary = /^multipart\/byteranges; boundary=([\w-]{24})$/
      .exec(fields.get("content-type")!)![1];
    const part = (range: string, text: string) =>
      `--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Range: bytes ${range}/10\r\n\r\n${text}\r\n`;
    assertEquals(body, `${part("7-8", "78")}${part("0-1", "01")}--${boundary}--\r\n`);
  }
});

Deno.test("fileHandler() honours If-Range only for what the client surely has", async () => {
  await using it = await site({ "a": DIGITS }, later);
  const etag = (await it.ask("GET /a")).fields.get("etag")!;
  const cases: [string, number][] = [
    [etag, 206],
    [`W/${etag}`, 200],
    ['"x"', 200],
    [DATE, 206],
    ["Thu, 19 Mar 2015 18:37:03 GMT", 200],
    ["nonsense", 200],
  ];
  for (const [value, status] of cases) {
    const answer = await it.ask("GET /a", "Range: bytes=0-0", `If-Range: ${value}`);
    assertEquals(answer.status, status, value);
  }
});

Deno.test("a file changed just now has a weak tag, is not kept, and has no date for If-Range", async () => {
  await using it = await site({});
  Deno.writeTextFileSync(`${it.root}/a`, "one");
  const { fields } = await it.ask("GET /a");
  assertMatch(fields.get("etag")!, /^W\/"[\w-]+"$/);
  const date = fields.get("last-modified")!;
  assert(Date.parse(date) <= Date.parse(fields.get("date")!));
  const ranged = await it.ask("GET /a", "Range: bytes=0-0", `If-Range: ${date}`);
  assertEquals(ranged.status, 200);
  for (const text of ["two", "six", "ten"]) {
    Deno.writeTextFileSync(`${it.root}/a`, text);
    assertEquals((await it.ask("GET /a")).body, text);
  }
});

Deno.test("Last-Modified is never later than Date", async () => {
  for (const options of [{}, later]) {
    await using it = await site({ "a": DIGITS }, options);
    const future = new Date(Date.now() + 1_000_000_000);
    Deno.utimeSync(`${it.root}/a`, future, future);
    const { fields } = await it.ask("GET /a");
    const skew = options === later ? 60_000 : 0;
    assert(Date.parse(fields.get("last-modified")!) <= Date.parse(fields.get("date")!) + skew);
  }
});

Deno.test("fileHandler() never serves a stale byte once the metadata has changed", async () => {
  await using it = await site({ "a": "aaaa", "b": "bbbbb" }, later);
  const path = `${it.root}/a`;
  const other = await Wire.open(it.server.address);
  const changes: [string, () => void][] = [
    ["rewritten with another size", () => Deno.writeTextFileSync(path, "longer text")],
    ["another time", () => {
      Deno.writeTextFileSync(path, "LONGER TEXT");
      Deno.utimeSync(path, OLD, new Date(OLD.getTime() + 1));
    }],
    ["replaced by renaming", () => {
      Deno.writeTextFileSync(`${it.root}/new`, "replacement");
      Deno.utimeSync(`${it.root}/new`, OLD, new Date(OLD.getTime() + 1));
      Deno.renameSync(`${it.root}/new`, path);
    }],
  ];
  for (const [how, change] of changes) {
    const get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
    for (let i = 0; i < 3; i++) await it.ask("GET /a");
    change();
    const expected = Deno.readTextFileSync(path);
    assertEquals((await it.ask("GET /a")).body, expected, how);
    assertEquals((await other.ask(get)).body, expected, how);
    assertEquals((await it.ask("GET /a")).fields.get("content-length"), `${expected.length}`);
  }
  Deno.removeSync(path);
  assertEquals((await it.ask("GET /a")).status, 404);
  other[Symbol.dispose]();
});

Deno.test("fileHandler() sends a precompressed form to those who accept it", async () => {
  for (const options of [{}, later]) {
    await using it = await site({
      "a.csv": "plain",
      "a.csv.br": "brotli",
      "a.csv.gz": "gzip",
      "stale.txt": "plain",
      "stale.txt.gz": "old",
      "bare.txt": "plain",
    }, options);
    Deno.utimeSync(`${it.root}/stale.txt.gz`, OLD, new Date(OLD.getTime() - 1000));
    const cases: [string, string, string, string | null, string | null][] = [
      ["/a.csv", "gzip, br", "brotli", "br", "Accept-Encoding"],
      ["/a.csv", "gzip", "gzip", "gzip", "Accept-Encoding"],
      ["/a.csv", "br;q=0.5, gzip", "gzip", "gzip", "Accept-Encoding"],
      ["/a.csv", "br;q=0, *", "gzip", "gzip", "Accept-Encoding"],
      ["/a.csv", "identity, br;q=0.5", "plain", null, "Accept-Encoding"],
      ["/a.csv", "zstd", "plain", null, "Accept-Encoding"],
      ["/a.csv", "", "plain", null, "Accept-Encoding"],
      ["/stale.txt", "gzip", "plain", null, null],
      ["/bare.txt", "gzip", "plain", null, null],
    ];
    const etags = new Map<string, string>();
    for (const [path, accept, body, encoding, vary] of cases) {
      for (let i = 0; i < 2; i++) {
        const answer = await it.ask(`GET ${path}`, `Accept-Encoding: ${accept}`);
        const { fields } = answer;
        assertEquals(answer.body, body, accept);
        assertEquals(fields.get("content-encoding"), encoding, accept);
        assertEquals(fields.get("vary"), vary, accept);
        assertMatch(fields.get("content-type")!, /^text\/(csv|plain); charset=utf-8$/);
        etags.set(`${path} ${encoding}`, fields.get("etag")!);
      }
    }
    // Each form of a file has a tag of its own.
    const tags = [...etags].filter(([key]) => key.startsWith("/a.csv")).map(([, tag]) => tag);
    assertEquals([tags.length, new Set(tags).size], [3, 3]);
    // A range is one of the file as it is.
    const ranged = await it.ask("GET /a.csv", "Accept-Encoding: gzip", "Range: bytes=0-1");
    assertEquals([ranged.status, ranged.body, ranged.fields.get("content-encoding")], [
      206,
      "pl",
      null,
    ]);
    const tag = etags.get("/a.csv gzip")!;
    const resumed = await it.ask("GET /a.csv", "Range: bytes=0-1", `If-Range: ${tag}`);
    assertEquals([resumed.status, resumed.body], [200, "plain"]);
    const same = await it.ask("GET /a.csv", "Accept-Encoding: gzip", `If-None-Match: ${tag}`);
    assertEquals([same.status, same.fields.get("vary")], [304, "Accept-Encoding"]);
    // A form that appears later is found.
    Deno.writeTextFileSync(`${it.root}/bare.txt.gz`, "late");
    const late = await it.ask("GET /bare.txt", "Accept-Encoding: gzip");
    assertEquals([late.body, late.fields.get("vary")], ["late", "Accept-Encoding"]);
  }
});

Deno.test("fileHandler() refuses other methods with Allow, and tells OPTIONS what it can", async () => {
  await using it = await site({ "a": DIGITS });
  for (const method of ["POST", "PUT", "DELETE", "TRACE", "PATCH"]) {
    const { status, fields } = await it.ask(`${method} /a`);
    assertEquals([status, fields.get("allow")], [405, "GET, HEAD, OPTIONS"], method);
  }
  for (const target of ["/a", "/none", "*"]) {
    const { status, fields } = await it.ask(`OPTIONS ${target}`);
    assertEquals([status, fields.get("allow")], [204, "GET, HEAD, OPTIONS"], target);
    assertEquals(fields.get("access-control-allow-methods"), null);
  }
});

Deno.test("fileHandler() lets other origins read with cors, and only then", async () => {
  await using it = await site({ "a": DIGITS }, { cors: true });
  for (const line of ["GET /a", "GET /none", "OPTIONS /a"]) {
    const { fields } = await it.ask(line, "Origin: https://example.org");
    assertEquals(fields.get("access-control-allow-origin"), "*", line);
    assertEquals(fields.get("access-control-expose-headers"), "*", line);
  }
  const preflight = await it.ask("OPTIONS /a", "Access-Control-Request-Method: GET");
  assertEquals(preflight.fields.get("access-control-allow-methods"), "GET, HEAD, OPTIONS");
  assertMatch(preflight.fields.get("access-control-allow-headers")!, /Range/);
});

Deno.test("fileHandler() sets the fields that it is given, but none that are the server's", async () => {
  const headers: [string, string][] = [
    ["Cache-Control", "max-age=60"],
    ["Link", "</a>"],
    ["Link", "</b>"],
    ["Content-Type", "text/x-mine"],
  ];
  await using it = await site({ "a": DIGITS }, { headers });
  const { fields } = await it.ask("GET /a");
  assertEquals(fields.get("cache-control"), "max-age=60");
  assertEquals(fields.get("link"), "</a>, </b>");
  assertEquals(fields.get("content-type"), "text/x-mine");
  assertEquals((await it.ask("GET /none")).fields.get("cache-control"), "max-age=60");
  for (const name of ["Content-Length", "transfer-encoding", "ETag", "Connection", "Date"]) {
    assertThrows(
      () => fileHandler({ root: it.root, headers: { [name]: "1" } }),
      HeliographError,
      `Cannot set the field ${name}: only the server knows its value`,
    );
  }
});

Deno.test("fileHandler() redirects to the slash of a folder, never to another host", async () => {
  await using it = await site({ "sub/a b/c.txt": DIGITS, "sub/index.html": "<p>hello" });
  const cases: [string, number, string | null][] = [
    ["/sub", 301, "/sub/"],
    ["/sub?sort=size", 301, "/sub/?sort=size"],
    ["//sub", 301, "/sub/"],
    ["/sub//a%20b", 301, "/sub/a%20b/"],
    ["///sub/a%20b", 301, "/sub/a%20b/"],
    ["//example.org/%2e%2e", 400, null],
    ["/sub/", 200, null],
    ["/sub/index.html", 200, null],
    ["/sub/index.html/", 404, null],
    ["/./sub/./a%20b/c.txt", 200, null],
  ];
  for (const [path, status, location] of cases) {
    const answer = await it.ask(`GET ${path}`);
    assertEquals([answer.status, answer.fields.get("location")], [status, location], path);
  }
  const index = await it.ask("GET /sub/");
  assertEquals([index.body, index.fields.get("content-type")], [
    "<p>hello",
    "text/html; charset=utf-8",
  ]);
});

Deno.test("fileHandler() refuses paths that could mean another file, and hides dot files", async () => {
  const files = { "a.txt": DIGITS, ".secret": "s", ".git/config": "s", "ü €.txt": "unicode" };
  await using it = await site(files);
  const cases: [string, number][] = [
    ["/%61.txt", 200],
    ["/%C3%BC%20%E2%82%AC.txt", 200],
    ["/%2561.txt", 404],
    ["/%zz", 400],
    ["/%", 400],
    ["/%e", 400],
    ["/a%00b", 400],
    ["/%ff.txt", 400],
    ["/%c0%ae%c0%ae/a.txt", 400],
    ["/..", 400],
    ["/../a.txt", 400],
    ["/sub/../a.txt", 400],
    ["/%2e%2e/a.txt", 400],
    ["/..%2fa.txt", 400],
    ["/a%2ftxt", 400],
    ["/a%5ctxt", 400],
    ["/a\\b", 400],
    ["/.secret", 404],
    ["/.git/config", 404],
    ["/.git/", 404],
    ["/%2esecret", 404],
    ["/a.txt/b", 404],
    [`/${"a".repeat(300)}`, 404],
  ];
  for (const [path, status] of cases) {
    const answer = await it.ask(`GET ${path}`);
    assertEquals(answer.status, status, path);
    assert(!answer.body.includes(it.root), path);
  }
  await using shown = await site(files, { hidden: true });
  assertEquals((await shown.ask("GET /.git/config")).body, "s");
});

Deno.test("fileHandler() answers for a folder that went away, and says what it cannot serve", async () => {
  await using it = await site({ "a": DIGITS });
  Deno.removeSync(it.root, { recursive: true });
  for (const path of ["/", "/a"]) {
    const answer = await it.ask(`GET ${path}`);
    assertEquals([answer.status, answer.body], [
      404,
      "404 Not Found: there is no such file\n",
    ]);
  }
  Deno.mkdirSync(it.root);
  assertThrows(
    () => fileHandler({ root: `${it.root}/none` }),
    HeliographError,
    `Cannot serve '${it.root}/none': there is no such folder`,
  );
  Deno.writeTextFileSync(`${it.root}/file`, "");
  assertThrows(
    () => fileHandler({ root: `${it.root}/file` }),
    HeliographError,
    `Cannot serve '${it.root}/file': it is a file, expected a folder`,
  );
});

Deno.test("a file that shrinks, grows or is rewritten while it is sent ends the connection", async () => {
  const size = 24 * 1_048_576;
  const changes: Record<string, (path: string) => void> = {
    shrinks: (path) => Deno.truncateSync(path, 12 * 1_048_576),
    grows: (path) => Deno.writeFileSync(path, new Uint8Array(1), { append: true }),
    rewritten: (path) => {
      using file = Deno.openSync(path, { write: true });
      file.seekSync(size - 1, Deno.SeekMode.Start);
      file.writeSync(new Uint8Array([7]));
    },
  };
  for (const [how, change] of Object.entries(changes)) {
    await using it = await site({ "big": new Uint8Array(size) });
    await it.wire.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    // The first bytes are here; the rest cannot be, there is no room for it on the way.
    const piece = new Uint8Array(65_536);
    let received = (await it.wire.conn.read(piece))!;
    change(`${it.root}/big`);
    received += await it.wire.skip(Infinity);
    assert(received < size, `${how}: ${received}`);
    using other = await Wire.open(it.server.address);
    assertEquals((await other.ask("HEAD /big HTTP/1.1\r\nHost: x\r\n\r\n")).status, 200, how);
  }
});

Deno.test("a file whose name, links or mode change while it is sent is sent whole", async () => {
  const size = 24 * 1_048_576;
  const changes: Record<string, (path: string) => void> = {
    removed: (path) => Deno.removeSync(path),
    replaced: (path) => Deno.renameSync(`${path}.new`, path),
    moved: (path) => Deno.renameSync(path, `${path}.old`),
    "made private": (path) => Deno.chmodSync(path, 0o600),
    linked: (path) => Deno.linkSync(path, `${path}.link`),
  };
  for (const [how, change] of Object.entries(changes)) {
    await using it = await site({ "big": new Uint8Array(size), "big.new": "other" });
    await it.wire.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    await it.wire.conn.read(new Uint8Array(1));
    change(`${it.root}/big`);
    assert(await it.wire.skip(size) >= size, how);
  }
});

Deno.test("a file beyond 4 GiB is served in constant memory", async () => {
  await using it = await site({ "big": "" });
  const path = `${it.root}/big`;
  const size = 10 * 2 ** 30;
  Deno.truncateSync(path, size);
  using file = Deno.openSync(path, { write: true });
  file.seekSync(size - 3, Deno.SeekMode.Start);
  file.writeSync(new TextEncoder().encode("end"));
  const { status, fields, body } = await it.ask("GET /big", "Range: bytes=-5");
  assertEquals([status, fields.get("content-range"), body], [
    206,
    `bytes ${size - 5}-${size - 1}/${size}`,
    "\0\0end",
  ]);
  assertEquals((await it.ask("HEAD /big")).fields.get("content-length"), String(size));
});

Deno.test("fileHandler() lists a folder as HTML, and as JSON for who asks for it", async () => {
  const files = { "b.txt": "12", "a&<b>\"'.txt": "1", "sub/c": "123", "10.txt": "", "9.txt": "" };
  await using it = await site(files);
  const html = await it.ask("GET /");
  assertEquals(html.fields.get("content-type"), "text/html; charset=utf-8");
  assertEquals(html.fields.get("vary"), "Accept");
  assert(html.body.includes("a&amp;&lt;b&gt;&quot;&#39;.txt"));
  assert(html.body.includes('href="./a%26%3Cb%3E%22&#39;.txt"'));
  assert(!html.body.includes("<b>"));
  assert(!html.body.includes("<script"));
  const json = async (query: string) => {
    const { fields, body } = await it.ask(`GET /${query}`, "Accept: application/json");
    assertEquals(fields.get("content-type"), "application/json; charset=utf-8");
    return JSON.parse(body);
  };
  const entries = await json("");
  assertEquals(entries[1], { name: "9.txt", type: "file", size: 0, time: OLD.toISOString() });
  const names = async (query: string) =>
    (await json(query)).map((entry: { name: string }) => entry.name);
  const odd = "a&<b>\"'.txt";
  assertEquals(await names(""), ["sub", "9.txt", "10.txt", odd, "b.txt"]);
  assertEquals(await names("?sort=name&order=desc"), ["sub", "b.txt", odd, "10.txt", "9.txt"]);
  assertEquals(await names("?sort=size&order=desc"), ["sub", "b.txt", odd, "9.txt", "10.txt"]);
  assertEquals(
    await names("?filter=.TXT&page=1"),
    ["9.txt", "10.txt", odd, "b.txt"].filter((name) => name.includes(".txt")),
  );
  assertEquals(await names("?page=2"), []);
  await using closed = await site(files, { listing: false });
  assertEquals((await closed.ask("GET /")).status, 404);
  assertEquals((await closed.ask("GET /sub/c")).body, "123");
});

Deno.test("fileHandler() lists every name that can be asked for, and no other", async () => {
  const names = [
    "#",
    "%41",
    "%C3%A4 ö",
    "100%",
    "a+b",
    "c:d",
    "e?f",
    "g;h",
    "new\nline",
    "tab\t",
    "ß",
  ];
  names.push("x".repeat(255), "...", "back\\slash", ".hidden");
  await using it = await site(Object.fromEntries(names.map((name) => [name, name])));
  const textOf = (body: string) =>
    new TextDecoder().decode(Uint8Array.from(body, (octet) => octet.charCodeAt(0)));
  const listed = JSON.parse(textOf((await it.ask("GET /", "Accept: application/json")).body));
  const refused = ["...", "back\\slash", ".hidden"];
  assertEquals(
    listed.map(({ name }: { name: string }) => name).sort(),
    names.filter((name) => !refused.includes(name)).sort(),
  );
  const page = (await it.ask("GET /")).body;
  const links = [...page.matchAll(/href="\.\/([^"]+)"/g)].map((match) => match[1]!);
  assertEquals(links.length, listed.length);
  for (const link of links) {
    const { status, body } = await it.ask(`GET /${link}`);
    assertEquals([status, textOf(body)], [200, decodeURIComponent(link)]);
  }
});

Deno.test("fileHandler() serves below a path, links pages elsewhere, and keeps files in a sandbox", async () => {
  const files = { "sub/a b.fits": "1", "page.html": "<b>", "old/page.html": "<i>" };
  await using it = await site(files, {
    base: "/files",
    sandbox: true,
    pages: [{
      label: "view",
      matches: (name) => name.endsWith(".fits"),
      hrefOf: (path) => `/view${path}`,
      thumbnailOf: (path) => `/small${path}`,
    }],
  });
  const listing = await it.ask("GET /files/sub/");
  assert(listing.body.includes('<a class="form" href="/view/sub/a%20b.fits">view</a>'));
  assert(listing.body.includes('src="/small/sub/a%20b.fits"'));
  assert(listing.body.includes('<a href="/files/sub/" aria-current="page">'));
  assertEquals(listing.fields.get("content-security-policy"), null);
  assertEquals((await it.ask("GET /files/sub")).fields.get("location"), "/files/sub/");
  for (const time of ["cold", "kept"]) {
    const page = await it.ask("GET /files/page.html");
    assertEquals(page.fields.get("content-security-policy"), "sandbox", time);
  }
});

Deno.test("fileHandler() gives files in other forms, made once and linked in the listing", async () => {
  let made = 0;
  await using it = await site({ "sun.fits": "SIMPLE", "broken.fits": "BROKEN", "a.txt": "text" }, {
    ...later,
    representations: [{
      name: "preview",
      label: "view",
      type: "image/png",
      thumbnail: "size=96",
      matches: (name) => name.endsWith(".fits"),
      render: (source, query) => {
        made++;
        const bytes = new Uint8Array(source.size);
        source.readAt(bytes, 0);
        const text = new TextDecoder().decode(bytes);
        if (text === "BROKEN") throw new Error(`cannot read ${it.root}`);
        return Promise.resolve(new TextEncoder().encode(`${text} ${query.get("size")}`));
      },
    }],
  });
  const { status, body, fields } = await it.ask("GET /sun.fits?as=preview&size=5");
  assertEquals([status, body, fields.get("content-type")], [200, "SIMPLE 5", "image/png"]);
  const etag = fields.get("etag")!;
  assert(etag !== (await it.ask("GET /sun.fits")).fields.get("etag"));
  assertEquals((await it.ask("GET /sun.fits?as=preview&size=5")).body, "SIMPLE 5");
  assertEquals(made, 1);
  const again = await it.ask("GET /sun.fits?as=preview&size=5", `If-None-Match: ${etag}`);
  assertEquals(again.status, 304);
  const changed = `${it.root}/sun.fits`;
  Deno.writeTextFileSync(changed, "CHANGED");
  assertEquals((await it.ask("GET /sun.fits?as=preview&size=5")).body, "CHANGED 5");
  assertEquals((await it.ask("GET /sun.fits?as=other")).status, 404);
  assertEquals((await it.ask("GET /a.txt?as=preview")).status, 404);
  assertEquals((await it.ask("GET /a.txt?bias=preview")).body, "text");
  const broken = await it.ask("GET /broken.fits?as=preview");
  assertEquals([broken.status, broken.body], [
    422,
    "422 Unprocessable Content: the file cannot be shown in this form\n",
  ]);
  const page = (await it.ask("GET /")).body;
  assert(page.includes('src="./sun.fits?as=preview&amp;size=96"'));
  assert(page.includes('<a class="form" href="./sun.fits?as=preview">view</a>'));
  assert(!page.includes("./a.txt?as"));
});

Deno.test("a page of a long folder tells of its own files all, of the others how many they are", async () => {
  const names = Array.from({ length: 450 }, (_, i) => `f${String(i).padStart(3, "0")}.txt`);
  await using it = await site(Object.fromEntries(names.map((name, i) => [name, "x".repeat(i)])));
  await Deno.mkdir(`${it.root}/folder`);
  await makeLink("f449.txt", `${it.root}/f000-link.txt`);
  await makeLink("gone", `${it.root}/broken.txt`);
  const shown = (page: string) =>
    [...page.matchAll(
      /<tr class="(\w+)">.*?href="\.\/([^"]+)".*?<td class="size">(?:<data value="(\d+)")?/g,
    )]
      .map(([, kind, name, size]) => [kind, name, size]);
  const entries: unknown[] = [
    ["folder", "folder/", undefined],
    ["file", "f000.txt", "0"],
    ["file", "f000-link.txt", "449"],
    ...names.slice(1).map((name, i) => ["file", name, String(i + 1)]),
  ];
  const sorted = shown((await it.ask("GET /")).body).slice(0, 3);
  assertEquals(
    new Set(sorted.map((row) => row[1])),
    new Set(["folder/", "f000.txt", "f000-link.txt"]),
  );
  for (
    const [query, first] of [["", 0], ["?page=2", 200], ["?page=3", 400], ["?page=9", 400]] as const
  ) {
    const page = (await it.ask(`GET /${query}`)).body;
    assertEquals(shown(page).slice(3), entries.slice(first, first + 200).slice(3), query);
    // Where the system does not tell what is open, each file has to be looked at.
    assertMatch(page, /<footer>1 folder, 451 files,( 99\.1 KiB,)? all below as/);
  }
  const json = async (query: string) =>
    JSON.parse((await it.ask(`GET /${query}`, "Accept: application/json")).body);
  const all = await json("");
  assertEquals(all.length, 452);
  assertEquals(await json("?page=2"), all.slice(200, 400));
  assertEquals(await json("?page=3"), all.slice(400));
  assertEquals(await json("?page=9"), []);
  // By size all have to be asked for, and so the sum is known.
  const bySize = (await it.ask("GET /?sort=size&order=desc")).body;
  assertStringIncludes(bySize, "<footer>1 folder, 451 files, 99.1 KiB, all below as");
});
