import { assert, assertEquals, assertThrows } from "@std/assert";
import { crc32, deflateSync, inflateSync } from "node:zlib";
import { decodePng, encodePng, encodePngRows, type PngColor } from "../../../fits/picture/png.ts";
import { FormatError, LimitError } from "../../../net/errors.ts";
import { platform } from "../../../net/platform/mod.ts";
import { fuzz, fuzzRounds, SeededRandom } from "../../support/random.ts";

const CHANNELS: Record<PngColor, number> = { gray: 1, "gray-alpha": 2, rgb: 3, "rgb-alpha": 4 };

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** A PNG file made by hand, for forms that the writer does not write. */
function handmade(
  [width, height, depth, type, interlace = 0]: number[],
  rows: number[],
  extra: [string, number[]][] = [],
): Uint8Array {
  const ihdr = new Uint8Array(13);
  const view = new DataView(ihdr.buffer);
  view.setUint32(0, width!);
  view.setUint32(4, height!);
  ihdr.set([depth!, type!, 0, 0, interlace], 8);
  return concat([
    new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk("IHDR", ihdr),
    ...extra.map(([name, data]) => chunk(name, new Uint8Array(data))),
    chunk("IDAT", deflateSync(new Uint8Array(rows))),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function concat(parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

Deno.test("encodePng() writes signature, IHDR, IDAT and IEND of a 16-bit gray pixel", () => {
  const png = encodePng(
    { width: 2, height: 1, color: "gray", data: new Uint16Array([0x1234, 0xfffe]) },
    { filter: "none" },
  );
  const hex = png.toHex();
  assertEquals(
    hex.slice(0, 2 * 33),
    "89504e470d0a1a0a" + "0000000d49484452" + "00000002000000011000000000" + hex.slice(58, 66),
  );
  assertEquals(new DataView(png.buffer).getUint32(29), crc32(png.subarray(12, 29)));
  assertEquals(hex.slice(-24), "0000000049454e44ae426082");
  const length = new DataView(png.buffer).getUint32(33);
  assertEquals(
    new Uint8Array(inflateSync(png.subarray(41, 41 + length))),
    new Uint8Array([0, 0x12, 0x34, 0xff, 0xfe]),
  );
});

Deno.test("decodePng() gives what encodePng() took, for every colour, depth, filter and level", () => {
  const random = new SeededRandom(1);
  for (const color of Object.keys(CHANNELS) as PngColor[]) {
    for (const filter of ["adaptive", "none", "sub", "up", "average", "paeth"] as const) {
      for (const [width, height] of [[1, 1], [7, 3], [64, 33]] as const) {
        const bytes = random.bytes(width * height * CHANNELS[color] * 2);
        for (const data of [bytes.slice(bytes.length / 2), new Uint16Array(bytes.buffer)]) {
          const image = { width, height, color, data };
          assertEquals(decodePng(encodePng(image, { filter, level: random.integer(0, 9) })), image);
        }
      }
    }
  }
});

Deno.test("encodePng() takes an ImageData's clamped array", () => {
  const { data } = new ImageData(new Uint8ClampedArray([1, 2, 3, 255]), 1, 1);
  const png = encodePng({
    width: 1,
    height: 1,
    color: "rgb-alpha",
    data: data as Uint8ClampedArray,
  });
  assertEquals(decodePng(png).data, new Uint8Array([1, 2, 3, 255]));
});

Deno.test("encodePngRows() gives the same picture for any division into rows and bands", () => {
  const random = new SeededRandom(2);
  const [width, height] = [1500, 1200];
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i++) data[i] = (i % width) / 8 + random.next() * 20;
  function* pieces() {
    for (let row = 0; row < height;) {
      const count = Math.min(random.integer(1, 50), height - row);
      yield data.subarray(row * width, (row + count) * width);
      row += count;
    }
  }
  const layout = { width, height, color: "gray", depth: 8 } as const;
  const parts = [...encodePngRows(layout, pieces())];
  assert(parts.length === 4, "a preamble, two bands and IEND");
  assertEquals(decodePng(concat(parts)), { width, height, color: "gray", data });
  assertEquals(concat(parts), encodePng({ width, height, color: "gray", data }));
});

Deno.test("encodePng() filters a smooth picture so that it packs smaller than unfiltered", () => {
  const [width, height] = [256, 256];
  const data = new Uint16Array(width * height);
  for (let i = 0; i < data.length; i++) {
    data[i] = (i % width) * Math.floor(i / width);
  }
  const image = { width, height, color: "gray", data } as const;
  assert(encodePng(image).length * 2 < encodePng(image, { filter: "none" }).length);
});

Deno.test("encodePng() carries texts", () => {
  const png = encodePng(
    { width: 1, height: 1, color: "gray", data: new Uint8Array(1) },
    { text: { Title: "Sun, 171 Å" } },
  );
  const text = new TextEncoder().encode("iTXtTitle\0\0\0\0\0Sun, 171 Å");
  assert(png.toHex().includes(text.toHex()));
  assertEquals(decodePng(png).data, new Uint8Array(1));
});

Deno.test("encodePng() refuses samples that do not fill the picture, sizes and keywords out of range", () => {
  const data = new Uint8Array(6);
  assertThrows(
    () => encodePng({ width: 4, height: 2, color: "gray", data }),
    FormatError,
    "Cannot write a PNG of 4 x 2 pixels: got 6 bytes of samples, expected whole rows of 4",
  );
  assertThrows(
    () => encodePng({ width: 3, height: 3, color: "gray", data }),
    FormatError,
    "Cannot write a PNG of 3 x 3 pixels: got 2 rows of samples",
  );
  assertThrows(
    () => encodePng({ width: 0, height: 3, color: "gray", data }),
    FormatError,
    "Cannot write a PNG: its width is 0, expected 1 to 2147483647",
  );
  assertThrows(
    () => [...encodePngRows({ width: 6, height: 1, color: "gray", depth: 16 }, [data])],
    FormatError,
    "Cannot write a PNG of 16-bit samples: got a Uint8Array",
  );
  assertThrows(
    () => encodePng({ width: 6, height: 1, color: "gray", data }, { text: { "é": "" } }),
    FormatError,
    "a text has the keyword 'é'",
  );
});

const FORMS: {
  name: string;
  head: number[];
  rows: number[];
  extra?: [string, number[]][];
  color: PngColor;
  data: number[];
}[] = [
  {
    name: "1-bit gray",
    head: [3, 2, 1, 0],
    rows: [0, 0b10100000, 0, 0b01000000],
    color: "gray",
    data: [255, 0, 255, 0, 255, 0],
  },
  {
    name: "2-bit gray with the Up filter",
    head: [4, 2, 2, 0],
    rows: [0, 0b00011011, 2, 1],
    color: "gray",
    data: [0, 85, 170, 255, 0, 85, 255, 0],
  },
  {
    name: "4-bit gray with a transparent level",
    head: [2, 1, 4, 0],
    rows: [0, 0x5f],
    extra: [["tRNS", [0, 5]]],
    color: "gray-alpha",
    data: [85, 0, 255, 255],
  },
  {
    name: "8-bit RGB with a transparent colour",
    head: [2, 1, 8, 2],
    rows: [0, 1, 2, 3, 1, 2, 4],
    extra: [["tRNS", [0, 1, 0, 2, 0, 3]]],
    color: "rgb-alpha",
    data: [1, 2, 3, 0, 1, 2, 4, 255],
  },
  {
    name: "a palette of 2-bit indices",
    head: [3, 1, 2, 3],
    rows: [0, 0b00100100],
    extra: [["PLTE", [9, 8, 7, 1, 2, 3, 4, 5, 6]]],
    color: "rgb",
    data: [9, 8, 7, 4, 5, 6, 1, 2, 3],
  },
  {
    name: "a palette with alpha for its first colour",
    head: [2, 1, 8, 3],
    rows: [0, 1, 0],
    extra: [["PLTE", [9, 8, 7, 1, 2, 3]], ["tRNS", [100]]],
    color: "rgb-alpha",
    data: [1, 2, 3, 255, 9, 8, 7, 100],
  },
  {
    name: "an interlaced picture",
    head: [3, 3, 8, 0, 1],
    // Passes 1, 4 (column 2), 5 (row 2), 6 (column 1) and 7 (row 1) are not empty.
    rows: [0, 1, 0, 3, 0, 7, 9, 0, 2, 0, 8, 0, 4, 5, 6],
    color: "gray",
    data: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  },
];

for (const { name, head, rows, extra, color, data } of FORMS) {
  Deno.test(`decodePng() reads ${name}`, () => {
    const image = decodePng(handmade(head, rows, extra));
    assertEquals(image, {
      width: head[0]!,
      height: head[1]!,
      color,
      data: new Uint8Array(data),
    });
  });
}

Deno.test("decodePng() refuses what is damaged, says where, and allocates nothing for it", () => {
  const good = handmade([2, 2, 8, 0], [0, 1, 2, 0, 3, 4]);
  const flipped = good.slice();
  flipped[20]! ^= 1;
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(0), "does not begin with the PNG signature"],
    [good.subarray(0, 30), "a chunk of 13 bytes passes the end of the file at byte 8"],
    [good.subarray(0, good.length - 12), "the file ends where a chunk should be"],
    [flipped, "the checksum of the chunk 'IHDR' is wrong at byte 8"],
    [handmade([2, 2, 3, 0], []), "colour type 0 with 3-bit samples"],
    [handmade([0, 2, 8, 0], []), "a picture of 0 x 2 pixels"],
    [handmade([2, 2, 8, 0, 2], []), "unknown method (0, 0, 2) in IHDR"],
    [handmade([2, 2, 8, 3], [0, 1, 2, 0, 3, 4]), "no palette (PLTE)"],
    [handmade([1, 1, 8, 3], [0, 7], [["PLTE", [1, 2, 3]]]), "colour 7 of a palette of 1"],
    [handmade([2, 2, 8, 0], [0, 1, 2]), "its image data hold 3 bytes, expected 6"],
    [handmade([2, 2, 8, 0], [0, 1, 2, 0, 3, 4, 5]), "its image data hold more bytes, expected 6"],
    [handmade([2, 2, 8, 0], [0, 1, 2, 9, 3, 4]), "unknown filter 9 in row 1"],
    [handmade([20000, 20000, 8, 0], [0]), "its image data hold too few bytes, expected 400020000"],
    [handmade([1, 1, 8, 0], [0, 1], [["QQQQ", []]]), "an unknown critical chunk 'QQQQ'"],
  ];
  for (const [bytes, message] of cases) {
    assertThrows(() => decodePng(bytes), FormatError, message);
  }
  assertThrows(
    () => decodePng(good, { maxBytes: 3 }),
    LimitError,
    "Cannot read a PNG of 2 x 2 pixels: it needs 4 bytes, the limit is 3",
  );
});

Deno.test("decodePng() answers mutated files with a picture or a FormatError", async () => {
  const originals = FORMS.map(({ head, rows, extra }) => handmade(head, rows, extra));
  await fuzz(fuzzRounds(2_000, 20_000), 40_000, (random) => {
    const bytes = random.pick(originals).slice();
    for (let i = random.integer(1, 3); i > 0; i--) {
      bytes[random.integer(0, bytes.length - 1)]! ^= 1 << random.integer(0, 7);
    }
    // Repair the checksums of most, so that the mutations reach the inner parts.
    if (random.next() < 0.9) repairChecksums(bytes);
    try {
      const image = decodePng(bytes, { maxBytes: 1 << 20 });
      assertEquals(image.data.length, image.width * image.height * CHANNELS[image.color]);
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
    }
  });
});

function repairChecksums(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer);
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) return;
    view.setUint32(end, crc32(bytes.subarray(at + 4, end)));
    at = end + 4;
  }
}

Deno.test("encodePng() looks in noise for runs alone, and in patterns for all that comes again", () => {
  const random = new SeededRandom(91);
  const [width, height] = [1_024, 768];
  const samples = (of: (i: number) => number) =>
    Uint8Array.from({ length: width * height }, (_, i) => of(i));
  // Most samples of a noise are near its middle, so that it can be packed at all.
  const noise = samples(() => 96 + random.integer(0, 20) + random.integer(0, 20));
  const pattern = samples((i) => i * i % 251);
  for (const data of [noise, pattern]) {
    const image = { width, height, color: "gray", data } as const;
    const png = encodePng(image, { filter: "none" });
    assertEquals(decodePng(png), image);
    const rows = new Uint8Array((width + 1) * height);
    for (let y = 0; y < height; y++) {
      rows.set(data.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
    }
    const [all, runs] = [false, true].map((runs) =>
      platform.deflateSync(rows, { format: "raw", runs }).length
    ) as [number, number];
    // Signature, chunks and checksums around the stream, of which there is one band.
    assertEquals(png.length, Math.min(all, runs) + 63);
    assertEquals(runs < all, data === noise);
  }
});
