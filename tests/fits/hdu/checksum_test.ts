import { assertEquals } from "../../support/assert.ts";
import { checkHdu, updateChecksums } from "../../../fits/edit/hdu_checksum.ts";
import { Checksum, encodeChecksum } from "../../../fits/hdu/checksum.ts";
import { encodeFits, openFits } from "../../../mod.ts";
import { corpusFile, corpusTest } from "../../support/corpus.ts";
import { EXPECTED } from "../../support/fits/expected.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";
import { temporaryFolder } from "../../support/temporary.ts";

Deno.test("Checksum adds words with end-around carry, in pieces of any length", async () => {
  await fuzz(fuzzRounds(300, 3000), 5, (random) => {
    const bytes = random.bytes(random.integer(0, 3000) & ~3);
    let expected = 0n;
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length; at += 4) {
      expected += BigInt(view.getUint32(at));
      expected = (expected & 0xffffffffn) + (expected >> 32n);
    }
    const sum = new Checksum();
    for (const piece of random.split(bytes, random.pick([3, 50, 5000]))) sum.add(piece);
    assertEquals(sum.value, Number(expected));
  });
});

Deno.test("Checksum adds bytes that begin anywhere in memory", () => {
  const bytes = Uint8Array.from({ length: 4003 }, (_, i) => (i * 7919) >> 3);
  const right = new Checksum().add(bytes.slice(3)).value;
  assertEquals(right, 2697923131);
  for (const shift of [0, 1, 2, 3]) {
    const moved = new Uint8Array(5000);
    moved.set(bytes.subarray(3), shift);
    const sum = new Checksum();
    assertEquals(sum.add(moved.subarray(shift, shift + 4000)).value, right);
    // A sum that goes on within a word, from memory that begins elsewhere.
    for (const cut of [1, 2, 3, 5, 1999]) {
      const [first, rest] = [
        moved.slice(shift, shift + cut),
        moved.subarray(shift + cut, shift + 4000),
      ];
      assertEquals(new Checksum().add(first).add(rest).value, right);
    }
  }
});

Deno.test("encodeChecksum() writes the standard's example", () => {
  // Appendix J.4 of the standard: the sum 868229149 of an HDU.
  assertEquals(encodeChecksum(868229149), "hcHjjc9ghcEghc9g");
});

corpusTest(
  "checkHdu() finds the checksums of the corpus right, but for the stale ones",
  async () => {
    const counts = { ok: 0, mismatch: 0 };
    for (const [path, { error }] of EXPECTED) {
      if (error !== undefined) continue;
      await using file = await openFits(corpusFile(`fits/${path}`));
      for await (const hdu of file.hdus) {
        const { header } = hdu.data;
        if (!header.has("CHECKSUM") && !header.has("DATASUM")) continue;
        const { checksum, datasum } = await checkHdu(hdu);
        counts[checksum === "mismatch" || datasum === "mismatch" ? "mismatch" : "ok"]++;
      }
    }
    assertEquals(counts, { ok: 88, mismatch: 9 });
  },
);

Deno.test("updateChecksums() writes sums that are right, in place where there is room", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/sums.fits`;
  await Deno.writeFile(path, await encodeFits([{ pixels: new Uint8Array([1, 2]) }]));
  assertEquals(await updateChecksums(path), "in place");
  await using file = await openFits(path);
  const { checksum, datasum, actual } = await checkHdu(await file.hdu(0));
  assertEquals([checksum, datasum, actual], ["ok", "ok", 0x01020000]);
});
