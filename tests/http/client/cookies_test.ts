import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CookieJar } from "../../../http/client/cookies.ts";
import { readRange } from "../../../http/client/read.ts";
import { FormatError, ProtocolError } from "../../../net/errors.ts";
import { download } from "../../../http/download/download.ts";
import { answer, hostileServer } from "../../support/http/hostile_server.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const NOW = Date.UTC(2026, 10, 30);

/** Cookies that a URL sets, and what another URL gets of them. */
const SET: readonly (readonly [set: string, from: string, to: string, sent: string | undefined])[] =
  [
    // Where it goes (RFC 6265 sections 5.1.3, 5.1.4 and 5.4).
    ["a=1", "http://x.org/", "http://x.org/sun", "a=1"],
    ["a=1", "http://x.org/", "http://X.ORG:8080/", "a=1"],
    ["a=1", "http://x.org/", "http://www.x.org/", undefined],
    ["a=1", "http://x.org/", "http://ax.org/", undefined],
    ["a=1; Domain=x.org", "http://www.x.org/", "http://data.x.org/", "a=1"],
    ["a=1; Domain=.x.org", "http://www.x.org/", "http://x.org/", "a=1"],
    ["a=1; Domain=y.org", "http://x.org/", "http://y.org/", undefined],
    ["a=1; Domain=www.x.org", "http://x.org/", "http://www.x.org/", undefined],
    ["a=1; Domain=org", "http://x.org/", "http://y.org/", undefined],
    ["a=1; Domain=co.uk", "http://x.co.uk/", "http://y.co.uk/", undefined],
    ["a=1; Domain=0.1", "http://127.0.0.1/", "http://127.9.0.1/", undefined],
    ["a=1; Domain=127.0.0.1", "http://127.0.0.1/", "http://127.0.0.1/", "a=1"],
    ["a=1", "http://localhost/", "http://localhost/", "a=1"],
    ["a=1; Path=/b", "http://x.org/", "http://x.org/b/c", "a=1"],
    ["a=1; Path=/b", "http://x.org/", "http://x.org/bc", undefined],
    ["a=1; Path=b", "http://x.org/d/e", "http://x.org/d/f", "a=1"],
    ["a=1", "http://x.org/d/e", "http://x.org/f", undefined],
    ["a=1; Secure", "https://x.org/", "https://x.org/", "a=1"],
    ["a=1; Secure", "https://x.org/", "http://x.org/", undefined],
    ["a=1; Secure", "http://x.org/", "https://x.org/", undefined],
    // For how long.
    ["a=1; Max-Age=1", "http://x.org/", "http://x.org/", "a=1"],
    ["a=1; Max-Age=0", "http://x.org/", "http://x.org/", undefined],
    ["a=1; Expires=Mon, 30-Nov-2026 00:00:01 GMT", "http://x.org/", "http://x.org/", "a=1"],
    ["a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "http://x.org/", "http://x.org/", undefined],
    [
      "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=9",
      "http://x.org/",
      "http://x.org/",
      "a=1",
    ],
    ["a=1; Expires=soon", "http://x.org/", "http://x.org/", "a=1"],
    // What it is.
    ["a=b=c; HttpOnly; SameSite=None", "http://x.org/", "http://x.org/", "a=b=c"],
    ['a="1 2"', "http://x.org/", "http://x.org/", 'a="1 2"'],
    ["alone", "http://x.org/", "http://x.org/", "alone"],
    ["=", "http://x.org/", "http://x.org/", undefined],
    ["a=1\x01", "http://x.org/", "http://x.org/", undefined],
    ["a=" + "1".repeat(5_000), "http://x.org/", "http://x.org/", undefined],
  ];

Deno.test("an answer without TLS puts no cookie in the place of a Secure one", () => {
  const secure = "sid=mine; Path=/data; Secure";
  const cases: [set: string, from: string, sent: string][] = [
    ["sid=theirs; Path=/data", "http://x.org/data/", "sid=mine"],
    ["sid=theirs; Path=/data/sun", "http://x.org/data/", "sid=mine"],
    ["sid=theirs; Path=/data; Max-Age=0", "http://x.org/data/", "sid=mine"],
    ["sid=theirs; Path=/data; Domain=x.org", "http://www.x.org/data/", "sid=mine"],
    // Those go to other places, or are others.
    ["sid=theirs; Path=/", "http://x.org/", "sid=mine; sid=theirs"],
    ["other=theirs; Path=/data", "http://x.org/data/", "sid=mine; other=theirs"],
    ["sid=new; Path=/data; Secure", "https://x.org/data/", "sid=new"],
  ];
  for (const [set, from, sent] of cases) {
    const jar = new CookieJar();
    jar.store(new URL("https://x.org/data/"), [secure], NOW);
    jar.store(new URL(from), [set], NOW);
    assertEquals(jar.fieldFor(new URL("https://x.org/data/sun/a.fits"), NOW), sent, set);
  }
});

Deno.test("CookieJar sends a cookie where and while it is meant", () => {
  for (const [set, from, to, sent] of SET) {
    const jar = new CookieJar();
    jar.store(new URL(from), [set], NOW);
    assertEquals(jar.fieldFor(new URL(to), NOW), sent, `${set} of ${from} for ${to}`);
  }
});

Deno.test("CookieJar replaces, forgets, orders and bounds", () => {
  const jar = new CookieJar();
  const url = new URL("http://x.org/a/b");
  jar.store(url, ["a=1; Path=/", "b=2; Path=/a", "a=3; Path=/", "c=4; Max-Age=5; Path=/"], NOW);
  assertEquals(jar.fieldFor(url, NOW), "b=2; a=3; c=4");
  assertEquals(jar.fieldFor(url, NOW + 5_000), "b=2; a=3");
  jar.store(
    url,
    ["a=; Path=/; Max-Age=0", "b=; Path=/a; Max-Age=-1", "c=; Path=/; Max-Age=0"],
    NOW,
  );
  assertEquals([jar.fieldFor(url, NOW), jar.empty], [undefined, true]);
  for (let i = 0; i < 1_000; i++) jar.store(url, [`n${i}=1`], NOW);
  assertEquals(jar.fieldFor(url, NOW)!.split("; ").length, 180);
  for (let i = 0; i < 3_000; i++) jar.store(new URL(`http://h${i}.org/`), ["a=1"], NOW);
  assertEquals(jar.fieldFor(new URL("http://h990.org/"), NOW), "a=1");
  assertEquals(jar.fieldFor(new URL("http://h2990.org/"), NOW), undefined);
});

Deno.test("CookieJar.load() reads what curl and browsers write, and says which line it cannot", () => {
  const jar = new CookieJar();
  jar.load(
    "# Netscape HTTP Cookie File\n\n" +
      ".x.org\tTRUE\t/\tFALSE\t0\ta\t1\r\n" +
      "#HttpOnly_x.org\tFALSE\t/d\tTRUE\t1800000000\tb\t2\n" +
      "x.org\tFALSE\t/\tFALSE\t1000\told\t3\n" +
      "x.org\tFALSE\t/\tFALSE\t0\tempty\n",
    NOW,
  );
  assertEquals(jar.fieldFor(new URL("https://x.org/d/"), NOW), "b=2; a=1; empty=");
  assertEquals(jar.fieldFor(new URL("http://www.x.org/d/"), NOW), "a=1");
  const error = assertThrows(() => jar.load("\nsecret=1; x", NOW, "jar.txt"), FormatError);
  assertEquals(
    error.message,
    "Cannot read jar.txt: line 2 has 1 columns, expected the 7 of the Netscape format " +
      "(domain, subdomains, path, secure, expires, name, value)",
  );
});

Deno.test("download() logs in as NASA Earthdata wants it: away, with the password, and back", async () => {
  const seen: string[] = [];
  let port = "";
  await using server = hostileServer(async (request, peer) => {
    const host = request.field("Host")!.split(":")[0]!;
    const secrets = ["Authorization", "Cookie"].map((name) => request.field(name) ?? "-");
    seen.push([host, request.path, ...secrets].join(" "));
    const here = (path: string) => ({ Location: `http://127.0.0.1:${port}${path}` });
    if (request.path === "/sun.fits" && request.field("Cookie") === "session=7") {
      return void await peer.send(...answer("200 OK", {}, new TextEncoder().encode("SIMPLE")));
    }
    const [path] = request.path.split("?");
    const fields: Record<string, string> = path === "/sun.fits"
      ? { Location: `http://localhost:${port}/oauth?state=1` }
      : path === "/oauth"
      ? here("/callback?code=2")
      : { "Set-Cookie": "session=7; Path=/; HttpOnly", ...here("/sun.fits") };
    const refused = path === "/oauth" && request.field("Authorization") === undefined;
    await peer.send(...answer(refused ? "401 Unauthorized" : "302 Found", refused ? {} : fields));
  });
  port = new URL(server.url).port;
  await using output = await temporaryFolder();
  const [result] = await download(`${server.url}/sun.fits`, {
    folder: output.path,
    retries: 0,
    netrc: [{ machine: "localhost", login: "u", password: "p" }],
  });
  assertEquals([result!.error, result!.bytes], [null, 6]);
  assertEquals(seen, [
    "127.0.0.1 /sun.fits - -",
    "localhost /oauth?state=1 Basic dTpw -",
    "127.0.0.1 /callback?code=2 - -",
    "127.0.0.1 /sun.fits - session=7",
  ]);
});

Deno.test("HttpClient follows redirects to itself as long as its bound allows", async () => {
  const body = new TextEncoder().encode("sun");
  await using server = hostileServer(async (request, peer) => {
    const ready = request.path === "/twice" && request.count === 2 ||
      request.path === "/cookie" && request.field("Cookie") === "a=1";
    const fields = { Location: request.path, "Set-Cookie": "a=1" };
    await peer.send(...(ready ? answer("200 OK", {}, body) : answer("302 Found", fields)));
  });
  for (const path of ["/twice", "/cookie"]) {
    assertEquals((await readRange(server.url + path)).bytes, body);
  }
  const url = `${server.url}/never`;
  await assertRejects(
    () => readRange(url, { maxRedirects: 5 }),
    ProtocolError,
    `Cannot fetch ${url}: more than 5 redirects; they go in a circle at ${url}`,
  );
  assertEquals(server.requests.filter(({ path }) => path === "/never").length, 6);
});

Deno.test("HttpClient sends cookies beside those of --header, and none to another host", async () => {
  await using server = hostileServer(async (request, peer) => {
    const fields: Record<string, string> = request.path === "/first"
      ? { Location: "/second", "Set-Cookie": "b=2" }
      : request.path === "/second"
      ? { Location: `http://localhost:${new URL(server.url).port}/third` }
      : {};
    const status = request.path === "/third" ? "200 OK" : "302 Found";
    await peer.send(...answer(status, fields));
  });
  await readRange(`${server.url}/first`, { headers: { Cookie: "a=1" } });
  const sent = server.requests.map((request) => request.field("Cookie"));
  assertEquals(sent, ["a=1", "a=1; b=2", undefined]);
});
