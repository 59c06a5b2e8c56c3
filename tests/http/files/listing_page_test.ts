import { assert, assertEquals } from "@std/assert";
import {
  listingJson as jsonPieces,
  listingPage as pagePieces,
} from "../../../http/files/listing_page.ts";
import type { ListingOrder } from "../../../http/files/listing_order.ts";

const listingJson = (...args: Parameters<typeof jsonPieces>) => [...jsonPieces(...args)].join("");
const listingPage = (...args: Parameters<typeof pagePieces>) => [...pagePieces(...args)].join("");

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
  const order: ListingOrder = { key: "name", descending: false };
  const empty = listingPage(["sky"], [], order, () => []);
  assert(empty.includes("This folder is empty.") && empty.includes('<a href="../">..</a>'));
  assert(empty.includes("0 folders, 0 files, 0 B"));
  const page = listingPage(
    [],
    ENTRIES,
    order,
    (name) =>
      name === "image2.fits"
        ? [{ label: "preview", query: "as=p", thumbnail: "as=p&size=64" }]
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
