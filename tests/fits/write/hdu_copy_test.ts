import { assertEquals, assertRejects, assertThrows } from "../../support/assert.ts";
import { checkHdu, updateChecksums } from "../../../fits/edit/hdu_checksum.ts";
import {
  ClosedError,
  encodeFits,
  FormatError,
  Header,
  openFits,
  verifyFits,
} from "../../../mod.ts";
import { editHeader } from "../../../fits/edit/edit.ts";
import { copyHdu } from "../../../fits/write/hdu_copy.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const header = new Header();
header.set("OBJECT", "Sun").set("BUNIT", "DN").addCommentary("HISTORY", "made for a test");

const FILE = encodeFits([
  { pixels: new Int16Array([1, 2, 3, 4]), shape: [2, 2], header },
  { pixels: new Float32Array([1.5]), name: "SECOND", header },
], { checksum: true });

Deno.test("copyHdu() copies HDUs that keep their place byte by byte", async () => {
  const bytes = await FILE;
  await using file = await openFits(bytes);
  const hdus = (await Array.fromAsync(file.hdus)).map((hdu) => copyHdu(hdu));
  assertEquals(await encodeFits(hdus), bytes);
});

Deno.test("copyHdu() adds nothing to long strings without LONGSTRN, and checksums stay right", async () => {
  // As astropy writes them: CONTINUE without LONGSTRN.
  const long = new Header().set("NOTE", "x".repeat(100)).set("LONGSTRN", "OGIP 1.0");
  const pixels = new Int16Array([1, 2]);
  const made = await encodeFits([{ pixels, header: long }]);
  const text = new TextDecoder("latin1").decode(made);
  const at = text.indexOf("LONGSTRN");
  const bytes = made.slice();
  bytes.fill(32, at, at + 80);
  await using folder = await temporaryFolder();
  const path = `${folder.path}/long.fits`;
  await Deno.writeFile(path, bytes);
  await updateChecksums(path);
  await using file = await openFits(path);
  const [hdu] = await Array.fromAsync(file.hdus);
  assertEquals(await encodeFits([copyHdu(hdu!)]), await Deno.readFile(path));
  await editHeader(path, 0, (header) => header.set("OBJECT", "Sun"));
  await using edited = await openFits(path);
  assertEquals(edited.header.has("LONGSTRN"), false);
  await editHeader(path, 0, (header) => header.set("MORE", "y".repeat(100)));
  await using longer = await openFits(path);
  assertEquals(longer.header.get("LONGSTRN"), "OGIP 1.0");
  assertEquals((await checkHdu(await longer.hdu(0))).checksum, "ok");
});

Deno.test("copyHdu() moves images between primary and extension, and all is valid", async () => {
  await using file = await openFits(await FILE);
  const [first, second] = await Array.fromAsync(file.hdus);
  const moved = await encodeFits([copyHdu(second!, true), copyHdu(first!)], { checksum: true });
  assertEquals(await verifyFits(moved), []);
  await using copied = await openFits(moved);
  const [primary, extension] = await Array.fromAsync(copied.hdus);
  assertEquals([primary!.kind, primary!.name, extension!.kind] as string[], [
    "PRIMARY",
    "SECOND",
    "IMAGE",
  ]);
  assertEquals([...(await primary!.image()).pixels as Float32Array], [1.5]);
  assertEquals([...(await extension!.image()).pixels as Int16Array], [1, 2, 3, 4]);
  assertEquals(
    [extension!.header.get("OBJECT"), extension!.header.commentary("HISTORY")] as unknown,
    [
      "Sun",
      ["made for a test"],
    ],
  );
});

Deno.test("copyHdu() puts an empty primary before an extension", async () => {
  await using file = await openFits(await FILE);
  const bytes = await encodeFits([copyHdu(await file.hdu("SECOND"))]);
  assertEquals(await verifyFits(bytes), []);
  await using copied = await openFits(bytes);
  const kinds = (await Array.fromAsync(copied.hdus)).map(({ kind, shape }) => [kind, shape]);
  assertEquals(kinds as unknown, [["PRIMARY", []], ["IMAGE", [1]]]);
});

Deno.test("copyHdu() says that a truncated HDU cannot be copied", async () => {
  await using file = await openFits((await FILE).subarray(0, 2884));
  const hdu = await file.hdu(0);
  await assertRejects(
    () => encodeFits([copyHdu(hdu)]),
    ClosedError,
    "found 4 bytes before the end",
  );
});

Deno.test("copyHdu() refuses an HDU whose data nobody can find", async () => {
  const text = new TextDecoder("latin1").decode(await FILE);
  const damaged = text.replace("BITPIX  =                  -32", "BITPIX  =                  -33");
  await using file = await openFits(Uint8Array.from(damaged, (char) => char.charCodeAt(0)));
  const hdu = await file.hdu("SECOND");
  assertThrows(() => copyHdu(hdu), FormatError, "from BITPIX: found '-33");
});
