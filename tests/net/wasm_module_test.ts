import { assertEquals } from "@std/assert";
import {
  constant,
  F64,
  F64_ADD,
  I32,
  LOCAL_GET,
  LOCAL_SET,
  makeWasm,
  vector,
  vectorAt,
} from "../../net/wasm_module.ts";

const LOAD = 0, STORE = 11, EXTRACT_DOUBLE = 33;

Deno.test("makeWasm() makes functions with and without results, and whole pages of memory", () => {
  const values = [0, 1, 63, 64, 127, 128, 4_096, 8_191];
  const { memory, functions } = makeWasm(65_537, [
    {
      name: "move",
      parameters: 2,
      vectors: 1,
      body: [
        ...[LOCAL_GET, 0, ...vectorAt(LOAD, 200), LOCAL_SET, 2],
        ...[LOCAL_GET, 1, LOCAL_GET, 2, ...vectorAt(STORE, 0)],
      ],
    },
    {
      name: "sum",
      parameters: 1,
      result: F64,
      vectors: 0,
      body: [0, 1].flatMap((lane) => [
        ...[LOCAL_GET, 0, ...vectorAt(LOAD, 0), ...vector(EXTRACT_DOUBLE, lane)],
        ...(lane === 1 ? [F64_ADD] : []),
      ]),
    },
    ...values.map((value) => ({
      name: `constant${value}`,
      parameters: 0,
      result: I32,
      vectors: 0,
      body: constant(value),
    } as const)),
  ]);
  assertEquals(memory.byteLength, 2 * 65_536);
  const call = (name: string, ...args: number[]) =>
    (functions[name] as (...args: number[]) => number | undefined)(...args);

  const bytes = new Uint8Array(memory);
  for (let i = 0; i < 16; i++) bytes[300 + i] = i + 1;
  assertEquals(call("move", 100, 512), undefined);
  assertEquals([...bytes.subarray(511, 529)], [
    0,
    ...Array.from({ length: 16 }, (_, i) => i + 1),
    0,
  ]);

  new Float64Array(memory, 1_024, 2).set([0.5, 41]);
  assertEquals(call("sum", 1_024), 41.5);
  assertEquals(values.map((value) => call(`constant${value}`)), values);
});
