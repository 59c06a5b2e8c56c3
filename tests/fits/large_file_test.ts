/** Files beyond 4 GiB: written with holes, so that they take no room. */

import { assertEquals } from "../support/assert.ts";
import { encodeFits, openFits } from "../../mod.ts";
import { temporaryFolder } from "../support/temporary.ts";

function header(...records: string[]): Uint8Array {
  const text = [...records, "END"].map((record) => record.padEnd(80)).join("");
  return new TextEncoder().encode(text.padEnd(2880));
}

Deno.test("offsets beyond 2^32 are right: sections, and the HDU behind", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/large.fits`;
  const [width, height] = [50_000, 60_000];
  const bytes = width * height * 2;
  const next = 2880 + Math.ceil(bytes / 2880) * 2880;
  const row = new Uint8Array([0, 1, 0, 2, 0, 3]);
  const extension = (await encodeFits([{ pixels: new Uint8Array(0), shape: [] }, {
    pixels: new Float32Array([1.5]),
    name: "BEHIND",
  }])).subarray(2880);
  using file = await Deno.open(path, { write: true, create: true });
  const put = async (at: number, piece: Uint8Array) => {
    await file.seek(at, Deno.SeekMode.Start);
    await file.write(piece);
  };
  await put(
    0,
    header(
      "SIMPLE  =                    T",
      "BITPIX  =                   16",
      "NAXIS   =                    2",
      `NAXIS1  = ${String(width).padStart(20)}`,
      `NAXIS2  = ${String(height).padStart(20)}`,
    ),
  );
  await put(2880 + 2 * (59_998 * width + 49_000), row);
  await put(2880 + 2 * (30_000 * width), row);
  await put(next, extension);
  await using opened = await openFits(path);
  const corner = await opened.image({ section: "49001:49004,59998:60000" });
  assertEquals([...corner.pixels as Int16Array], [0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0]);
  const column = await opened.image({ section: "1,1:60000:10000" });
  assertEquals([...column.pixels as Int16Array], [0, 0, 0, 1, 0, 0]);
  const behind = await opened.hdu("BEHIND");
  assertEquals([behind.headerOffset > 2 ** 32, behind.headerOffset], [true, next]);
  assertEquals([...(await behind.image()).pixels as Float32Array], [1.5]);
});
