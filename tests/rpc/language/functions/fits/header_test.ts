import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type IdlValue, LanguageSession } from "../../../../../rpc/mod.ts";
import { valueOf } from "../../../../support/rpc/language.ts";

/** The header of a solar image in helioprojective coordinates. */
const CARDS = [
  "SIMPLE  =                    T / a comment",
  "BITPIX  =                  -32",
  "NAXIS   =                    2",
  "NAXIS1  =                    4",
  "NAXIS2  =                    3",
  "CTYPE1  = 'HPLN-TAN'",
  "CTYPE2  = 'HPLT-TAN'",
  "CUNIT1  = 'arcsec  '",
  "CUNIT2  = 'arcsec  '",
  "CRPIX1  =                  2.5",
  "CRPIX2  =                  2.0",
  "CRVAL1  =                 10.0",
  "CRVAL2  =                -20.0",
  "CDELT1  =                  2.4",
  "CDELT2  =                  2.4",
  "OBSERVER= 'O''Brien'           / who",
  "LONGTEXT= 'begins &'",
  "CONTINUE  'and ends'",
  "EXPTIME =             2.901051 / a FLOAT of 8 characters is DOUBLE",
  "PRECISE =              1.5D+03",
  "LARGE   =          30000000000",
  "GOOD    =                    F",
  "HISTORY first",
  "HISTORY second",
  "END",
].map((card) => card.padEnd(80));

const header: IdlValue = { type: 7, shape: [CARDS.length], data: CARDS };

Deno.test("FXPAR and SXPAR give the values of cards in the types of the IDL Astronomy Library", () => {
  const cases: readonly (readonly [name: string, type: number, data: readonly unknown[]])[] = [
    ["simple", 2, [1]],
    ["GOOD", 2, [0]],
    ["BITPIX", 3, [-32]],
    ["LARGE", 14, [30000000000n]],
    ["CRPIX1", 4, [2.5]],
    ["EXPTIME", 5, [2.901051]],
    ["PRECISE", 5, [1500]],
    ["OBSERVER", 7, ["O'Brien"]],
    ["LONGTEXT", 7, ["begins and ends"]],
    ["HISTORY", 7, ["first", "second"]],
    ["NAXIS*", 3, [4, 3]],
    ["CTYPE*", 7, ["HPLN-TAN", "HPLT-TAN"]],
    ["NOTHING", 2, [0]],
  ];
  for (const [name, type, data] of cases) {
    for (const routine of ["fxpar", "sxpar"]) {
      const value = valueOf(`return, ${routine}(header, '${name}')`, { header });
      assertEquals([value.type, [...value.data]], [type, [...data]], name);
    }
  }
  const counted = valueOf(
    "a = fxpar(header, 'OBSERVER', count=n, comment=c) & b = sxpar(header, 'NO', count=m) & " +
      "return, [string(n), string(m), c]",
    { header },
  );
  assertEquals([...counted.data].map((text) => String(text).trim()), ["1", "0", "who"]);
});

Deno.test("WCS_GET_COORD and WCS_GET_PIXEL count pixels from 0 and speak in the header's units", () => {
  const reference = valueOf("return, wcs_get_coord(header, [1.5, 1.0])", { header });
  assertEquals([reference.type, reference.shape], [5, [2]]);
  assert(Math.abs(Number(reference.data[0]) - 10) < 1e-9, `${reference.data[0]}`);
  assert(Math.abs(Number(reference.data[1]) + 20) < 1e-9, `${reference.data[1]}`);
  const all = valueOf("return, size(wcs_get_coord(header), /dimensions)", { header });
  assertEquals([...all.data], [2, 4, 3]);
  const back = valueOf(
    "p = dindgen(2, 5) & q = wcs_get_pixel(header, wcs_get_coord(header, p)) & " +
      "return, max(abs(p - q))",
    { header },
  );
  assert(Number(back.data[0]) < 1e-8, `${back.data[0]}`);
});

Deno.test("what is no header is refused", () => {
  const cases: readonly (readonly [command: string, words: string])[] = [
    ["a = fxpar(5, 'X')", "expected an array of its cards"],
    ["a = wcs_get_coord(['SIMPLE  =                    T'], [1, 2])", "no world coordinates"],
    ["a = wcs_get_coord(header, [1, 2, 3])", "first dimension must be 2"],
  ];
  for (const [command, words] of cases) {
    const outcome = new LanguageSession().runSync(command, { header });
    assert(!outcome.ok);
    assertStringIncludes(outcome.error.message, words);
  }
});
