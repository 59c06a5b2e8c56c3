import { assertEquals } from "@std/assert";
import type { FileInfo, HduInfo } from "../../../../station/web/source/picture_source.ts";
import { chooseHdu, contentsOf, titleOf } from "../../../../station/web/view/choose_hdu.ts";

const PLAIN: HduInfo = {
  ...{ index: 0, name: "", version: 1, kind: "IMAGE", shape: [10, 20], bitpix: -32, unit: "" },
  ...{ validator: "v", planes: 1, levels: 1, pyramid: "none" },
};
const hdu = (more: Partial<HduInfo>): HduInfo => ({ ...PLAIN, ...more });
const EMPTY = hdu({ kind: "PRIMARY", shape: [], levels: 0, planes: 0 });
const TABLE = hdu({ kind: "BINTABLE", shape: [8, 5], rows: 5, columns: 2, levels: 0 });

function fileOf(...hdus: HduInfo[]): FileInfo {
  const numbered = hdus.map((one, index) => ({ ...one, index }));
  return { name: "a.fits", bytes: 1, validator: "v", hdus: numbered };
}

Deno.test("chooseHdu() takes SCI, else the first image, else the first table", () => {
  const cases: [FileInfo, string | undefined, number | undefined][] = [
    [fileOf(PLAIN, PLAIN), undefined, 0],
    [fileOf(EMPTY, hdu({ name: "ERR" }), hdu({ name: "sci" })), undefined, 2],
    [fileOf(EMPTY, TABLE), undefined, 1],
    [fileOf(TABLE, hdu({ shape: [9] })), undefined, 1],
    [fileOf(hdu({ shape: [9, 1] }), PLAIN), undefined, 1],
    [fileOf(PLAIN, hdu({ kind: "binned table", rows: 5 })), undefined, 1],
    [fileOf(EMPTY), undefined, 0],
    [fileOf(EMPTY, PLAIN), "1", 1],
    [fileOf(EMPTY, PLAIN), "2", undefined],
    [fileOf(EMPTY, hdu({ name: "SCI" }), hdu({ name: "SCI", version: 2 })), "sci,2", 2],
    [fileOf(EMPTY, hdu({ name: "A,1" })), "a,1", 1],
    [fileOf(EMPTY), "__proto__", undefined],
  ];
  for (const [info, choice, index] of cases) {
    assertEquals(chooseHdu(info, choice)?.index, index, `${choice}`);
  }
});

Deno.test("titleOf() and contentsOf() say what an HDU is", () => {
  assertEquals(titleOf(EMPTY), "0 primary");
  assertEquals(titleOf(hdu({ index: 3, name: "SCI", version: 2 })), "3 SCI 2");
  assertEquals(contentsOf(EMPTY), "header only");
  assertEquals(contentsOf(TABLE), "table, 5 rows, 2 columns");
  assertEquals(
    contentsOf(hdu({ shape: [4096, 20], bitpix: 16, compression: "RICE_1" })),
    "4\u202f096 \u00d7 20 int16, RICE",
  );
  assertEquals(contentsOf(hdu({ damage: "it ends early" })), "it ends early");
});
