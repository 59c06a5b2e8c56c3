import { assertEquals } from "@std/assert";
import { nameReadings, readingText } from "../../../fits/file/extended_name.ts";

/** The reading that leaves out everything that may select: file, HDU, section, or why not. */
const CASES: readonly [
  name: string,
  file: string,
  hdu?: number | string | undefined,
  section?: string | undefined,
][] = [
  ["a.fits", "a.fits"],
  ["a.fits[SCI]", "a.fits", "SCI"],
  ["a.fits[0]", "a.fits", 0],
  ["a.fits[1]", "a.fits", 1],
  ["a.fits[ 12 ]", "a.fits", 12],
  ["a.fits[SCI,2]", "a.fits", "SCI,2"],
  ["a.fits[sci, 02]", "a.fits", "sci,2"],
  ["a.fits[MY NAME]", "a.fits", "MY NAME"],
  ["a.fits[1][1:100,1:100]", "a.fits", 1, "1:100,1:100"],
  ["a.fits[1][*,*,3]", "a.fits", 1, "*,*,3"],
  ["a.fits[SCI,2][ 1:9:2 , * ]", "a.fits", "SCI,2", "1:9:2 , *"],
  ["a.fits[1:100,1:100]", "a.fits", undefined, "1:100,1:100"],
  ["a.fits[*]", "a.fits", undefined, "*"],
  ["a.fits[5,6]", "a.fits", undefined, "5,6"],
  ["a.fits[1][7]", "a.fits", 1, "7"],
  ["a.fits[1][-5:10,0:3]", "a.fits", 1, "-5:10,0:3"],
  ["a.fits+1", "a.fits", 1],
  ["a.fits+1[2:3,4]", "a.fits", 1, "2:3,4"],
  ["a.fits+1[SCI]", "a.fits+1", "SCI"],
  ["a+b.fits", "a+b.fits"],
  ["dir+1/a.fits", "dir+1/a.fits"],
  ["+1", "+1"],
  ["[SCI]", "[SCI]"],
  ["a[1].fits", "a[1].fits"],
  ["a[1].fits[2]", "a[1].fits", 2],
  ["http://h/a.fits[SCI]", "http://h/a.fits", "SCI"],
  ["http://h/a.fits?x=1[SCI]", "http://h/a.fits?x=1", "SCI"],
  ["s3://b/k.fits[1][1:2,*]", "s3://b/k.fits", 1, "1:2,*"],
  ["http://[::1]/a.fits", "http://[::1]/a.fits"],
];

Deno.test("nameReadings() reads CFITSIO's names", () => {
  for (const [name, file, hdu, section] of CASES) {
    const reading = nameReadings(name).at(-1)!;
    assertEquals(
      [reading.file, reading.hdu, reading.section, reading.refused],
      [file, hdu, section, undefined],
      name,
    );
  }
});

Deno.test("nameReadings() names what it refuses", () => {
  const cases: readonly [groups: string, refused: string][] = [
    ["[EVENTS][col X=Y]", "a column filter [col ...] is not supported"],
    ["[EVENTS][bin X,Y]", "a histogram [bin ...] is not supported"],
    ["[EVENTS][bini=4]", "a histogram [bin ...] is not supported"],
    ["[1][pixr1 X*2]", "a pixel filter [pix ...] is not supported"],
    ["[EVENTS][PI > 30 && PI<5]", "a row filter is not supported"],
    ["[EVENTS][TIME.gt.5]", "a row filter is not supported"],
    ["[EVENTS][gtifilter()]", "a row filter is not supported"],
    ["[compress R]", "a compression [compress ...] is not supported"],
    [
      "[T(IMG;5)]",
      "an image in a cell of a table [EXTNAME(column;row)] is not supported",
    ],
    ["[1][9:3,*]", "the section [9:3,*] turns an axis around"],
    ["[1][2][3]", "found 3 pairs of brackets, expected an HDU and a section"],
    ["[]", "[] is no HDU, expected a number, EXTNAME or EXTNAME,EXTVER"],
    ["[SCI,x]", "[SCI,x] has the version 'x', expected a number"],
    ["[SCI,2,I]", "the type of an HDU, as in [SCI,2,I], is not supported"],
    [
      "[1][SCI]",
      "The section 'SCI' has 'SCI' for axis 1, expected first:last, first:last:step, first:, one number, " +
      "or *, counted from 1",
    ],
  ];
  for (const [groups, refused] of cases) {
    assertEquals(nameReadings(`a.fits${groups}`).at(-1)!.refused, refused, groups);
  }
});

Deno.test("nameReadings() begins with the whole name, and ends with the shortest", () => {
  const files = (name: string) => nameReadings(name).map(({ file }) => file);
  assertEquals(files("a+2[1][2]"), ["a+2[1][2]", "a+2[1]", "a+2"]);
  assertEquals(files("a+2[1:3]"), ["a+2[1:3]", "a+2", "a"]);
  assertEquals(files("a"), ["a"]);
});

Deno.test("readingText() shows no password and no query", () => {
  const [, reading] = nameReadings("https://me:secret@h/a.fits?X-Amz-Signature=abc[SCI][1:2]");
  assertEquals(
    readingText(nameReadings("https://me:secret@h/a.fits?X-Amz-Signature=abc[SCI][1:2]").at(-1)!),
    "'https://h/a.fits[SCI][1:2]' was read as section 1:2 of HDU SCI of 'https://h/a.fits'",
  );
  assertEquals(reading!.name, "https://h/a.fits[SCI][1:2]");
});

Deno.test("nameReadings() takes time in proportion to the name", () => {
  assertEquals(nameReadings("[".repeat(60_000) + "]".repeat(5_000)).length, 1);
  assertEquals(nameReadings("a" + "[1]".repeat(20_000)).length, 9);
});
