import { assertEquals, assertThrows } from "@std/assert";
import { fillingOf } from "../../../fits/cutout/fill.ts";
import { Card, Header } from "../../../fits/header/mod.ts";
import { FormatError } from "../../../net/errors.ts";

Deno.test("fillingOf() takes BLANK, or the smallest integer that no pixel has", () => {
  const blank = (value: number | bigint) => new Header([Card.of("BLANK", value)]);
  const none = new Header();
  const cases: readonly [
    Header,
    8 | 16 | 32 | 64 | -32 | -64,
    ArrayLike<number | bigint>,
    number | bigint,
    boolean,
  ][] = [
    [blank(7), -32, [1], NaN, false],
    [none, -64, [1], NaN, false],
    [blank(7), 16, [7], 7, false],
    [blank(-1), 8, [0, 1, 3], 2, true],
    [none, 8, [5], 0, true],
    [none, 16, [-32768, -32767, 0], -32766, true],
    [none, 32, [-2147483648, 5], -2147483647, true],
    [none, 64, [-9223372036854775808n, -9223372036854775806n, 9n], -9223372036854775807n, true],
    [blank(-9223372036854775808n), 64, [1n], -9223372036854775808n, false],
  ];
  for (const [header, bitpix, pixels, value, isNew] of cases) {
    assertEquals(fillingOf(header, bitpix, pixels), { value, isNew });
  }
  assertThrows(
    () => fillingOf(none, 8, Array.from({ length: 256 }, (_, i) => i)),
    FormatError,
    "Cannot fill the pixels outside of the image: each of 256 integers is the value of a pixel, " +
      "and the header has no BLANK",
  );
});
