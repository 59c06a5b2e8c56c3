import { assert, assertEquals } from "@std/assert";
import { encodeFits, openFits } from "../../../../fits/mod.ts";
import { runDeno } from "../../../support/program.ts";
import { temporaryFolder } from "../../../support/temporary.ts";

/** Runs `heliograph fits` with the permissions of its help. */
async function fits(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await runDeno(
    ["run", "--no-check", "--allow-read", "--allow-write=out", "cli.ts", "fits", ...args],
  );
  return { code, stdout, stderr };
}

Deno.test("fits compress and fits decompress: several files, names, what exists, what fails", async () => {
  await using folder = await temporaryFolder();
  const [a, b] = [`${folder.path}/a.fits`, `${folder.path}/b.fits`];
  const pixels = Int16Array.from({ length: 5000 }, (_, i) => 1000 + i % 9);
  const original = await encodeFits([{ pixels, shape: [100, 50] }], { checksum: true });
  const floats = await encodeFits([{ pixels: Float32Array.from(pixels, Math.sin), shape: [5000] }]);
  await Deno.writeFile(a, original);
  await Deno.writeFile(b, floats);
  const packed = await fits("compress", a, b, "--json");
  assertEquals(packed.code, 0, packed.stderr);
  assertEquals(packed.stdout.trim().split("\n").map((line) => JSON.parse(line)), [
    {
      file: a,
      output: `${a}.fz`,
      bytes: (await Deno.stat(`${a}.fz`)).size,
      hdus: 1,
      changed: 1,
      lossy: [],
    },
    {
      file: b,
      output: `${b}.fz`,
      bytes: (await Deno.stat(`${b}.fz`)).size,
      hdus: 1,
      changed: 1,
      lossy: [0],
    },
  ]);
  const kept = await fits("compress", a);
  assertEquals([kept.code, kept.stdout], [1, ""]);
  assertEquals(
    kept.stderr,
    `heliograph fits compress: Cannot write '${a}.fz': it exists already; --clobber replaces it\n`,
  );
  // Of several files, one that cannot be compressed does not end the work, and leaves nothing.
  const refused = await fits("compress", "-p", a, b, "--clobber", "--quiet");
  assertEquals(refused.code, 1);
  assert(refused.stderr.startsWith(`heliograph fits compress: Cannot compress HDU 0 of ${b}: `));
  assert(refused.stderr.includes("PLIO_1 has whole numbers from 0 to 2^24 and would cut"));
  {
    await using file = await openFits(`${a}.fz`);
    assertEquals((await file.hdu(1)).data.header.get("ZCMPTYPE"), "PLIO_1");
  }
  await Deno.remove(a);
  const unpacked = await fits("decompress", `${a}.fz`, "--verbose");
  assertEquals(unpacked.code, 0, unpacked.stderr);
  assertEquals(await Deno.readFile(a), original);
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
  assertEquals(names, ["a.fits", "a.fits.fz", "b.fits", "b.fits.fz"]);
});

Deno.test("fits compress and decompress say what is wrong with their flags", async () => {
  const table: [string[], string][] = [
    [
      ["compress", "a", "b", "-o", "c"],
      "--output is 'c', expected a folder such as DIR/ for 2 files",
    ],
    [
      ["compress", "a", "--algorithm", "lzw"],
      "--algorithm is 'lzw', expected one of rice, gzip1, gzip2, plio, hcompress, none",
    ],
    [["compress", "a", "--dither", "3"], "--dither is '3', expected 0, 1 or 2"],
    [["compress", "a", "--seed", "10001"], "--seed is '10001', expected 1 to 10000"],
    [
      ["compress", "a", "-t", "0,5"],
      "--tile is '0,5', expected lengths such as 100,100, or whole",
    ],
    [["compress", "http://h/a"], "'http://h/a' is no local file: name the output with --output"],
    [["decompress", "a.fits"], "'a.fits' does not end in .fz: name the output with --output"],
  ];
  await Promise.all(table.map(async ([args, message]) => {
    const { code, stderr } = await fits(...args);
    assertEquals([code, stderr.split("\n")[0]], [2, `heliograph fits ${args[0]}: ${message}`]);
  }));
});

Deno.test("fits compress - and fits decompress - are filters", async () => {
  const pixels = Int32Array.from({ length: 5000 }, (_, i) => i % 77);
  const original = await encodeFits([{ pixels, shape: [100, 50] }]);
  const packed = await filter("compress", original);
  assert(packed.length < original.length, `${packed.length} of ${original.length}`);
  assertEquals(await filter("decompress", packed), original);
});

/** What `heliograph fits COMMAND -` makes of its standard input. */
async function filter(command: string, input: Uint8Array<ArrayBuffer>) {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-read", "cli.ts", "fits", command, "-"],
    cwd: new URL("../../../../", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  const [{ code, stdout, stderr }] = await Promise.all([
    process.output(),
    writer.write(input).then(() => writer.close()),
  ]);
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  return stdout;
}
