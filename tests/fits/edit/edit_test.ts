import { assertEquals, assertRejects } from "../../support/assert.ts";
import { checkHdu } from "../../../fits/edit/hdu_checksum.ts";
import { editHeader } from "../../../fits/edit/edit.ts";
import { encodeFits, FormatError, type Header, openFits, tableHdu } from "../../../mod.ts";
import { temporaryFolder } from "../../support/temporary.ts";

async function sample(path: string): Promise<void> {
  const images = [{ pixels: new Int16Array([1, 2, 3]) }, { pixels: new Uint8Array(9), name: "B" }];
  await Deno.writeFile(path, await encodeFits(images, { checksum: true }));
}

Deno.test("editHeader() changes a header in place, and keeps its checksum right", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/edit.fits`;
  await sample(path);
  const before = await Deno.readFile(path);
  const inode = (await Deno.stat(path)).ino;
  assertEquals(await editHeader(path, 0, (header) => header.set("OBJECT", "Sun")), "in place");
  const after = await Deno.readFile(path);
  assertEquals([after.length, (await Deno.stat(path)).ino], [before.length, inode]);
  assertEquals(after.subarray(2880), before.subarray(2880));
  await using file = await openFits(path);
  assertEquals(file.header.get("OBJECT"), "Sun");
  assertEquals((await checkHdu(await file.hdu(0))).checksum, "ok");
});

Deno.test("editHeader() replaces the file where the header needs more blocks", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/edit.fits`;
  await sample(path);
  await Deno.chmod(path, 0o640);
  const result = await editHeader(
    path,
    "B",
    (header) => header.addCommentary("HISTORY", "x\n".repeat(40)),
  );
  assertEquals(result, "replaced");
  assertEquals((await Deno.stat(path)).mode! & 0o777, 0o640);
  await using file = await openFits(path);
  assertEquals((await file.hdu("B")).header.commentary("HISTORY").length, 41);
  assertEquals([...(await file.image({ hdu: 0 })).pixels as Int16Array], [1, 2, 3]);
  assertEquals((await file.image({ hdu: 1 })).pixels.length, 9);
  assertEquals((await checkHdu(await file.hdu("B"))).checksum, "ok");
  assertEquals((await Array.fromAsync(Deno.readDir(folder.path))).length, 1);
});

Deno.test("editHeader() changes nothing where the data would be lost", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/edit.fits`;
  await sample(path);
  const before = await Deno.readFile(path);
  await assertRejects(
    () => editHeader(path, 0, (header) => header.set("NAXIS1", 4)),
    FormatError,
    "it would describe 8 bytes of data, found 6",
  );
  await assertRejects(() => editHeader(path, "C", () => {}), FormatError, "Cannot find HDU C");
  assertEquals(await Deno.readFile(path), before);
});

Deno.test("editHeader() refuses a change that breaks the structure of an HDU", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/edit.fits`;
  const table = tableHdu({ columns: [{ name: "N", values: new Int32Array(3) }] });
  const images = [{ pixels: new Int16Array([1, 2, 3]) }, { pixels: new Uint8Array(9), name: "B" }];
  await Deno.writeFile(path, await encodeFits([...images, table]));
  const before = await Deno.readFile(path);
  const refused: [number, (header: Header) => void, string][] = [
    [0, (header) => header.delete("SIMPLE"), "there is no SIMPLE, expected in record 1"],
    [0, (header) => header.delete("BITPIX"), "BITPIX: found no such card"],
    [0, (header) => header.set("XTENSION", "IMAGE"), "XTENSION is not allowed in a primary HDU"],
    [0, (header) => header.set("NAXIS2", 1), "NAXIS2 is not allowed: NAXIS is 1"],
    [0, (header) => header.set("GCOUNT", 2), "GCOUNT is not allowed in a primary array"],
    [1, (header) => header.delete("XTENSION"), "there is no XTENSION"],
    [1, (header) => header.delete("PCOUNT"), "there is no PCOUNT"],
    [1, (header) => header.set("XTENSION", "BINTABLE"), "there is no TFIELDS"],
    [1, (header) => header.set("XTENSION", "FOO"), "'FOO', which is not registered"],
    [2, (header) => header.set("TFORM1", "1K"), "NAXIS1"],
    [2, (header) => header.delete("TFORM1"), "there is no TFORM1"],
  ];
  for (const [hdu, change, reason] of refused) {
    await assertRejects(() => editHeader(path, hdu, change), FormatError, reason);
  }
  assertEquals(await Deno.readFile(path), before);
});

Deno.test("editHeader() changes headers whose structure is broken already, and repairs them", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/edit.fits`;
  const bytes = await encodeFits([{ pixels: new Int16Array([1, 2, 3]) }]);
  const write = (from: string, to: string) => {
    const text = new TextDecoder().decode(bytes).replace(from.padEnd(30), to.padEnd(30));
    return Deno.writeFile(path, new TextEncoder().encode(text));
  };
  await write("BITPIX  =                   16", "BITPIX  =                   17");
  await editHeader(path, 0, (header) => header.set("BITPIX", 16));
  await using file = await openFits(path);
  assertEquals<unknown>([...(await file.image()).pixels], [1, 2, 3]);
  await write("EXTEND  =                    T", "XTENSION= 'IMAGE   '");
  await editHeader(path, 0, (header) => header.set("OBJECT", "Sun"));
  await editHeader(path, 0, (header) => header.delete("XTENSION"));
  await using repaired = await openFits(path);
  assertEquals([repaired.header.get("OBJECT"), repaired.header.has("XTENSION")], ["Sun", false]);
});

Deno.test("editHeader() refuses a file that is compressed as a whole", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/edit.fits.gz`;
  await Deno.writeFile(path, new Uint8Array([0x1f, 0x8b, 8, 0]));
  await assertRejects(
    () => editHeader(path, 0, () => {}),
    FormatError,
    "it is compressed as a whole (gzip)",
  );
});
