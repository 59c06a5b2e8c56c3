import { assertEquals } from "@std/assert";
import { contentTypeOf } from "../../../http/fields/content_type.ts";

Deno.test("contentTypeOf() goes by the extension, in any case", () => {
  const cases: [name: string, type: string][] = [
    ["index.html", "text/html; charset=utf-8"],
    ["a/b.c/x.HTM", "text/html; charset=utf-8"],
    ["style.css", "text/css; charset=utf-8"],
    ["a.js", "text/javascript; charset=utf-8"],
    ["a.mjs", "text/javascript; charset=utf-8"],
    ["cli.ts", "text/typescript; charset=utf-8"],
    ["a.tsx", "text/typescript; charset=utf-8"],
    ["deno.json", "application/json; charset=utf-8"],
    ["a.wasm", "application/wasm"],
    ["sun.fits", "image/fits"],
    ["sun.FIT", "image/fits"],
    ["sun.fts", "image/fits"],
    ["sun.fits.fz", "application/fits"],
    ["sun.fits.gz", "application/gzip"],
    ["a.npy", "application/vnd.npy"],
    ["a.csv", "text/csv; charset=utf-8"],
    ["README.md", "text/markdown; charset=utf-8"],
    ["a.svg", "image/svg+xml"],
    ["a.xml", "application/xml"],
    ["a.jpg", "image/jpeg"],
    ["a.jp2", "image/jp2"],
    ["a.mp4", "video/mp4"],
    ["a.pro", "text/x-idl; charset=utf-8"],
    ["hmi.M_45s.2014.01.01_00:00:45_TAI", "application/octet-stream"],
    ["Makefile", "application/octet-stream"],
    [".html", "application/octet-stream"],
    ["a/.css", "application/octet-stream"],
    ["a.css/b", "application/octet-stream"],
    ["a.", "application/octet-stream"],
    ["a.constructor", "application/octet-stream"],
    ["", "application/octet-stream"],
  ];
  for (const [name, type] of cases) assertEquals(contentTypeOf(name), type, name);
});
