import { assertEquals } from "@std/assert";
import { Header } from "../../../../fits/header/header.ts";
import { decodePng, encodeFits } from "../../../../fits/mod.ts";
import { runCommand } from "../../../support/run_command.ts";
import { temporaryFolder } from "../../../support/temporary.ts";

async function view(...args: string[]) {
  const { status, out, error } = await runCommand("fits view", args);
  const text = (lines: string[]) => lines.map((line) => `${line}\n`).join("");
  return { code: status, stdout: text(out), stderr: text(error) };
}

Deno.test("fits view writes the section asked for as a PNG, the right way up", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/image.fits`;
  const output = `${folder.path}/image.png`;
  const pixels = new Float32Array([1, 2, 3, 4, 5, NaN, 7, 8, 9]);
  await Deno.writeFile(path, await encodeFits([{ pixels, shape: [3, 3] }]));

  const plain = await view(path, "--limits", "0,10", "-o", output);
  assertEquals(
    [plain.stdout, plain.stderr, plain.code],
    ["", `wrote ${output}: 3 x 3 pixels, from 0 to 10\n`, 0],
  );
  const { color, data } = decodePng(await Deno.readFile(output));
  const levels = [7, 8, 9, 4, 5, NaN, 1, 2, 3].flatMap((value) =>
    Number.isNaN(value) ? [0, 0] : [Math.round(value * 25.5), 255]
  );
  assertEquals([color, ...data], ["gray-alpha", ...levels]);

  const part = await view(
    ...[path, "--section", "1:2,1:1", "--limits", "minmax", "--size", "4", "--colormap", "heat"],
    ...["--stretch", "sqrt", "-o", output, "--clobber", "--json"],
  );
  assertEquals(JSON.parse(part.stdout), {
    file: path,
    output,
    width: 4,
    height: 2,
    low: 1,
    high: 2,
  });
  const picture = decodePng(await Deno.readFile(output));
  assertEquals([picture.color, picture.width, picture.height], ["rgb", 4, 2]);
});

Deno.test("fits view shows planes along any axes, and says that a picture is empty", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/cube.fits`;
  const output = `${folder.path}/cube.png`;
  const pixels = Int16Array.from({ length: 24 }, (_, i) => i);
  const hole = new Float32Array(4).fill(NaN);
  await Deno.writeFile(
    path,
    await encodeFits([{ pixels, shape: [4, 3, 2] }, { pixels: hole, shape: [2, 2] }]),
  );
  const cases: [string[], number[]][] = [
    [["--section", "*,2,*"], [16, 17, 18, 19, 4, 5, 6, 7]],
    [["--plane", "2"], [20, 21, 22, 23, 16, 17, 18, 19, 12, 13, 14, 15]],
  ];
  for (const [flags, levels] of cases) {
    const { code } = await view(path, ...flags, "--limits", "0,255", "-o", output, "--clobber");
    const { color, width, data } = decodePng(await Deno.readFile(output));
    assertEquals([code, color, width, ...data], [0, "gray", 4, ...levels]);
  }
  const empty = await view(path, "--hdu", "1", "-o", output, "--clobber");
  const lines = [
    `${path}: no pixel has a value, the picture is empty`,
    `wrote ${output}: 2 x 2 pixels, from 0 to 0\n`,
  ];
  assertEquals([empty.code, empty.stderr], [0, lines.join("\n")]);
  const far = await view(path, "--plane", "3", "-o", output, "--clobber");
  const problem = "plane 3 is asked for, it has planes 1 to 2\n";
  assertEquals([far.code, far.stderr.endsWith(problem)], [1, true]);
});

Deno.test("fits view turns north up, and draws axes and a bar around the same pixels", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/sky.fits`;
  const output = `${folder.path}/sky.png`;
  const pixels = Uint8Array.from({ length: 12_000 }, (_, i) => i % 251);
  const header = new Header().set("CTYPE1", "RA---TAN").set("CTYPE2", "DEC--TAN")
    .set("CDELT1", 0.001).set("CDELT2", -0.001).set("CRPIX1", 60).set("CRPIX2", 50)
    .set("CRVAL1", 83.6).set("CRVAL2", 22.01).set("BUNIT", "adu");
  const plain = { pixels, shape: [120, 100] };
  await Deno.writeFile(path, await encodeFits([{ ...plain, header }, plain]));
  const picture = async (...flags: string[]) => {
    const { code, stderr } = await view(
      path,
      "--limits",
      "0,255",
      ...flags,
      "-o",
      output,
      "--clobber",
    );
    assertEquals([code, stderr.split("\n").length], [0, 2], stderr);
    return decodePng(await Deno.readFile(output));
  };
  // South is up and west is left: the last pixel comes first.
  const turned = await picture("--north");
  const upright = Array.from({ length: 100 }, (_, y) => pixels.subarray(y * 120, y * 120 + 120));
  assertEquals([turned.color, turned.width], ["gray", 120]);
  assertEquals([...turned.data], upright.flatMap((row) => [...row].reverse()));
  for (
    const [flags, left, top] of [
      [["--axes", "--colorbar", "--north"], 3 + 8 + 3 + 6 * 6 + 3 + 4, 8],
      [["--colorbar"], 3, 8],
      [["--axes", "--hdu", "1"], 3 + 8 + 3 + 3 * 6 + 3 + 4, 8],
    ] as const
  ) {
    const framed = await picture(...flags);
    assertEquals(framed.color, "rgb");
    const mirrored = (flags as readonly string[]).includes("--north");
    for (const [x, y] of [[0, 0], [119, 99], [17, 60]] as const) {
      const level = mirrored ? upright[y]![119 - x]! : upright[99 - y]![x]!;
      const at = ((top + y) * framed.width + left + x) * 3;
      assertEquals([...framed.data.subarray(at, at + 3)], [level, level, level], `${flags}`);
    }
  }
  const none = await view(path, "--hdu", "1", "--north", "-o", output, "--clobber");
  assertEquals(none.code, 1);
  assertEquals(none.stderr.includes("the image has no celestial coordinates"), true);
});

Deno.test("fits view puts all images of a file or a folder on a contact sheet", async () => {
  await using folder = await temporaryFolder();
  const output = `${folder.path}/sheet.png`;
  const image = (level: number) => ({ pixels: new Uint8Array(64).fill(level), shape: [8, 8] });
  const line = { pixels: new Uint8Array(5) };
  await Deno.writeFile(`${folder.path}/b.fits`, await encodeFits([image(10), line, image(20)]));
  await Deno.writeFile(`${folder.path}/a.fits`, await encodeFits([image(30)]));
  await Deno.writeFile(`${folder.path}/note.txt`, new Uint8Array(1));
  const flags = ["--limits", "0,255", "--size", "40", "-o", output, "--clobber"];
  const cellAt = async (column: number, row: number) => {
    const { width, data } = decodePng(await Deno.readFile(output));
    return data[((6 + row * 56 + 20) * width + 6 + column * 46 + 20) * 3];
  };
  const one = await view(`${folder.path}/b.fits`, "--hdu", "all", ...flags, "--json");
  assertEquals([one.code, JSON.parse(one.stdout)], [0, {
    file: `${folder.path}/b.fits`,
    output,
    width: 98,
    height: 62,
    images: 2,
  }]);
  assertEquals([await cellAt(0, 0), await cellAt(1, 0)], [10, 20]);
  await Deno.writeFile(`${folder.path}/c.fits`, new Uint8Array(9));
  const all = await view(folder.path, ...flags);
  assertEquals([all.code, all.stderr.includes(`${folder.path}/c.fits: Cannot`)], [1, true]);
  assertEquals(all.stderr.endsWith(`wrote ${output}: 3 images, 98 x 118 pixels\n`), true);
  assertEquals([await cellAt(0, 0), await cellAt(1, 0), await cellAt(0, 1)], [30, 10, 20]);
  const axes = await view(folder.path, "--axes", ...flags);
  assertEquals([axes.code, axes.stderr.includes("--axes is for a single image")], [2, true]);
});

Deno.test("fits view --animate shows the planes of a cube with common limits", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/cube.fits`;
  const output = `${folder.path}/cube.png`;
  const pixels = Float32Array.of(0, 10, 20, NaN, 100, 110, 120, 255);
  await Deno.writeFile(path, await encodeFits([{ pixels, shape: [2, 2, 2] }]));
  const flags = [
    "--animate",
    "--limits",
    "minmax",
    "--fps",
    "4",
    "-o",
    output,
    "--clobber",
    "--json",
  ];
  const { code, stdout } = await view(path, ...flags);
  assertEquals([code, JSON.parse(stdout)], [0, {
    ...{ file: path, output, width: 2, height: 2, low: 0, high: 255, frames: 2 },
  }]);
  const file = await Deno.readFile(output);
  // A reader that knows no animations sees the first plane.
  const first = decodePng(file);
  assertEquals([first.color, ...first.data], ["gray-alpha", 20, 255, 0, 0, 0, 255, 10, 255]);
  const view32 = new DataView(file.buffer);
  const chunks: [type: string, at: number][] = [];
  for (let at = 8; at < file.length; at += 12 + view32.getUint32(at)) {
    chunks.push([String.fromCharCode(...file.subarray(at + 4, at + 8)), at + 8]);
  }
  const types = chunks.map(([type]) => type).join(" ");
  assertEquals(types, "IHDR acTL fcTL IDAT fcTL fdAT IEND");
  const at = (index: number) => chunks[index]![1];
  assertEquals([view32.getUint32(at(1)), view32.getUint32(at(1) + 4)], [2, 0]);
  assertEquals([2, 4, 5].map((index) => view32.getUint32(at(index))), [0, 1, 2]);
  // A quarter of a second: 250 thousandths.
  assertEquals([view32.getUint16(at(4) + 20), view32.getUint16(at(4) + 22)], [250, 1000]);
  const data = new Blob([file.slice(at(5) + 4, at(6) - 12)]);
  const rows = await new Response(data.stream().pipeThrough(new DecompressionStream("deflate")))
    .bytes();
  assertEquals(rows.length, 2 * (1 + 4));
  assertEquals([rows[0], ...rows.subarray(1, 3)], [0, 120, 255]);
});

Deno.test("fits view says which values its flags take, with status 2", async () => {
  const cases: [string[], string][] = [
    [["x.fits"], "needs an output: -o OUT.png"],
    [["x.fits", "-o", "y", "--limits", "some"], "--limits is 'some', expected zscale, minmax"],
    [
      ["x.fits", "-o", "y", "--stretch", "cube"],
      "--stretch is 'cube', expected one of linear, log",
    ],
    [["x.fits", "-o", "y", "--colormap", "jet"], "--colormap is 'jet', expected one of gray"],
    [["x.fits", "-o", "y", "--fps", "0"], "--fps is '0', expected 0.1 to 100"],
    [["x.fits", "-o", "y", "--animate", "--plane", "2"], "--animate shows all planes"],
    [["x.fits", "-o", "y", "--plane", "0"], "--plane is '0', expected a number from 1"],
    [["x.fits", "-o", "y", "--size", "0"], "--size is '0', expected 1 to 32768"],
  ];
  for (const [args, message] of cases) {
    const { stderr, code } = await view(...args);
    assertEquals([code, stderr.startsWith(message)], [2, true], stderr);
  }
});
