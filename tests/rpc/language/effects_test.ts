import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  type IdlValue,
  type LanguageFile,
  type LanguagePicture,
  LanguageSession,
} from "../../../rpc/mod.ts";
import { failureOf } from "../../support/rpc/language.ts";

function recording(): {
  session: LanguageSession;
  pictures: LanguagePicture[];
  files: LanguageFile[];
} {
  const pictures: LanguagePicture[] = [];
  const files: LanguageFile[] = [];
  const session = new LanguageSession({
    host: {
      show: (picture) => pictures.push(picture),
      write: (file) => void files.push(file),
    },
  });
  return { session, pictures, files };
}

function succeed(session: LanguageSession, command: string, data?: IdlValue): void {
  const outcome = session.runSync(command, data === undefined ? {} : { data });
  if (!outcome.ok) throw outcome.error;
}

Deno.test("IMAGE shows the array as it came and gives a handle", () => {
  const { session, pictures } = recording();
  const data: IdlValue = { type: 1, shape: [3, 4, 2], data: new Uint8Array(24) };
  succeed(session, "a=image(data,/no_tool) & b = image(data[0, *, *], title='one')", data);
  assertEquals(session.variables.get("A")?.data[0], 1);
  assertEquals(session.variables.get("B")?.data[0], 2);
  const [first, second] = pictures;
  assertEquals(
    [first?.kind, first?.colorAxis, first?.topDown, first?.value],
    ["image", 1, false, data as never],
  );
  assertEquals([second?.title, second?.colorAxis, second?.value.shape], ["one", 0, [4, 2]]);
});

Deno.test("TV, TVSCL, PLOT and LOADCT show bytes, lines and colour tables", () => {
  const { session, pictures } = recording();
  succeed(
    session,
    "loadct, 3 & tv, [[256, 2], [3, 4]] & tvscl, findgen(2, 2), /order & " +
      "plot, [1, 2], [3, 4], title='t', xtitle='x', yrange=[0, 5], /ylog & plot, [5, 6]",
  );
  const [tv, tvscl, plot, simple] = pictures;
  assertEquals([tv?.kind, tv?.colorTable, [...tv!.value.data]], ["tv", 3, [0, 2, 3, 4]]);
  assertEquals([tvscl?.topDown, [...tvscl!.value.data]], [true, [0, 85, 170, 255]]);
  assertEquals(
    [plot?.kind, [...plot!.abscissae!.data], [...plot!.value.data], plot?.title],
    ["plot", [1, 2], [3, 4], "t"],
  );
  assertEquals(
    [plot?.axisTitles, plot?.ranges, plot?.logarithmic],
    [["x", ""], [undefined, [0, 5]], [false, true]],
  );
  assertEquals([simple?.abscissae, [...simple!.value.data]], [undefined, [5, 6]]);
});

Deno.test("WRITEFITS and WRITE_PNG name one file in the folder and nothing else", async (t) => {
  const { session, files } = recording();
  succeed(
    session,
    "writefits, 'sun', [[1, 2], [3, 4]], ['A       = 1', 'END'] & " +
      "write_png, 'Sun-1.png', bindgen(2, 2), [0, 9], [1, 9], [2, 9]",
  );
  const [fits, png] = files;
  assertEquals([fits?.format, fits?.name, fits?.cards?.map((card) => card.length)], [
    "fits",
    "sun.fits",
    [80, 80],
  ]);
  assertEquals([png?.name, png?.palette?.map((column) => [...column.subarray(0, 2)])], [
    "Sun-1.png",
    [[0, 9], [1, 9], [2, 9]],
  ]);
  const names = ["../up", "/etc/passwd", "a/b", "a\\b", ".hidden", "", "a..b", "con", "NUL.png"];
  names.push("x".repeat(200), "a\0b", "a b", "C:x", "~", "é.fits", "a\nb");
  for (const name of names) {
    await t.step(JSON.stringify(name), () => {
      const outcome = session.runSync("writefits, name, [1, 2]", {
        name: { type: 7, shape: [], data: [name] },
      });
      assertStringIncludes(outcome.ok ? "" : outcome.error.message, "Cannot write ");
    });
  }
  assertEquals(files.length, 2);
});

Deno.test("pictures and files that cannot be are refused", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["a = image(findgen(2, 2, 2))", "expected [width, height]"],
    ["tv, complex(findgen(2, 2))", "takes real numbers"],
    ["tv, bytarr(1e5)", "at most 65535 pixels"],
    ["plot, findgen(2, 2)", "must have one dimension"],
    ["plot, [1, 2], [1, 2, 3]", "against"],
    ["loadct, 99", "expected 0 to 74"],
    ["writefits, 'a', complex(1, 2)", "no complex numbers"],
    ["writefits, 'a', [1, 2], 'x" + "y".repeat(90) + "'", "at most 80 ASCII characters"],
    ["a = image(findgen(2, 2))", "This server shows no pictures"],
    ["writefits, 'a', [1, 2]", "This server writes no files"],
  ];
  for (const [command, words] of cases) {
    assertStringIncludes(failureOf(command).message, words, command);
  }
});

Deno.test("what a host throws becomes the error of the command", async () => {
  const session = new LanguageSession({
    host: { show: () => Promise.reject(new Error("no screen")) },
  });
  const outcome = await session.run("x = 1 & tv, bytarr(2, 2)");
  assertEquals(
    outcome.ok ? undefined : [outcome.error.code, outcome.error.message, outcome.error.position],
    ["host", "TV: no screen", 8],
  );
});

Deno.test("OPLOT and XYOUTS show the last plot with what they add, on its axes", () => {
  const { session, pictures } = recording();
  succeed(session, "plot, [1, 2, 3], yrange=[0, 9], title='t' & oplot, [4, 5], [6, 7], psym=-4");
  succeed(
    session,
    "xyouts, 1, [2, 3], ['a', 'b'], alignment=0.5 & xyouts, 0.5, 0.75, 'c', /normal",
  );
  const [plot, second, third, last] = pictures;
  assertEquals(pictures.map(({ kind }) => kind), ["plot", "plot", "plot", "plot"]);
  assertEquals([plot?.symbol, plot?.curves], [0, undefined]);
  assertEquals([...second!.abscissae!.data, ...second!.value.data], [0, 1, 2, 1, 2, 3]);
  assertEquals(second?.curves, [{ x: [4, 5], y: [6, 7], symbol: -4 }]);
  assertEquals([second?.ranges, second?.title], [[undefined, [0, 9]], "t"]);
  assertEquals(third?.texts, [
    { text: "a", x: 1, y: 2, unit: "data", alignment: 0.5 },
    { text: "b", x: 1, y: 3, unit: "data", alignment: 0.5 },
  ]);
  assertEquals(last?.texts?.[2], { text: "c", x: 0.5, y: 0.75, unit: "normal", alignment: 0 });
  succeed(session, "plot, [1, 2], /nodata & oplot, [1, 2]");
  assertEquals([pictures[4]?.symbol, pictures[5]?.symbol], ["none", "none"]);
  assertEquals([pictures[5]?.curves?.length, pictures[5]?.texts], [1, []]);
});

Deno.test("OPLOT needs a plot, and one takes 32 curves and texts; a long curve is kept by its extremes", () => {
  assertStringIncludes(failureOf("oplot, [1, 2]").message, "There is no plot to draw into");
  assertStringIncludes(failureOf("plot, [1, 2], psym=9").message, "Cannot use the symbol 9");
  const { session, pictures } = recording();
  succeed(session, "y = fltarr(100000) & y[77777] = 5 & y[3] = -2 & plot, y & oplot, [0, 1]");
  const { value, abscissae } = pictures[1]!;
  const data = [...value.data].map(Number);
  assertEquals([Math.max(...data), Math.min(...data)], [5, -2]);
  assertEquals(abscissae?.data[data.indexOf(5)], 77777);
  assertEquals(data.length <= 4096, true);
  const many = session.runSync("for i = 0, 40 do oplot, [i, i]");
  assertEquals(many.ok, false);
  assertEquals(pictures.at(-1)?.curves?.length, 32);
});

Deno.test("CONTOUR and SURFACE show heights with their places, levels and view", () => {
  const { session, pictures } = recording();
  succeed(
    session,
    "contour, [[0, 1], [2, 3]], [5, 6], [7, 8], levels=[1, 2], xtitle='x' & " +
      "contour, [[0, 1], [2, 3]], nlevels=2 & surface, [[0, 1], [2, 3]], ax=40, title='s'",
  );
  const [first, second, third] = pictures;
  assertEquals([first?.kind, first?.levels], ["contour", [1, 2]]);
  assertEquals([[...first!.abscissae!.data], [...first!.rows!.data]], [[5, 6], [7, 8]]);
  assertEquals([second?.levels, second?.abscissae], [[1, 2], undefined]);
  assertEquals([third?.kind, third?.view, third?.title], ["surface", [40, 30], "s"]);
  assertStringIncludes(failureOf("contour, [1, 2]").message, "it must have two dimensions");
  assertStringIncludes(failureOf("contour, [[1, 2], [3, 4]], [1]").message, "as the places of");
  assertStringIncludes(failureOf("contour, [[1, 2], [3, 4]], nlevels=500").message, "1 to 100");
});
