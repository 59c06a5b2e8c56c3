import { assertEquals } from "@std/assert";
import { encodeFits, FormatError, openFits, tableHdu } from "../../../mod.ts";
import { type FitsSource, MemorySource } from "../../../fits/source/source.ts";

Deno.test("a table whose field is wrong, and whose next rows cannot be read, gives one error and leaves none unheard", async () => {
  const rows = 1_000_000;
  const columns = [{ values: new Int32Array(rows).fill(12_345), format: "I8" }];
  const bytes = await encodeFits([tableHdu({ kind: "ascii", columns })]);
  bytes[5760] = 0x78;
  const memory = new MemorySource(bytes);
  const source: FitsSource = {
    name: "bad.fits",
    size: bytes.length,
    read: (offset, length) => memory.read(offset, length),
    // The second piece fails while the first is taken apart.
    readInto: (offset, target) =>
      offset <= 5760 ? memory.readInto(offset, target) : Promise.reject(new Error("cut")),
    readRuns: () => Promise.reject(new Error("cut")),
    close: () => Promise.resolve(),
  };
  const unheard: unknown[] = [];
  const hear = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unheard.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", hear);
  try {
    await using file = await openFits(source);
    const table = await file.openTable();
    const error = await table.read().catch((error) => error);
    assertEquals([error instanceof FormatError, error.message], [
      true,
      "Cannot read HDU 1 of bad.fits at byte 5760: row 1 of column 'col1': found 'x  12345', " +
      "expected an integer",
    ]);
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(unheard, []);
  } finally {
    globalThis.removeEventListener("unhandledrejection", hear);
  }
});
