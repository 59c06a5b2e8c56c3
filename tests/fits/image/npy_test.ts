import { assert, assertEquals, assertThrows } from "@std/assert";
import { encodeNpy, isNpy, type NpyArray, npyHeader, parseNpy } from "../../../fits/image/npy.ts";
import { FormatError, LimitError } from "../../../net/errors.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";

const ascii = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** A file with any header text, as `numpy.lib.format` lays it out. */
function npy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const length = Uint8Array.of(header.length & 255, header.length >> 8);
  return Uint8Array.of(
    ...[0x93, ...ascii("NUMPY"), version, 0, ...length],
    ...(version === 1 ? [] : [0, 0]),
    ...ascii(header),
    ...data,
  );
}

const descr = (type: string, shape: string, fortran = "False") =>
  `{'descr': '${type}', 'fortran_order': ${fortran}, 'shape': (${shape}), }\n`;

const ARRAYS: NpyArray[] = [
  { type: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) },
  { type: "u8", shape: [3, 2], data: Uint8Array.of(0, 1, 2, 253, 254, 255) },
  { type: "i8", shape: [2], data: Int8Array.of(-128, 127) },
  { type: "u16", shape: [2], data: Uint16Array.of(1, 65535) },
  { type: "i16", shape: [1, 2], data: Int16Array.of(-32768, 258) },
  { type: "u32", shape: [], data: Uint32Array.of(0x01020304) },
  { type: "i32", shape: [2], data: Int32Array.of(-1, 0x01020304) },
  { type: "u64", shape: [1], data: BigUint64Array.of(0x0102030405060708n) },
  { type: "i64", shape: [1], data: BigInt64Array.of(-2n) },
  { type: "f16", shape: [2], data: Float16Array.of(1.5, -2) },
  { type: "f32", shape: [2], data: Float32Array.of(1.5, NaN) },
  { type: "f64", shape: [0], data: new Float64Array(0) },
  { type: "c64", shape: [2], data: Float32Array.of(1, 2, 3, 4) },
  { type: "c128", shape: [1], data: Float64Array.of(Math.PI, -0) },
];

Deno.test("encodeNpy() and parseNpy() carry every type in both byte orders", () => {
  for (const array of ARRAYS) {
    for (const order of ["little", "big"] as const) {
      const file = encodeNpy(array, { order });
      assert(isNpy(file));
      assertEquals(parseNpy(file), array);
    }
  }
});

Deno.test("encodeNpy() writes the bytes that numpy writes", () => {
  const header = descr("<i2", "2, 3").trimEnd();
  const expected = npy(
    header.padEnd(117) + "\n",
    Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0),
  );
  const file = encodeNpy({ type: "i16", shape: [3, 2], data: Int16Array.of(1, 2, 3, 4, 5, 6) });
  assertEquals(file, expected);
  assertEquals(npyHeader("u8", [7], "big").length, 128);
  assert(new TextDecoder().decode(npyHeader("u8", [7], "big")).includes("'|u1'"));
  assert(new TextDecoder().decode(npyHeader("f64", [7], "big")).includes("'>f8'"));
});

Deno.test("parseNpy() reverses the shape, and the elements of Fortran order", () => {
  const data = Uint8Array.of(1, 2, 3, 4, 5, 6);
  assertEquals(parseNpy(npy(descr("|u1", "2, 3"), data)).shape, [3, 2]);
  // numpy's [[1, 2, 3], [4, 5, 6]], stored column by column.
  const columns = Uint8Array.of(1, 4, 2, 5, 3, 6);
  assertEquals(
    parseNpy(npy(descr("|u1", "2, 3", "True"), columns)),
    { type: "u8", shape: [3, 2], data },
  );
  const cube = Uint8Array.of(0, 4, 2, 6, 1, 5, 3, 7);
  assertEquals(
    parseNpy(npy(descr("|u1", "2, 2, 2", "True"), cube)).data,
    Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7),
  );
  const pairs = new Uint8Array(Float32Array.of(1, 2, 5, 6, 3, 4, 7, 8).buffer);
  assertEquals(
    parseNpy(npy(descr("<c8", "2, 2", "True"), pairs)).data,
    Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  );
  assertEquals(parseNpy(npy(descr("|u1", "6,"), data)).shape, [6]);
  assertEquals(parseNpy(npy(descr("|u1", "6L,"), data, 2)).shape, [6]);
  assertEquals(parseNpy(npy(descr("|u1", ""), data.subarray(0, 1), 3)).shape, []);
  assertEquals(parseNpy(npy(descr("=i2", "3,"), data)).data, Int16Array.of(513, 1027, 1541));
});

Deno.test("parseNpy() returns a view of the file where it is aligned, a copy where it is not", () => {
  const file = encodeNpy({ type: "f64", shape: [2], data: Float64Array.of(1, 2) });
  assertEquals(parseNpy(file).data.buffer, file.buffer);
  const shifted = new Uint8Array(file.length + 1);
  shifted.set(file, 1);
  assertEquals(parseNpy(shifted.subarray(1)).data, Float64Array.of(1, 2));
});

Deno.test("parseNpy() says what is wrong with a file", () => {
  const six = new Uint8Array(6);
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(0), "does not begin with"],
    [ascii("\x93NUMPZ"), "does not begin with"],
    [Uint8Array.of(0x93, ...ascii("NUMPY"), 1, 0, 1), "in its header"],
    [Uint8Array.of(0x93, ...ascii("NUMPY"), 4, 0, 0, 0), "version is 4"],
    [Uint8Array.of(0x93, ...ascii("NUMPY"), 2, 0, 255, 255, 255, 255), "4294967295 bytes"],
    [npy("{'descr': '|u1'}", six), "lacks descr, fortran_order or shape"],
    [npy(descr("|O", "6,"), six), "element type is '|O'"],
    [npy(descr("u1", "6,"), six), "element type is 'u1'"],
    [npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", six), "records"],
    [npy(descr("|u1", "-6,"), six), "lacks descr, fortran_order or shape"],
    [npy(descr("|u1", "99999999999999999999,"), six), "its shape is"],
    [npy(descr("|u1", "7,"), six), "needs 7 bytes, 6 are there"],
    [npy(descr("<f8", "100000, 100000"), six), "needs 80000000000 bytes, 6 are there"],
  ];
  for (const [file, message] of cases) {
    assertThrows(() => parseNpy(file, { source: "a.npy" }), FormatError, message);
  }
  assertThrows(
    () => parseNpy(npy(descr("<f8", "100,"), six), { source: "a.npy", maxBytes: 799 }),
    LimitError,
    "has 800 bytes, at most 799",
  );
});

Deno.test("encodeNpy() refuses elements that do not fill the shape", () => {
  assertThrows(
    () => encodeNpy({ type: "c64", shape: [2], data: new Float32Array(2) }),
    FormatError,
    "which has 4",
  );
});

Deno.test("parseNpy() survives damaged files", async () => {
  await fuzz(fuzzRounds(2_000, 50_000), 1, (random) => {
    const file = encodeNpy(random.pick(ARRAYS));
    for (let i = random.integer(1, 4); i > 0; i--) {
      file[random.integer(0, Math.min(90, file.length) - 1)] = random.integer(0, 255);
    }
    try {
      const array = parseNpy(file.subarray(0, random.integer(0, file.length)));
      assert(array.data.byteLength <= file.length);
    } catch (error) {
      assert(error instanceof FormatError, String(error));
    }
  });
});
