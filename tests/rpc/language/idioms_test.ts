/** What users of IDL type, and the lines that GDL 1.0.1 printed for it. */

import { assert, assertEquals } from "@std/assert";
import { failureOf, linesOf } from "../../support/rpc/language.ts";
import idioms from "./idioms.json" with { type: "json" };

/** GDL leaves blanks at the ends of some lines. */
function trimmed(lines: readonly string[]): string[] {
  return lines.map((line) => line.trimEnd());
}

Deno.test("LanguageSession prints for everyday commands what GDL prints", () => {
  for (const [command, lines] of idioms as [string, string[]][]) {
    assertEquals(trimmed(linesOf(command)), trimmed(lines), command);
  }
});

/** What GDL cannot do, or does in another way than IDL's manual says. */
const BY_THE_MANUAL: readonly (readonly [command: string, ...lines: string[]])[] = [
  ["print, meanabsdev([1., 2, 3, 9], /median)", "      2.25000"],
  // By hand: residues of -0.25 three times and 0.75, a standard deviation of 0.5.
  ["print, skewness([0., 0, 0, 1]) * 4", "      3.00000"],
  ["a = 1 & delvar, a & print, n_elements(a)", "           0"],
  ["message, 'low', /continue & message, /info, 'high'", "% low", "% high"],
  ["help, nowhere", "NOWHERE         UNDEFINED = <Undefined>"],
  ["x = [] & help, x", "X               UNDEFINED = !NULL"],
  ["print, nowhere eq !null, 5 ne !null", "   1   1"],
  [
    "help, {a: 1, b: 'x', c: [1., 2]}, /str",
    "** Structure <Anonymous>, 3 tags:",
    "   A               INT              1",
    "   B               STRING    'x'",
    "   C               FLOAT     Array[2]",
  ],
  [
    "print, trim(' 5 ') + trim(7), str2arr('a,b'), arr2str(['a', ' b'], ';', /trim)",
    "57a b",
    "a;b",
  ],
  ["print, repchr('a_b_c', '_'), is_number(['5', 'x', '1e3'])", "a b c   1   0   1"],
  ["print, nint([2.5, -2.6])", "           3          -3"],
  ["print, robust_sigma([1, 1, 1])", "      0.00000"],
  // The 100 is rejected.
  [
    "x = [1., 2, 3, 2, 2, 100, 3, 1, 2] & resistant_mean, x, 3, m, s, n & print, m, n",
    "      2.00000           1",
  ],
];

Deno.test("LanguageSession prints what IDL's manual says where GDL does not", () => {
  for (const [command, ...lines] of BY_THE_MANUAL) assertEquals(linesOf(command), lines, command);
});

Deno.test("robust_sigma() is near the deviation of a sample without its outliers", () => {
  const [line] = linesOf(
    "x = randomn(5, 2000) & x[0:20] = 1e6 & print, robust_sigma(x)",
  );
  assert(Math.abs(Number(line) - 1) < 0.1, line);
});

const REFUSED: readonly (readonly [command: string, message: string])[] = [
  ["!p.multi = 0", "Cannot set !P.MULTI: system variables can only be read here"],
  ["message, 'no image'", "MESSAGE: no image"],
  [
    "map = read_sdo('aia.fits', header)",
    "There is no function or variable READ_SDO: commands read FITS files in the output folder " +
    "alone, by READFITS and MRDFITS: send the array with the command, and its header as NAME_header",
  ],
  [
    "read_jpeg, 'sun.jpg', image",
    "There is no procedure READ_JPEG: commands read FITS files in the output folder alone, by " +
    "READFITS and MRDFITS: send the array with the command, and its header as NAME_header",
  ],
  ["x = nowhere", "The variable NOWHERE is undefined"],
  ["x = [nowhere, 1]", "The variable NOWHERE is undefined"],
  ["x = !null & print, x + 1", "The variable X is undefined"],
  ["print, 5 eq nowhere", "The variable NOWHERE is undefined"],
];

Deno.test("LanguageSession says why it refuses everyday commands", () => {
  for (const [command, message] of REFUSED) assertEquals(failureOf(command).message, message);
});
