import { assertEquals } from "@std/assert";
import { encodeFits } from "../../../../fits/mod.ts";
import { runDeno } from "../../../support/program.ts";
import { temporaryFolder } from "../../../support/temporary.ts";

/** Runs `heliograph fits copy`. */
async function copy(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await runDeno(
    ["run", "--no-check", "--allow-read", "--allow-write=out", "cli.ts", "fits", "copy", ...args],
  );
  return { code, stdout, stderr };
}

Deno.test("fits copy keeps the bytes behind the last HDU, and says so", async () => {
  await using folder = await temporaryFolder();
  const [from, to] = [`${folder.path}/a.fits`, `${folder.path}/b.fits`];
  const hdus = [{ pixels: new Int16Array([1, 2, 3]) }, { pixels: new Uint8Array(9), name: "B" }];
  const bytes = await encodeFits(hdus);
  const size = bytes.length;
  for (
    const [behind, found] of [[new Uint8Array(2880), "zero bytes"], [
      Uint8Array.of(72, 73),
      "'HI'",
    ]] as const
  ) {
    const whole = new Uint8Array([...bytes, ...behind]);
    await Deno.writeFile(from, whole);
    const warning = `${from}: found ${found} after the last HDU, expected XTENSION or the end of ` +
      `the file (byte ${size})\n`;
    assertEquals(await copy(from, to, "--clobber"), {
      code: 0,
      stdout: "",
      stderr: `copied ${behind.length} bytes behind the last HDU as they are\n` +
        `wrote ${whole.length} bytes to ${to}\n${warning}`,
    });
    assertEquals(await Deno.readFile(to), whole);
    assertEquals(await copy(from, to, "--clobber", "--checksum", "--quiet", "--json"), {
      code: 0,
      stdout: `{"file":"${from}","output":"${to}","bytes":${whole.length}}\n`,
      stderr: "",
    });
    assertEquals((await Deno.readFile(to)).subarray(size), behind);
    // Who asks for HDUs gets HDUs.
    assertEquals(await copy(from, to, "--clobber", "--hdu", "0", "--hdu", "B"), {
      code: 0,
      stdout: "",
      stderr: `wrote ${size} bytes to ${to}\n`,
    });
    assertEquals(await Deno.readFile(to), bytes);
  }
});

Deno.test("fits copy refuses an HDU whose header does not tell its size", async () => {
  await using folder = await temporaryFolder();
  const [from, to] = [`${folder.path}/a.fits`, `${folder.path}/b.fits`];
  const hdus = [{ pixels: new Int16Array([1, 2, 3]) }, { pixels: new Uint8Array(9), name: "B" }];
  const bytes = await encodeFits(hdus);
  const text = new TextDecoder("latin1").decode(bytes);
  const second = text.indexOf("BITPIX", 5760);
  bytes.set(new TextEncoder().encode("BITPIX  =                   17"), second);
  await Deno.writeFile(from, bytes);
  const { code, stderr } = await copy(from, to);
  assertEquals([code, stderr], [
    1,
    `heliograph fits copy: Cannot read HDU 1 of ${from} at byte 8640: Cannot tell the size of ` +
    "the data from BITPIX: found '17 / bits of one value', expected 8, 16, 32, 64, -32, -64\n",
  ]);
  assertEquals((await Array.fromAsync(Deno.readDir(folder.path))).length, 1);
});
