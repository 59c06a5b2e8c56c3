/** What readers are warned of: nothing in a good file. */

import { assertEquals } from "@std/assert";
import { encodeFits, openFits, tableHdu } from "../../../mod.ts";
import { corpusFile, corpusTest } from "../../support/corpus.ts";
import { EXPECTED } from "../../support/fits/expected.ts";

Deno.test("a file that was written here gives no warning, of any kind of HDU", async () => {
  const good = [
    { pixels: new Uint8Array(2) },
    { pixels: new Int8Array(2) },
    { pixels: new Int16Array(2) },
    { pixels: new Uint16Array(2) },
    { pixels: new Int32Array(2) },
    { pixels: new Uint32Array(2) },
    { pixels: new BigInt64Array(2) },
    { pixels: new BigUint64Array(2) },
    { pixels: new Float32Array(2) },
    { pixels: new Float64Array(2) },
    tableHdu({ columns: [{ name: "A", values: new Int16Array(3) }] }),
    tableHdu({ columns: [{ name: "A", values: [new Int16Array(3), new Int16Array(1)] }] }),
    tableHdu({ kind: "ascii", columns: [{ name: "A", values: ["x"] }] }),
  ];
  await using file = await openFits(await encodeFits(good, { checksum: true }));
  for await (const hdu of file.hdus) assertEquals(hdu.warnings, []);
  assertEquals(file.warnings, []);
});

corpusTest("a good file of the corpus gives no warning, of any HDU", async () => {
  let good = 0;
  for (const [path, { error, fitsverify }] of EXPECTED) {
    if (error !== undefined || !fitsverify.startsWith("OK")) continue;
    good++;
    await using file = await openFits(corpusFile(`fits/${path}`));
    for await (const hdu of file.hdus) {
      assertEquals([path, hdu.index, hdu.warnings], [path, hdu.index, []]);
    }
    assertEquals([path, file.warnings], [path, []]);
  }
  assertEquals(good > 60, true, `${good} good files`);
});
