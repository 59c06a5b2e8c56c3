/** The small parsers of what is fetched: lists, data: URLs, notes, digests, names. */

import { assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../net/errors.ts";
import { parseDataUrl } from "../../../http/fields/data_url.ts";
import { parseContentMd5, parseDigestField } from "../../../http/fields/digest_fields.ts";
import { parseUrlList } from "../../../http/download/links/input_list.ts";
import { nameOfUrl } from "../../../http/fields/file_name.ts";
import { isNewer, NameClaims, numberedName } from "../../../http/download/job/names.ts";
import {
  formatSidecar,
  parseSidecar,
  partName,
  sidecarName,
} from "../../../http/download/parts/sidecar.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";

Deno.test("parseUrlList() reads URLs, comments and options", () => {
  const text = "\ufeff# list\r\nhttp://h/a#b\r\n\n  http://h/c  \n\tout=x y.fits\n" +
    `    checksum=sha-256=${"AB".repeat(32)}\nftp://h/*.fits\t # all\rhttp://h/d e#f # last`;
  assertEquals(parseUrlList(text), [
    { url: "http://h/a#b" },
    { url: "http://h/c", name: "x y.fits", sha256: "ab".repeat(32) },
    { url: "ftp://h/*.fits" },
    { url: "http://h/d e#f" },
  ]);
  assertEquals(parseUrlList(""), []);
});

Deno.test("parseUrlList() reads mirrors and sums of each kind", () => {
  const sum = (digits: number) => "0F".repeat(digits / 2);
  const text = "http://h/a\thttp://i/b\t\t https://j/c # three\n  out=a\n" +
    `http://h/1\n checksum=md5=${sum(32)}\nhttp://h/2\n checksum=sha-1=${sum(40)}\n` +
    `http://h/3\n checksum=sha512=${sum(128)}\nhttp://h/4\n checksum=SHA-256=${sum(64)}\n`;
  assertEquals(parseUrlList(text), [
    { url: "http://h/a", mirrors: ["http://i/b", "https://j/c"], name: "a" },
    { url: "http://h/1", checksum: `md5=${sum(32).toLowerCase()}` },
    { url: "http://h/2", checksum: `sha1=${sum(40).toLowerCase()}` },
    { url: "http://h/3", checksum: `sha512=${sum(128).toLowerCase()}` },
    { url: "http://h/4", sha256: sum(64).toLowerCase() },
  ]);
});

for (
  const text of [
    "nonsense",
    "  out=x",
    "http://h/\n  dir=/",
    "http://h/\n  out=",
    "http://h/a\ti/a",
    `http://h/\n checksum=sha-1=${"0".repeat(64)}`,
    `http://h/\n checksum=crc32=${"0".repeat(8)}`,
    "http://h/\n checksum=md5=00",
  ]
) {
  Deno.test(`parseUrlList() refuses ${JSON.stringify(text)}`, () => {
    assertThrows(() => parseUrlList(text, "list.txt"), FormatError, "Cannot read list.txt: line");
  });
}

Deno.test("parseDataUrl() reads text and Base64", () => {
  const cases: [url: string, type: string, bytes: number[]][] = [
    ["data:,sun", "text/plain;charset=US-ASCII", [115, 117, 110]],
    ["data:;charset=utf-8,%C3%BC", "text/plain;charset=US-ASCII", [0xc3, 0xbc]],
    ["data:image/png;base64,AAEC", "image/png", [0, 1, 2]],
    ["data:image/png; base64 ,AAEC", "image/png", [0, 1, 2]],
    ["DATA:image/png;BASE64,AA%45C#x", "image/png", [0, 1, 2]],
    ["data:x/y,100%", "x/y", [49, 48, 48, 37]],
    ["data:x/y;base64,", "x/y", []],
  ];
  for (const [url, type, bytes] of cases) {
    const found = parseDataUrl(url);
    assertEquals([found.type, [...found.bytes]], [type, bytes], url);
  }
  for (const url of ["data:", "data:x", "data:;base64,A", "data:;base64,*"]) {
    assertThrows(() => parseDataUrl(url), FormatError, "Cannot read the data: URL");
  }
});

Deno.test("notes survive being written and read, and nonsense is none", async () => {
  const note = {
    url: "http://h/a",
    name: "a",
    etag: '"x"',
    lastModified: undefined,
    length: 9,
    spans: [[0, 2], [4, 9]] as const,
  };
  assertEquals(parseSidecar(formatSidecar(note)), note as ReturnType<typeof parseSidecar>);
  for (
    const spans of [[[0, 0]], [[5, 2]], [[0, 10]], [[0, 2], [2, 4]], [[0, 2, 3]], [["0", 2]], "x", [
      null,
    ]]
  ) {
    assertEquals(parseSidecar(JSON.stringify({ heliograph: 1, ...note, spans })), undefined);
  }
  await fuzz(fuzzRounds(2_000, 50_000), 5, (random) => {
    const text = [...formatSidecar(note)];
    for (let i = random.integer(1, 4); i > 0; i--) {
      text[random.integer(0, text.length - 1)] = random.pick([
        "",
        "0",
        '"',
        "}",
        "[",
        "-",
        "\\u0000",
        "null",
      ]);
    }
    const found = parseSidecar(text.join(""));
    if (found === undefined) return;
    assertEquals(typeof found.url === "string" && typeof found.name === "string", true);
    assertEquals(found.length === undefined || Number.isSafeInteger(found.length), true);
  });
});

Deno.test("parseDigestField() takes the strongest digest that it can check", () => {
  const of = (bytes: number) => new Uint8Array(bytes).fill(7).toBase64();
  const found = (value: string) => parseDigestField(value, "Repr-Digest");
  assertEquals(found(`sha-256=:${of(32)}:, sha-512=:${of(64)}:`)?.algorithm, "sha512");
  assertEquals(found(`md5=:${of(16)}:,sha-256=:${of(32)}:;q=1`), {
    algorithm: "sha256",
    hex: "07".repeat(32),
    from: "Repr-Digest",
  });
  for (
    const value of [
      "",
      `sha-256=${of(32)}`,
      `sha-256=:${of(31)}:`,
      "sha-256=:***:",
      `crc32c=:${of(4)}:`,
      "__proto__=:AAAA:",
    ]
  ) {
    assertEquals(found(value), undefined, value);
  }
  assertEquals(parseDigestField(undefined, "x"), undefined);
  assertEquals(parseContentMd5(of(16))?.hex, "07".repeat(16));
  assertEquals(parseContentMd5("nonsense"), undefined);
});

Deno.test("nameOfUrl() is the last part of the path, made safe", () => {
  const names: [url: string, name: string | undefined][] = [
    ["http://h/a/sun.fits?x=1#y", "sun.fits"],
    ["http://h/a/", undefined],
    ["http://h", undefined],
    ["http://h/s%C3%BCn.fits", "sün.fits"],
    ["http://h/s%FCn.fits", "sün.fits"],
    ["http://h/a%2F..%2Fb", "b"],
    ["http://h/100%.fits", "100%.fits"],
    ["http://h/hmi_00:01:30.fits", "hmi_00:01:30.fits"],
    ["http://h/.netrc", "netrc"],
  ];
  for (const [url, name] of names) assertEquals(nameOfUrl(new URL(url)), name, url);
});

Deno.test("numberedName() keeps endings", () => {
  const names = ["sun.fits", "sun.fits.gz", "sun", ".x", "a.b.tar.gz", "v1.2"];
  assertEquals(names.map((name) => numberedName(name, 1)), [
    "sun.1.fits",
    "sun.1.fits.gz",
    "sun.1",
    ".x.1",
    "a.b.1.tar.gz",
    "v1.1.2",
  ]);
});

Deno.test("NameClaims keeps files, parts and notes apart, whatever the case or form of letters", () => {
  const claims = new NameClaims();
  const wanted = ["a", "A", "a.part", "a.part.json", "\u00fc", "u\u0308", "b.part", "b"];
  assertEquals(wanted.map((name) => claims.claim(name)), [
    "a",
    "A.1",
    "a.2.part",
    "a.part.1.json",
    "\u00fc",
    "u\u0308.1",
    "b.part",
    "b.1",
  ]);
  claims.release("a");
  assertEquals(claims.claim("a"), "a");
});

Deno.test("part files and notes of long names have names that a disk takes", () => {
  for (const name of ["x".repeat(255), `${"ü".repeat(125)}.fits`]) {
    for (const made of [partName(name), sidecarName(name)]) {
      assertEquals(new TextEncoder().encode(made).length <= 255, true);
    }
  }
});

Deno.test("isNewer() compares sizes, then whole seconds", () => {
  const here = { size: 5, modified: 10_900 };
  assertEquals(isNewer(here, { size: 6, modified: 1 }), true);
  assertEquals(isNewer(here, { size: 5, modified: 10_000 }), false);
  assertEquals(isNewer(here, { size: 5, modified: 11_000 }), true);
  assertEquals(isNewer(here, { size: 5 }), false);
  assertEquals(isNewer(here, {}), true);
});
