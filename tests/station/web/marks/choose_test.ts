import { assertEquals } from "@std/assert";
import {
  degreesOf,
  guessColumns,
  parseMarks,
  writeMarks,
} from "../../../../station/web/marks/choose.ts";

Deno.test("parseMarks() reads tables, columns and frames, and writeMarks() writes them", () => {
  const cases: [text: string, expected: ReturnType<typeof parseMarks>][] = [
    ["[SPOTS]", { path: undefined, hdu: "SPOTS", columns: undefined }],
    ["cat/a b.fits", { path: "cat/a b.fits", hdu: undefined, columns: undefined }],
    ["cat.fits[2]", { path: "cat.fits", hdu: "2", columns: undefined }],
    ["[1],RA,DEC,fk5", {
      path: undefined,
      hdu: "1",
      columns: { x: "RA", y: "DEC", frame: "fk5" },
    }],
    ["cat.fits[1],X,Y,pixel", {
      path: "cat.fits",
      hdu: "1",
      columns: { x: "X", y: "Y", frame: "pixel" },
    }],
  ];
  for (const [text, expected] of cases) {
    assertEquals(parseMarks(text), expected, text);
    assertEquals(writeMarks(expected!), text);
  }
  assertEquals(parseMarks("[1],RA,DEC")?.columns?.frame, "native");
  for (const text of ["", "[1],RA", "[1],RA,DEC,plaid", ",RA,DEC", "[]", "a[1][2]"]) {
    assertEquals(parseMarks(text), undefined, text);
  }
});

Deno.test("guessColumns() knows the usual names, of the sky or of the Sun", () => {
  const cases: [names: string[], isSolar: boolean, expected: string | undefined][] = [
    [["ID", "RA", "DEC"], false, "RA DEC icrs"],
    [["ra", "dec"], false, "ra dec icrs"],
    [["_RAJ2000", "_DEJ2000", "RA", "DEC"], false, "_RAJ2000 _DEJ2000 fk5"],
    [["ALPHA_J2000", "DELTA_J2000", "X_IMAGE", "Y_IMAGE"], false, "ALPHA_J2000 DELTA_J2000 fk5"],
    [["GLON", "GLAT"], false, "GLON GLAT galactic"],
    [["X_IMAGE", "Y_IMAGE"], false, "X_IMAGE Y_IMAGE pixel"],
    [["LONGITUDE", "LATITUDE"], true, "LONGITUDE LATITUDE stonyhurst"],
    [["LONGITUDE", "LATITUDE"], false, undefined],
    [["HPLN", "HPLT"], true, "HPLN HPLT helioprojective"],
    [["RA", "DEC", "X", "Y"], true, "X Y pixel"],
    [["FLUX"], false, undefined],
  ];
  for (const [names, isSolar, expected] of cases) {
    const found = guessColumns(names, isSolar);
    assertEquals(found && `${found.x} ${found.y} ${found.frame}`, expected, names.join());
  }
});

Deno.test("degreesOf() reads the units of columns", () => {
  assertEquals([degreesOf("deg", "icrs"), degreesOf("", "icrs"), degreesOf("hour", "icrs")], [
    ...[1, 1, 15],
  ]);
  assertEquals([degreesOf("arcsec", "native"), degreesOf("", "helioprojective")], [
    ...[1 / 3600, 1 / 3600],
  ]);
  assertEquals(degreesOf("rad", "icrs"), 180 / Math.PI);
});
