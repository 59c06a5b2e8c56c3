import { assert, assertEquals, assertRejects } from "@std/assert";
import { encodeJpeg } from "../../../fits/picture/jpeg.ts";
import { decodePng } from "../../../fits/picture/png.ts";
import { FormatError } from "../../../net/errors.ts";

/** The pixels of a picture file, by the platform's decoder. */
async function pixelsOf(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayLike<number>> {
  const bitmap = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("bitmaprenderer")!.transferFromImageBitmap(bitmap);
  const blob = await canvas.convertToBlob({ type: "image/png" });
  const { data, color } = decodePng(new Uint8Array(await blob.arrayBuffer()));
  const step = color === "rgb" ? 3 : color === "rgb-alpha" ? 4 : color === "gray" ? 1 : 2;
  return data.filter((_, i) => i % step === 0);
}

Deno.test("encodeJpeg() packs every kind of picture, transparent pixels as black", async () => {
  const [width, height] = [32, 16];
  for (
    const [color, channels] of [["gray", 1], ["gray-alpha", 2], ["rgb", 3], [
      "rgb-alpha",
      4,
    ]] as const
  ) {
    const data = new Uint8Array(width * height * channels);
    for (let i = 0; i < width * height; i++) {
      data.fill(i % width < 16 ? 200 : 90, i * channels, (i + 1) * channels);
      if (channels % 2 === 0) data[(i + 1) * channels - 1] = i % width < 16 ? 255 : 0;
    }
    const red = await pixelsOf(await encodeJpeg({ width, height, color, data }, { quality: 1 }));
    assertEquals(red.length, width * height);
    const right = channels % 2 === 0 ? 0 : 90;
    assert(Math.abs(red[0]! - 200) < 4 && Math.abs(red[31]! - right) < 4, `${color}: ${red[31]}`);
  }
});

Deno.test("encodeJpeg() refuses what JPEG cannot hold", async () => {
  await assertRejects(
    () => encodeJpeg({ width: 1, height: 1, color: "gray", data: new Uint16Array(1) }),
    FormatError,
    "Cannot write a JPEG of 16-bit samples",
  );
  await assertRejects(
    () => encodeJpeg({ width: 20_000, height: 1, color: "gray", data: new Uint8Array(20_000) }),
    FormatError,
    "Cannot write a JPEG of 20000 x 1 pixels",
  );
});
