import { assertEquals } from "@std/assert";
import { readListLine, readMlsdLine } from "../../../net/ftp/listing.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";

const NOW = new Date("2026-03-01T12:00:00Z");

type Row = [
  line: string,
  entry: null | [name: string, type: string, size: number | undefined, time: string | undefined],
];

function check(rows: Row[], read: (line: string) => ReturnType<typeof readMlsdLine>): void {
  for (const [line, expected] of rows) {
    const entry = read(line);
    const found = entry === null
      ? null
      : [entry.name, entry.type, entry.size, entry.modified?.toISOString().slice(0, 16)];
    assertEquals(found, expected && [expected[0], expected[1], expected[2], expected[3]], line);
  }
}

Deno.test("readMlsdLine() reads facts in any case and order", () => {
  check([
    ["type=file;size=2880;modify=20140901111556; a b;c.fits", [
      "a b;c.fits",
      "file",
      2880,
      "2014-09-01T11:15",
    ]],
    ["Modify=20140901111556.207;Type=dir;UNIX.mode=0755; sun", [
      "sun",
      "folder",
      undefined,
      "2014-09-01T11:15",
    ]],
    ["type=cdir; .", null],
    ["type=pdir; ..", null],
    ["Type=OS.unix=slink:/elsewhere; link", ["link", "link", undefined, undefined]],
    [" bare", ["bare", "file", undefined, undefined]],
    ["size=-1; x", ["x", "file", undefined, undefined]],
    ["size=99999999999999999999; x", ["x", "file", undefined, undefined]],
    ["type=file; ../../etc/passwd", null],
    ["type=file; ..", null],
    ["nothing", null],
    ["", null],
  ], readMlsdLine);
});

Deno.test("readListLine() reads what Unix servers print", () => {
  check([
    ["-rw-r--r--    1 0        0            2880 Feb 28 10:30 a b.fits", [
      "a b.fits",
      "file",
      2880,
      "2026-02-28T10:30",
    ]],
    ["-rw-r--r--    1 ftp      ftp      20971520 Jan 02  2014 f.fits", [
      "f.fits",
      "file",
      20971520,
      "2014-01-02T00:00",
    ]],
    ["-rw-r--r--    1 ftp      ftp      12 Nov  3 23:59 last.txt", [
      "last.txt",
      "file",
      12,
      "2025-11-03T23:59",
    ]],
    ["-rw-r--r--    1 ftp      ftp      12 Mar  2 11:00 zone.txt", [
      "zone.txt",
      "file",
      12,
      "2026-03-02T11:00",
    ]],
    ["-rw-r--r--    1 ftp      ftp      12 Feb 29 00:00 leap", [
      "leap",
      "file",
      12,
      "2024-02-29T00:00",
    ]],
    ["drwxr-xr-x+   2 user group name  4096 Jan  1  2014 sun", [
      "sun",
      "folder",
      undefined,
      "2014-01-01T00:00",
    ]],
    ["lrwxrwxrwx    1 0  0  7 Jan  1  2014 now -> 2014/01", [
      "now",
      "link",
      undefined,
      "2014-01-01T00:00",
    ]],
    ["-rw-r--r--  2880 Feb 28 10:30 nouser", ["nouser", "file", 2880, "2026-02-28T10:30"]],
    ["-rw-r--r-- 1 u g 5 2014-01-02 03:04 iso", ["iso", "file", 5, "2014-01-02T03:04"]],
    ["-rw-r--r-- 1 u g 5 Jan  1  2014  blank", [" blank", "file", 5, "2014-01-01T00:00"]],
    ["srwxrwxrwx 1 u g 5 Jan  1  2014 socket", ["socket", "other", undefined, "2014-01-01T00:00"]],
    ["-rw-r--r-- 1 u g 5 Jan  1  2014 ../up", null],
    ["-rw-r--r-- 1 u g 5 Foo  1  2014 x", ["x", "file", 5, undefined]],
    ["total 12", null],
    ["", null],
  ], (line) => readListLine(line, NOW));
});

Deno.test("readListLine() reads what DOS servers print", () => {
  check([
    ["02-23-14  03:05PM       <DIR>          sun", [
      "sun",
      "folder",
      undefined,
      "2014-02-23T15:05",
    ]],
    ["02-23-14  12:05AM             20971520 a b.fits", [
      "a b.fits",
      "file",
      20971520,
      "2014-02-23T00:05",
    ]],
    ["02-23-1998  15:05             1 old", ["old", "file", 1, "1998-02-23T15:05"]],
    ["02-23-95  15:05             1 older", ["older", "file", 1, "1995-02-23T15:05"]],
    ["13-45-14  03:05PM             1 odd", ["odd", "file", 1, undefined]],
  ], (line) => readListLine(line, NOW));
});

Deno.test("the parsers of listings never throw and give names without separators", async () => {
  const pieces = [
    "-rw-r--r--",
    " ",
    "1",
    "Jan",
    "2014",
    "10:30",
    "->",
    "/",
    "..",
    "\0",
    ";",
    "type=",
    "dir",
    "=",
    "<DIR>",
    "02-23-14",
    "x",
  ];
  await fuzz(fuzzRounds(3_000, 100_000), 7, (random) => {
    const line = Array.from({ length: random.integer(0, 20) }, () => random.pick(pieces)).join(
      random.pick(["", " ", "  "]),
    );
    for (const entry of [readMlsdLine(line), readListLine(line, NOW)]) {
      assertEquals(
        entry !== null && (/[/\0]/.test(entry.name) || /^\.{0,2}$/.test(entry.name)),
        false,
      );
    }
  });
});

Deno.test("readListLine() takes no long time over a long hostile line", () => {
  for (
    const line of [
      "-rw-r--r-- " + "1 ".repeat(4_000),
      "-rw-r--r-- " + "1".repeat(8_000),
      "-rw-r--r-- " + " ".repeat(8_000),
    ]
  ) {
    const start = performance.now();
    readListLine(line, NOW);
    assertEquals(performance.now() - start < 1_000, true);
  }
});

Deno.test("readListLine() reads months of every language, a year with a clock, and full times", () => {
  const begin = "-rw-r--r--   1 ftp      ftp           10";
  check([
    [`${begin} M\xe4r 12  2020 mar.fits`, ["mar.fits", "file", 10, undefined]],
    [`${begin} Okt 12 10:30 okt.fits`, ["okt.fits", "file", 10, undefined]],
    [`${begin} 12. Dez 2020 dez.fits`, ["dez.fits", "file", 10, undefined]],
    [`${begin} 12 d\xc3\xa9c. 2020 a b.fits`, ["a b.fits", "file", 10, undefined]],
    [`${begin} Oct 12 2020 12:33 a.fits`, ["a.fits", "file", 10, undefined]],
    [`${begin} Oct 12  2020 12 33.fits`, ["12 33.fits", "file", 10, "2020-10-12T00:00"]],
    [`${begin} 2020-10-12 12:33:00.000000000 +0000 a.fits`, ["a.fits", "file", 10, undefined]],
    [`${begin} 2020-10-12 12:33:05 a.fits`, ["a.fits", "file", 10, undefined]],
    ["drwxr-xr-x 2 10 2048 4096 M\xe4r 12 2020 sub", ["sub", "folder", undefined, undefined]],
    ["-rw-r--r-- 1 owner 10 2048 M\xe4r 12 12:00 f", ["f", "file", 2048, undefined]],
    ["lrwxrwxrwx 1 u g 5 M\xe4r 12 2020 here -> there", ["here", "link", undefined, undefined]],
  ], (line) => readListLine(line, NOW));
});
