import { assertEquals, assertThrows } from "@std/assert";
import {
  checkCutSection,
  cutAxes,
  insideCount,
  reachesBeyond,
  sectionText,
} from "../../../fits/cutout/ranges.ts";
import { type AxisRange, SectionError } from "../../../fits/image/section.ts";
import { LimitError } from "../../../net/errors.ts";

Deno.test("cutAxes() finds what of a section the image has", () => {
  const cases: readonly [
    section: string | AxisRange[] | undefined,
    text: string,
    inside: string,
    before: string,
  ][] = [
    [undefined, "1:10,1:6", "0,10,1 0,6,1", "0 0"],
    ["3:5", "3:5,1:6", "2,5,1 0,6,1", "0 0"],
    ["[*,2]", "1:10,2:2", "0,10,1 1,2,1", "0 0"],
    ["-1:3,5:*", "-1:3,5:6", "0,3,1 4,6,1", "2 0"],
    ["9:,-2:", "9:10,-2:6", "8,10,1 0,6,1", "0 3"],
    ["2::4", "2:10:4,1:6", "1,10,4 0,6,1", "0 0"],
    ["-1:14,-2:9", "-1:14,-2:9", "0,10,1 0,6,1", "2 3"],
    ["-4:12:3,2:6:2", "-4:11:3,2:6:2", "1,8,3 1,6,2", "2 0"],
    ["1:10:4", "1:9:4,1:6", "0,9,4 0,6,1", "0 0"],
    ["*:3", "1:10:3,1:6", "0,10,3 0,6,1", "0 0"],
    [[[-2, 1], [5, 9]], "-1:1,6:9", "0,1,1 5,6,1", "2 0"],
  ];
  for (const [section, text, inside, before] of cases) {
    const axes = cutAxes(section, [10, 6], "an image");
    assertEquals([
      sectionText(axes),
      axes.map((axis) => axis.inside.join()).join(" "),
      axes.map((axis) => axis.before).join(" "),
    ], [text, inside, before]);
    const all = axes.map(({ count }, i) => count - insideCount(axes[i]!));
    assertEquals(axes.map(reachesBeyond), all.map((outside) => outside > 0));
  }
});

Deno.test("cutAxes() refuses sections without pixels of the image", () => {
  const cases: readonly [string | AxisRange[], string][] = [
    [
      "11:12",
      "The section '11:12' lies outside of an image: it asks for 11 to 12 of axis 1, which has pixels 1 to 10",
    ],
    [
      "*,-5:0",
      "The section '*,-5:0' lies outside of an image: it asks for -5 to 0 of axis 2, which has pixels 1 to 6",
    ],
    [
      "0:12:12",
      "The section '0:12:12' lies outside of an image: it asks for 0 to 12 of axis 1, which has pixels 1 to 10",
    ],
    ["1,1,1", "The section '1,1,1' has 3 axes, an image has 2"],
    [
      [[3, 3]],
      "The section [[3,3]] asks for 4 to 3 step 1 of axis 1, expected at least one pixel",
    ],
    [
      [[0, 3, 0]],
      "The section [[0,3,0]] asks for 1 to 3 step 0 of axis 1, expected at least one pixel",
    ],
  ];
  for (const [section, message] of cases) {
    assertThrows(() => cutAxes(section, [10, 6], "an image"), SectionError, message);
  }
  assertThrows(
    () => cutAxes("1:100000,1:100000", [10, 6], "an image"),
    LimitError,
    "The section '1:100000,1:100000' has 9999999940 pixels outside of an image, expected at most 67108864",
  );
});

Deno.test("checkCutSection() refuses what is no section of any image", () => {
  for (
    const text of ["", "a", "5:3", "1:2:0", "1:2:-1", "-*:0", "-*:-1", ":2", "1,,2", "1e3", "1.5:2"]
  ) {
    assertThrows(() => checkCutSection(text), SectionError, `The section '${text}' has '`);
  }
  for (const text of ["*", "-5:3", "[1:2,3:4]", " 1 : 2 , * : 2 ", "0"]) checkCutSection(text);
});
