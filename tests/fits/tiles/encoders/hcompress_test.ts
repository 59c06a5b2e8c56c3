import { assertEquals, assertThrows } from "@std/assert";
import { decodeHcompress, loadHcompressDecoder } from "../../../../fits/tiles/codecs/hcompress.ts";
import {
  encodeHcompress,
  loadHcompressEncoder,
} from "../../../../fits/tiles/encoders/hcompress.ts";
import { FormatError, LimitError } from "../../../../net/errors.ts";
import { fuzz } from "../../../support/random.ts";

await loadHcompressEncoder();
await loadHcompressDecoder();

Deno.test("encodeHcompress() and decodeHcompress() are each other's inverse, at every width", async () => {
  await fuzz(150, 14_105, (random) => {
    const wide = random.next() < 0.5;
    const shape = [random.integer(2, 70), random.integer(2, 70)];
    const spread = 2 ** random.integer(0, wide ? 31 : 15);
    const values = Int32Array.from(
      { length: shape[0]! * shape[1]! },
      () => random.next() < 0.3 ? 0 : Math.floor((random.next() - 0.5) * 2 * spread),
    );
    const stream = encodeHcompress(values, shape, { scale: 0, wide }).slice();
    const target = new Int32Array(values.length);
    decodeHcompress(stream, target, { shape, smooth: false, wide });
    assertEquals(target, values);
  });
});

Deno.test("encodeHcompress() rounds by no more than its scale asks for", () => {
  const values = Int32Array.from({ length: 400 }, (_, i) => Math.round(Math.sin(i) * 1000));
  const exact = encodeHcompress(values, [20, 20], { scale: 0, wide: false }).length;
  const stream = encodeHcompress(values, [20, 20], { scale: 20, wide: false }).slice();
  const target = new Int32Array(400);
  decodeHcompress(stream, target, { shape: [20, 20], smooth: false, wide: false });
  const far = values.reduce((most, value, i) => Math.max(most, Math.abs(value - target[i]!)), 0);
  assertEquals([far > 0 && far <= 60, stream.length < exact], [true, true], `${far}`);
});

Deno.test("encodeHcompress() takes two axes, and no more pixels than readers do", () => {
  assertThrows(
    () => encodeHcompress(new Int32Array(8), [2, 2, 2], { scale: 0, wide: false }),
    FormatError,
    "a tile of 2 x 2 x 2 pixels, HCOMPRESS_1 has two axes",
  );
  assertThrows(
    () => encodeHcompress(new Int32Array(2 ** 25 + 2), [2, 2 ** 24 + 1], { scale: 0, wide: false }),
    LimitError,
    "the limit is 33554432",
  );
});
