import { assertEquals, assertRejects } from "../../support/assert.ts";
import { encodeNpy } from "../../../fits/image/npy.ts";
import { encodeFits } from "../../../fits/mod.ts";
import { encodePng } from "../../../fits/picture/png.ts";
import { FormatError } from "../../../net/errors.ts";
import {
  arrayFromFile,
  fileFromArray,
  type IdlNumeric,
  idlScalar,
  idlText,
} from "../../../rpc/mod.ts";

Deno.test("arrayFromFile() gives pictures as READ_JPEG with /TRUE does: bottom row first, no alpha", async () => {
  const data = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const cases: [Parameters<typeof encodePng>[0], number[], number[]][] = [
    [{ width: 2, height: 2, color: "gray", data: data.subarray(0, 4) }, [2, 2], [3, 4, 1, 2]],
    [{ width: 2, height: 2, color: "gray-alpha", data }, [2, 2], [5, 7, 1, 3]],
    [{ width: 1, height: 2, color: "rgb", data: data.subarray(0, 6) }, [3, 1, 2], [
      4,
      5,
      6,
      1,
      2,
      3,
    ]],
    [{ width: 1, height: 2, color: "rgb-alpha", data }, [3, 1, 2], [5, 6, 7, 1, 2, 3]],
  ];
  for (const [picture, shape, elements] of cases) {
    const value = await arrayFromFile(encodePng(picture), "a.png");
    assertEquals([value.type, value.shape, [...value.data]], [1, shape, elements]);
  }
  const deep = encodePng({ width: 2, height: 1, color: "gray", data: Uint16Array.of(1, 65_535) });
  assertEquals(await arrayFromFile(deep, "a.png"), {
    type: 12,
    shape: [2, 1],
    data: Uint16Array.of(1, 65_535),
  });
});

Deno.test("fileFromArray() and arrayFromFile() carry every numeric type as npy", async () => {
  const values: IdlNumeric[] = ([1, 2, 3, 4, 5, 12, 13, 14, 15] as const).map((type) =>
    idlScalar(type, 7)
  );
  values.push(
    { type: 6, shape: [2], data: Float32Array.of(1, 2, 3, 4) },
    { type: 9, shape: [1], data: Float64Array.of(1, 2) },
    { type: 4, shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  );
  for (const value of values) {
    assertEquals(await arrayFromFile(await fileFromArray(value, "a.npy"), "a.npy"), value);
  }
  const eight = encodeNpy({ type: "i8", shape: [1], data: Int8Array.of(-3) });
  assertEquals(await arrayFromFile(eight, "a.npy"), {
    type: 2,
    shape: [1],
    data: Int16Array.of(-3),
  });
  const half = encodeNpy({ type: "f16", shape: [1], data: Float16Array.of(0.5) });
  assertEquals(await arrayFromFile(half, "a.npy"), {
    type: 4,
    shape: [1],
    data: Float32Array.of(0.5),
  });
});

Deno.test("fileFromArray() writes FITS and PNG that arrayFromFile() reads back", async () => {
  const pixels: IdlNumeric = {
    type: 12,
    shape: [3, 2],
    data: Uint16Array.of(1, 2, 3, 4, 5, 65_535),
  };
  assertEquals(await arrayFromFile(await fileFromArray(pixels, "a.fits"), "a.fits"), pixels);
  const picture: IdlNumeric = { type: 1, shape: [3, 2, 1], data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  assertEquals(await arrayFromFile(await fileFromArray(picture, "a.PNG"), "a.PNG"), picture);
});

Deno.test("fileFromArray() says what a format cannot hold", async () => {
  const complex: IdlNumeric = { type: 6, shape: [1], data: Float32Array.of(1, 2) };
  const cases = [
    [idlText("x"), "a.npy", "the result is text"],
    [complex, "a.fits", "FITS images hold no complex numbers"],
    [complex, "a.png", "Cannot show complex numbers"],
    [complex, "a.jpg", "ends in .npy, .fits or .png"],
  ] as const;
  for (const [value, name, message] of cases) {
    await assertRejects(() => fileFromArray(value, name), FormatError, message);
  }
  await assertRejects(() => arrayFromFile(new Uint8Array(9000), "a.bin"), FormatError);
});

Deno.test("arrayFromFile() takes a part of a FITS file, and of no other", async () => {
  const pixels = Int16Array.from({ length: 6 }, (_, i) => i);
  const bytes = await encodeFits([{ pixels: pixels.map((value) => -value), shape: [3, 2] }, {
    ...{ pixels, shape: [3, 2], name: "SCI" },
  }]);
  const part = await arrayFromFile(bytes, "a.fits", { hdu: "SCI", section: "2:3,2" });
  assertEquals([part.shape, [...part.data as Int16Array]], [[2, 1], [4, 5]]);
  const png = encodePng({ width: 1, height: 1, color: "gray", data: new Uint8Array(1) });
  await assertRejects(
    () => arrayFromFile(png, "a.png", { hdu: 1 }),
    FormatError,
    "Cannot read a part of 'a.png': it is no FITS file",
  );
});
