import { assertEquals, assertRejects } from "@std/assert";
import {
  type AnyPixels,
  type ColumnInput,
  encodeFits,
  type HduInput,
  Header,
  openFits,
  tableHdu,
  verifyFits,
} from "../../../fits/mod.ts";
import { imageHdu } from "../../../fits/image/output.ts";
import { pixelTypeOf } from "../../../fits/image/output.ts";
import { FormatError } from "../../../net/errors.ts";

Deno.test("encodeFits() writes every type of pixel so that openFits() reads it back", async () => {
  const images: AnyPixels[] = [
    new Uint8Array([0, 1, 255]),
    new Int8Array([-128, 0, 127]),
    new Int16Array([-32768, 0, 32767]),
    new Uint16Array([0, 32768, 65535]),
    new Int32Array([-2147483648, 0, 2147483647]),
    new Uint32Array([0, 2147483648, 4294967295]),
    new BigInt64Array([-(2n ** 63n), 0n, 2n ** 63n - 1n]),
    new BigUint64Array([0n, 2n ** 63n, 2n ** 64n - 1n]),
    new Float32Array([-0, NaN, Infinity]),
    new Float64Array([5e-324, NaN, -Infinity]),
  ];
  const bytes = await encodeFits(images.map((pixels) => ({ pixels })), { checksum: true });
  await using file = await openFits(bytes);
  const found = [];
  for await (const hdu of file.hdus) {
    const { type, pixels } = await hdu.image();
    found.push([type, pixels]);
  }
  assertEquals(found, images.map((pixels) => [pixelTypeOf(pixels), pixels]));
});

Deno.test("encodeFits() refuses what would be no valid header, in words", async () => {
  const pixels = new Int16Array(6);
  const one = new Int16Array(1);
  const table = (columns: ColumnInput[]) => tableHdu({ columns });
  const cases: [() => HduInput, string][] = [
    [() => imageHdu({ pixels, shape: [-3, -2] }), "of shape [-3,-2]: expected whole lengths"],
    [() => imageHdu({ pixels, shape: [1.5, 4] }), "of shape [1.5,4]: expected whole lengths"],
    [() => imageHdu({ pixels, shape: new Array(1000).fill(1) }), "1000 axes: expected at most 999"],
    [() => imageHdu({ pixels, name: "x".repeat(69) }), "EXTNAME: 'xxxxxxxxxxxxxxxxxxxx...' has 69"],
    [() => imageHdu({ pixels, version: 1.5 }), "EXTVER: found 1.5, expected an integer"],
    [
      () => table([{ name: "x".repeat(69), values: one }]),
      "has 69 characters, expected at most 68",
    ],
    [() => table([{ unit: "x".repeat(69), values: one }]), "Cannot write TUNIT1"],
    [() => table(new Array(1000).fill({ values: one })), "1000 columns: expected at most 999"],
    [
      () => table([{ name: "v", values: [one, new Float32Array(1)] }]),
      "the column 'v': found Int16Array and Float32Array, expected arrays of one type",
    ],
  ];
  for (const [make, message] of cases) {
    await assertRejects(async () => await encodeFits([make()]), FormatError, message);
  }
});

Deno.test("encodeFits() leaves keywords of arrays out of tables", async () => {
  const header = new Header().set("BSCALE", 3).set("BLANK", 1).set("OBJECT", "Sun");
  const columns = [{ name: "N", values: new Int16Array(1) }];
  const bytes = await encodeFits([tableHdu({ columns, header })]);
  assertEquals(await verifyFits(bytes), []);
  await using file = await openFits(bytes);
  assertEquals((await file.hdu(1)).header.get("OBJECT"), "Sun");
});
