import { assertEquals } from "@std/assert";
import { mayBePage, nameOfPage, placeOf } from "../../../../http/download/links/site.ts";

const START = new URL("http://sun.example:8000/data/2026/");

Deno.test("placeOf() keeps what is below the folder below, whatever its name", () => {
  const place = (path: string, noParent = true) =>
    placeOf(new URL(path, START), { start: START, noParent });
  const cases: readonly (readonly [string, unknown])[] = [
    ["a.fits", { folder: "", name: "a.fits" }],
    ["11/30/a.fits", { folder: "11/30", name: "a.fits" }],
    ["11/", { folder: "11", name: undefined }],
    ["", { folder: "", name: undefined }],
    ["a%20b/c%C3%B6.fits", { folder: "a b", name: "cö.fits" }],
    ["%2e%2e/a.fits", "above the folder"],
    ["..%2f..%2fetc/passwd", { folder: "_.._etc", name: "passwd" }],
    ["a%2Fb.fits", { folder: "", name: "a_b.fits" }],
    ["a%5C..%5Cb", { folder: "", name: "a_.._b" }],
    [".ssh/config", { folder: "ssh", name: "config" }],
    ["x//y", { folder: "x", name: "y" }],
    ["get.php?id=3", { folder: "", name: "get.php?id=3" }],
    ["get.php?f=../x", { folder: "", name: "get.php?f=.._x" }],
    ["?C=N;O=D", "that sort the page"],
    ["?sort=name&order=desc", "that sort the page"],
    ["?page=2", { folder: "", name: undefined }],
    ["/data/2025/a.fits", "above the folder"],
    ["/data/2026", "above the folder"],
    ["http://moon.example/data/2026/a", "to other servers"],
    ["https://sun.example:8000/data/2026/a", "to other servers"],
    ["http://sun.example/data/2026/a", "to other servers"],
    [`${"d/".repeat(65)}a`, "too deep in folders"],
  ];
  for (const [path, expected] of cases) assertEquals(place(path), expected as never, path);
  assertEquals(place("/data/2025/a.fits", false), {
    folder: "sun.example:8000/data/2025",
    name: "a.fits",
  });
});

Deno.test("mayBePage() and nameOfPage() tell pages by their names", () => {
  const cases: readonly (readonly [path: string, page: boolean, name: string])[] = [
    ["x/", true, "index.html"],
    ["x/?page=2", true, "index.html?page=2"],
    ["x.html", true, "x.html"],
    ["x.php?id=1", true, "x.php?id=1"],
    ["intro", true, "intro.html"],
    ["v1.2", true, "v1.2.html"],
    ["x.fits", false, "x.fits"],
    ["x.fits.gz", false, "x.fits.gz"],
  ];
  for (const [path, page, name] of cases) {
    const url = new URL(path, START);
    const place = placeOf(url, { start: START, noParent: true });
    assertEquals(mayBePage(url), page, path);
    if (typeof place === "string") throw new Error(path);
    assertEquals(nameOfPage(place, url), name, path);
  }
});
