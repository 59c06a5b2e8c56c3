import { assertEquals } from "@std/assert";
import { type AnyPixels, encodeFits, openFits, pixelTypeOf } from "../../fits/mod.ts";

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
