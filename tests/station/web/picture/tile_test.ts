import { assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../../net/errors.ts";
import { parseTile, valueAt } from "../../../../station/web/picture/tile.ts";
import { tileBytes } from "../../../support/station/tile_bytes.ts";

const size = { width: 3, height: 2 };
const TYPES = [
  [1, Uint8Array.of(0, 1, 2, 3, 254, 255)],
  [2, Int8Array.of(-128, -1, 0, 1, 2, 127)],
  [3, Int16Array.of(-32768, -1, 0, 1, 2, 32767)],
  [4, Uint16Array.of(0, 1, 2, 3, 4, 65535)],
  [5, Int32Array.of(-(2 ** 31), -1, 0, 1, 2, 2 ** 31 - 1)],
  [6, Uint32Array.of(0, 1, 2, 3, 4, 2 ** 32 - 1)],
  [7, Float32Array.of(NaN, -0.5, 0, 1, 2, Infinity)],
  [8, Float64Array.of(NaN, -0.1, 0, 1e300, 2, -Infinity)],
  [9, BigInt64Array.of(-(2n ** 63n), -1n, 0n, 1n, 2n, 2n ** 63n - 1n)],
  [10, BigUint64Array.of(0n, 1n, 2n, 3n, 4n, 2n ** 64n - 1n)],
] as const;

/** All first bytes, all second, ... */
function inPlanes(values: ArrayBufferView & { length: number }): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const step = values.byteLength / values.length;
  return Uint8Array.from(
    bytes,
    (_, i) => bytes[i % values.length * step + Math.floor(i / values.length)]!,
  );
}

Deno.test("parseTile() reads every type, bytes side by side and in planes, at any place of memory", () => {
  for (const [type, values] of TYPES) {
    for (const offset of [0, 1, 4]) {
      for (const flags of [0, 2]) {
        const body = flags === 2 ? inPlanes(values) : values;
        const bytes = tileBytes({ type, flags, ...size, missing: 7 }, body);
        const moved = new Uint8Array(bytes.length + offset).subarray(offset);
        moved.set(bytes);
        const tile = parseTile(moved);
        assertEquals(tile.values as unknown, values, `type ${type}, flags ${flags}, at ${offset}`);
        assertEquals([tile.width, tile.height, tile.missing], [3, 2, 7]);
      }
    }
  }
});

Deno.test("parseTile() reads what the head says", () => {
  const head = { type: 3, flags: 1 | 32, level: 5, scale: 0.5, zero: 10, blank: -1 };
  const bytes = tileBytes({ ...head, ...size, least: 2, greatest: 3 }, TYPES[2][1]);
  const { values: _, ...rest } = parseTile(bytes);
  assertEquals(rest, {
    ...{ ...size, level: 5, bytes: 12, scale: 0.5, zero: 10, blank: -1, least: 2, greatest: 3 },
    ...{ isConstant: false, isDraft: true, isRounded: true, missing: 0 },
  });
});

Deno.test("valueAt() finds stored and physical values, of constant and empty tiles too", () => {
  const scaled = { type: 3, scale: 0.5, zero: 10, blank: -1, ...size };
  const tile = parseTile(tileBytes(scaled, TYPES[2][1]));
  assertEquals(valueAt(tile, 2, 1), { stored: 32767, physical: 16393.5 });
  assertEquals(valueAt(tile, 1, 0), { stored: undefined, physical: NaN });
  const constant = parseTile(tileBytes({ type: 7, flags: 8, ...size }, Float32Array.of(2.5)));
  assertEquals(valueAt(constant, 2, 1), { stored: 2.5, physical: 2.5 });
  const empty = parseTile(tileBytes({ type: 7, flags: 4, ...size }, new Float32Array(0)));
  assertEquals(valueAt(empty, 0, 0), { stored: undefined, physical: NaN });
  const exact = parseTile(tileBytes({ type: 9, ...size }, TYPES[8][1]));
  assertEquals(valueAt(exact, 2, 1), { stored: 2n ** 63n - 1n, physical: 2 ** 63 });
});

Deno.test("parseTile() refuses what is no tile", () => {
  const good = tileBytes({ type: 3, ...size }, new Int16Array(6));
  const changed = (at: number, value: number) => good.with(at, value) as Uint8Array<ArrayBuffer>;
  const cases: [Uint8Array<ArrayBuffer>, string][] = [
    [good.subarray(0, 63), "found 63 bytes, expected 64 or more"],
    [changed(0, 0), "it does not begin with HLT1"],
    [changed(4, 0), "its type is 0, expected 1 to 10"],
    [changed(4, 11), "its type is 11, expected 1 to 10"],
    [changed(8, 4), "found 12 bytes of values, expected 16"],
    [changed(11, 255), "it has 8556380166 pixels, expected at most 4194304"],
    [good.subarray(0, 75), "found 11 bytes of values, expected 12"],
    [changed(5, 8), "found 12 bytes of values, expected 2"],
    [changed(5, 4), "found 12 bytes of values, expected 0"],
  ];
  for (const [bytes, why] of cases) {
    assertThrows(() => parseTile(bytes), FormatError, `Cannot read a tile: ${why}`);
  }
});
