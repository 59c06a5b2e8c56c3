import { assertEquals } from "@std/assert";
import { encodeTile, TILE_HEAD_BYTES, type TileContent } from "../../../station/pyramid/tile.ts";
import { readTile } from "../../support/fits/tile.ts";

const PLAIN = { bscale: 1, bzero: 0, blank: undefined };
const tile = (values: TileContent["values"], rest: Partial<TileContent> = {}): TileContent => ({
  width: values.length,
  height: 1,
  values,
  rule: PLAIN,
  level: 0,
  ...rest,
});

Deno.test("encodeTile() writes head and values as the specification has them", () => {
  const bytes = encodeTile(tile(Int16Array.of(-1, 2, 258), {
    rule: { bscale: -2, bzero: 10, blank: 2 },
    level: 3,
    reduce: "max",
    draft: true,
  }));
  assertEquals(readTile(bytes), {
    magic: "HLT1",
    type: "Int16Array",
    flags: 1 | 16,
    level: 3,
    reduce: 2,
    width: 3,
    height: 1,
    bscale: -2,
    bzero: 10,
    blank: 2,
    least: -506,
    greatest: 12,
    missing: 1,
    spare: 0,
    values: [-1, 2, 258],
  });
  assertEquals([...bytes.subarray(TILE_HEAD_BYTES)], [255, 255, 2, 0, 2, 1]);
});

Deno.test("encodeTile() names every type, and says what is constant, empty or rounded", () => {
  const cases: [tile: TileContent, type: string, flags: number, missing: number, body: number][] = [
    [tile(Uint8Array.of(1, 2)), "Uint8Array", 0, 0, 2],
    [tile(Int8Array.of(1, 2)), "Int8Array", 0, 0, 2],
    [tile(Uint16Array.of(1, 2)), "Uint16Array", 0, 0, 4],
    [tile(Int32Array.of(1, 2)), "Int32Array", 0, 0, 8],
    [tile(Uint32Array.of(1, 2)), "Uint32Array", 0, 0, 8],
    [tile(Float32Array.of(1, NaN)), "Float32Array", 0, 1, 8],
    [tile(Float64Array.of(1, 2), { rounded: true }), "Float64Array", 32, 0, 16],
    [tile(BigInt64Array.of(1n, 2n)), "BigInt64Array", 0, 0, 16],
    [tile(BigUint64Array.of(1n, 2n)), "BigUint64Array", 0, 0, 16],
    [tile(Int16Array.of(7, 7, 7)), "Int16Array", 8, 0, 2],
    [tile(Float64Array.of(0, -0)), "Float64Array", 0, 0, 16],
    [tile(Float32Array.of(NaN, NaN)), "Float32Array", 4, 2, 0],
    [tile(Int16Array.of(5, 5), { rule: { ...PLAIN, blank: 5 } }), "Int16Array", 4 | 16, 2, 0],
    [tile(Float32Array.of(Infinity, NaN)), "Float32Array", 0, 1, 8],
  ];
  for (const [content, type, flags, missing, body] of cases) {
    const bytes = encodeTile(content);
    const read = readTile(bytes);
    assertEquals(
      [read.type, read.flags, read.missing, bytes.length - TILE_HEAD_BYTES],
      [type, flags, missing, body],
    );
  }
  const { least, greatest } = readTile(encodeTile(tile(Float32Array.of(Infinity, NaN))));
  assertEquals([least, greatest], [NaN, NaN]);
});

Deno.test("encodeTile() puts bytes in planes where that is asked for", () => {
  const bytes = encodeTile(tile(Int16Array.of(0x0102, 0x0304, 0x0506)), { planes: true });
  assertEquals(readTile(bytes).flags, 2);
  assertEquals([...bytes.subarray(TILE_HEAD_BYTES)], [2, 4, 6, 1, 3, 5]);
  assertEquals(readTile(encodeTile(tile(Uint8Array.of(1, 2)), { planes: true })).flags, 0);
});
