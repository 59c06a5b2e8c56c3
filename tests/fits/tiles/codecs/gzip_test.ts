import { gzipSync } from "node:zlib";
import { assertEquals, assertThrows } from "@std/assert";
import { decodeGzip } from "../../../../fits/tiles/codecs/gzip.ts";
import { FormatError, HeliographError } from "../../../../net/errors.ts";

/** Big-endian bytes of numbers, all first bytes first where they are shuffled. */
function stream(values: readonly number[], size: 1 | 2 | 4 | 8, shuffled: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, i) => {
    if (size === 1) view.setUint8(i, value);
    else if (size === 2) view.setInt16(i * 2, value);
    else if (size === 4) view.setInt32(i * 4, value);
    else view.setBigInt64(i * 8, BigInt(value));
  });
  const bytes = new Uint8Array(view.buffer);
  const count = values.length;
  const moved = bytes.map((_, i) => bytes[(i % count) * size + Math.floor(i / count)]!);
  return gzipSync(shuffled ? moved : bytes);
}

Deno.test("decodeGzip() gives pixels of every width, shuffled or not, widened or not", () => {
  const values = [0, 1, 100, 27, 5];
  const signed = [-300, 7, 32_767, -1, 5];
  for (const shuffled of [false, true]) {
    for (const size of [1, 2, 4, 8] as const) {
      const used = size === 1 ? values : signed;
      const classes = [Int16Array, Int32Array, ...(size === 1 ? [Uint8Array] : [])];
      for (const constructor of classes) {
        const target = new constructor(5);
        decodeGzip(stream(used, size, shuffled), target, { shuffled });
        assertEquals([...target], used, `${size} ${shuffled} ${constructor.name}`);
      }
      const longs = new BigInt64Array(5);
      decodeGzip(stream(used, size, shuffled), longs, { shuffled });
      assertEquals([...longs], used.map(BigInt));
    }
  }
  const doubles = Float64Array.of(1.5, -0.1, NaN, Infinity);
  const view = new DataView(new ArrayBuffer(32));
  doubles.forEach((value, i) => view.setFloat64(i * 8, value));
  const target = new Float64Array(4);
  decodeGzip(gzipSync(new Uint8Array(view.buffer)), target, { shuffled: false });
  assertEquals(target, doubles);
});

Deno.test("decodeGzip() refuses streams of another length, and numbers that do not fit", () => {
  const options = { shuffled: false };
  const cases: [Uint8Array, Int16Array | Float32Array, string][] = [
    [gzipSync(new Uint8Array(7)), new Int16Array(3), "7 bytes for 3 pixels"],
    [stream([70_000], 4, false), new Int16Array(1), "the value 70000 of pixel 1 is decoded"],
    [stream([1], 2, false), new Float32Array(1), "2 bytes of each pixel, expected the 4"],
  ];
  for (const [bytes, target, message] of cases) {
    assertThrows(
      () => decodeGzip(bytes, target as Int16Array<ArrayBuffer>, options),
      FormatError,
      message,
    );
  }
  const broken = stream([1, 2, 3], 2, false).subarray(0, 15);
  assertThrows(() => decodeGzip(broken, new Int16Array(3), options), HeliographError);
  const bomb = gzipSync(new Uint8Array(1_000_000));
  assertThrows(() => decodeGzip(bomb, new Int16Array(3), options), HeliographError);
});
