import { assertEquals, assertRejects } from "../../support/assert.ts";
import { Card, encodeFits, FormatError, Header, openFits } from "../../../mod.ts";

function header(parameters: number, groups: number, shape: readonly number[]): Header {
  return new Header([
    Card.of("SIMPLE", true),
    Card.of("BITPIX", 16),
    Card.of("NAXIS", shape.length + 1),
    Card.of("NAXIS1", 0),
    ...shape.map((length, i) => Card.of(`NAXIS${i + 2}`, length)),
    Card.of("GROUPS", true),
    Card.of("PCOUNT", parameters),
    Card.of("GCOUNT", groups),
    Card.of("PTYPE1", "UU"),
    Card.of("PSCAL1", 0.5),
    Card.of("PTYPE2", "DATE"),
    Card.of("PZERO2", 2_400_000.5),
    Card.of("PTYPE3", "DATE"),
    Card.of("PSCAL3", 0.25),
    Card.of("BSCALE", 2),
  ]);
}

async function sample() {
  const values = new Int16Array([10, 20, 1, 1, 2, 3, 4, 5, 6, 30, 40, 3, 7, 8, 9, 10, 11, 12]);
  const bytes = new Uint8Array(values.length * 2);
  values.forEach((value, i) => new DataView(bytes.buffer).setInt16(i * 2, value));
  const input = {
    canBePrimary: true,
    prepare: () => ({
      header: header(3, 2, [3, 2]),
      dataSize: bytes.length,
      fill: 0 as const,
      data: () => [bytes],
    }),
  };
  return await encodeFits([input, { pixels: new Uint8Array([9]), name: "AFTER" }]);
}

Deno.test("groups() reads parameters scaled, those of one name as their sum", async () => {
  await using file = await openFits(await sample());
  const hdu = await file.hdu(0);
  const groups = hdu.groups();
  assertEquals([hdu.kind, hdu.shape, groups.count, groups.names] as unknown, [
    "GROUPS",
    [3, 2],
    2,
    ["UU", "DATE", "DATE"],
  ]);
  assertEquals([...await groups.parameter("uu")], [5, 15]);
  assertEquals([...await groups.parameter("DATE")], [2_400_020.75, 2_400_041.25]);
  assertEquals([...await groups.parameter(3)], [0.25, 0.75]);
  await assertRejects(() => groups.parameter("WW"), FormatError, "found no parameter WW");
});

Deno.test("groups() reads the array of a group, and the HDU behind is found", async () => {
  await using file = await openFits(await sample());
  const groups = (await file.hdu(0)).groups();
  assertEquals([...(await groups.image(1)).pixels as Float64Array], [14, 16, 18, 20, 22, 24]);
  const stored = await groups.image(0, { physical: false, section: "2:3,2" });
  assertEquals([stored.type, ...stored.pixels as Int16Array] as unknown, ["int16", 5, 6]);
  await assertRejects(() => groups.image(2), FormatError, "found no group 2, expected 0 to 1");
  assertEquals([...(await file.image({ hdu: "AFTER" })).pixels as Uint8Array], [9]);
});

Deno.test("groups() adds PZERO of unsigned 64-bit parameters before it rounds them", async () => {
  const axes = [["BITPIX", 64], ["NAXIS", 2], ["NAXIS1", 0], ["NAXIS2", 1]] as const;
  const all = new Header([
    Card.of("SIMPLE", true),
    ...axes.map(([keyword, value]) => Card.of(keyword, value)),
    Card.of("GROUPS", true),
    Card.of("PCOUNT", 1),
    Card.of("GCOUNT", 2),
    Card.of("PTYPE1", "ID"),
    Card.of("PZERO1", 2n ** 63n),
  ]);
  const bytes = new Uint8Array(2 * 2880);
  bytes.set(all.toBytes());
  const view = new DataView(bytes.buffer);
  view.setBigInt64(2880, 3n - 2n ** 63n);
  view.setBigInt64(2880 + 16, 1000n - 2n ** 63n);
  await using file = await openFits(bytes);
  assertEquals([...await (await file.hdu(0)).groups().parameter("ID")], [3, 1000]);
});
