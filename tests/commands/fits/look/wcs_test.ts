/** `heliograph fits wcs`: coordinates of pixels, pixels of coordinates. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { editHeader, encodeFits, Header, sampleSun, tableHdu } from "../../../../fits/mod.ts";
import { fileHandler, serveHttp } from "../../../../http/mod.ts";
import { corpusFile, corpusTest } from "../../../support/corpus.ts";
import { runCommandLines } from "../../../support/command_lines.ts";
import { temporaryFolder } from "../../../support/temporary.ts";

const CLI = new URL("../../../../cli.ts", import.meta.url).pathname;

/** Runs `heliograph fits` with the permissions that its help names. */
async function fits(folder: string, args: string[], input?: string) {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-read", CLI, "fits", ...args],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (input !== undefined) {
    const writer = process.stdin.getWriter();
    // A command that ends at a wrong line leaves the rest unread.
    await writer.write(new TextEncoder().encode(input)).catch(() => {});
    await writer.close().catch(() => {});
  }
  const { code, stdout, stderr } = await process.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), error: decoder.decode(stderr) };
}

/** Runs several command lines in one process: words have no blanks. */
async function fitsLines(folder: string, lines: readonly (readonly string[])[]) {
  const results = await runCommandLines(lines.map((words) => ["fits", ...words].join(" ")), folder);
  return results.map(({ status, out, error }) => ({
    code: status,
    out: out.map((line) => `${line}\n`).join(""),
    error: error.map((line) => `${line}\n`).join(""),
  }));
}

function headerOf(cards: Record<string, string | number>): Header {
  const header = new Header();
  for (const [keyword, value] of Object.entries(cards)) {
    header.set(keyword, value, typeof value === "number" ? { real: true } : {});
  }
  return header;
}

const CRAB = {
  ...{ CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", RADESYS: "FK5", EQUINOX: 2000 },
  ...{ CRVAL1: 83.633, CRVAL2: 22.0145, CDELT1: -0.001, CDELT2: 0.001 },
  ...{ CRPIX1: 50.5, CRPIX2: 50.5, CTYPE3: "FREQ", CRVAL3: 1.4e9, CDELT3: 1e6, CRPIX3: 1 },
};

async function writeCube(path: string): Promise<void> {
  const pixels = new Uint8Array(100 * 100 * 3);
  await Deno.writeFile(
    path,
    await encodeFits([{ pixels, shape: [100, 100, 3], header: headerOf(CRAB) }]),
  );
}

Deno.test("fits wcs shows coordinates of pixels counted from 1, in any frame", async () => {
  await using folder = await temporaryFolder();
  await writeCube(`${folder.path}/cube.fits`);
  const [plain, json] = await fitsLines(folder.path, [
    ["wcs", "cube.fits", "50.5,50.5", "1,1,3"],
    ["wcs", "cube.fits", "50.5,50.5", "--frame", "galactic", "--json"],
  ]);
  assertEquals([plain!.code, plain!.error, plain!.out.trimEnd().split("\n")], [0, "", [
    "50.5,50.5,1  83.6330000 22.0145000  05:34:31.920 +22:00:52.20  fk5,2000  1400000000 Hz FREQ",
    "1,1,3  83.6863743 21.9649914  05:34:44.730 +21:57:53.97  fk5,2000  1402000000 Hz FREQ",
  ]]);
  // astropy 5.2: SkyCoord(83.633, 22.0145, frame=FK5).galactic is 184.55740808, -5.78442514.
  const { sky, ...rest } = JSON.parse(json!.out);
  assertEquals(rest, {
    file: "cube.fits",
    hdu: 0,
    pixel: [50.5, 50.5, 1],
    world: [83.633, 22.0145, 1.4e9],
    frame: "galactic",
  });
  assertEquals(sky.map((value: number) => value.toFixed(5)), ["184.55741", "-5.78443"]);
});

Deno.test("fits wcs shows pixels of coordinates, and none where there is none", async () => {
  await using folder = await temporaryFolder();
  await writeCube(`${folder.path}/cube.fits`);
  const { code, out } = await fits(folder.path, [
    ...["wcs", "cube.fits", "--sky", "05:34:31.92 +22:00:52.2", "--sky=83.633,22.0145"],
    ...["--sky", "263,-22"],
  ]);
  assertEquals([code, out.trimEnd().split("\n")], [0, [
    "83.6330000 22.0145000  05:34:31.920 +22:00:52.20  fk5,2000  50.5,50.5,1",
    "83.6330000 22.0145000  05:34:31.920 +22:00:52.20  fk5,2000  50.5,50.5,1",
    "263.0000000 -22.0000000  17:32:00.000 -22:00:00.00  fk5,2000  none,none,1",
  ]]);
  const far = await fits(folder.path, ["wcs", "cube.fits", "--sky", "263,-22", "--json"]);
  assertEquals(JSON.parse(far.out), {
    file: "cube.fits",
    hdu: 0,
    frame: "fk5,2000",
    sky: [263, -22],
    pixel: [null, null, 1],
  });
});

Deno.test("fits wcs reads points from standard input, and names a wrong line", async () => {
  await using folder = await temporaryFolder();
  await writeCube(`${folder.path}/cube.fits`);
  const pixels = await fits(
    folder.path,
    ["wcs", "cube.fits", "-", "--json"],
    "# x y\n50.5,50.5\n\n50.5 50.5 2",
  );
  const worlds = pixels.out.trimEnd().split("\n").map((line) => JSON.parse(line).world);
  assertEquals(worlds, [[83.633, 22.0145, 1.4e9], [83.633, 22.0145, 1.401e9]]);
  const sky = await fits(
    folder.path,
    ["wcs", "cube.fits", "--sky", "-"],
    "5h34m31.92s +22d0m52.2s",
  );
  assertStringIncludes(sky.out, "  50.5,50.5,1\n");
  const wrong = await fits(folder.path, ["wcs", "cube.fits", "-"], "1,1\nfoo\n1,1\n");
  assertEquals([wrong.code, wrong.out.split("\n").length, wrong.error], [
    1,
    2,
    "heliograph fits wcs: standard input, line 2: the point is 'foo', expected 2 to 3 pixel " +
    "numbers such as 300,200\n",
  ]);
  const twice = await fits(folder.path, ["wcs", "-", "-"], "");
  assertEquals(twice.code, 2);
  assertStringIncludes(twice.error, "standard input is named 2 times, expected once");
  const long = await fits(folder.path, ["wcs", "cube.fits", "-"], "1".repeat(5000));
  assertStringIncludes(long.error, "line 1: it has more than 1000 characters");
});

Deno.test("fits wcs describes axes, frame, scale and middle; corners by --footprint", async () => {
  await using folder = await temporaryFolder();
  await writeCube(`${folder.path}/cube.fits`);
  const [plain, json, corners] = await fitsLines(folder.path, [
    ["wcs", "cube.fits"],
    ["wcs", "cube.fits", "--json"],
    ["wcs", "cube.fits", "--footprint"],
  ]);
  assertEquals(plain!.out.trimEnd().split("\n"), [
    "HDU 0",
    "axis 1  RA---TAN, longitude, deg, FK5, 100 pixels",
    "axis 2  DEC--TAN, latitude, deg, FK5, 100 pixels",
    "axis 3  FREQ, spectral, Hz, 3 pixels",
    "frame   fk5,2000",
    "scale   3.6 arcsec x 3.6 arcsec a pixel",
    "middle  50.5,50.5,2  83.6330000 22.0145000  05:34:31.920 +22:00:52.20  fk5,2000  " +
    "1401000000 Hz FREQ",
  ]);
  const { frame, projection, middle, problems } = JSON.parse(json!.out);
  assertEquals([frame, projection, middle, problems], [
    ...["fk5,2000", "TAN", [50.5, 50.5, 2], []],
  ]);
  const [first, , third] = corners!.out.split("\n");
  assertEquals([first, third!.split("  ", 1)[0]], [
    "0.5,0.5  83.6869132 21.9644912  05:34:44.859 +21:57:52.17  fk5,2000",
    "100.5,100.5",
  ]);
});

Deno.test("fits wcs shows places of events, and of the images in a table's cells", async () => {
  await using folder = await temporaryFolder();
  const sky = { CTYP: ["RA---TAN", "DEC--TAN"], CRVL: [83.6, 22], CDLT: [-0.001, 0.001] };
  const path = `${folder.path}/events.fits`;
  const columns = [
    { name: "lambda", values: new Float64Array(2) },
    { name: "x", values: new Float32Array(2) },
    { name: "Y", values: new Float32Array(2) },
    { name: "STAMP", values: new Uint8Array(24), shape: [4, 3] },
  ];
  await Deno.writeFile(path, await encodeFits([tableHdu({ columns, name: "EVENTS" })]));
  await editHeader(path, 1, (header) => {
    const set = (keyword: string, value: string | number) =>
      header.set(keyword, value, typeof value === "number" ? { real: true } : {});
    for (const [name, values] of Object.entries({ ...sky, CRPX: [50.5, 50.5] })) {
      set(`T${name}2`, values[0]!);
      set(`T${name}3`, values[1]!);
      set(`1${name}4`, values[0]!);
      set(`2${name}4`, values[1]!);
    }
    set("TLMIN2", 0.5);
    set("TLMAX2", 100.5);
    header.set("TLMIN3", 1).set("TLMAX3", 100).set("RADESYS", "ICRS");
    set("TCTYP1", "WAVE");
    set("TCRVL1", 5e-7);
    set("TCUNI1", "m");
  });
  const [info, infoJson, plain, json, corners, cell, alone, missing, image] = await fitsLines(
    folder.path,
    [
      ["info", "events.fits", "--wcs"],
      ["info", "events.fits", "--wcs", "--json"],
      ["wcs", "events.fits", "--sky", "83.6,22"],
      ["wcs", "events.fits", "--json"],
      ["wcs", "events.fits", "--footprint", "--hdu", "EVENTS", "--columns", "2,3"],
      ["wcs", "events.fits", "--columns", "stamp", "--json"],
      ["wcs", "events.fits", "--columns", "LAMBDA", "3"],
      ["wcs", "events.fits", "--hdu", "1", "--columns", "x,z"],
      ["wcs", "events.fits", "--hdu", "0", "--columns", "x"],
    ],
  );
  assertEquals(
    info!.out.trimEnd().split("\n").at(-1),
    "  1  EVENTS    1  BINTABLE  2 rows x 4 columns  icrs   3.6 arcsec x 3.6 arcsec  " +
      "83.6000000 22.0000000  05:34:24.000 +22:00:00.00  of x,Y",
  );
  assertEquals(JSON.parse(infoJson!.out.trimEnd().split("\n").at(-1)!).wcs, {
    ...{ frame: "icrs", projection: "TAN", scale: [0.001, 0.001], middle: [50.5, 50.5] },
    ...{ world: [83.6, 22], sky: [83.6, 22], columns: ["x", "Y"] },
  });
  assertEquals(
    plain!.out,
    "83.6000000 22.0000000  05:34:24.000 +22:00:00.00  icrs  50.5,50.5\n",
  );
  const { columns: found, others, shape, middle, world } = JSON.parse(json!.out);
  assertEquals([found, others, shape, middle, world], [
    ["x", "Y"],
    [["lambda"], ["STAMP"]],
    [100, 100],
    [50.5, 50.5],
    [83.6, 22],
  ]);
  assertEquals(corners!.out.split("\n").map((line) => line.split("  ", 1)[0]), [
    ...["0.5,0.5", "0.5,100.5", "100.5,100.5", "100.5,0.5", ""],
  ]);
  const stamp = JSON.parse(cell!.out);
  assertEquals([stamp.columns, stamp.shape, stamp.middle], [["STAMP"], [4, 3], [2.5, 2]]);
  assertEquals(alone!.out, "3  3.0000005 m WAVE\n");
  assertEquals(
    [missing!.code, missing!.error],
    [
      1,
      "heliograph fits wcs: events.fits: HDU 1 has no columns x,z, expected some of lambda, x, " +
      "Y, STAMP\n",
    ],
  );
  assertStringIncludes(image!.error, "HDU 0 is no table, expected one for --columns");
});

corpusTest("fits wcs finds the sky of real events, compressed too", async () => {
  const { pathname } = corpusFile("fits/");
  const results = await fitsLines(".", [
    ["wcs", `${pathname}table/chandra_time.fits`, "4096.5,4096.5"],
    ["wcs", `${pathname}derived/events_ztable.fits.fz`, "4000,4000", "--columns", "x,y"],
    ["wcs", `${pathname}table/chandra_time.fits`, "570218309.89117", "--columns", "TIME"],
  ]);
  assertEquals(results.map(({ out }) => out), [
    "4096.5,4096.5  158.5391680 58.0620986  10:34:09.400 +58:03:43.55  icrs\n",
    "4000,4000  308.1254030 40.9428519  20:32:30.097 +40:56:34.27  icrs\n",
    "570218309.8912  570218309.89117 s TIME 2016-01-26T17:58:29.89117 TT\n",
  ]);
});

Deno.test("fits wcs shows places on the Sun, seen by the observer of the header", async () => {
  await using folder = await temporaryFolder();
  const { pixels, shape, header } = sampleSun({ size: 64 });
  await Deno.writeFile(
    `${folder.path}/sun.fits`,
    await encodeFits([{ pixels, shape, header }]),
  );
  const tilt = Number(header.get("HGLT_OBS")).toFixed(7);
  const [middle, disc, back, twenty] = await fitsLines(folder.path, [
    ["wcs", "sun.fits", "32.5,32.5", "1,1"],
    ["wcs", "sun.fits", "32.5,32.5", "1,1", "--frame", "hgs", "-v"],
    ["wcs", "sun.fits", "--frame", "stonyhurst", `--sky=0,${tilt}`, "--sky=150,0"],
    ["wcs", "sun.fits", "20,40"],
  ]);
  assertEquals(middle!.out.split("\n")[0], "32.5,32.5  0.0000 0.0000 arcsec  helioprojective");
  assertEquals(disc!.out.trimEnd().split("\n"), [
    `32.5,32.5  0.0000000 ${tilt}  stonyhurst`,
    "1,1  none  stonyhurst",
  ]);
  assertStringIncludes(disc!.error, "HGLN_OBS, HGLT_OBS, DSUN_OBS");
  // The second is behind the Sun: no pixel shows it.
  assertEquals(back!.out.trimEnd().split("\n"), [
    `0.0000000 ${tilt}  stonyhurst  32.5,32.5`,
    "150.0000000 0.0000000  stonyhurst  none,none",
  ]);
  // What is printed in seconds of arc is read in them.
  const [text] = twenty!.out.split(" arcsec");
  const [, x, y] = text!.split(/ +/);
  const again = await fits(folder.path, ["wcs", "sun.fits", `--sky=${x},${y}`]);
  assertEquals(again.out, `${x} ${y} arcsec  helioprojective  20,40\n`);
});

Deno.test("fits wcs refuses what it cannot know, and names the keyword", async () => {
  await using folder = await temporaryFolder();
  const solar = {
    ...{ CTYPE1: "HPLN-TAN", CTYPE2: "HPLT-TAN", CUNIT1: "arcsec", CUNIT2: "arcsec" },
    ...{ CDELT1: 2.5, CDELT2: 2.5, CRPIX1: 1, CRPIX2: 1 },
  };
  const files: Record<string, Record<string, string | number>> = {
    "plain.fits": { OBJECT: "flat" },
    "sun.fits": solar,
    "gappt.fits": { ...CRAB, RADESYS: "GAPPT" },
    "line.fits": { CTYPE1: "WAVE", CRVAL1: 5e-7, CDELT1: 1e-10, CRPIX1: 1, CUNIT1: "m" },
  };
  for (const [name, cards] of Object.entries(files)) {
    const shape = name === "line.fits" ? [4] : [2, 2];
    const pixels = new Uint8Array(4);
    await Deno.writeFile(
      `${folder.path}/${name}`,
      await encodeFits([{ pixels, shape, header: headerOf(cards) }]),
    );
  }
  const cases: [number, string[], string][] = [
    [1, ["plain.fits"], "plain.fits: HDU 0 has no world coordinates"],
    [1, ["sun.fits", "1,1", "--frame", "hgs"], "there is no HGLN_OBS and HGLT_OBS"],
    [1, ["sun.fits", "1,1", "--frame", "icrs"], "from helioprojective to icrs"],
    [1, ["gappt.fits", "1,1", "--frame", "icrs"], "RADESYS is 'GAPPT'"],
    [1, ["line.fits", "--sky", "1,1"], "HDU 0 has no celestial axes for --sky"],
    [1, ["line.fits", "--frame", "icrs"], "HDU 0 has no celestial axes for --frame"],
    [1, ["line.fits", "--footprint"], "HDU 0 has no celestial axes for --footprint"],
    [2, ["sun.fits", "1,1", "--frame", "fk6"], "Cannot read the frame 'fk6'"],
    [2, ["sun.fits", "1"], "the point is '1', expected 2 pixel numbers"],
    [2, ["sun.fits", "1,x"], "the point is '1,x'"],
    [2, ["sun.fits", "--sky", "1d,99d"], "the latitude is 99 degrees"],
    [2, ["sun.fits", "--alternate", "1"], "--alternate is '1', expected a letter"],
  ];
  const [warned, line, ...refused] = await fitsLines(folder.path, [
    ["wcs", "gappt.fits", "1,1"],
    ["wcs", "line.fits", "2"],
    ...cases.map(([, args]) => ["wcs", ...args]),
  ]);
  for (const [i, [status, args, message]] of cases.entries()) {
    const { code, out, error } = refused[i]!;
    assertEquals([args, code, out, error.includes(message)], [args, status, "", true], error);
  }
  assertEquals(warned!.code, 0);
  assertStringIncludes(warned!.error, "gappt.fits: HDU 0: Cannot tell the frame");
  assertEquals(line!.out, "2  5.001e-7 m WAVE\n");
});

Deno.test("fits wcs says what is wrong with a header, safely for a terminal", async () => {
  await using folder = await temporaryFolder();
  const header = headerOf({ ...CRAB, CTYPE3: "VELO-XYZ", CUNIT3: "furlong" });
  const bytes = await encodeFits([{ pixels: new Uint8Array(1), shape: [1, 1, 1], header }]);
  const text = new TextDecoder("latin1").decode(bytes);
  const at = text.indexOf("furlong");
  bytes.set([0x1b, 0x5b, 0x33, 0x31, 0x6d], at);
  await Deno.writeFile(`${folder.path}/bad.fits`, bytes);
  const { out, error } = await fits(folder.path, ["wcs", "bad.fits"]);
  assertEquals(`${out}${error}`.includes("\x1b"), false);
  const quiet = await fits(folder.path, ["wcs", "bad.fits", "1,1", "--quiet"]);
  assertEquals(quiet.error, "");
});

Deno.test("fits info --wcs shows where each image lies", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/two.fits`;
  const pixels = new Uint8Array(100 * 100 * 3);
  await Deno.writeFile(
    path,
    await encodeFits([
      { pixels, shape: [100, 100, 3], header: headerOf(CRAB) },
      { pixels: new Uint8Array(2), name: "FLAT" },
    ]),
  );
  const [plain, json] = await fitsLines(folder.path, [
    ["info", "two.fits", "--wcs"],
    ["info", "two.fits", "--wcs", "--json"],
  ]);
  assertEquals([plain!.error, plain!.out.trimEnd().split("\n")], ["", [
    "HDU  NAME  VER  TYPE     SHAPE          FRAME     SCALE                    MIDDLE",
    "  0  -       1  PRIMARY  100 x 100 x 3  fk5,2000  3.6 arcsec x 3.6 arcsec  " +
    "83.6330000 22.0145000  05:34:31.920 +22:00:52.20",
    "  1  FLAT    1  IMAGE    2              -         -                        -",
  ]]);
  assertEquals(json!.out.trimEnd().split("\n").map((line) => JSON.parse(line).wcs), [{
    frame: "fk5,2000",
    projection: "TAN",
    scale: [0.001, 0.001, 1e6],
    middle: [50.5, 50.5, 2],
    world: [83.633, 22.0145, 1.401e9],
    sky: [83.633, 22.0145],
  }, null]);
});

Deno.test("fits header --summary shows the limits of the axes", async () => {
  await using folder = await temporaryFolder();
  await writeCube(`${folder.path}/cube.fits`);
  const [plain, json, wrong] = await fitsLines(folder.path, [
    ["header", "cube.fits", "--summary"],
    ["header", "cube.fits", "--summary", "--json"],
    ["header", "cube.fits", "--summary", "--key", "A"],
  ]);
  assertEquals(plain!.out.trimEnd().split("\n"), [
    "HDU 0: PRIMARY, 100 x 100 x 3, BITPIX 8, 21 cards",
    "AXIS  CTYPE     UNIT  PIXELS        FIRST         LAST",
    "   1  RA---TAN  deg      100  83.68639292  83.57960708",
    "   2  DEC--TAN  deg      100  21.96500001  22.06399999",
    "   3  FREQ      Hz         3   1400000000   1402000000",
  ]);
  assertEquals(JSON.parse(json!.out).axes[2], {
    ...{ axis: 3, ctype: "FREQ", unit: "Hz", pixels: 3, first: 1.4e9, last: 1.402e9 },
  });
  assertEquals(wrong!.code, 2);
  assertStringIncludes(wrong!.error, "--summary does not go with --key");
});

Deno.test("fits wcs reads files of a server", async () => {
  await using folder = await temporaryFolder();
  await writeCube(`${folder.path}/cube.fits`);
  await using server = await serveHttp({ port: 0 }, fileHandler({ root: folder.path }));
  const { port } = server.address;
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-check", "--allow-read", "--allow-net", CLI, "fits", "wcs"],
      ...[`http://127.0.0.1:${port}/cube.fits`, "50.5,50.5"],
    ],
    env: { NO_COLOR: "1" },
  });
  const { stdout } = await process.output();
  assertStringIncludes(new TextDecoder().decode(stdout), "50.5,50.5,1  83.6330000 22.0145000  ");
});

corpusTest("fits wcs reads compressed images", async () => {
  const path = corpusFile("fits/compressed/cfhtls_g_rice_dither1.fits.fz").pathname;
  const { out } = await fits(".", ["wcs", path, "201,201"]);
  assertEquals(out, "201,201  31.2249827 -10.4016687  02:04:53.996 -10:24:06.01  icrs\n");
});

// pixel_to_world() of sunpy 4.1's maps, in heliographic coordinates of both kinds.
corpusTest("fits wcs places pixels of real files on the Sun as sunpy does", async () => {
  const cases = [
    ["hinode_xrt_i16.fits", "267.24,231.4", 2.4681897866, -5.0563709111, 46.3334923522],
    ["sdo_hmi_resampled_f64.fits", "53,46", -2.8218687225, -1.6323948112, 129.6702934986],
    ["soho_mdi_Ic_1024_rice_i16.fits", "533.48,461.8", 2.5255486232, -0.0448388799, 193.2713822262],
    ["stereo_a_cor1_u16.fts", "267.24,231.4", 59.7546611988, -10.2591158288, undefined],
    ["stereo_a_euvi_f64.fts", "67.56,58.6", 57.0711902693, 6.9887984125, undefined],
  ] as const;
  const lines = cases.flatMap(([name, pixel]) =>
    ["hgs", "hgc"].map((frame) => {
      const path = corpusFile(`fits/solar/${name}`).pathname;
      return ["wcs", path, pixel, "--frame", frame, "--json", "-q"];
    })
  );
  const results = await fitsLines(".", lines);
  for (const [i, [name, , longitude, latitude, carrington]] of cases.entries()) {
    for (const [j, expected] of [longitude, carrington].entries()) {
      // DATE-AVG of STEREO is behind DATE-OBS, by which sunpy 4.1 turns the Sun.
      if (expected === undefined) continue;
      const { sky: [lon, lat] } = JSON.parse(results[2 * i + j]!.out);
      const far = Math.hypot(lon - expected, lat - latitude) * 3600;
      assertEquals([name, j, far < 0.1], [name, j, true]);
    }
  }
});
