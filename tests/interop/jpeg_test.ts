/** JPEG pixels beside those of libjpeg's own programs (Debian: libjpeg-turbo-progs). */

import { assert, assertEquals } from "../support/assert.ts";
import { decodeJpeg } from "../../fits/picture/jpeg_reader.ts";
import { arrayFromFile } from "../../rpc/mod.ts";
import { corpusFile, corpusFolder } from "../support/corpus.ts";

/** Runs a program on bytes. */
async function piped(
  program: string,
  args: readonly string[],
  input: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const process = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  const [{ code, stdout, stderr }] = await Promise.all([
    process.output(),
    writer.write(input).then(() => writer.close()),
  ]);
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return stdout;
}

/** The pixels of a binary PGM or PPM file. */
function netpbm(bytes: Uint8Array): { width: number; height: number; data: Uint8Array } {
  const [head, , width, height] = /^P([56])\s+(\d+)\s+(\d+)\s+255\s/.exec(
    new TextDecoder("latin1").decode(bytes.subarray(0, 64)),
  )!;
  return { width: Number(width), height: Number(height), data: bytes.subarray(head!.length) };
}

/** A picture without symmetry, smooth and with edges, as a PPM file. */
function sample(width: number, height: number): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(`P6\n${width} ${height}\n255\n`);
  const file = new Uint8Array(head.length + width * height * 3);
  file.set(head);
  for (let y = 0, at = head.length; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const disk = Math.hypot(x - width / 3, y - height / 2) < height / 4 ? 120 : 0;
      file.set([x % 256, 100 + disk, (y * 3 + disk) % 256], at);
    }
  }
  return file;
}

function largestDifference(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  assertEquals(ours.length, theirs.length);
  let largest = 0;
  for (let i = 0; i < ours.length; i++) {
    largest = Math.max(largest, Math.abs(ours[i]! - theirs[i]!));
  }
  return largest;
}

Deno.test("decodeJpeg() is within 4 of djpeg, and within 1 for gray, however the file was made", async () => {
  const pictures: [string, Uint8Array<ArrayBuffer>][] = [];
  for (const [width, height] of [[203, 151], [64, 48], [17, 5], [1, 1]] as const) {
    pictures.push([`${width} x ${height}`, sample(width, height)]);
  }
  const makers = [
    [],
    ["-quality", "30"],
    ["-quality", "98", "-sample", "1x1"],
    ["-sample", "2x1"],
    ["-sample", "1x2"],
    ["-progressive"],
    ["-progressive", "-sample", "1x1", "-quality", "60"],
    ["-restart", "1", "-optimize"],
    ["-grayscale"],
    ["-grayscale", "-progressive"],
  ];
  for (const [name, picture] of pictures) {
    for (const maker of makers) {
      const jpeg = await piped("cjpeg", maker, picture);
      const theirs = netpbm(await piped("djpeg", ["-pnm"], jpeg));
      const ours = await decodeJpeg(jpeg, { source: name });
      const note = `${name} ${maker.join(" ")}`;
      assertEquals([ours.width, ours.height], [theirs.width, theirs.height], note);
      const most = largestDifference(ours.data, theirs.data);
      assert(most <= (maker.includes("-grayscale") ? 1 : 4), `${note}: ${most}`);
    }
  }
});

Deno.test({
  name: "arrayFromFile() gives djpeg's pixels of the documents' pictures, the bottom row first",
  ignore: corpusFolder === undefined,
  async fn() {
    for (const name of ["stereo.jpg", "galaxy.jpg"]) {
      const jpeg = await Deno.readFile(corpusFile(`images/${name}`));
      const { width, height, data } = netpbm(await piped("djpeg", ["-pnm"], jpeg));
      const flipped = new Uint8Array(data.length);
      const row = data.length / height;
      for (let y = 0; y < height; y++) {
        flipped.set(data.subarray(y * row, (y + 1) * row), (height - 1 - y) * row);
      }
      const ours = await arrayFromFile(jpeg, name);
      const shape = row === width ? [width, height] : [3, width, height];
      assertEquals([ours.type, ours.shape], [1, shape]);
      assert(largestDifference(ours.data as Uint8Array, flipped) <= 4, name);
    }
  },
});
