import { assertEquals, assertRejects } from "../../support/assert.ts";
import { checkHdu } from "../../../fits/edit/hdu_checksum.ts";
import { ClosedError, FitsWriter, FormatError, openFits, verifyFits } from "../../../mod.ts";
import { temporaryFolder } from "../../support/temporary.ts";

Deno.test("FitsWriter writes an image whose length is known only at its end", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/cube.fits`;
  for (const checksum of [false, true]) {
    await using writer = await FitsWriter.create(path, { checksum });
    const cube = await writer.growImage({ type: "uint16", shape: [3, 2], name: "CUBE" });
    for (let i = 0; i < 5; i++) await cube.append(new Uint16Array(6).fill(65_000 + i));
    await assertRejects(() => writer.close(), ClosedError, "the growing HDU has not been ended");
    await cube.end();
    await writer.add({ pixels: new Float32Array([1, 2]), name: "MORE" });
    await writer.close();
    await using file = await openFits(path);
    const image = await file.image();
    assertEquals([image.type, image.shape] as unknown, ["uint16", [3, 2, 5]]);
    assertEquals([image.pixels[0], image.pixels[29]] as unknown, [65_000, 65_004]);
    assertEquals([...(await file.image({ hdu: "MORE" })).pixels as Float32Array], [1, 2]);
    assertEquals(await verifyFits(path), []);
    const state = checksum ? "ok" : "absent";
    for await (const hdu of file.hdus) {
      const report = await checkHdu(hdu);
      assertEquals([report.checksum, report.datasum], [state, state]);
    }
  }
});

Deno.test("FitsWriter puts an empty primary before what cannot be one", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/empty.fits`;
  await using writer = await FitsWriter.create(path);
  await writer.close();
  await using file = await openFits(path);
  assertEquals((await file.hdu(0)).shape, []);
});

Deno.test("FitsWriter leaves nothing behind when it is given up", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/given-up.fits`;
  {
    await using writer = await FitsWriter.create(path);
    const image = await writer.growImage({ type: "int16", shape: [2] });
    await image.append(new Int16Array(4));
    await assertRejects(() => image.append(new Int16Array(3)), FormatError, "a multiple of 2");
    await assertRejects(() => image.append(new Uint16Array(2)), FormatError, "of type int16");
  }
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
});
