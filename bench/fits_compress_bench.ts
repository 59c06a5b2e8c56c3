/**
 * Images compressed beside fpack (Debian: libcfitsio-bin), warm cache: int16 by Rice, floats
 * quantised and by Rice. fpack is a program of its own each time, so ours is once the program and
 * once the library in a process that runs already.
 */

import { openFits, writeFits } from "../fits/mod.ts";
import { compressPieces } from "../fits/write/compress.ts";
import { replaceFile, writeWhole } from "../net/replace_file.ts";
import { compare, printTable, seconds } from "./compare.ts";

const SIDE = 4096;
const folder = new URL("../out/bench/", import.meta.url).pathname;
const cli = new URL("../cli.ts", import.meta.url).pathname;

/** Noise of 12 counts around 1000. */
async function prepare(): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const shape = [SIDE, SIDE];
  let state = 1;
  const random = () => {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    return (state >>> 8) / 2 ** 24;
  };
  const noise = () => (random() + random() + random() + random() - 2) * 12 * Math.sqrt(3);
  const floats = Float32Array.from({ length: SIDE * SIDE }, () => 1000 + noise());
  await writeFits(`${folder}noise16.fits`, [{ pixels: Int16Array.from(floats), shape }]);
  await writeFits(`${folder}noise32.fits`, [{ pixels: floats, shape }]);
}

async function run(program: string, args: string[]): Promise<number> {
  await Deno.remove(`${folder}packed.fz`).catch(() => {});
  return await seconds(async () => {
    const { code } = await new Deno.Command(program, { args, stderr: "inherit" }).output();
    if (code !== 0) throw new Error(`${program} ended with ${code}`);
  });
}

function library(name: string): Promise<number> {
  return seconds(async () => {
    await using file = await openFits(`${folder}${name}.fits`);
    await replaceFile(`${folder}ours.fz`, async (target) => {
      for await (const piece of compressPieces(file)) await writeWhole(target, piece);
    });
  });
}

await prepare();
for (const [name, letters] of [["noise16", ["-r"]], ["noise32", ["-qt", "4"]]] as const) {
  const input = `${folder}${name}.fits`;
  printTable(
    `${SIDE} x ${SIDE} ${name === "noise16" ? "int16" : "float32, quantised"}, Rice, file to file`,
    "s",
    await compare([
      { name: "heliograph, library", run: () => library(name) },
      {
        name: "heliograph fits compress",
        run: () =>
          run(Deno.execPath(), [
            "run",
            "--no-check",
            "--allow-read",
            "--allow-write",
            ...[cli, "fits", "compress", input, "-o", `${folder}packed.fz`, "--clobber", "--quiet"],
          ]),
      },
      { name: "fpack", run: () => run("fpack", [...letters, "-O", `${folder}packed.fz`, input]) },
    ], 9),
  );
}
