/** The results of each command of `heliograph fits`: status, standard output, standard error. */

import { assertEquals } from "@std/assert";
import { encodeFits, Header, tableHdu } from "../../../fits/mod.ts";
import { runCommandLines } from "../../support/command_lines.ts";
import { ROOT } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";

/** A good file, one with a wrong card and a wrong sum, and one that is cut. */
async function writeSamples(folder: string): Promise<void> {
  const header = new Header().set("OBJECT", "Sun").set("BUNIT", "DN");
  const good = await encodeFits([
    { pixels: new Int16Array([1, 2, 3, 4, 5, 6]), shape: [3, 2], header },
    { pixels: Float32Array.of(1.5, NaN, Infinity), name: "FLAT" },
    tableHdu({ name: "T", columns: [{ name: "N", values: Int32Array.of(1, 2, 3) }] }),
  ], { checksum: true });
  await Deno.writeFile(`${folder}/a.fits`, good);
  const wrong = new Header().set("BSCALE", "two");
  const pixels = Float32Array.of(1, 2);
  await Deno.writeFile(
    `${folder}/w.fits`,
    await encodeFits([{ pixels, shape: [2, 1], header: wrong, stored: true }]),
  );
  await Deno.writeFile(`${folder}/c.fits`, good.subarray(0, good.length - 2880));
  const card = new TextDecoder("latin1").decode(good).indexOf("OBJECT");
  good.set(new TextEncoder().encode("OBJECT  =                    5"), card);
  good[2880] = 9;
  await Deno.writeFile(`${folder}/b.fits`, good);
}

const WRONG = [
  "b.fits: error: OBJECT has an integer, expected a string (HDU 0, record 7, byte 480)",
  "b.fits: warning: DATASUM is not the sum of the data (HDU 0, byte 0)",
  "b.fits: warning: CHECKSUM is not that of the HDU (HDU 0, byte 0)",
  "b.fits: 1 error, 2 warnings",
];
const SUMS = [
  "a.fits HDU 0: CHECKSUM ok, DATASUM ok (589836)",
  "a.fits HDU 1 FLAT: CHECKSUM ok, DATASUM ok (1056964609)",
  "a.fits HDU 2 T: CHECKSUM ok, DATASUM ok (6)",
];
const OTHERS = [
  '{"file":"b.fits","hdu":1,"name":"FLAT","checksum":"ok","datasum":"ok","sum":1056964609}',
  '{"file":"b.fits","hdu":2,"name":"T","checksum":"ok","datasum":"ok","sum":6}',
];

const COLUMN =
  '{"file":"a.fits","hdu":2,"column":1,"name":"N","format":"1J","type":"int32","shape":[],"variable":false,"unit":"","display":"","null":null,"scale":1,"zero":0}';

/** In this order: some change what those after them read. */
const RESULTS:
  readonly (readonly [args: string, status: number, out: string[], error?: string[]])[] = [
    ["info a.fits --json", 0, [
      '{"file":"a.fits","hdu":0,"name":"","version":1,"type":"PRIMARY","shape":[3,2],"bitpix":16,"unit":"DN","offset":2880,"bytes":12,"header":0,"cards":10}',
      '{"file":"a.fits","hdu":1,"name":"FLAT","version":1,"type":"IMAGE","shape":[3],"bitpix":-32,"unit":"","offset":8640,"bytes":12,"header":5760,"cards":9}',
      '{"file":"a.fits","hdu":2,"name":"T","version":1,"type":"BINTABLE","shape":[4,3],"bitpix":8,"unit":"","offset":14400,"bytes":12,"header":11520,"cards":13,"rows":3,"columns":1}',
    ]],
    ["info c.fits", 0, [
      "HDU  NAME  VER  TYPE      SHAPE              BITPIX  UNIT  OFFSET  BYTES",
      "  0  -       1  PRIMARY   3 x 2                  16  DN      2880     12",
      "  1  FLAT    1  IMAGE     3                     -32  -       8640     12",
      "  2  T       1  BINTABLE  3 rows x 1 column       8  -      14400     12",
    ], ["c.fits: HDU 2: the file ends 12 bytes before the end of the data (byte 14400)"]],
    ["info c.fits --json --quiet", 0, [
      '{"file":"c.fits","hdu":0,"name":"","version":1,"type":"PRIMARY","shape":[3,2],"bitpix":16,"unit":"DN","offset":2880,"bytes":12,"header":0,"cards":10}',
      '{"file":"c.fits","hdu":1,"name":"FLAT","version":1,"type":"IMAGE","shape":[3],"bitpix":-32,"unit":"","offset":8640,"bytes":12,"header":5760,"cards":9}',
      '{"file":"c.fits","hdu":2,"name":"T","version":1,"type":"BINTABLE","shape":[4,3],"bitpix":8,"unit":"","offset":14400,"bytes":12,"header":11520,"cards":13,"rows":3,"columns":1}',
    ]],
    ["info a.fits none.fits c.fits --quiet", 1, [
      "FILE    HDU  NAME  VER  TYPE      SHAPE              BITPIX  UNIT  OFFSET  BYTES",
      "a.fits    0  -       1  PRIMARY   3 x 2                  16  DN      2880     12",
      "a.fits    1  FLAT    1  IMAGE     3                     -32  -       8640     12",
      "a.fits    2  T       1  BINTABLE  3 rows x 1 column       8  -      14400     12",
      "c.fits    0  -       1  PRIMARY   3 x 2                  16  DN      2880     12",
      "c.fits    1  FLAT    1  IMAGE     3                     -32  -       8640     12",
      "c.fits    2  T       1  BINTABLE  3 rows x 1 column       8  -      14400     12",
    ], ["heliograph fits info: Cannot open 'none.fits': there is no such file"]],
    ["columns a.fits", 0, [
      "HDU  COLUMN  NAME  FORMAT  TYPE   SHAPE  UNIT  DISPLAY  NULL",
      "  2       1  N     1J      int32  -      -     -        -",
    ]],
    ["columns a.fits a.fits --hdu T --json", 0, [COLUMN, COLUMN]],
    ["columns a.fits --hdu 0", 1, [], [
      "heliograph fits columns: Cannot read HDU 0 of a.fits at byte 2880: its type is PRIMARY, " +
      "expected a table",
    ]],
    ["verify a.fits", 0, ["a.fits: 0 errors, 0 warnings"]],
    ["verify a.fits --json", 0, ['{"file":"a.fits","verdict":"ok","errors":0,"warnings":0}']],
    ["verify b.fits", 1, WRONG],
    ["verify b.fits --json", 1, [
      '{"file":"b.fits","severity":"error","message":"OBJECT has an integer, expected a string","hdu":0,"keyword":"OBJECT","record":7,"offset":480}',
      '{"file":"b.fits","severity":"warning","message":"DATASUM is not the sum of the data","hdu":0,"offset":0}',
      '{"file":"b.fits","severity":"warning","message":"CHECKSUM is not that of the HDU","hdu":0,"offset":0}',
      '{"file":"b.fits","verdict":"errors","errors":1,"warnings":2}',
    ]],
    ["verify a.fits none.fits b.fits", 1, ["a.fits: 0 errors, 0 warnings", ...WRONG], [
      "heliograph fits verify: Cannot open 'none.fits': there is no such file",
    ]],
    ["checksum a.fits", 0, [
      "HDU 0: CHECKSUM ok, DATASUM ok (589836)",
      "HDU 1 FLAT: CHECKSUM ok, DATASUM ok (1056964609)",
      "HDU 2 T: CHECKSUM ok, DATASUM ok (6)",
    ]],
    ["checksum a.fits none.fits a.fits", 1, [...SUMS, ...SUMS], [
      "heliograph fits checksum: Cannot open 'none.fits': there is no such file",
    ]],
    ["checksum b.fits --json", 1, [
      '{"file":"b.fits","hdu":0,"name":"","checksum":"mismatch","datasum":"mismatch","sum":151584780}',
      ...OTHERS,
    ]],
    ["checksum a.fits --update", 0, ["a.fits: nothing to change"]],
    ["checksum b.fits --update --json", 0, ['{"file":"b.fits","changed":"in place"}']],
    ["checksum b.fits --json", 0, [
      '{"file":"b.fits","hdu":0,"name":"","checksum":"ok","datasum":"ok","sum":151584780}',
      ...OTHERS,
    ]],
    ["checksum - --update", 2, [], [
      "heliograph fits checksum: --update needs a local file, found standard input",
      `'deno run ${ROOT}cli.ts fits checksum --help' shows the flags and an example`,
    ]],
    ["diff a.fits p.fits --tolerance -1", 2, [], [
      "heliograph fits diff: --tolerance is '-1', expected 0 or more",
      `'deno run ${ROOT}cli.ts fits diff --help' shows the flags and an example`,
    ]],
    ["diff a.fits a.fits", 0, [], ["a.fits and a.fits do not differ"]],
    ["diff a.fits a.fits --quiet --json", 0, []],
    ["diff a.fits b.fits --ignore CHECKSUM --ignore datasum", 1, [
      "HDU 0: OBJECT: 'Sun' | 5",
      "HDU 0: 1 of 6 pixels differ, by at most 2304, the first at (1, 1)",
    ]],
    ["diff a.fits b.fits --json --ignore CHECKSUM --ignore DATASUM", 1, [
      '{"kind":"card","hdu":0,"keyword":"OBJECT","a":"Sun","b":5}',
      '{"kind":"pixels","hdu":0,"different":1,"pixels":6,"largest":2304,"first":[1,1]}',
    ]],
    ["diff a.fits c.fits", 1, [], [
      "heliograph fits diff: Cannot read HDU 2 of c.fits at byte 14400: found 0 bytes before the " +
      "end of the file, expected 12",
    ]],
    ["copy a.fits d.fits --json", 0, ['{"file":"a.fits","output":"d.fits","bytes":17280}']],
    ["copy a.fits d.fits", 1, [], [
      "heliograph fits copy: Cannot write 'd.fits': it exists already; --clobber replaces it",
    ]],
    ["copy a.fits d.fits --clobber --hdu T --hdu FLAT", 0, [], ["wrote 14400 bytes to d.fits"]],
    ["copy a.fits d.fits --clobber --quiet", 0, []],
    ["diff a.fits d.fits --quiet", 0, []],
    ["header a.fits --hdu T --key TTYPE1 --key NAXIS2 --json", 0, [
      '{"file":"a.fits","TTYPE1":"N","NAXIS2":3}',
    ]],
    ["header a.fits --key NOPE", 1, [""], ["heliograph fits header: a.fits: there is no NOPE"]],
    ["header a.fits --key NOPE --json", 1, [
      '{"error":{"name":"FormatError","message":"a.fits: there is no NOPE",' +
      '"command":"fits header","source":"a.fits"}}',
      '{"file":"a.fits","NOPE":null}',
    ], [
      "heliograph fits header: a.fits: there is no NOPE",
    ]],
    ["header a.fits --set A=1", 0, ["a.fits: changed in place"]],
    ["header a.fits --set A=1 --json", 0, ['{"file":"a.fits","changed":"in place"}']],
    ["header a.fits --delete B", 0, ["a.fits: nothing to change"]],
    ["header a.fits --delete A --json", 0, ['{"file":"a.fits","changed":"in place"}']],
    ["image a.fits --json", 0, [
      '{"file":"a.fits","hdu":0,"name":"","type":"int16","shape":[3,2],"unit":"DN","pixels":6,"undefined":0,"infinite":0,"min":1,"max":6,"mean":3.5,"stddev":1.707825127659933}',
    ]],
    ["image a.fits --hdu FLAT --json", 0, [
      '{"file":"a.fits","hdu":1,"name":"FLAT","type":"float32","shape":[3],"unit":"","pixels":3,"undefined":1,"infinite":1,"min":1.5,"max":1.5,"mean":1.5,"stddev":0}',
    ]],
    ["image a.fits --hdu FLAT", 0, [
      "HDU 1 FLAT",
      "shape   3 float32, 3 pixels, 1 undefined, 1 infinite",
      "min     1.5",
      "max     1.5",
      "mean    1.5",
      "stddev  0",
    ]],
    ["image a.fits --hdu T", 1, [], [
      "heliograph fits image: Cannot read HDU 2 of a.fits as an image: its type is BINTABLE",
    ]],
    ["image a.fits --section 2,* -o x.npy", 0, [
      "HDU 0",
      "shape   1 x 2 int16, 2 pixels, 0 undefined",
      "min     2 DN",
      "max     5 DN",
      "mean    3.5 DN",
      "stddev  1.5 DN",
    ], ["wrote x.npy"]],
    ["image w.fits", 0, [
      "HDU 0",
      "shape   2 x 1 float32, 2 pixels, 0 undefined",
      "min     1",
      "max     2",
      "mean    1.5",
      "stddev  0.5",
    ], ["w.fits: HDU 0: BSCALE is no number, taken as 1 (byte 0)"]],
    ["view w.fits -o x.png", 0, [], [
      "w.fits: HDU 0: BSCALE is no number, taken as 1 (byte 0)",
      "wrote x.png: 2 x 1 pixels, from 1 to 2",
    ]],
    ["view a.fits --hdu FLAT -o y.png", 1, [], [
      "heliograph fits view: Cannot show HDU 1 of a.fits: it has a single axis, a picture needs two",
    ]],
    ["view a.fits -o x.png --clobber --json", 0, [
      '{"file":"a.fits","output":"x.png","width":3,"height":2,"low":1,"high":6}',
    ]],
    ["view a.fits -o x.png --clobber --limits minmax --size 9", 0, [], [
      "wrote x.png: 9 x 6 pixels, from 1 to 6",
    ]],
    ["view a.fits -o x.png --clobber --quiet", 0, []],
    ["table a.fits --rows 2:3 --json", 0, ['{"N":2}', '{"N":3}']],
  ];

Deno.test("each command of fits has its status, its lines and its messages", async () => {
  await using folder = await temporaryFolder();
  await writeSamples(folder.path);
  const results = await runCommandLines(RESULTS.map(([args]) => `fits ${args}`), folder.path);
  for (const [i, [args, status, out, error = []]] of RESULTS.entries()) {
    const found = results[i]!;
    assertEquals([args, found.status, found.out, found.error], [args, status, out, error]);
  }
});
