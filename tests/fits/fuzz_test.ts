/** Mutations of real files: a result or a typed error, in bounded time and memory. */

import { assertEquals } from "../support/assert.ts";
import {
  ClosedError,
  FormatError,
  HeliographError,
  LimitError,
  openFits,
  verifyFits,
} from "../../mod.ts";
import { corpusFile, corpusTest } from "../support/corpus.ts";
import { EXPECTED } from "../support/fits/expected.ts";
import { fuzz, fuzzRounds, type SeededRandom } from "../support/random.ts";

/** Bits flipped, blocks cut, duplicated and swapped. */
function mutated(original: Uint8Array, random: SeededRandom): Uint8Array {
  let bytes = original.slice();
  const blocks = () => Math.max(1, Math.floor(bytes.length / 2880));
  for (let i = random.integer(1, 4); i > 0; i--) {
    const at = random.integer(0, blocks() - 1) * 2880;
    const other = random.integer(0, blocks() - 1) * 2880;
    switch (random.integer(0, 5)) {
      case 0:
        for (let flips = random.integer(1, 20); flips > 0; flips--) {
          bytes[random.integer(0, bytes.length - 1)]! ^= 1 << random.integer(0, 7);
        }
        break;
      case 1: {
        // Headers are few among the blocks: digits of one are what leads a reader astray.
        const card = random.integer(0, Math.min(200, Math.floor(bytes.length / 80) - 1)) * 80;
        bytes[card + random.integer(10, 30)] = random.pick([..."0123456789-.E' "]).charCodeAt(0);
        break;
      }
      case 2:
        bytes = bytes.slice(0, random.integer(0, bytes.length));
        break;
      case 3:
        bytes = new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + 2880)]);
        break;
      case 4:
        bytes = new Uint8Array([...bytes.subarray(0, at + 2880), ...bytes.subarray(at)]);
        break;
      default: {
        const block = bytes.slice(at, at + 2880);
        bytes.set(bytes.subarray(other, other + block.length), at);
        bytes.set(block.subarray(0, bytes.length - other), other);
      }
    }
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}

function isTyped(error: unknown): boolean {
  return error instanceof FormatError || error instanceof ClosedError ||
    error instanceof LimitError;
}

async function readAll(bytes: Uint8Array): Promise<void> {
  await using file = await openFits(bytes, { maxKeptBytes: 32 << 20 });
  for await (const hdu of file.hdus) {
    assertEquals(Array.isArray(hdu.warnings), true);
    try {
      if (hdu.kind === "GROUPS") {
        const groups = hdu.groups();
        if (groups.count > 0) await groups.image(groups.count - 1);
      } else if (hdu.isImage) {
        await hdu.image();
        await hdu.image({ section: hdu.shape.map((length) => [length >> 1, length, 2] as const) });
      } else if (hdu.kind === "compressed BINTABLE") {
        await (await file.openTable({ hdu: hdu.index })).read({ maxBytes: 16 << 20 });
      } else {
        await hdu.data.read(0, hdu.dataSize);
      }
    } catch (error) {
      if (!isTyped(error)) throw error;
    }
  }
}

corpusTest("mutated files give a result or a typed error", async () => {
  const files = await Promise.all(
    [...EXPECTED].filter(([, { size }]) => size < 120_000)
      .map(([path]) => Deno.readFile(corpusFile(`fits/${path}`))),
  );
  await fuzz(fuzzRounds(800, 20_000), 20_260, async (random) => {
    const bytes = mutated(random.pick(files), random);
    const start = performance.now();
    try {
      await readAll(bytes);
      if (random.next() < 0.25) await verifyFits(bytes, { maxKeptBytes: 32 << 20 });
    } catch (error) {
      if (!(error instanceof HeliographError && isTyped(error))) throw error;
    }
    assertEquals(performance.now() - start < 5000, true, "longer than 5 s");
  });
});
