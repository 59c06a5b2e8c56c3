import { Buffer } from "node:buffer";
import { assertEquals, assertRejects } from "../../support/assert.ts";
import { type AnyPixels, pixelTypeOf } from "../../../fits/image/output.ts";
import { type AxisRange, SectionError } from "../../../fits/image/section.ts";
import {
  ClosedError,
  encodeFits,
  FormatError,
  Header,
  type ImageInput,
  openFits,
} from "../../../mod.ts";
import { type FitsSource, readRunsTogether } from "../../../fits/source/source.ts";
import { corpusFile, corpusTest } from "../../support/corpus.ts";
import { EXPECTED } from "../../support/fits/expected.ts";
import { fuzz, fuzzRounds, type SeededRandom } from "../../support/random.ts";
import { temporaryFolder } from "../../support/temporary.ts";

async function opened(...images: ImageInput[]) {
  return await openFits(await encodeFits(images));
}

const scaled = (cards: Record<string, number | bigint>) => {
  const header = new Header();
  for (const [key, value] of Object.entries(cards)) header.set(key, value);
  return header;
};

Deno.test("image() scales by BSCALE and BZERO to float64, or to the type asked for", async () => {
  const header = scaled({ BSCALE: 0.5, BZERO: 100 });
  await using file = await opened({ pixels: new Int16Array([0, 1, -2]), header, stored: true });
  assertEquals((await file.image()) as unknown, {
    type: "float64",
    pixels: new Float64Array([100, 100.5, 99]),
    shape: [3],
  });
  assertEquals((await file.image({ as: "float32" })).pixels, new Float32Array([100, 100.5, 99]));
  assertEquals(
    (await file.image({ physical: false })).pixels as unknown,
    new Int16Array([0, 1, -2]),
  );
});

Deno.test("image() makes BLANK NaN by the stored value, in every integer type", async () => {
  const arrays: AnyPixels[] = [
    new Uint8Array([7, 8]),
    new Int16Array([7, 8]),
    new Int32Array([7, 8]),
    new BigInt64Array([7n, 8n]),
  ];
  for (const pixels of arrays) {
    await using file = await opened({
      pixels,
      header: scaled({ BLANK: 7, BZERO: 1 }),
      stored: true,
    });
    const { type, pixels: found } = await file.image();
    assertEquals([type, found as unknown], ["float64", new Float64Array([NaN, 9])]);
  }
});

Deno.test("image() ignores BLANK on floats, with a warning", async () => {
  const pixels = new Float32Array([7, NaN]);
  await using file = await opened({ pixels, header: scaled({ BLANK: 7 }), stored: true });
  const image = await file.image();
  assertEquals([image.type, image.pixels as unknown], ["float32", pixels]);
  assertEquals((await file.hdu(0)).warnings.map(({ message }) => message), [
    "BLANK is ignored: the pixels are floating-point numbers",
  ]);
});

Deno.test("image() takes BZERO of unsigned types however it is written", async () => {
  for (const text of ["32768", "32768.0", "3.276800E4", "3.2768D+04"]) {
    const bytes = await encodeFits([{ pixels: new Uint16Array([0, 65535]) }]);
    const record = `BZERO   = ${text.padStart(20)}`.padEnd(80);
    const at = new TextDecoder("latin1").decode(bytes).indexOf("BZERO   =");
    bytes.set(new TextEncoder().encode(record), at);
    await using file = await openFits(bytes);
    const { type, pixels } = await file.image();
    assertEquals([type, pixels as unknown], ["uint16", new Uint16Array([0, 65535])]);
  }
});

const TYPES: ((length: number, random: SeededRandom) => AnyPixels)[] = [
  (n, r) => Uint8Array.from({ length: n }, () => r.integer(0, 255)),
  (n, r) => Int8Array.from({ length: n }, () => r.integer(-128, 127)),
  (n, r) => Int16Array.from({ length: n }, () => r.integer(-32768, 32767)),
  (n, r) => Uint16Array.from({ length: n }, () => r.integer(0, 65535)),
  (n, r) => Int32Array.from({ length: n }, () => r.integer(-2147483648, 2147483647)),
  (n, r) => Uint32Array.from({ length: n }, () => r.integer(0, 4294967295)),
  (n, r) => BigInt64Array.from({ length: n }, () => BigInt(r.integer(-1e9, 1e9)) ** 2n - 3n),
  (n, r) => BigUint64Array.from({ length: n }, () => BigInt(r.integer(0, 1e9)) ** 2n * 18n),
  (n, r) => Float32Array.from({ length: n }, () => r.next() - 0.5),
  (n, r) => Float64Array.from({ length: n }, () => r.next() - 0.5),
];

/** The elements of a section, one by one. */
function picked(pixels: AnyPixels, shape: readonly number[], ranges: readonly AxisRange[]) {
  let indices = [0];
  let stride = shape.reduce((product, length) => product * length, 1);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    stride /= shape[axis]!;
    const [start, stop, step = 1] = ranges[axis]!;
    indices = indices.flatMap((base) => {
      const places: number[] = [];
      for (let i = start; i < stop; i += step) places.push(base + i * stride);
      return places;
    });
  }
  return indices.map((index) => pixels[index]!);
}

Deno.test("image() reads any section of any type, from memory, files, Blobs and streams", async () => {
  await using folder = await temporaryFolder();
  await fuzz(fuzzRounds(150, 2000), 11, async (random) => {
    const shape = Array.from({ length: random.integer(1, 5) }, () => random.integer(1, 9));
    const count = shape.reduce((product, length) => product * length, 1);
    const pixels = random.pick(TYPES)(count, random);
    const bytes = await encodeFits([{ pixels, shape }]);
    const path = `${folder.path}/section.fits`;
    await Deno.writeFile(path, bytes);
    const input = random.pick([
      () => bytes,
      () => path,
      () => new URL(`file://${path}`),
      () => new Blob([bytes]),
      () => ReadableStream.from(random.split(bytes, 3000)),
    ])();
    await using file = await openFits(input);
    for (let i = 0; i < 3; i++) {
      const section = shape.map((length): AxisRange => {
        const start = random.integer(0, length - 1);
        return random.next() < 0.3
          ? [0, length]
          : [start, random.integer(start, length), random.integer(1, 3)];
      });
      const image = await file.image({ section });
      assertEquals(image.type, pixelTypeOf(pixels));
      assertEquals([...image.pixels] as unknown, picked(pixels, shape, section));
      assertEquals(
        image.shape,
        section.map(([start, stop, step = 1]) => Math.ceil((stop - start) / step)),
      );
    }
  });
});

Deno.test("image() reads large images, by two threads or in pieces, as it reads small ones", async () => {
  await using folder = await temporaryFolder();
  const [width, height] = [2503, 1001];
  const shape = [width, height];
  const path = `${folder.path}/large.fits`;
  for (const array of [Uint8Array, Uint16Array, Int32Array, Float64Array]) {
    const pixels = new array(width * height).map((_, i) => i * 40503);
    await Deno.writeFile(path, await encodeFits([{ pixels, shape }]));
    await using file = await openFits(path);
    assertEquals(equalBytes((await file.image()).pixels, pixels), true);
    const rows = await file.image({ section: "*,2:1000" });
    assertEquals(equalBytes(rows.pixels, pixels.slice(width, width * 1000)), true);
    const floats = await file.image({ as: "float32", section: "2:2502:3,*" });
    const expected = picked(pixels, shape, [[1, 2502, 3], [0, height]]) as number[];
    assertEquals(equalBytes(floats.pixels, Float32Array.from(expected)), true);
    // Two readings of one file at a time do not disturb each other.
    const both = await Promise.all([file.image(), file.image({ section: "5,*" })]);
    assertEquals(equalBytes(both[0].pixels, pixels), true);
    assertEquals(both[1].pixels[7], pixels[7 * width + 4]);
    await Deno.truncate(path, 2880 + pixels.byteLength - 3000);
    await assertRejects(() => file.image(), ClosedError, " the end ");
  }
});

Deno.test("image() says which HDU of which file a section is not within", async () => {
  await using file = await openFits(await encodeFits([{ pixels: new Int16Array(6) }]), {
    name: "six.fits",
  });
  await assertRejects(
    () => file.image({ section: "4:7" }),
    SectionError,
    "The section '4:7' asks for 4 to 7 step 1 of axis 1 of HDU 0 of six.fits, which has pixels 1 to 6",
  );
});

/** Whether two arrays are the same, without the words that a comparison of millions would cost. */
function equalBytes(a: AnyPixels, b: AnyPixels): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: AnyPixels) =>
    new Uint8Array(buffer, byteOffset, byteLength);
  return Buffer.compare(bytes(a), bytes(b)) === 0;
}

Deno.test("image() reads into memory of the caller, if it fits", async () => {
  await using file = await opened({ pixels: new Int16Array([1, 2, 3, 4]), shape: [2, 2] });
  const into = new Int16Array(2);
  const { pixels } = await file.image({ into, section: "*,2" });
  assertEquals(pixels === into, true);
  assertEquals(into, new Int16Array([3, 4]));
  await assertRejects(
    () => file.image({ into }),
    TypeError,
    "Cannot read 4 int16 pixels into a Int16Array of 2",
  );
});

Deno.test("image() reads what is there of a truncated file and refuses the rest", async () => {
  const pixels = new Int16Array(10_000).map((_, i) => i);
  const bytes = (await encodeFits([{ pixels, shape: [100, 100] }])).subarray(0, 2880 + 5000);
  for (const input of [() => bytes, () => ReadableStream.from([bytes.subarray()])]) {
    await using file = await openFits(input());
    const part = await file.image({ section: "*,1:25" });
    assertEquals(part.pixels as unknown, pixels.slice(0, 2500));
    const error = await assertRejects(() => file.image(), ClosedError, "at byte 2880: found 5000");
    assertEquals(error.offset, 2880);
  }
});

Deno.test("image() stops when its signal aborts", async () => {
  await using file = await opened({ pixels: new Int16Array(10) });
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => file.image({ signal }), Error, "enough");
});

Deno.test("image() says that a table is none", async () => {
  const header = new Header();
  header.set("XTENSION", "BINTABLE").set("BITPIX", 8).set("NAXIS", 2).set("NAXIS1", 4)
    .set("NAXIS2", 1).set("PCOUNT", 0).set("GCOUNT", 1).set("TFIELDS", 0);
  const table = {
    canBePrimary: false,
    prepare: () => ({ header, dataSize: 4, fill: 0 as const, data: () => [new Uint8Array(4)] }),
  };
  await using file = await openFits(await encodeFits([table]));
  await assertRejects(() => file.image(), FormatError, "Cannot find an image in bytes");
  await assertRejects(
    () => file.image({ hdu: 1 }),
    FormatError,
    "Cannot read HDU 1 of bytes as an image: its type is BINTABLE",
  );
});

/** Where the oracle is wrong: it takes BLANK = 0 for no BLANK at all. */
const BLANK_ZERO = new Set(["derived/i32.fits"]);

corpusTest("image() gives the oracle's statistics of physical pixels", async () => {
  let compared = 0;
  for (const [path, { hdus, error }] of EXPECTED) {
    if (error !== undefined || BLANK_ZERO.has(path)) continue;
    await using file = await openFits(corpusFile(`fits/${path}`));
    for (const { i, cls, phys, shape } of hdus) {
      if (phys === undefined || cls === "CompImageHDU") continue;
      const { pixels } = await (await file.hdu(i)).image({ as: "float64" });
      const first = phys.first.map((_, at) => pixels[at]!);
      const tolerance = Math.max(1e-12, Math.abs(phys.max), Math.abs(phys.min)) * 1e-6;
      const close = (a: number, b: number | null) =>
        b === null ? Number.isNaN(a) : Math.abs(a - b) <= tolerance;
      assertEquals(pixels.length, shape!.reduce((product, length) => product * length, 1));
      assertEquals(first.every((value, at) => close(value, phys.first[at]!)), true, `${path} ${i}`);
      let nan = 0;
      let min = Infinity;
      for (const value of pixels) {
        if (Number.isNaN(value)) nan++;
        else if (value < min) min = value;
      }
      const least = nan === pixels.length ? NaN : min;
      assertEquals([nan, close(least, phys.min)], [phys.nan, true], `${path} ${i}`);
      compared++;
    }
  }
  assertEquals(compared > 80, true);
});

Deno.test("image() adds offsets to 64-bit integers before it rounds them", async () => {
  const stored = BigInt64Array.of(
    ...[1n, 2n, 1000n, 2n ** 53n + 1n, 2n ** 64n - 1n].map((value) => value - 2n ** 63n),
  );
  const right = [1, 2, 1000, 2 ** 53, 2 ** 64];
  const cases: [cards: Record<string, number | bigint>, values: number[]][] = [
    [{ BZERO: 2n ** 63n }, right],
    [{ BZERO: 2n ** 63n, BLANK: 2n - 2n ** 63n }, right.with(1, NaN)],
    [{ BZERO: 2n ** 63n, BSCALE: 1.0, BLANK: 5 }, right],
    [{ BZERO: 2n ** 64n, BSCALE: 2 }, [2, 4, 2000, 2 ** 54, 2 ** 65]],
    [{ BZERO: -(2n ** 62n), BSCALE: -1 }, [
      2 ** 62,
      2 ** 62,
      2 ** 62 - 1024,
      2 ** 62 - 2 ** 53,
      -3 * 2 ** 62,
    ]],
  ];
  for (const [cards, values] of cases) {
    const header = new Header();
    for (const [keyword, value] of Object.entries(cards)) header.set(keyword, value);
    await using file = await openFits(
      await encodeFits([{ pixels: stored, header, stored: true }]),
    );
    const image = await file.image({ as: "float64" });
    assertEquals(Array.from(image.pixels as Float64Array), values, JSON.stringify(values));
    const single = await file.image({ as: "float32" });
    assertEquals(Array.from(single.pixels as Float32Array), values.map(Math.fround));
  }
});

Deno.test("image() takes every step of a long run, without memory for what lies between", async () => {
  // 3 GB of 16-bit pixels, each the low bits of its number; no more than these are there.
  const length = 1_500_000_000;
  const header = [["SIMPLE", "T"], ["BITPIX", 16], ["NAXIS", 2], ["NAXIS1", length], ["NAXIS2", 2]]
    .map(([key, value]) => `${String(key).padEnd(8)}= ${String(value).padStart(20)}`.padEnd(80))
    .join("") + "END";
  const head = new TextEncoder().encode(header.padEnd(2880));
  let largest = 0;
  const source: FitsSource = {
    name: "long.fits",
    size: 2880 + Math.ceil(4 * length / 2880) * 2880,
    read: async (offset, count) => {
      const bytes = new Uint8Array(count);
      return bytes.subarray(0, await source.readInto(offset, bytes));
    },
    readInto: (offset, target) => {
      largest = Math.max(largest, target.length);
      for (let i = 0; i < target.length; i++) {
        const at = offset + i - 2880;
        const pixel = Math.floor(at / 2);
        target[i] = at < 0 ? head[offset + i]! : at % 2 === 0 ? (pixel >> 8) & 0xff : pixel & 0xff;
      }
      return Promise.resolve(target.length);
    },
    readRuns: (offsets, count, target) => readRunsTogether(source, offsets, count, target),
    close: () => Promise.resolve(),
  };
  await using file = await openFits(source);
  const cases: [start: number, stop: number, step: number, most: number][] = [
    // Neighbours are read together, with what lies between them.
    [5, 3_000_006, 3, 1 << 19],
    [7, length, 40_000, 1 << 12],
    [0, length, 499_999_999, 1 << 12],
  ];
  for (const [start, stop, step, most] of cases) {
    largest = 0;
    const { pixels, shape: found } = await file.image({ section: [[start, stop, step]] });
    const taken = Math.ceil((stop - start) / step);
    assertEquals(found, [taken, 2]);
    const right = new Int16Array(taken * 2);
    for (let i = 0; i < right.length; i++) {
      const row = i < taken ? 0 : length;
      right[i] = (row + start + (i % taken) * step) & 0xffff;
    }
    assertEquals(pixels as Int16Array, right, `${start}:${stop}:${step}`);
    assertEquals([largest <= most, largest], [true, largest]);
  }
});

Deno.test("image() says which integer offset is no double, and takes the nearest", async () => {
  const cases: [bzero: bigint, warnings: string[]][] = [
    [2n ** 63n, []],
    [2n ** 53n + 2n, []],
    [2n ** 53n + 1n, ["BZERO is 9007199254740993, taken as 9007199254740992, the nearest double"]],
  ];
  for (const [bzero, warnings] of cases) {
    const header = new Header().set("BZERO", bzero);
    const pixels = BigInt64Array.of(0n);
    await using file = await openFits(await encodeFits([{ pixels, header, stored: true }]));
    assertEquals((await file.hdu(0)).warnings.map(({ message }) => message), warnings);
  }
});

Deno.test("image() takes steps of both axes where the result is short and what lies between is not", async () => {
  const [width, height] = [4096, 1024];
  const bytes = await encodeFits([{
    pixels: Int16Array.from(
      { length: width * height },
      (_, i) => (i % width) ^ Math.floor(i / width),
    ),
    shape: [width, height],
  }]);
  await using file = await openFits(bytes);
  for (const [stepX, stepY] of [[4, 4], [2, 8], [64, 1], [1, 512]] as const) {
    const section = [[0, width, stepX], [0, height, stepY]] as const;
    const { pixels, shape } = await file.image({ section });
    const across = width / stepX;
    assertEquals(shape, [across, height / stepY]);
    const right = Int16Array.from(
      { length: pixels.length },
      (_, i) => (i % across * stepX) ^ (Math.floor(i / across) * stepY),
    );
    assertEquals(pixels as Int16Array, right, `${stepX}, ${stepY}`);
  }
});

Deno.test("image() leaves no failure unheard of a piece that is read ahead", async () => {
  const whole = await encodeFits([{ pixels: new Int16Array(100), stored: true }]);
  const pixels = new Int16Array(100);
  const source: FitsSource = {
    ...{ name: "a source", size: whole.length, pieceBytes: 100, close: () => Promise.resolve() },
    read: (offset, length) => Promise.resolve(whole.subarray(offset, offset + length)),
    readInto: (offset, target) => {
      if (offset > 2880) {
        // The memory is gone when the piece before is to be brought into it.
        pixels.buffer.transfer();
        return Promise.reject(new Error("the second piece cannot be read"));
      }
      target.set(whole.subarray(offset, offset + target.length));
      return Promise.resolve(target.length);
    },
    readRuns: (offsets, count, target) => readRunsTogether(source, offsets, count, target),
  };
  await using file = await openFits(source);
  // An error that no one hears would end the test.
  await assertRejects(() => file.image({ into: pixels }), TypeError, "detached");
});
