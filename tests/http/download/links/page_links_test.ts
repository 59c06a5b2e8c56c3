import { assertEquals } from "@std/assert";
import { parsePageLinks } from "../../../../http/download/links/page_links.ts";

const PAGE = new URL("http://sun.example/data/2026/index.html");

const CASES: readonly (readonly [what: string, html: string, urls: readonly string[]])[] = [
  ["a link", '<a href="a.fits">', ["http://sun.example/data/2026/a.fits"]],
  ["a folder above", "<a href=../>", ["http://sun.example/data/"]],
  ["another server", "<a href='//moon.example/x'>", ["http://moon.example/x"]],
  ["what a page shows", '<img src="/s.jpg"><script src=j.js></script><link href=c.css>', [
    "http://sun.example/s.jpg",
    "http://sun.example/data/2026/j.js",
    "http://sun.example/data/2026/c.css",
  ]],
  ["frames and objects", '<frame src=f><iframe src="i"></iframe><object data=o></object>', [
    "http://sun.example/data/2026/f",
    "http://sun.example/data/2026/i",
    "http://sun.example/data/2026/o",
  ]],
  ["one of two", '<a href="a"><a href="a#part"><a href="./a">', [
    "http://sun.example/data/2026/a",
  ]],
  ["a base, before and behind", '<a href=x><base href="/b/"><base href="/c/"><a href=y>', [
    "http://sun.example/b/x",
    "http://sun.example/b/y",
  ]],
  ["entities", '<a href="?a=1&amp;b=2">', ["http://sun.example/data/2026/index.html?a=1&b=2"]],
  ["no users", '<a href="http://me:word@sun.example/x">', ["http://sun.example/x"]],
  ["other schemes", '<a href="javascript:x()"><a href="mailto:a@b"><a href="ftp://h/x">', []],
  ["comments and scripts", '<!-- <a href=x> --><script>"<a href=y>"</script>', []],
  ["what names nothing", '<a name="x"><a href=""><p href="x">', []],
  ["what is no URL", '<a href="http://[">', []],
];

for (const [what, html, urls] of CASES) {
  Deno.test(`parsePageLinks() finds ${what}`, () => {
    assertEquals(parsePageLinks(html, PAGE), {
      urls: urls.map((url) => new URL(url)),
      nofollow: false,
    });
  });
}

Deno.test("parsePageLinks() tells whether robots are asked not to follow", () => {
  const asks = (meta: string) => parsePageLinks(`${meta}<a href=x>`, PAGE).nofollow;
  assertEquals(asks('<meta name="robots" content="nofollow">'), true);
  assertEquals(asks('<META CONTENT="noindex, NoFollow" NAME=ROBOTS>'), true);
  assertEquals(asks('<meta name="robots" content="none">'), true);
  assertEquals(asks('<meta name="robots" content="noindex">'), false);
  assertEquals(asks('<meta name="author" content="nofollow">'), false);
});
