/** Pictures of images in files, by parts: the same as of the whole image in memory. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Header } from "../../../fits/header/header.ts";
import { encodeFits, type Hdu, openFits, renderImage } from "../../../fits/mod.ts";
import { imageParts } from "../../../fits/file/image_parts.ts";
import { ImagePlane, type PlaneOptions } from "../../../fits/file/plane.ts";
import { renderPlane } from "../../../fits/file/rendering.ts";
import { imageStatistics, StatisticsOfParts } from "../../../fits/image/statistics.ts";
import type { AnyPixels } from "../../../fits/image/output.ts";
import type { RenderOptions } from "../../../fits/picture/render.ts";
import { FormatError } from "../../../net/errors.ts";
import { corpusFile, corpusTest } from "../../support/corpus.ts";
import { SeededRandom } from "../../support/random.ts";

async function fileOf(pixels: AnyPixels, shape: readonly number[], header?: Header) {
  return await openFits(await encodeFits([{ pixels, shape, header }]));
}

async function render(hdu: Hdu, options: RenderOptions, plane: PlaneOptions = {}) {
  const { rows, width, height, color, limits, empty } = await renderPlane(
    new ImagePlane(hdu, plane),
    options,
  );
  const pieces = await Array.fromAsync(rows);
  const data = Uint8Array.from(pieces.flatMap((piece) => [...piece]));
  return { width, height, color, data, limits, empty };
}

const TYPES = [Uint8Array, Int16Array, Uint16Array, Int32Array, Float32Array, Float64Array];

Deno.test("renderPlane() by parts gives what renderImage() gives of the whole", async () => {
  const random = new SeededRandom(1401);
  for (let round = 0; round < 40; round++) {
    const type = random.pick([...TYPES, BigInt64Array]);
    const [width, height] = [random.integer(1, 70), random.integer(1, 50)];
    const holes = random.pick([0, 0.02]);
    const value = () =>
      type === Float32Array || type === Float64Array
        ? random.next() < holes ? random.pick([NaN, Infinity, -Infinity]) : random.next() * 1e3
        : random.integer(0, 250);
    const numbers = Array.from({ length: width * height }, value);
    const pixels = type === BigInt64Array
      ? BigInt64Array.from(numbers, BigInt)
      : (type as typeof Float64Array).from(numbers);
    await using file = await fileOf(pixels, [width, height]);
    const options: RenderOptions = {
      limits: random.pick(["zscale", "minmax", "percentile:99", "percentile:50", [10, 200]]),
      size: random.pick([undefined, 1, 5, 33, 150]),
      stretch: random.pick(["linear", "asinh", "histeq"]),
      colormap: random.pick(["gray", "viridis"]),
    };
    const expected = renderImage({ pixels, shape: [width, height] }, options);
    const name = JSON.stringify([round, type.name, width, height, options]);
    for (const plane of [{}, { keptBytes: 0, partPixels: random.integer(1, 300) }]) {
      const { empty: _, data, ...found } = await render(await file.hdu(0), options, plane);
      const { data: whole, ...rest } = expected;
      assertEquals(found, rest, name);
      // Averages are summed in another order: a last figure may round another way.
      const off = options.colormap === "gray" ? 1 : 4;
      assert(data.every((level, i) => Math.abs(level - whole[i]!) <= off), name);
    }
  }
});

corpusTest("renderPlane() decodes a compressed image by its tiles", async () => {
  for (const name of ["i16_rice_t64x64", "f64nan_gzip2_lossless", "f32_rice_dither1_seed1"]) {
    await using file = await openFits(corpusFile(`fits/derived/${name}.fits.fz`));
    const hdu = (await file.find((hdu) => hdu.isImage))!;
    for (const section of [undefined, "3:90:2,5:70"]) {
      const image = await hdu.image({ section });
      for (const size of [undefined, 40]) {
        const options = { size, limits: "percentile:98" } as const;
        const { data, ...expected } = renderImage(image, options);
        const plane = { section, keptBytes: 0, partPixels: 900 };
        const { empty, data: found, ...rest } = await render(hdu, options, plane);
        assertEquals([rest, empty], [expected, false], name);
        assert(found.every((level, i) => Math.abs(level - data[i]!) <= 1), name);
      }
    }
  }
});

Deno.test("ImagePlane takes the two axes that a section leaves, and planes along the others", async () => {
  const shape = [4, 3, 2, 2];
  const pixels = Int16Array.from({ length: 48 }, (_, i) => i);
  await using file = await fileOf(pixels, shape);
  const hdu = await file.hdu(0);
  const cases: [PlaneOptions, size: number[], planes: number, first: number, last: number][] = [
    [{}, [4, 3], 4, 0, 11],
    [{ plane: 4 }, [4, 3], 4, 36, 47],
    [{ plane: 2 }, [4, 3], 4, 12, 23],
    [{ section: "*,2,*,2" }, [4, 2], 1, 28, 43],
    [{ section: "3,*,*,1" }, [3, 2], 1, 2, 22],
    [{ section: "1,1,*,*" }, [2, 2], 1, 0, 36],
    [{ section: "1:4:3,*,2", plane: 2 }, [2, 3], 2, 36, 47],
    [{ section: "*,2,1,1" }, [4, 1], 1, 4, 7],
    [{ section: "2,2,*,1" }, [1, 2], 1, 5, 17],
    [{ section: "2,3,1,1" }, [1, 1], 1, 9, 9],
  ];
  for (const [options, size, planes, first, last] of cases) {
    const plane = new ImagePlane(hdu, options);
    const parts = await Array.fromAsync(plane.parts());
    const values = parts.flatMap(({ pixels }) => [...pixels as Int16Array]);
    assertEquals(
      [[plane.width, plane.height], plane.planes, values[0], values.at(-1)],
      [size, planes, first, last],
      JSON.stringify(options),
    );
    const index = (pixel: number[]) => pixel.reduceRight((at, p, axis) => at * shape[axis]! + p, 0);
    const corner = plane.pixelAt(plane.width - 1, plane.height - 1);
    assertEquals([index(plane.pixelAt(0, 0)), index(corner)], [first, last]);
  }
  for (const plane of [0, 5, 1.5]) {
    assertThrows(
      () => new ImagePlane(hdu, { plane }),
      FormatError,
      `plane ${plane} is asked for, it has planes 1 to 4`,
    );
  }
});

Deno.test("ImagePlane refuses an image that is no plane", async () => {
  await using line = await fileOf(new Int16Array(5), [5]);
  const hdu = await line.hdu(0);
  assertThrows(() => new ImagePlane(hdu), FormatError, "it has a single axis, a picture needs two");
});

Deno.test("renderPlane() says that no pixel has a value", async () => {
  for (const value of [NaN, Infinity, 5]) {
    await using file = await fileOf(new Float32Array(20).fill(value), [5, 4]);
    const { empty, limits } = await render(await file.hdu(0), {});
    assertEquals([empty, limits], [value !== 5, value === 5 ? [5, 5] : [0, 0]]);
  }
});

Deno.test("imageParts() gives an image piece by piece, in order, with the same statistics", async () => {
  const random = new SeededRandom(1402);
  for (let round = 0; round < 30; round++) {
    const shape = Array.from({ length: random.integer(1, 4) }, () => random.integer(1, 9));
    const count = shape.reduce((product, length) => product * length, 1);
    const long = random.next() < 0.3;
    const pixels = long
      ? BigInt64Array.from({ length: count }, () => 2n ** 60n + BigInt(random.integer(0, 99)))
      : Float64Array.from({ length: count }, () => random.next() < 0.1 ? NaN : random.next());
    await using file = await fileOf(pixels, shape);
    const hdu = await file.hdu(0);
    const section = shape.map((length) => `1:${length}:${random.integer(1, 3)}`).join(",");
    const whole = await hdu.image({ section });
    const sum = new StatisticsOfParts();
    const values: unknown[] = [];
    for await (const part of imageParts(hdu, { section, partPixels: random.integer(1, 60) })) {
      assertEquals(part.shape, whole.shape);
      sum.add(part.image);
      values.push(...part.image.pixels);
    }
    assertEquals(values, [...whole.pixels]);
    const { mean, stddev, ...rest } = sum.statistics;
    const { mean: wholeMean, stddev: wholeDeviation, ...expected } = imageStatistics(whole);
    assertEquals(rest, expected);
    const scale = long ? 2 ** 60 : 1;
    assert(!(Math.abs(mean - wholeMean) > 1e-12 * scale), `${mean} ${wholeMean}`);
    assert(!(Math.abs(stddev - wholeDeviation) > 1e-9), `${stddev} ${wholeDeviation}`);
  }
});
