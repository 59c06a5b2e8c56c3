import { assertEquals, assertThrows } from "@std/assert";
import { readSodaQuery, SodaError } from "../../../station/soda/query.ts";

Deno.test("readSodaQuery() reads the shapes of the standard, names in any case", () => {
  const read = (text: string) => readSodaQuery(new URLSearchParams(text));
  const circle = { kind: "circle", centre: [12, 34], radius: 0.5 } as const;
  assertEquals(read("ID=a.fits"), {
    id: "a.fits",
    shape: undefined,
    band: undefined,
    hdu: undefined,
  });
  assertEquals(read("id=a.fits&Pos=CIRCLE 12 34 0.5").shape, circle);
  assertEquals(read("ID=a.fits&pos=circle  12.0 34 5e-1").shape, circle);
  assertEquals(read("ID=a.fits&CIRCLE=12 34 0.5").shape, circle);
  assertEquals(read("ID=a.fits&POS=RANGE 12 14 -1 +Inf").shape, {
    kind: "range",
    longitude: [12, 14],
    latitude: [-1, 90],
  });
  assertEquals(read("ID=a.fits&POS=RANGE 0 360 -Inf 2").shape, {
    kind: "range",
    longitude: [0, 360],
    latitude: [-90, 2],
  });
  const polygon = { kind: "polygon", corners: [[12, 34], [14, 35], [14, 36]] } as const;
  assertEquals(read("ID=a.fits&POLYGON=12 34 14 35 14 36").shape, polygon);
  assertEquals(read("ID=a.fits&POS=POLYGON 12 34 14 35 14 36").shape, polygon);
  assertEquals(read("ID=a.fits&BAND=1e-7 +Inf").band, [1e-7, Infinity]);
  assertEquals(read("ID=a.fits&BAND=5e-7&HDU=SCI,2&RESPONSEFORMAT=application/fits"), {
    id: "a.fits",
    shape: undefined,
    band: [5e-7, 5e-7],
    hdu: "SCI,2",
  });
});

Deno.test("readSodaQuery() says in the standard's words what is wrong", () => {
  const cases: [query: string, word: string, status?: number][] = [
    ["", "UsageError"],
    ["ID=", "UsageError"],
    ["ID=a&ID=b", "MultiValuedParamNotSupported"],
    ["ID=a&POS=CIRCLE 1 2 3&CIRCLE=1 2 3", "MultiValuedParamNotSupported"],
    ["ID=a&POS=CIRCLE 1 2 3&pos=CIRCLE 1 2 3", "MultiValuedParamNotSupported"],
    ["ID=a&TIME=1 2", "UsageError"],
    ["ID=a&POL=I", "UsageError"],
    ["ID=a&PLAID=1", "UsageError"],
    ["ID=a&POS=SQUARE 1 2 3", "UsageError"],
    ["ID=a&POS=CIRCLE 1 2", "UsageError"],
    ["ID=a&POS=CIRCLE 1 2 0", "UsageError"],
    ["ID=a&POS=CIRCLE 1 92 1", "UsageError"],
    ["ID=a&POS=CIRCLE 1 2 x", "UsageError"],
    ["ID=a&POS=CIRCLE 1 2 Inf", "UsageError"],
    ["ID=a&POS=RANGE 5 4 1 2", "UsageError"],
    ["ID=a&POLYGON=1 2 3 4", "UsageError"],
    ["ID=a&POLYGON=1 2 3 4 5 6 7", "UsageError"],
    [`ID=a&POLYGON=${"1 ".repeat(1_002).trim()}`, "UsageError"],
    ["ID=a&BAND=2 1", "UsageError"],
    ["ID=a&BAND=1 2 3", "UsageError"],
    ["ID=a&BAND=-2 -1", "UsageError"],
    ["ID=a&POS=RANGE 350 370 0 1", "UsageError"],
    ["ID=a&POS=RANGE -10 10 0 1", "UsageError"],
    ["ID=a&POS=RANGE 0 1 -91 0", "UsageError"],
    ["ID=a&POS=RANGE 0 1 0 90.5", "UsageError"],
    ["ID=a&RESPONSEFORMAT=image/png", "UsageError", 415],
  ];
  for (const [query, word, status = 400] of cases) {
    const error = assertThrows(() => readSodaQuery(new URLSearchParams(query)), SodaError);
    assertEquals([error.word, error.status], [word, status], query.slice(0, 60));
  }
});
