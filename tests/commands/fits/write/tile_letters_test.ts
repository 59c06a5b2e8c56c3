import { assertEquals } from "@std/assert";
import { fromFpackLetters } from "../../../../commands/fits/write/tile_letters.ts";

Deno.test("fromFpackLetters() reads fpack's letters as our flags", () => {
  const table: Record<string, string> = {
    "-r a.fits": "--algorithm=rice a.fits",
    "-g a.fits": "--algorithm=gzip1 a.fits",
    "-g1 a.fits": "--algorithm=gzip1 a.fits",
    "-g2 a.fits": "--algorithm=gzip2 a.fits",
    "-h a.fits": "--algorithm=hcompress a.fits",
    "-p -w a.fits": "--algorithm=plio --tile=whole a.fits",
    "-d a.fits": "--algorithm=none a.fits",
    "-t 100,50 a.fits": "--tile=100,50 a.fits",
    "-table a.fits": "--bintables a.fits",
    "-q 8 a.fits": "--quantize=8 a.fits",
    "-q -0.5 a.fits": "--quantize=-0.5 a.fits",
    "-qz 8 a.fits": "--quantize=8 --dither=2 a.fits",
    "-q0 8 a.fits": "--quantize=8 --dither=0 a.fits",
    "-qt 4 a.fits": "--quantize=4 a.fits",
    "-qzt 4 a.fits": "--quantize=4 --dither=2 a.fits",
    "-q77 4 a.fits": "--quantize=4 --seed=77 a.fits",
    "-qz77 4 a.fits": "--quantize=4 --dither=2 --seed=77 a.fits",
    // What means the same everywhere stays.
    "-h": "-h",
    "-q a.fits": "-q a.fits",
    "a.fits -q": "a.fits -q",
    "-o b.fz a.fits": "-o b.fz a.fits",
    "a.fits -- -r -q 4": "a.fits -- -r -q 4",
  };
  for (const [given, expected] of Object.entries(table)) {
    assertEquals(fromFpackLetters(given.split(" ")).join(" "), expected, given);
  }
});
