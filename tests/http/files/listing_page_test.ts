import { assert, assertEquals } from "@std/assert";
import {
  listingJson as jsonPieces,
  type ListingLink,
  listingPage as pagePieces,
} from "../../../http/files/listing_page.ts";
import { type ListingRequest, sortEntries } from "../../../http/files/listing_order.ts";
import type { TreeEntry } from "../../../http/files/tree_entry.ts";

const listingJson = (...args: Parameters<typeof jsonPieces>) => [...jsonPieces(...args)].join("");
const plain: ListingRequest = { key: "name", descending: false, page: undefined, filter: "" };
const listingPage = (
  segments: readonly string[],
  entries: readonly TreeEntry[],
  request: Partial<ListingRequest>,
  linksOf: (name: string) => readonly ListingLink[] = () => [],
) =>
  [...pagePieces({
    segments,
    entries,
    request: { ...plain, ...request },
    linksOf: ({ name }) => linksOf(name),
  })].join("");

const entry = (name: string, size: number, mtime: number, isFolder = false) => ({
  name,
  size,
  mtime,
  isFolder,
});
const ENTRIES = [
  entry("image10.fits", 5, 30),
  entry("b", 0, 10, true),
  entry("image2.fits", 5, 20),
  entry("A", 0, 40, true),
];

Deno.test("listingJson() is an array with stable names", () => {
  assertEquals(listingJson([]), "[]\n");
  assertEquals(
    listingJson(ENTRIES.slice(0, 2)),
    '[\n{"name":"image10.fits","type":"file","size":5,"time":"1970-01-01T00:00:00.030Z"},\n' +
      '{"name":"b","type":"directory","size":null,"time":"1970-01-01T00:00:00.010Z"}\n]\n',
  );
});

Deno.test("listingPage() escapes every name and links it relative to its folder", () => {
  const odd = `javascript:alert('<&">')`;
  const page = listingPage(["a b", "<i>"], [entry(odd, 1_258_291, 0)], {
    key: "size",
    descending: false,
  }, () => []);
  const escaped = "javascript:alert(&#39;&lt;&amp;&quot;&gt;&#39;)";
  assert(page.includes(`<a href="./javascript%3Aalert(&#39;%3C%26%22%3E&#39;)">${escaped}</a>`));
  assert(page.includes("<title>/a b/&lt;i&gt;/</title>"));
  assert(page.includes('<a href="/a%20b/">a b</a><i>/</i><a href="/a%20b/%3Ci%3E/" aria-current'));
  assert(page.includes('<a href="../">..</a>'));
  assert(page.includes('<data value="1258291" title="1258291 bytes">1.20 MiB</data>'));
  assert(page.includes('<time datetime="1970-01-01T00:00:00.000Z">1970-01-01 00:00:00</time>'));
  assert(page.includes('aria-sort="ascending"><a href="?sort=size&amp;order=desc">Size</a>'));
  assert(page.includes('<a href="?sort=name&amp;order=asc">Name</a>'));
  assert(page.includes("0 folders, 1 file, 1.20 MiB"));
});

Deno.test("listingPage() shows the way up, other forms with a thumbnail, and that a folder is empty", () => {
  const order = plain;
  const empty = listingPage(["sky"], [], order, () => []);
  assert(empty.includes("This folder is empty.") && empty.includes('<a href="../">..</a>'));
  assert(empty.includes("0 folders, 0 files, 0 B"));
  const page = listingPage(
    [],
    ENTRIES,
    order,
    (name) =>
      name === "image2.fits"
        ? [{ label: "preview", href: "?as=p", thumbnail: "?as=p&size=64" }]
        : [],
  );
  assert(!page.includes("This folder is empty.") && !page.includes('<a href="../">'));
  assert(page.includes("2 folders, 2 files, 10 B"));
  assertEquals(page.match(/<img [^>]*>/g), [
    '<img class="thumb" loading="lazy" alt="" src="./image2.fits?as=p&amp;size=64">',
  ]);
  assert(page.includes('<a class="form" href="./image2.fits?as=p">preview</a>'));
  assertEquals(page.match(/<span class="thumb"/g)?.length, 3);
});

Deno.test("listingPage() shows 200 entries a page, with ways to the others and a form", () => {
  const entries = sortEntries(
    Array.from({ length: 5_000 }, (_, i) => entry(`image_${i}_${"x".repeat(40)}.fits`, i, i)),
    plain,
  );
  const page = listingPage(["sky"], entries, {
    page: 3,
    filter: "<i>",
    key: "size",
    descending: true,
  });
  assertEquals(page.match(/<tr class="file">/g)?.length, 200);
  assert(page.length < 150_000, `${page.length}`);
  assert(page.includes("page 3 of 25") && page.includes("0 folders, 5,000 files"));
  const query = "?sort=size&amp;order=desc&amp;filter=%3Ci%3E";
  assert(page.includes(`<a href="${query}&amp;page=4" rel="next">next</a>`));
  assert(
    page.includes(`<a href="${query}" >first`) || page.includes(`<a href="${query}">first</a>`),
  );
  assert(page.includes('<input type="search" name="filter" value="&lt;i&gt;">'));
  assert(page.includes('<input type="hidden" name="sort" value="size">'));
  assert(page.includes('<h1><a href="/" class="root"'));
  assert(listingPage([], entries, { page: 99 }).includes("page 25 of 25"));
  assert(!listingPage([], entries.slice(0, 20), {}).includes("<form"));
  assert(listingPage([], [], { filter: "x" }).includes("No name has this text in it."));
});

Deno.test("listingPage() shows a picture of moderate size as its own thumbnail", () => {
  const entries = [entry("sun.jpg", 5_000, 0), entry("wide.png", 50_000_000, 0)];
  assertEquals(listingPage([], entries, {}).match(/<img [^>]*>/g), [
    '<img class="thumb" loading="lazy" alt="" src="./sun.jpg">',
  ]);
});

Deno.test("listingPage() says how many files it leaves out for their names", () => {
  const text = (unnamed: number) =>
    [...pagePieces({ segments: [], entries: [], unnamed, request: plain, linksOf: () => [] })]
      .join("");
  assertEquals(/<footer>(.*?)<span/.exec(text(0))?.[1], "0 folders, 0 files, 0 B.");
  assertEquals(
    /<footer>(.*?)<span/.exec(text(1))?.[1],
    "0 folders, 0 files, 0 B. 1 file left out: its name is not UTF-8.",
  );
  assertEquals(/1,200 files left out: their names are not UTF-8/.test(text(1_200)), true);
});
