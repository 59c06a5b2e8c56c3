/** A walk over many small HDUs: found in windows, and no different from one by one. */

import { assertEquals } from "@std/assert";
import { Card, encodeFits, openFits, tableHdu } from "../../../fits/mod.ts";
import { MemorySource } from "../../../fits/source/source.ts";

/** A source that tells what is read of it. */
class Watched extends MemorySource {
  readonly reads: [offset: number, length: number][] = [];

  override read(offset: number, length: number): Promise<Uint8Array> {
    this.reads.push([offset, length]);
    return super.read(offset, length);
  }
}

Deno.test("a walk over 1000 small HDUs reads them together, every kind of header right", async () => {
  const long = Array.from({ length: 60 }, (_, i) => Card.of(`KEY${i}`, i));
  const hdus = Array.from({ length: 1000 }, (_, i) => {
    const name = `E${i}`;
    if (i % 7 === 3) return tableHdu({ name, columns: [{ name: "N", values: new Int32Array(i) }] });
    if (i % 7 === 5) return { pixels: new Int16Array(i), shape: [i], name, header: long };
    return { pixels: new Uint8Array(i % 5), shape: i % 5 === 0 ? [] : [i % 5], name };
  });
  const source = new Watched(await encodeFits(hdus));
  await using file = await openFits(source);
  const found = await Array.fromAsync(file.hdus);
  assertEquals(
    found.map(({ name, kind, shape, index }) => [index, name, kind, shape.join()]),
    hdus.map((_, i) => {
      const kind = i === 0 ? "PRIMARY" : i % 7 === 3 ? "BINTABLE" : "IMAGE";
      const shape = i % 7 === 3 ? `4,${i}` : i % 7 === 5 ? `${i}` : i % 5 === 0 ? "" : `${i % 5}`;
      return [i, `E${i}`, kind, shape];
    }),
  );
  assertEquals(file.warnings, []);
  assertEquals(source.reads.length < 400, true, `${source.reads.length} reads`);
});

Deno.test("a walk in windows stops where the file is cut, and says so", async () => {
  const hdus = Array.from({ length: 40 }, (_, i) => ({ pixels: new Uint8Array(9), name: `E${i}` }));
  const whole = await encodeFits(hdus);
  for (const [cut, left] of [[2880, 40], [2881, 40], [5759, 39], [5760, 39]] as const) {
    await using file = await openFits(new MemorySource(whole.subarray(0, whole.length - cut)));
    const found = await Array.fromAsync(file.hdus);
    assertEquals(found.length, left, `${cut} bytes cut`);
    assertEquals(file.warnings.length, cut === 5760 ? 0 : 1);
  }
});
