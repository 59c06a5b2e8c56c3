import { assertEquals } from "@std/assert";
import { putScaled } from "../../../fits/tiles/put_pixels.ts";

Deno.test("putScaled() adds the offset of 64-bit pixels before it rounds them, every step, NaN for BLANK", () => {
  const stored = BigInt64Array.from([9n, 1n, 9n, 2n, 9n, 1000n, 9n], (value) => value - 2n ** 63n);
  const scaling = {
    bscale: 1,
    bzero: 2 ** 63,
    exact: undefined,
    problems: [],
    type: "float64",
  } as const;
  const out = new Float64Array(5);
  putScaled(out, { ...scaling, blank: 2n - 2n ** 63n })(stored, 1, 2, 3, 1);
  assertEquals(out, Float64Array.of(0, 1, NaN, 1000, 0));
  const plain = new Float64Array(3);
  putScaled(plain, { ...scaling, bzero: 10, bscale: 0.5, blank: 2 })(
    Int16Array.of(1, 2, 3),
    0,
    1,
    3,
    0,
  );
  assertEquals(plain, Float64Array.of(10.5, NaN, 11.5));
});
