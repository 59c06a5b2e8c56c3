/** Mutations of compressed files: pixels or a typed error, in bounded time and memory. */

import { assertEquals } from "@std/assert";
import { openFits } from "../../../fits/mod.ts";
import { ClosedError, FormatError, LimitError } from "../../../net/errors.ts";
import { corpusFile, corpusTest } from "../../support/corpus.ts";
import { EXPECTED } from "../../support/fits/expected.ts";
import { fuzz, fuzzRounds, type SeededRandom } from "../../support/random.ts";

const MAX_SECONDS = 5;

/** Keywords, descriptors and streams: bytes changed where tiles are led by them. */
function mutated(original: Uint8Array, random: SeededRandom): Uint8Array {
  const bytes = original.slice();
  for (let i = random.integer(1, 6); i > 0; i--) {
    switch (random.integer(0, 3)) {
      case 0: {
        const card = random.integer(0, Math.min(110, Math.floor(bytes.length / 80) - 1)) * 80;
        bytes[card + random.integer(10, 30)] = random.pick([..."0123456789-' "]).charCodeAt(0);
        break;
      }
      case 1:
        // Descriptors come behind the header, small numbers in big-endian words.
        bytes[Math.min(bytes.length - 1, 5760 + random.integer(0, 4000))] = random.integer(0, 255);
        break;
      default:
        bytes[random.integer(0, bytes.length - 1)]! ^= 1 << random.integer(0, 7);
    }
  }
  return random.next() < 0.15 ? bytes.slice(0, random.integer(0, bytes.length)) : bytes;
}

function isTyped(error: unknown): boolean {
  return error instanceof FormatError || error instanceof ClosedError ||
    error instanceof LimitError;
}

corpusTest("mutated compressed files give pixels, rows or a typed error", async () => {
  const names = [...EXPECTED.keys()].filter((name) =>
    /\.fz$|^compressed\/|rice/.test(name) && !name.includes("1024")
  );
  const files = await Promise.all(names.map((name) => Deno.readFile(corpusFile(`fits/${name}`))));
  await fuzz(fuzzRounds(400, 20_000), 14_200, async (random) => {
    const bytes = mutated(random.pick(files), random);
    const start = performance.now();
    const onDamage = random.next() < 0.5 ? () => {} : undefined;
    try {
      await using file = await openFits(bytes, { tileCacheBytes: 1 << 20 });
      for await (const hdu of file.hdus) {
        assertEquals(Array.isArray(hdu.warnings), true);
        const pixels = hdu.shape.reduce((product, length) => product * length, 1);
        // The memory of a result is what its user asks for: sections of what is larger.
        const section = pixels < 1 << 24
          ? undefined
          : hdu.shape.map((length) => [0, Math.min(length, 99)] as const);
        if (hdu.isImage) await hdu.image({ section, onDamage, physical: random.next() < 0.5 });
        else if (hdu.isTable) await hdu.table({ maxBytes: 1 << 24 });
      }
    } catch (error) {
      if (!isTyped(error)) throw error;
    }
    const seconds = (performance.now() - start) / 1000;
    assertEquals(seconds < MAX_SECONDS, true, `${seconds} s`);
  });
});
