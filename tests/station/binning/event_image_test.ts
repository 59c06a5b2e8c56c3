import { assert, assertEquals, assertRejects } from "@std/assert";
import { Card } from "../../../fits/header/card.ts";
import { encodeFits, openFits, tableHdu } from "../../../fits/mod.ts";
import type { ColumnInput } from "../../../fits/table/column_output.ts";
import { readFileWcs } from "../../../fits/file/wcs.ts";
import { ParameterError } from "../../../http/fields/parameters.ts";
import { LimitError } from "../../../net/errors.ts";
import { eventImage, type EventImageOptions } from "../../../station/binning/event_image.ts";

const pause = () => Promise.resolve();

async function binned(
  columns: readonly ColumnInput[],
  options: Partial<EventImageOptions> = {},
  header: readonly Card[] = [],
) {
  const written = await encodeFits([tableHdu({ columns, header })]);
  // Keywords of columns are not the writer's to give: theirs begin with Q here.
  const text = new TextDecoder("latin1").decode(written);
  for (const { index } of text.matchAll(/Q(?=(LM|CT|CR|CD|CU)[A-Z]{2,3}\d )/g)) {
    written[index] = "T".charCodeAt(0);
  }
  await using file = await openFits(written);
  const sizes = [1, 1] as const;
  const bytes = await eventImage(await file.hdu(1), { x: "X", y: "Y", sizes, pause, ...options });
  const image = await openFits(bytes);
  const hdu = await image.hdu(0);
  const { pixels, shape, type } = await hdu.image();
  return { pixels: [...pixels].map(Number), shape: [...shape], type, hdu, image };
}

const EVENTS: readonly ColumnInput[] = [
  { name: "X", values: Int16Array.of(1, 1, 3, 2, 9) },
  { name: "Y", values: Int16Array.of(1, 1, 2, 1, 1) },
  { name: "W", values: Float32Array.of(0.5, 0.25, 2, NaN, 8) },
  { name: "S", values: ["a", "b", "c", "d", "e"] },
];
const RANGES = [Card.of("QLMIN1", 1), Card.of("QLMAX1", 3)];

Deno.test("rows are counted within the range of the columns", async () => {
  const counts = await binned(EVENTS, {}, RANGES);
  assertEquals([counts.shape, counts.type], [[3, 2], "int32"]);
  assertEquals(counts.pixels, [2, 1, 0, 0, 0, 1]);
  assertEquals(counts.hdu.unit, "count");
  assert(counts.hdu.header.commentary("HISTORY").join("").includes("1 of 5 rows lie outside"));
  const kept = await binned(EVENTS, { filter: "W > 0.3" }, RANGES);
  assertEquals(kept.pixels, [1, 0, 0, 0, 0, 1]);
  const sums = await binned(EVENTS, { weight: "w" }, RANGES);
  assertEquals([sums.type, sums.pixels], ["float64", [0.75, 0, 0, 0, 0, 2]]);
});

Deno.test("without a range the values give it, of integers their pixels whole", async () => {
  const counts = await binned(EVENTS, { sizes: [4, 2] });
  assertEquals([counts.shape, counts.pixels], [[3, 1], [4, 0, 1]]);
  const reals = await binned([
    { name: "X", values: Float64Array.of(0, 1, 2, NaN) },
    { name: "Y", values: Float64Array.of(5, 5, 5, 5) },
  ]);
  assertEquals([reals.shape, reals.pixels], [[2, 1], [1, 2]]);
});

Deno.test("the image has the world coordinates of the columns", async () => {
  const sky = [
    ...RANGES,
    ...[Card.of("QCTYP1", "RA---TAN"), Card.of("QCRVL1", 150), Card.of("QCRPX1", 2)],
    ...[Card.of("QCDLT1", -0.01), Card.of("QCUNI1", "deg")],
    ...[Card.of("QCTYP2", "DEC--TAN"), Card.of("QCRVL2", 20), Card.of("QCRPX2", 1)],
    ...[Card.of("QCDLT2", 0.01), Card.of("QCUNI2", "deg"), Card.of("RADESYS", "ICRS")],
  ];
  const { image, hdu } = await binned(EVENTS, { sizes: [2, 2] }, sky);
  const wcs = await readFileWcs(image, hdu);
  // Value 2 of X is at pixel (2 - 0.5) / 2 + 0.5.
  assertEquals(
    wcs!.pixelToWorld([1.25, 0.75], { origin: 1 }).map((v) => Math.round(v * 1e9) / 1e9),
    [
      150,
      20,
    ],
  );
  const plain = await binned(EVENTS, { sizes: [2, 2] }, RANGES);
  const values = await readFileWcs(plain.image, plain.hdu);
  assertEquals(values!.pixelToWorld([1.25, 0.75], { origin: 1 }), [2, 1]);
});

Deno.test("what cannot be binned is said", async () => {
  await assertRejects(() => binned(EVENTS, { x: "Z" }), ParameterError, "has X, Y, W, S");
  await assertRejects(() => binned(EVENTS, { y: "S" }), ParameterError, "single numbers");
  await assertRejects(() => binned(EVENTS, { filter: "Q >" }), ParameterError, "a condition");
  await assertRejects(
    () => binned(EVENTS, { sizes: [1e-5, 1e-5] }),
    LimitError,
    "ask for larger ones with bin=X,Y,FACTOR",
  );
});
