import { assertEquals } from "../support/assert.ts";
import { encodeFits, verifyFits } from "../../mod.ts";
import { corpusFile, corpusTest } from "../support/corpus.ts";
import { EXPECTED } from "../support/expected.ts";

corpusTest("verifyFits() gives the verdict of fitsverify on every file of the corpus", async () => {
  const differing: string[] = [];
  for (const [path, { fitsverify }] of EXPECTED) {
    const findings = await verifyFits(corpusFile(`fits/${path}`));
    const errors = findings.filter(({ severity }) => severity === "error");
    const expected = /[1-9]\d* errors/.test(fitsverify);
    if (errors.length > 0 !== expected) {
      differing.push(`${path}: ${fitsverify}; ours: ${errors.map(({ message }) => message)}`);
    }
  }
  assertEquals(differing, []);
});

Deno.test("verifyFits() names HDU, card, record and byte", async () => {
  const bytes = await encodeFits([{ pixels: new Uint8Array(3) }, {
    pixels: new Uint8Array(3),
    name: "SECOND",
  }]);
  const text = new TextDecoder("latin1").decode(bytes);
  const at = text.indexOf("EXTNAME = 'SECOND");
  bytes.set(new TextEncoder().encode("DATE-OBS= '2020-13-01'".padEnd(80)), at);
  bytes[bytes.length - 1] = 9;
  assertEquals(await verifyFits(bytes), [
    {
      severity: "error",
      message: "DATE-OBS has the date '2020-13-01', expected YYYY-MM-DD or YYYY-MM-DDThh:mm:ss " +
        "(section 4.4.2.1)",
      hdu: 1,
      keyword: "DATE-OBS",
      record: 7,
      offset: 5760 + 480,
    },
    {
      severity: "error",
      message: "byte 9 after the data, expected 0 to the end of the block",
      hdu: 1,
      offset: bytes.length - 1,
    },
  ]);
});

Deno.test("verifyFits() takes a wrong checksum for a warning", async () => {
  const bytes = await encodeFits([{ pixels: new Uint8Array([1, 2, 3]) }], { checksum: true });
  assertEquals(await verifyFits(bytes), []);
  bytes[2880] = 9;
  assertEquals((await verifyFits(bytes)).map(({ severity, message }) => [severity, message]), [
    ["warning", "DATASUM is not the sum of the data"],
    ["warning", "CHECKSUM is not that of the HDU"],
  ]);
});

Deno.test("verifyFits() finds one error in what is no FITS file", async () => {
  const findings = await verifyFits(new TextEncoder().encode("<html>"));
  assertEquals(findings.map(({ severity, offset }) => [severity, offset]), [["error", 0]]);
});
