import { assertEquals } from "@std/assert";
import { parseJsonListing, parseLinks } from "../../../../http/download/links/link_list.ts";
import { fuzz, fuzzRounds } from "../../../support/random.ts";

const BASE = new URL("http://h/data/");
const PAGES: [server: string, html: string][] = [
  [
    "nginx",
    `<pre><a href="../">../</a>\n<a href="sub/">sub/</a>   21-Nov-2026 10:00   -\n` +
    `<a href="s%C3%BCn.fits">s&uuml;n.fits</a>    01-Sep-2014 11:15     2880\n</pre>`,
  ],
  [
    "Apache",
    `<pre><a href="?C=N;O=D">Name</a> <a href="/">Parent Directory</a>   -\n` +
    `<a href="s%c3%bcn.fits">sün.fits</a>   2014-09-01 11:15  2880  \n</pre>`,
  ],
  [
    "Apache as a table",
    `<table><tr><td><a href="s%C3%BCn.fits">sün.fits</a></td>` +
    `<td align="right">2014-09-01 11:15  </td><td align="right">2880</td><td>&nbsp;</td></tr></table>`,
  ],
  [
    "lighttpd",
    `<tr><td class="n"><a href="s%C3%BCn.fits">sün.fits</a></td>` +
    `<td class="m">2014-Sep-01 11:15:00</td><td class="s">2880</td><td class="t">x</td></tr>`,
  ],
];

for (const [server, html] of PAGES) {
  Deno.test(`parseLinks() reads a page of ${server}`, () => {
    const [file, ...others] = parseLinks(html, BASE);
    assertEquals(others, []);
    assertEquals({ ...file!, url: file!.url.toUpperCase() }, {
      name: "sün.fits",
      url: "HTTP://H/DATA/S%C3%BCN.FITS",
      size: 2880,
      rounded: undefined,
      modified: "2014-09-01T11:15:00",
    });
  });
}

Deno.test("parseLinks() lists files below the folder only, each once", () => {
  const hrefs = [
    "a.fits",
    "./a.fits",
    "/data/a.fits",
    "http://h/data/b.fits",
    "'c d.fits'",
    "http://other/x.fits",
    "//other/x.fits",
    "../up.fits",
    "/x.fits",
    "javascript:alert(1)",
    "mailto:a@b",
    "#top",
    "?sort=1",
    "sub/",
    "",
    "e.cgi?x=1&amp;y=2",
  ];
  const html = hrefs.map((href) =>
    `<A class=x HREF=${href.startsWith("'") ? href : `"${href}"`}>x</A>`
  ).join("\n");
  assertEquals(parseLinks(html, new URL("http://h/data/index.html")).map(({ url }) => url), [
    "http://h/data/a.fits",
    "http://h/data/b.fits",
    "http://h/data/c%20d.fits",
    "http://h/data/e.cgi?x=1&y=2",
  ]);
});

Deno.test("parseLinks() says when a size is rounded", () => {
  const html = '<a href="a">a</a>  2014-09-01 11:15  2.5M\n<a href="b">b</a>\n';
  assertEquals(parseLinks(html, BASE).map(({ size, rounded }) => [size, rounded]), [
    [2_621_440, true],
    [undefined, undefined],
  ]);
});

Deno.test("parseLinks() throws nothing and ends soon, whatever the page", async () => {
  const pieces = [
    "<a ",
    "href=",
    '"',
    "'",
    "x.fits",
    ">",
    "</a>",
    "<td>",
    "2014-09-01 11:15",
    "9K",
    "\n",
    "&#x110000;",
    "&#99;",
    "<",
    "http://[",
    "%zz",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<base ",
  ];
  await fuzz(fuzzRounds(2_000, 50_000), 11, (random) => {
    const html = Array.from({ length: random.integer(0, 40) }, () => random.pick(pieces)).join("");
    for (const { url } of parseLinks(html, BASE)) {
      assertEquals(url.startsWith("http://h/data/"), true);
    }
  });
  const start = performance.now();
  parseLinks("<a href=".repeat(100_000), BASE);
  parseLinks('<a href="x">'.repeat(20_000), BASE);
  parseLinks("<!--".repeat(100_000), BASE);
  parseLinks("<script></".repeat(50_000), BASE);
  parseLinks("<a x=".repeat(100_000) + ">", BASE);
  assertEquals(performance.now() - start < 3_000, true);
});

const JSON_LISTINGS: [server: string, entries: unknown[], modified: string][] = [
  [
    "nginx",
    [
      { name: "sub", type: "directory", mtime: "Sat, 21 Nov 2026 16:12:19 GMT" },
      { name: "100%.fits", type: "file", mtime: "Sat, 21 Nov 2026 16:12:19 GMT", size: 2 },
    ],
    "2026-11-21T16:12:19.000Z",
  ],
  [
    "Caddy",
    [
      { name: "sub/", size: 4096, mod_time: "2026-11-21T16:12:19Z", is_dir: true },
      { name: "100%.fits", size: 2, mod_time: "2026-11-21T16:12:19.5Z", is_dir: false },
    ],
    "2026-11-21T16:12:19.5Z",
  ],
];

for (const [server, entries, modified] of JSON_LISTINGS) {
  Deno.test(`parseJsonListing() reads a listing of ${server}`, () => {
    assertEquals(parseJsonListing(JSON.stringify(entries), BASE), [
      { name: "100%.fits", url: "http://h/data/100%25.fits", size: 2, modified },
    ]);
  });
}

Deno.test("parseJsonListing() reads the listing of our own server and nothing else", () => {
  const listing = [
    { name: "sub", type: "directory", size: null, time: "2014-09-01T11:15:00Z" },
    { name: "a b.fits", type: "file", size: 2880, time: "2014-09-01T11:15:00Z" },
    { name: "../x", type: "file", size: 1 },
    null,
    7,
  ];
  assertEquals(parseJsonListing(JSON.stringify(listing), BASE), [
    {
      name: "a b.fits",
      url: "http://h/data/a%20b.fits",
      size: 2880,
      modified: "2014-09-01T11:15:00Z",
    },
  ]);
  for (const text of ["", "{}", "null", '"x"']) {
    assertEquals(parseJsonListing(text, BASE), undefined);
  }
});

Deno.test("parseLinks() knows no entity that every object has", () => {
  const page = '<a href="a&constructor;b.fits">a</a> <a href="c&toString;.fits">c</a>';
  assertEquals(
    parseLinks(page, new URL("http://host/")).map(({ url }) => url),
    ["http://host/a&constructor;b.fits", "http://host/c&toString;.fits"],
  );
});

/** Parts of a page, and the files that a browser finds in it. */
const MARKUP: readonly (readonly [html: string, names: string, base?: string])[] = [
  ['<a href="a"><!-- <a href="b"> --><a href="c">', "a c"],
  ['<!--><a href="a">--><a href="b">', "a b"],
  ['<a href="a"><!-- <a href="b">', "a"],
  ['<script>x = \'<a href="a">\'</script><a href="b">', "b"],
  ['<style><a href="a"></style ><title><a href="b"></TITLE><a href="c">', "c"],
  ['<textarea></text><a href="a"></textarea><a href="b">', "b"],
  ['<script><a href="a">', ""],
  ['<a title="x > y" href="a">', "a"],
  ["<a title='href=\"a\"' href='b'>", "b"],
  ['<a data-href="a" href = b>', "b"],
  ['<a href="a" href="b">', "a"],
  ['<A HREF=a><aside href="b"><area href="c">', "a"],
  ['<a\nhref\n=\n"a"\n>', "a"],
  ['<a/href="a">', "a"],
  ['<a href="a"', ""],
  ['<a href="a>x</a><a href="b">', "a%3Ex%3C/a%3E%3Ca%20href="],
  ['x < y <a href="a">', "a"],
  ['</a href="a"><!doctype href="b"><?a href="c">', ""],
  ['<base href="sub/"><a href="a"><a href="/data/b"><a href="/c">', "sub/a b"],
  ['<base href="sub/"><base href="other/"><a href="a">', "sub/a"],
  [
    '<a href="a"><base target="_top"><base href="/x/"><a href="b"><a href="/data/c">',
    "../x/a ../x/b c",
  ],
  ['<base href="http://other/"><a href="a"><a href="http://h/data/b">', "b"],
  ['<base href="data:,x"><a href="a">', "a"],
  ["<base href=\"/\"><a href='data/a'>", "a"],
];

Deno.test("parseLinks() takes the links that a browser takes", () => {
  for (const [html, names] of MARKUP) {
    const urls = parseLinks(html, new URL("http://h/data/list.html")).map(({ url }) => url);
    const wanted = names.split(" ").filter((name) => name !== "");
    assertEquals(urls, wanted.map((name) => new URL(name, BASE).href), html);
  }
});

Deno.test("parseJsonListing() takes no name, size or time that is none of a file", () => {
  const entry = (more: object) => JSON.stringify([{ name: "a", type: "file", size: 3, ...more }]);
  const base = new URL("http://h/d/");
  const plain = { name: "a", url: "http://h/d/a", size: 3 };
  const cases: [more: object, expected: object | undefined][] = [
    [{ time: "2020-01-02T03:04:05.678Z" }, { ...plain, modified: "2020-01-02T03:04:05.678Z" }],
    [{ mtime: "Thu, 02 Jan 2020 03:04:05 GMT" }, {
      ...plain,
      modified: "2020-01-02T03:04:05.000Z",
    }],
    [{ time: "now\n  9 B  another line" }, plain],
    [{ size: -1 }, { ...plain, size: undefined }],
    [{ size: 1e300 }, { ...plain, size: undefined }],
    [{ size: 1.5 }, { ...plain, size: undefined }],
    [{ name: ".." }, undefined],
    [{ name: "." }, undefined],
    [{ name: "..." }, { ...plain, name: "...", url: "http://h/d/..." }],
  ];
  for (const [more, expected] of cases) {
    assertEquals(
      JSON.stringify(parseJsonListing(entry(more), base)),
      JSON.stringify(expected === undefined ? [] : [expected]),
    );
  }
});

Deno.test("parseLinks() reads rows of any shape in proportion to the page", () => {
  const base = new URL("http://h/d/");
  const started = performance.now();
  for (const row of ["<", "\n", "< a ", "1", "\n<", " \n"]) {
    const page = Array.from(
      { length: 100 },
      (_, i) => `<a href="f${i}">f</a>${row.repeat(4096)}<td>`,
    );
    assertEquals(parseLinks(page.join(""), base).length > 0, true, row);
  }
  assertEquals(performance.now() - started < 10_000, true);
});
