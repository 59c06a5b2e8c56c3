import { assertEquals } from "@std/assert";
import { openFits } from "../../../fits/file/open.ts";
import { headerFindings } from "../../../fits/rules/header.ts";
import { verifyFits } from "../../../fits/verify/verify.ts";
import { encodeFits } from "../../../fits/write/write.ts";
import { tableHdu } from "../../../fits/table/output.ts";

/** A file with an image and a table, after a change of its text. */
async function changed(...changes: (readonly [from: string, to: string])[]): Promise<Uint8Array> {
  const bytes = await encodeFits([
    { pixels: new Int16Array(6), shape: [3, 2] },
    tableHdu({ name: "T", columns: [{ name: "A", values: Int32Array.of(1, 2) }] }),
  ]);
  let text = new TextDecoder("latin1").decode(bytes);
  for (const [from, to] of changes) {
    assertEquals(text.split(from).length, 2, from);
    text = text.replace(from, to.padEnd(from.length));
  }
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

Deno.test("headerFindings() finds what verifyFits() finds without the data", async () => {
  const cases: readonly (readonly [string, string])[][] = [
    [],
    [["EXTNAME = 'T       '", "EXTNAME =          1"]],
    [["EXTEND  =                    T", "extend  =                    T"]],
    [["TFORM1  = '1J      '", "TFORM1  = '1Z      '"]],
  ];
  for (const changes of cases) {
    const bytes = await changed(...changes);
    await using file = await openFits(bytes);
    const all = await Array.fromAsync(file.hdus, headerFindings);
    const wanted = await verifyFits(bytes);
    assertEquals(all.flat(), wanted.filter(({ hdu }) => hdu !== undefined));
    assertEquals(all.flat().length > 0, changes.length > 0, `${changes}`);
  }
});

Deno.test("headerFindings() says of a byte after END where it is", async () => {
  const bytes = await changed();
  bytes[2879] = 7;
  await using file = await openFits(bytes);
  assertEquals(await headerFindings(await file.hdu(0)), [
    {
      ...{ severity: "error", hdu: 0, offset: 2879 },
      message: "byte 7 after the END card, expected blanks",
    },
  ]);
});
