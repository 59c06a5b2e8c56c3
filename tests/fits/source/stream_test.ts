import { assertEquals, assertRejects } from "../../support/assert.ts";
import {
  ClosedError,
  encodeFits,
  type FitsFile,
  type FitsInput,
  LimitError,
  openFits,
  type OpenOptions,
} from "../../../mod.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";

/** All that a file has, for comparison. */
async function contents(input: FitsInput, options: OpenOptions = {}): Promise<unknown> {
  await using file: FitsFile = await openFits(input, options);
  const hdus = [];
  for await (const hdu of file.hdus) {
    hdus.push({
      cards: hdu.header.cards.map(({ raw }) => raw),
      places: [hdu.headerOffset, hdu.dataOffset, hdu.dataSize],
      pixels: hdu.isImage ? (await hdu.image()).pixels : undefined,
      warnings: hdu.warnings,
    });
  }
  return { hdus, warnings: file.warnings };
}

const IMAGES = [
  { pixels: new Uint16Array([1, 2, 3, 65535]), shape: [2, 2] },
  { pixels: new Float64Array([1.5, NaN]), name: "SECOND" },
  { pixels: new Uint8Array(2880).fill(7) },
];

/** The file, with junk behind it so that there is a warning to compare too. */
const FILE = encodeFits(IMAGES, { checksum: true }).then((bytes) =>
  new Uint8Array([...bytes, ...new Uint8Array(100).fill(65)])
);

Deno.test("a stream gives the same, wherever its bytes are divided in two", async () => {
  const bytes = await FILE;
  const expected = await contents(bytes);
  for (let at = 1; at < bytes.length; at += at < 3000 ? 1 : 13) {
    const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
    assertEquals(await contents(ReadableStream.from(pieces)), expected, `divided at ${at}`);
  }
});

Deno.test("a stream gives the same in pieces of any length, kept or not", async () => {
  const bytes = await FILE;
  const expected = await contents(bytes);
  const single = ReadableStream.from(Array.from(bytes, (byte) => Uint8Array.of(byte)));
  assertEquals(await contents(single), expected);
  await fuzz(fuzzRounds(100, 1000), 3, async (random) => {
    const sequential = random.next() < 0.5;
    const pieces = random.split(bytes, random.pick([10, 100, 3000, 6000]));
    assertEquals(await contents(ReadableStream.from(pieces), { sequential }), expected);
  });
});

Deno.test("a stream is read only as far as it is needed", async () => {
  const bytes = await FILE;
  let given = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(bytes.subarray(given, given + 2880));
      given += 2880;
      if (given >= bytes.length) controller.close();
    },
  }, { highWaterMark: 0 });
  await using file = await openFits(stream);
  assertEquals([file.header.get("BITPIX"), given], [16, 2880]);
  assertEquals([...(await file.image()).pixels as Uint16Array], [1, 2, 3, 65535]);
  assertEquals(given, 2 * 2880);
});

Deno.test("a kept stream goes back, a sequential one says that it cannot", async () => {
  const bytes = await FILE;
  const stream = () => ReadableStream.from([bytes.subarray(0, 4000), bytes.subarray(4000)]);
  await using kept = await openFits(stream());
  await kept.hdu(2);
  assertEquals((await kept.image({ hdu: 0 })).pixels.length, 4);
  await using sequential = await openFits(stream(), { sequential: true });
  const first = await sequential.hdu(0);
  await sequential.hdu(2);
  await assertRejects(() => first.image(), ClosedError, "a sequential stream is kept from byte");
});

Deno.test("a stream keeps no more than its limit, a sequential one takes any length", async () => {
  const bytes = await encodeFits([{ pixels: new Uint8Array(100_000).fill(1) }]);
  const stream = () =>
    ReadableStream.from(
      Array.from({ length: 36 }, (_, i) => bytes.subarray(i * 2880, (i + 1) * 2880)),
    );
  await using kept = await openFits(stream(), { maxKeptBytes: 50_000 });
  await assertRejects(() => kept.image(), LimitError, "Cannot keep more than 50000 bytes");
  await using sequential = await openFits(stream(), { maxKeptBytes: 50_000, sequential: true });
  assertEquals((await sequential.image()).pixels as unknown, new Uint8Array(100_000).fill(1));
});

Deno.test("a stream that fails gives its error to whoever reads", async () => {
  const bytes = await FILE;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes.subarray(0, 2880)),
    pull: (controller) => controller.error(new Error("the line is cut")),
  });
  await using file = await openFits(stream);
  await assertRejects(() => file.image(), Error, "the line is cut");
  await assertRejects(() => file.image(), Error, "the line is cut");
});
