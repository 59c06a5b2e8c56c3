import { assertEquals, assertRejects } from "../../support/assert.ts";
import { checkHdu, updateChecksums } from "../../../fits/edit/hdu_checksum.ts";
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

Deno.test("editHeader() makes changes at once one after the other, and loses none", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/edit.fits`;
  await sample(path);
  const keywords = Array.from({ length: 60 }, (_, i) => `KEY${i}`);
  // Of these some fit into the header, and one makes it longer.
  const results = await Promise.all([
    ...keywords.map((keyword) => editHeader(path, 0, (header) => header.set(keyword, 1))),
    updateChecksums(path),
  ]);
  assertEquals(new Set(results.slice(0, 60)), new Set(["in place", "replaced"]));
  await using file = await openFits(path);
  assertEquals(keywords.filter((keyword) => !file.header.has(keyword)), []);
  assertEquals([...(await file.image({ hdu: 0 })).pixels as Int16Array], [1, 2, 3]);
  for await (const hdu of file.hdus) assertEquals((await checkHdu(hdu)).checksum, "ok");
  assertEquals((await Array.fromAsync(Deno.readDir(folder.path))).length, 1);
});

Deno.test("editHeader() changes the file that has taken the place of the one it read", async () => {
  for (const lines of [1, 40]) {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/edit.fits`;
    await sample(path);
    const old = await Deno.readFile(path);
    await Deno.link(path, `${folder.path}/old.fits`);
    let calls = 0;
    await editHeader(path, 0, (header) => {
      header.addCommentary("HISTORY", "x\n".repeat(lines));
      if (calls++ > 0) return;
      const other = Deno.readFileSync(path);
      // The pixels of the other program.
      other[2880 + 1] = 9;
      Deno.writeFileSync(`${path}.new`, other);
      Deno.renameSync(`${path}.new`, path);
    });
    assertEquals(calls, 2);
    await using file = await openFits(path);
    assertEquals(file.header.commentary("HISTORY").length, lines + 1);
    assertEquals([...(await file.image({ hdu: 0 })).pixels as Int16Array], [9, 2, 3]);
    if (lines === 40) assertEquals(await Deno.readFile(`${folder.path}/old.fits`), old);
  }
});

Deno.test("editHeader() gives up where a file is replaced again and again", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/edit.fits`;
  await sample(path);
  const bytes = await Deno.readFile(path);
  const error = await editHeader(path, 0, (header) => {
    header.set("OBJECT", "Sun");
    Deno.writeFileSync(`${path}.new`, bytes);
    Deno.renameSync(`${path}.new`, path);
  }).catch((error) => error);
  assertEquals(
    error.message,
    `Cannot change '${path}': other programs have replaced it 20 times meanwhile`,
  );
  assertEquals(await Deno.readFile(path), bytes);
});

Deno.test("editHeader() waits while another program has the file locked, until its signal aborts", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/edit.fits`;
  await sample(path);
  const other = await Deno.open(path);
  await other.lock(true);
  const controller = new AbortController();
  const aborted = editHeader(path, 0, (header) => header.set("A", 1), {
    signal: controller.signal,
  });
  const waiting = editHeader(path, 0, (header) => header.set("B", 1));
  controller.abort(new Error("enough"));
  assertEquals((await aborted.catch((error) => error)).message, "enough");
  assertEquals((await openFits(path)).header.has("B"), false);
  other.close();
  assertEquals(await waiting, "in place");
  await using file = await openFits(path);
  assertEquals([file.header.has("A"), file.header.has("B")], [false, true]);
});

Deno.test("updateChecksums() changes a single header in place, several by a new file, and none twice", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/sums.fits`;
  const images = [{ pixels: new Int16Array([1, 2, 3]) }, { pixels: new Uint8Array(9), name: "B" }];
  await Deno.writeFile(path, await encodeFits(images));
  const before = (await Deno.stat(path)).ino;
  assertEquals(await updateChecksums(path), "replaced");
  const inode = (await Deno.stat(path)).ino;
  assertEquals(inode === before, false);
  assertEquals(await updateChecksums(path), "unchanged");
  await editHeader(path, 1, (header) => header.delete("CHECKSUM"));
  assertEquals(await updateChecksums(path), "in place");
  assertEquals((await Deno.stat(path)).ino, inode);
  await using file = await openFits(path);
  for await (const hdu of file.hdus) {
    const { checksum, datasum } = await checkHdu(hdu);
    assertEquals([checksum, datasum], ["ok", "ok"]);
  }
});
