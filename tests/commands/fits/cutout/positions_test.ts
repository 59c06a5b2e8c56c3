import { assertEquals, assertThrows } from "@std/assert";
import { outputFor, readPositions } from "../../../../commands/fits/cutout/positions.ts";
import { FormatError } from "../../../../net/errors.ts";

Deno.test("readPositions() reads names and points, quoted or not", () => {
  const text = [
    "name,ra,dec",
    "# a comment",
    "M 1, 83.633 ,22.0145",
    "",
    '"NGC ""1"", a",5h34m31.9s,-0d30m',
    "../../etc/passwd,1,2\r",
  ].join("\n");
  assertEquals(readPositions(text, "list"), [
    { line: 3, name: "M_1", point: "83.633,22.0145" },
    { line: 5, name: "NGC_1_a", point: "5h34m31.9s,-0d30m" },
    { line: 6, name: "etc_passwd", point: "1,2" },
  ]);
  assertEquals(readPositions("1,2\n3,4", "list"), [
    { line: 1, name: "1", point: "1,2" },
    { line: 2, name: "2", point: "3,4" },
  ]);
});

Deno.test("readPositions() refuses lists that it cannot read", () => {
  const cases = [
    ["", "Cannot read 'list': found no position"],
    ["ra,dec\n", "Cannot read 'list': found no position"],
    ["1", "Cannot read 'list', line 1: found '1', expected RA,DEC or NAME,RA,DEC"],
    ["a,1,2,3", "Cannot read 'list', line 1: found 'a,1,2,3', expected RA,DEC or NAME,RA,DEC"],
    ["a,1,2\nA,3,4", "Cannot read 'list', line 2: the name 'A' is that of line 1"],
    ["..,1,2", "Cannot read 'list', line 1: the name is empty"],
  ] as const;
  for (const [text, message] of cases) {
    assertThrows(() => readPositions(text, "list"), FormatError, message);
  }
});

Deno.test("outputFor() puts the name before the end of the file's name", () => {
  const cases = [
    ["out/cut.fits", "1", "out/cut-1.fits"],
    ["cut", "M_1", "cut-M_1"],
    ["a.b/cut", "1", "a.b/cut-1"],
    ["cut.v1.fits", "x", "cut.v1-x.fits"],
    [".fits", "x", ".fits-x"],
  ] as const;
  for (const [output, name, expected] of cases) assertEquals(outputFor(output, name), expected);
});
