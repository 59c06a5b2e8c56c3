import { assertEquals, assertRejects } from "../../support/assert.ts";
import { encodeFits, FormatError, Header, type ImageInput, openFits } from "../../../mod.ts";
import { MemorySource } from "../../../fits/source/source.ts";

const FILE = encodeFits([
  { pixels: new Int16Array(5000), name: "FIRST" },
  { pixels: new Uint8Array([1]), name: "SCI", version: 1 },
  { pixels: new Uint8Array([2]), name: "sci", version: 2 },
  { pixels: new Uint8Array([3]), name: "Other" },
]);

/** A source that notes what is read of it. */
class NotingSource extends MemorySource {
  readonly reads: [offset: number, length: number][] = [];

  override read(offset: number, length: number): Promise<Uint8Array> {
    this.reads.push([offset, length]);
    return super.read(offset, length);
  }

  override readInto(offset: number, target: Uint8Array): Promise<number> {
    this.reads.push([offset, target.length]);
    return super.readInto(offset, target);
  }
}

Deno.test("inheritedHeader() adds the primary's keywords where the extension asks for them", async () => {
  const primary = new Header().set("TELESCOP", "SDO").set("OBSERVER", "A").set("EXTNAME", "P")
    .addCommentary("HISTORY", "x");
  const asks = new Header().set("INHERIT", true).set("OBSERVER", "B");
  const extension = { pixels: new Int16Array(2), header: asks };
  const keys = ["TELESCOP", "OBSERVER", "EXTNAME", "HISTORY", "NAXIS"];
  const inherited = async (hdus: ImageInput[], choice: number) => {
    await using file = await openFits(await encodeFits(hdus));
    const header = await file.inheritedHeader(choice);
    assertEquals((await file.hdu(choice)).header.has("TELESCOP"), choice === 0);
    return keys.map((key) => header.get(key));
  };
  const empty = { pixels: new Uint8Array(0), shape: [], header: primary };
  assertEquals(await inherited([empty, extension], 1), ["SDO", "B", undefined, undefined, 1]);
  assertEquals(await inherited([empty, extension], 0), ["SDO", "A", "P", null, 0]);
  const full = { pixels: new Uint8Array(1), header: primary };
  assertEquals(await inherited([full, extension], 1), [undefined, "B", undefined, undefined, 1]);
  const silent = { ...extension, header: new Header().set("INHERIT", false) };
  assertEquals((await inherited([empty, silent], 1))[0], undefined);
});

Deno.test("FitsFile finds HDUs lazily: to reach one, it reads no data of those before it", async () => {
  const source = new NotingSource(await FILE);
  await using file = await openFits(source);
  assertEquals(source.reads, [[0, 3], [0, 2880]]);
  const hdu = await file.hdu(2);
  const headers = [14_400, 20_160];
  assertEquals(source.reads.slice(2), headers.map((offset) => [offset, 2880] as [number, number]));
  assertEquals([...(await hdu.image()).pixels as Uint8Array], [2]);
  assertEquals(source.reads.slice(4), [[23_040, 1]]);
});

Deno.test("FitsFile.hdu() takes numbers, names in any case, and versions", async () => {
  await using file = await openFits(await FILE);
  const choices: [number | string, number][] = [
    [0, 0],
    [3, 3],
    ["first", 0],
    ["PRIMARY", 0],
    ["SCI", 1],
    ["Sci,1", 1],
    ["SCI, 2", 2],
    ["OTHER,1", 3],
  ];
  for (const [choice, index] of choices) {
    assertEquals((await file.hdu(choice)).index, index, `${choice}`);
  }
  await assertRejects(
    () => file.hdu("SCI,3"),
    FormatError,
    "Cannot find HDU SCI,3 in bytes: found 0 FIRST, 1 SCI, 2 sci, 3 Other",
  );
  await assertRejects(() => file.hdu(4), FormatError, "Cannot find HDU 4");
});

Deno.test("FitsFile finds each HDU once, however many ask at the same time", async () => {
  await using file = await openFits(ReadableStream.from([await FILE]));
  const found = await Promise.all([
    file.hdu(3),
    file.hdu("OTHER"),
    Array.fromAsync(file.hdus),
    file.hdu(1),
  ]);
  assertEquals(found[0] === found[1] && found[0] === found[2][3], true);
  assertEquals([found[2].length, found[3] === found[2][1]], [4, true]);
});
