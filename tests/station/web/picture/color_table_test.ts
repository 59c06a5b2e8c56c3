import { assert, assertEquals } from "@std/assert";
import { colormap } from "../../../../fits/picture/colormap.ts";
import { renderImage } from "../../../../fits/picture/render.ts";
import { STRETCHES } from "../../../../fits/picture/stretch.ts";
import {
  type Coloring,
  colorTable,
  indexOf,
  MISSING,
  paintIndices,
  tileIndices,
} from "../../../../station/web/picture/color_table.ts";
import { parseTile } from "../../../../station/web/picture/tile.ts";
import { tileBytes } from "../../../support/station/tile_bytes.ts";
import { SeededRandom } from "../../../support/random.ts";

const PLAIN: Coloring = {
  ...{ stretch: "linear", colormap: "gray", invert: false, bias: 0.5, contrast: 1 },
};
const gray = (level: number) => (0xff000000 | level * 0x010101) >>> 0;

Deno.test("indexOf() places values between the limits, as the formula says", () => {
  const scale = { low: 10, high: 20 };
  const cases = [
    [10, 0],
    [9, 0],
    [-Infinity, 0],
    [20, 65534],
    [1e300, 65534],
    [Infinity, 65534],
    [15, 32767],
    [10.00007, 0],
    [10.00008, 1],
    [NaN, MISSING],
  ] as const;
  for (const [value, index] of cases) assertEquals(indexOf(value, scale), index, `${value}`);
  assertEquals([10, 15, 20].map((value) => indexOf(value, { low: 20, high: 10 })), [
    65534,
    32767,
    0,
  ]);
  assertEquals([4, 5, 6].map((value) => indexOf(value, { low: 5, high: 5 })), [0, 32767, 65534]);
  const wide = { low: -1.7e308, high: 1.7e308 };
  assertEquals([-1.7e308, 0, 1.7e308].map((value) => indexOf(value, wide)), [0, 32767, 65534]);
});

Deno.test("colorTable() puts stretch, colour map, contrast and inversion into 65,536 colours", () => {
  const at = (coloring: Partial<Coloring>, index: number) =>
    colorTable({ ...PLAIN, ...coloring })[index]!;
  assertEquals([0, 32767, 65534, 65535].map((i) => at({}, i)), [gray(0), gray(128), gray(255), 0]);
  assertEquals(at({ invert: true }, 0), gray(255));
  assertEquals(at({ missing: "12ab03", invert: true }, MISSING), 0xff03ab12);
  assertEquals(at({ missing: "000000" }, MISSING), 0xff000000);
  for (const missing of ["hatch", "transparent"]) assertEquals(at({ missing }, MISSING), 0);
  assertEquals(at({ stretch: "sqrt" }, 16384), gray(128));
  // As ds9: (x - bias) * contrast + 1/2.
  assertEquals(at({ contrast: 2 }, 16384), gray(0));
  assertEquals(at({ contrast: 2 }, 40000), gray(184));
  assertEquals(at({ bias: 0.25 }, 16384), gray(128));
  assertEquals(at({ contrast: 0 }, 60000), gray(128));
  const [red, green, blue] = colormap("viridis").subarray(128 * 3);
  const color = (0xff000000 | blue! << 16 | green! << 8 | red!) >>> 0;
  assertEquals(at({ colormap: "viridis" }, 32767), color);
  // Nine of ten values in the lower half take nine tenths of the brightness.
  const counts = [9, 1];
  assertEquals(at({ stretch: "histeq", counts }, 32767), gray(Math.round(0.9 * 255)));
  assertEquals(at({ stretch: "histeq" }, 16384), gray(64));
});

Deno.test("a painted tile has the colours of renderImage(), whatever the stretch and the type", () => {
  const source = new SeededRandom(7);
  const next = () => source.next();
  const [width, height] = [512, 256];
  const values = Int16Array.from({ length: width * height }, () => next() * 4000 - 1000);
  const limits = [-800, 2500] as const;
  const types = [
    [3, values],
    [5, Int32Array.from(values)],
    [7, Float32Array.from(values)],
    [8, Float64Array.from(values)],
  ] as const;
  const into = new Uint32Array(width * height);
  const stretches = STRETCHES.filter((name) => name !== "histeq");
  for (const stretch of [...stretches, "power:2.5", "power:0.3"] as const) {
    for (const [name, step] of [["gray", 1], ["aia171", 2]] as const) {
      const table = colorTable({ ...PLAIN, stretch, colormap: name });
      const image = { pixels: values, shape: [width, height] };
      const { data, color } = renderImage(image, { stretch, limits, colormap: name });
      for (const [type, pixels] of types) {
        const tile = parseTile(tileBytes({ type, width, height }, pixels));
        paintIndices(tileIndices(tile, { low: limits[0], high: limits[1] }), table, into);
        let far = 0;
        for (let i = 0; i < into.length; i++) {
          // Top row first there, lowest row first here.
          const row = height - 1 - Math.floor(i / width);
          const other = (row * width + i % width) * (color === "gray" ? 1 : 3);
          far = Math.max(far, Math.abs((into[i]! & 255) - data[other]!));
        }
        // A value between two levels may fall to either: red of aia171 rises by 2 a level.
        assert(far <= step, `${stretch} ${name} type ${type}: ${far}`);
      }
    }
  }
});

Deno.test("tileIndices() marks what has no value: NaN, BLANK, tiles without any", () => {
  const scale = { low: 0, high: 65534 };
  const small = tileBytes({ type: 3, width: 2, height: 1, blank: 5 }, Int16Array.of(5, 6));
  assertEquals([...tileIndices(parseTile(small), scale)], [MISSING, 6]);
  const values = new Int16Array(512 * 512).fill(5);
  values[1] = -3;
  values[2] = 300;
  const large = tileBytes({ type: 3, width: 512, height: 512, blank: 5, zero: 10 }, values);
  assertEquals([...tileIndices(parseTile(large), scale).subarray(0, 4)], [
    MISSING,
    7,
    310,
    MISSING,
  ]);
  const unsigned = new Uint16Array(512 * 512).fill(65535);
  const top = tileBytes({ type: 4, width: 512, height: 512 }, unsigned);
  assertEquals(tileIndices(parseTile(top), { low: 0, high: 2 * 65534 })[9], 32768);
  const floats = tileBytes({ type: 7, width: 2, height: 1 }, Float32Array.of(NaN, 7));
  assertEquals([...tileIndices(parseTile(floats), scale)], [MISSING, 7]);
  const empty = tileBytes({ type: 7, flags: 4, width: 2, height: 1 }, new Float32Array(0));
  const indices = tileIndices(parseTile(empty), scale);
  const into = new Uint32Array(2).fill(1);
  paintIndices(indices, colorTable(PLAIN), into);
  assertEquals([[...indices], [...into]], [[MISSING], [0, 0]]);
});
