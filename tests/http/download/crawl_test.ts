import { assertEquals, assertRejects } from "@std/assert";
import { crawl, type CrawlOptions, crawlSummary } from "../../../http/download/crawl.ts";
import type { DownloadResult } from "../../../http/download/job/options.ts";
import { type HttpServer, serveHttp } from "../../../http/server/serve_http.ts";
import type { HttpRequest, HttpResponse } from "../../../http/server/types.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { site } from "../../support/http/site.ts";

const DATE = "Thu, 19 Mar 2015 18:37:02 GMT";

/** A page; one that is a file has a time. */
function page(body: string, ...fields: [string, string][]): HttpResponse {
  return {
    status: 200,
    fields: { "Content-Type": "text/html", ...Object.fromEntries(fields) },
    body,
  };
}

type Answers = Readonly<Record<string, HttpResponse | ((request: HttpRequest) => HttpResponse)>>;

/** A server of pages, and what was asked of it. */
async function pages(answers: Answers): Promise<{ server: HttpServer; asked: string[] }> {
  const asked: string[] = [];
  const server = await serveHttp({ port: 0 }, (request) => {
    asked.push(request.target);
    const answer = Object.hasOwn(answers, request.target) ? answers[request.target] : undefined;
    if (answer === undefined) return { status: 404 };
    return typeof answer === "function" ? answer(request) : answer;
  });
  return { server, asked };
}

/** What a crawl finds, in short. */
async function found(start: string | URL, options: CrawlOptions = {}) {
  const results: DownloadResult[] = [];
  const crawled = await crawl(start, {
    listOnly: true,
    firstWait: 1,
    onResult: (result) => results.push(result),
    ...options,
  });
  const files = crawled.files.map(({ folder, name }) => folder === "" ? name : `${folder}/${name}`);
  return { files, results, summary: crawlSummary(crawled), crawled };
}

const TREE: Answers = {
  "/top/": page('<a href="../">up</a> <a href="a.fits">a</a> <a href="sub/">sub</a>'),
  "/top/sub/": page('<a href="../">up</a> <a href="b.fits">b</a> <a href="deep/">deep</a>'),
  "/top/sub/deep/": page('<a href="c.fits">c</a> <a href="/top/">round</a>'),
  "/": page('<a href="top/">top</a> <a href="other/d.fits">d</a>'),
};

Deno.test("crawl() follows links as deep as it may, and goes in no circle", async () => {
  const { server, asked } = await pages(TREE);
  await using _ = server;
  const start = new URL("/top/", server.url);
  const options = { noParent: true };
  assertEquals((await found(start, { ...options, depth: 1 })).files, ["a.fits"]);
  assertEquals((await found(start, { ...options, depth: 2 })).files, ["a.fits", "sub/b.fits"]);
  asked.length = 0;
  const { files, summary } = await found(start, options);
  assertEquals(files, ["a.fits", "sub/b.fits", "sub/deep/c.fits"]);
  assertEquals(asked, ["/top/", "/robots.txt", "/top/sub/", "/top/sub/deep/"]);
  assertEquals(summary, "3 pages read; links not followed: 1 above the folder");
});

Deno.test("crawl() without noParent puts what is above into a folder of the server", async () => {
  const { server } = await pages(TREE);
  await using _ = server;
  const { host } = new URL(server.url);
  const { files } = await found(new URL("/top/", server.url));
  assertEquals(files, ["a.fits", `${host}/other/d.fits`, "sub/b.fits", "sub/deep/c.fits"]);
});

Deno.test("crawl() leaves out other servers, also those that a page of this one leads to", async () => {
  const { server: other, asked } = await pages({ "/x/": page('<a href="x.fits">') });
  await using _other = other;
  const { server } = await pages({
    "/": page(`<a href="${other.url}x.fits"><a href="moved/"><a href="a.fits">`),
    "/moved/": { status: 302, fields: { Location: `${other.url}x/` } },
  });
  await using _ = server;
  const { files, summary } = await found(server.url);
  assertEquals([files, asked], [["a.fits"], ["/x/"]]);
  assertEquals(summary, "1 page read; links not followed: 2 to other servers");
});

Deno.test("crawl() carries no password to the server that the first page has moved to", async () => {
  const { server: other } = await pages({ "/": page('<a href="x.fits">') });
  await using _other = other;
  const { server } = await pages({ "/": { status: 302, fields: { Location: other.url } } });
  await using _ = server;
  assertEquals((await found(server.url)).crawled.files.length, 1);
  await assertRejects(
    () => found(server.url, { user: "me", password: "word" }),
    Error,
    "it has moved to another server, which must not see the credentials",
  );
});

Deno.test("crawl() sends user and password of the first page with every request", async () => {
  const seen = new Set<string | undefined>();
  const { server } = await pages({
    "/": page('<a href="sub/">'),
    "/sub/": (request) => {
      seen.add(request.fields.get("authorization"));
      return page('<a href="a.fits">');
    },
  });
  await using _ = server;
  const start = new URL(server.url);
  start.username = "me";
  start.password = "word";
  const { crawled } = await found(start);
  assertEquals([...seen], [`Basic ${btoa("me:word")}`]);
  assertEquals(new URL(crawled.files[0]!.url).password, "word");
});

Deno.test("crawl() keeps to robots.txt and to what pages ask of robots, unless told otherwise", async () => {
  const { server } = await pages({
    "/robots.txt": { status: 200, body: "User-agent: *\nDisallow: /private/\nDisallow: /*.tmp$\n" },
    "/": page('<a href="a.fits"><a href="private/"><a href="b.tmp"><a href="no.html">'),
    "/private/": page('<a href="c.fits">'),
    "/no.html": page('<meta name="robots" content="nofollow"><a href="d.fits">'),
  });
  await using _ = server;
  const { files, summary } = await found(server.url);
  assertEquals(files, ["a.fits", "no.html"]);
  assertEquals(
    summary,
    "2 pages read; links not followed: 2 that robots.txt forbids, 1 of pages that ask robots not to follow",
  );
  const all = await found(server.url, { ignoreRobots: true });
  assertEquals(all.files.toSorted(), ["a.fits", "b.tmp", "d.fits", "no.html", "private/c.fits"]);
});

Deno.test("crawl() follows nothing where robots.txt cannot be read", async () => {
  const { server } = await pages({
    "/robots.txt": { status: 503 },
    "/": page('<a href="a.fits">'),
  });
  await using _ = server;
  await assertRejects(
    () => found(server.url, { retries: 1 }),
    Error,
    "/robots.txt: the server answered 503",
  );
});

Deno.test("crawl() saves pages that are files, and not those that are made of folders", async () => {
  await using folder = await temporaryFolder();
  const time: [string, string] = ["Last-Modified", DATE];
  const { server } = await pages({
    "/": page('<a href="made/"><a href="kept/"><a href="a.html"><a href="intro">'),
    "/made/": page("<title>Index of /made/</title>"),
    "/kept/": page("kept", time),
    "/a.html": page("a", time),
    "/intro": page("intro"),
  });
  await using _ = server;
  const options = { folder: folder.path, listOnly: false };
  const { results, files } = await found(server.url, options);
  const brief = (list: DownloadResult[]) =>
    list.map(({ path, outcome }) => `${outcome} ${path?.slice(folder.path.length)}`).sort();
  assertEquals(files, []);
  assertEquals(brief(results), [
    "fetched /a.html",
    "fetched /intro.html",
    "fetched /kept/index.html",
  ]);
  assertEquals(Deno.readTextFileSync(`${folder.path}/kept/index.html`), "kept");
  assertEquals(Deno.statSync(`${folder.path}/a.html`).mtime, new Date(DATE));
  assertEquals([...Deno.readDirSync(folder.path)].length, 3);
  Deno.writeTextFileSync(`${folder.path}/a.html`, "mine");
  assertEquals(brief((await found(server.url, options)).results), [
    "skipped /a.html",
    "skipped /intro.html",
    "skipped /kept/index.html",
  ]);
  assertEquals(Deno.readTextFileSync(`${folder.path}/a.html`), "mine");
  await found(server.url, { ...options, existing: "clobber" });
  assertEquals(Deno.readTextFileSync(`${folder.path}/a.html`), "a");
});

Deno.test("crawl() takes what is no page for a file, and asks again where that may help", async () => {
  let busy = 1;
  const { server } = await pages({
    "/": page('<a href="README"><a href="gone/"><a href="busy/">'),
    "/README": { status: 200, fields: { "Content-Type": "text/plain" }, body: "read me" },
    "/busy/": () => busy-- > 0 ? { status: 503 } : page('<a href="b.fits">'),
  });
  await using _ = server;
  const { files, results } = await found(server.url);
  assertEquals(files, ["README", "busy/b.fits"]);
  assertEquals(results.map(({ url, outcome, error }) => [new URL(url).pathname, outcome, error]), [
    ["/gone/", "failed", `Cannot fetch ${server.url}gone/: the server answered 404 Not Found`],
  ]);
});

Deno.test("crawl() fails where the first page cannot be read", async () => {
  const { server } = await pages({});
  await using _ = server;
  await assertRejects(() => found(server.url), Error, "the server answered 404");
});

Deno.test("crawl() reads the listings of our own server whole, of more than one page", async () => {
  const names = Array.from({ length: 450 }, (_, i) => `sub/${String(i).padStart(3, "0")}.fits`);
  await using files = await site({
    "a.fits": "a",
    ...Object.fromEntries(names.map((name) => [name, "x"])),
  });
  const { files: all } = await found(files.server.url);
  assertEquals(all.length, 451);
  assertEquals(all.toSorted(), ["a.fits", ...names].toSorted());
});
