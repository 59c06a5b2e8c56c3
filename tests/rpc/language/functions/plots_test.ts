import { assertEquals, assertStringIncludes } from "@std/assert";
import { type LanguagePicture, LanguageSession } from "../../../../rpc/mod.ts";
import { failureOf } from "../../../support/rpc/language.ts";

function shownBy(command: string): LanguagePicture {
  const pictures: LanguagePicture[] = [];
  const show = (picture: LanguagePicture) => pictures.push(picture);
  const outcome = new LanguageSession({ host: { show } }).runSync(command);
  if (!outcome.ok) throw outcome.error;
  assertEquals(pictures.length, 1);
  return pictures[0]!;
}

Deno.test("CONTOUR with /FILL shows bands from the least height on, or those of LEVELS", () => {
  const plain = shownBy("contour, findgen(4, 4), /fill, nlevels=3");
  assertEquals([plain.levels, plain.fill], [[0, 5, 10], [42, 128, 213]]);
  const given = shownBy("loadct, 3 & contour, findgen(4, 4), /fill, levels=[9, 2], c_colors=[7]");
  assertEquals([given.levels, given.fill, given.colorTable], [[2, 9], [7, 7], 3]);
  assertEquals(shownBy("contour, fltarr(3, 3), /fill").levels, [0]);
  assertEquals(shownBy("contour, findgen(3, 3)").fill, undefined);
});

Deno.test("COLORBAR shows the colours of the table with their numbers", () => {
  const bar = shownBy("colorbar, range=[-1, 3], ncolors=4, bottom=100, title='T', /vertical");
  assertEquals(bar.kind, "contour");
  assertEquals([bar.levels, bar.fill], [[0, 1, 2, 3], [100, 101, 102, 103]]);
  assertEquals([bar.value.shape, [...bar.rows!.data]], [[2, 5], [-1, 0, 1, 2, 3]]);
  assertEquals([...bar.value.data], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
  const flat = shownBy("colorbar, ncolors=2");
  assertEquals([flat.value.shape, [...flat.abscissae!.data]], [[3, 2], [0, 127.5, 255]]);
  assertEquals([...flat.value.data], [0, 1, 2, 0, 1, 2]);
});

Deno.test("CONTOUR and COLORBAR refuse colours that no table has", () => {
  const cases = [
    ["contour, findgen(3, 3), /fill, c_colors=[256]", "expected numbers from 0 to 255"],
    ["colorbar, range=[1, 1]", "Cannot make a bar from 1 to 1"],
    ["colorbar, ncolors=200, bottom=100", "Cannot use 200 colours from 100: there are 256"],
  ] as const;
  for (const [command, text] of cases) {
    const options = { host: { show: () => 1 } };
    assertStringIncludes(failureOf(command, options).message, text);
  }
});
