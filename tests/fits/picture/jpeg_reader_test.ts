import { assert, assertEquals, assertRejects } from "@std/assert";
import { decodeJpeg, isJpeg } from "../../../fits/picture/jpeg_reader.ts";
import { FormatError, LimitError } from "../../../net/errors.ts";
import { corpusFile, corpusTest } from "../../support/corpus.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";

/** A smooth picture as a JPEG file, red to the right and green downwards. */
async function ramps(width: number, height: number): Promise<Uint8Array> {
  const pixels = new ImageData(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels.data.set([x * 4, y * 4, 64, 255], (y * width + x) * 4);
  }
  const bitmap = await createImageBitmap(pixels);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("bitmaprenderer")!.transferFromImageBitmap(bitmap);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 1 });
  assertEquals(blob.type, "image/jpeg");
  return new Uint8Array(await blob.arrayBuffer());
}

/** An Exif segment that says: turn by 90 degrees. */
const TURNED = Uint8Array.fromHex(
  "ffe10022457869660000" + "4d4d002a00000008" + "0001" + "011200030000000100060000" + "00000000",
);

/**
 * A gray picture of 8 x 8 pixels written by hand: one DC coefficient of 25 and no
 * others, which makes every pixel 128 + 25 / 8.
 */
const GRAY = Uint8Array.fromHex(
  "ffd8" +
    "ffdb004300" + "01".repeat(64) +
    "ffc0000b080008000801011100" +
    "ffc4001400" + "01" + "00".repeat(15) + "05" +
    "ffc4001410" + "01" + "00".repeat(15) + "00" +
    "ffda0008010100003f00" + "65" + "ffd9",
);

Deno.test("decodeJpeg() gives the pixels from the top, red first", async () => {
  const picture = await decodeJpeg(await ramps(64, 48));
  assertEquals([picture.width, picture.height, picture.color], [64, 48, "rgb"]);
  for (const [x, y] of [[2, 2], [60, 2], [2, 45], [60, 45]] as const) {
    const at = (y * 64 + x) * 3;
    for (const [channel, expected] of [x * 4, y * 4, 64].entries()) {
      const found = picture.data[at + channel]!;
      assert(Math.abs(found - expected) <= 8, `(${x}, ${y}) ${channel}: ${found}, not ${expected}`);
    }
  }
});

Deno.test("decodeJpeg() gives one channel for a gray file", async () => {
  assertEquals(await decodeJpeg(GRAY), {
    width: 8,
    height: 8,
    color: "gray",
    data: new Uint8Array(64).fill(131),
  });
});

Deno.test("decodeJpeg() does not turn the picture as a camera's note says", async () => {
  const plain = await ramps(64, 48);
  const noted = new Uint8Array(plain.length + TURNED.length);
  noted.set(plain.subarray(0, 2));
  noted.set(TURNED, 2);
  noted.set(plain.subarray(2), 2 + TURNED.length);
  assertEquals(await decodeJpeg(noted), await decodeJpeg(plain));
});

Deno.test("decodeJpeg() says what is wrong with a file", async () => {
  const jpeg = await ramps(16, 16);
  const frameAt = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
  const changed = (offset: number, ...bytes: number[]) => {
    const copy = jpeg.slice();
    copy.set(bytes, frameAt + offset);
    return copy;
  };
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(0), "does not begin with ff d8 ff"],
    [jpeg.subarray(0, 3), "it ends before its picture"],
    [jpeg.subarray(0, 10), "in the middle of a segment"],
    [jpeg.subarray(0, frameAt + 8), "in the middle of a segment"],
    [changed(1, 0xc9), "it uses arithmetic coding"],
    [changed(1, 0xc3), "it uses lossless"],
    [changed(4, 12), "its samples have 12 bits"],
    [changed(5, 0, 0), "16 x 0 pixels"],
    [changed(7, 0x40, 1), "16385 x 16 pixels, at most 16384"],
    [jpeg.subarray(0, frameAt + 30), "Cannot decode a.jpg"],
  ];
  for (const [bytes, message] of cases) {
    await assertRejects(() => decodeJpeg(bytes, { source: "a.jpg" }), FormatError, message);
  }
  await assertRejects(() => decodeJpeg(jpeg, { maxBytes: 1_023 }), LimitError, "need 1024 bytes");
});

Deno.test("decodeJpeg() survives damaged files", async () => {
  const jpeg = await ramps(16, 16);
  await fuzz(fuzzRounds(100, 2_000), 1, async (random) => {
    const damaged = jpeg.slice(0, random.integer(0, jpeg.length));
    for (let i = random.integer(0, 4); i > 0 && damaged.length > 0; i--) {
      damaged[random.integer(0, damaged.length - 1)] = random.integer(0, 255);
    }
    try {
      await decodeJpeg(damaged, { maxBytes: 1_000_000 });
    } catch (error) {
      assert(error instanceof FormatError || error instanceof LimitError, String(error));
    }
  });
});

corpusTest("decodeJpeg() decodes the document's picture", async () => {
  const bytes = await Deno.readFile(corpusFile("images/stereo.jpg"));
  assert(isJpeg(bytes));
  const { width, height, color } = await decodeJpeg(bytes);
  assertEquals([width, height, color], [512, 512, "rgb"]);
});
