/** The array server with real clients: GDL's socket programs, Python with numpy. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { GDL_ENVIRONMENT } from "../support/rpc/gdl.ts";
import { encodeJpeg } from "../../fits/picture/jpeg.ts";
import { encodeNpy, type NpyArray, parseNpy } from "../../fits/image/npy.ts";
import { decodePng } from "../../fits/picture/png.ts";
import { encodeFits } from "../../fits/write/write.ts";
import { ArrayClient, arrayFromFile, CallError, sendArray, serveArrays } from "../../rpc/mod.ts";
import { corpusFile, corpusFolder } from "../support/corpus.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { python } from "./python.ts";

const CLIENTS = new URL("../../examples/clients/", import.meta.url).pathname;

/** Runs lines of IDL in GDL, in a folder, with our client at hand; it is ended if it hangs. */
async function gdl(folder: string, ...lines: string[]): Promise<string> {
  await Deno.copyFile(`${CLIENTS}heliograph.pro`, `${folder}/heliograph_test.pro`);
  const script = [".run heliograph_test.pro", ...lines, "exit"].join("\n") + "\n";
  await Deno.writeTextFile(`${folder}/script.pro`, script);
  const { code, stdout, stderr } = await new Deno.Command("gdl", {
    env: GDL_ENVIRONMENT,
    args: ["-q", "script.pro"],
    cwd: folder,
    stdin: "null",
    signal: AbortSignal.timeout(60_000),
  }).output();
  const text = new TextDecoder();
  assertEquals(code, 0, text.decode(stderr));
  return text.decode(stdout) + text.decode(stderr);
}

/** A picture without symmetry, as a JPEG file. */
async function samplePicture(): Promise<Uint8Array<ArrayBuffer>> {
  const [width, height] = [203, 151];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const disk = Math.hypot(x - 60, y - 90) < 40 ? 120 : 0;
      data.set([x + disk / 4, 100 + disk, y], (y * width + x) * 3);
    }
  }
  return await encodeJpeg({ width, height, color: "rgb", data });
}

/** The documents' picture where the corpus is, and one of our own. */
async function pictures(): Promise<[string, Uint8Array<ArrayBuffer>][]> {
  const all: [string, Uint8Array<ArrayBuffer>][] = [["sample.jpg", await samplePicture()]];
  if (corpusFolder !== undefined) {
    for (const name of ["stereo.jpg", "galaxy.jpg"]) {
      all.push([name, await Deno.readFile(corpusFile(`images/${name}`))]);
    }
  }
  return all;
}

Deno.test("a GDL client's picture is saved pixel for pixel, and it gets its answers", async () => {
  for (const [name, jpeg] of await pictures()) {
    await using folder = await temporaryFolder();
    const out = `${folder.path}/out`;
    await Deno.mkdir(out);
    await Deno.writeFile(`${folder.path}/${name}`, jpeg);
    const lines: string[] = [];
    await using server = await serveArrays({
      port: 0,
      output: out,
      log: (line) => lines.push(line),
    });
    const printed = await gdl(
      folder.path,
      `heliograph_test, ${server.address.port}, '${name}', 'copy.bin'`,
    );
    const sent = await Deno.readFile(`${folder.path}/copy.bin`);
    const { width, height, data } = decodePng(await Deno.readFile(`${out}/image-1.png`));
    assertEquals(sent.length, data.length);
    // IDL's first row is the bottom one.
    for (let y = 0; y < height; y++) {
      const row = sent.subarray((height - 1 - y) * width * 3, (height - y) * width * 3);
      assertEquals(data.subarray(y * width * 3, (y + 1) * width * 3), row);
    }
    const [, ours, theirs] = /^total +([\d.]+) +([\d.]+)/m.exec(printed)!;
    assertEquals(ours, theirs);
    assert(Number(ours) > 0);
    assertStringIncludes(printed, "array   2   3   2   3   6   0   2   4   6   8  10");
    assertStringIncludes(printed, "text one two");
    assertStringIncludes(printed, "There is no function or variable NO_SUCH_FUNCTION");
    assert(
      lines.some((line) =>
        line.startsWith("% LISTENERCALLBACK: Client connection established on LUN")
      ),
    );
  }
});

Deno.test("a GDL client gets its answer on GDL's own socket when it asks for the end", async () => {
  await using folder = await temporaryFolder();
  await using server = await serveArrays({ port: 0 });
  // Twelve zero bytes are the SIZE vector of nothing; PRINTF can write it on a socket.
  const printed = await gdl(
    folder.path,
    `socket, lun, '127.0.0.1', ${server.address.port}, /get_lun`,
    "zero = string(0b) & for i=1,11 do zero = zero + string(0b)",
    "openw, u, 'zero.bin', /get_lun & writeu, u, bytarr(12) & writeu, u, 32b & free_lun, u",
    "openr, u, 'zero.bin', /get_lun & zero = string(replicate(32b, 13)) & readu, u, zero & free_lun, u",
    "printf, lun, strmid(zero, 0, 12), format='(a,$)'",
    "printf, lun, 'return, total(findgen(10)) & exit'",
    "words = lonarr(3) & readu, lun, words & value = 0.0 & readu, lun, value",
    "print, 'answer', words, value, format='(a,3i3,f6.1)'",
  );
  assertStringIncludes(printed, "answer  0  4  1  45.0");
});

Deno.test("GDL's genuine WRITEU of every type is understood", async () => {
  await using folder = await temporaryFolder();
  await using server = await serveArrays({ port: 0 });
  const arrays = [
    "bindgen(3,4,5)",
    "indgen(7)",
    "lindgen(2,3,2)",
    "findgen(2,3)",
    "dindgen(4)",
    "complex([1,2],[3,4])",
    "dcomplex([1,2],[3,4])",
    "uindgen(3)",
    "ulindgen(3)",
    "l64indgen(3)",
    "ul64indgen(3)",
    "indgen(2,1,2,1,2,1,1,2)",
    "123456L",
    "7b",
  ];
  const printed = await gdl(
    folder.path,
    `heliograph_open, '127.0.0.1', ${server.address.port}, to, from`,
    ...arrays.flatMap((array) => [
      `data = ${array}`,
      "heliograph_send, to, data, 'return, data'",
      "back = heliograph_receive(from)",
      `print, '${array} ', array_equal(size(back), size(data)), array_equal(back, data), format='(a,i2,i2)'`,
    ]),
  );
  for (const array of arrays) assertStringIncludes(printed, `${array}  1 1`);
});

Deno.test("READ_JPEG and ours give the same array, within 4", async () => {
  for (const [name, jpeg] of await pictures()) {
    await using folder = await temporaryFolder();
    await Deno.writeFile(`${folder.path}/${name}`, jpeg);
    await gdl(
      folder.path,
      `read_jpeg, '${name}', data, /true`,
      "openw, u, 'copy.bin', /get_lun & writeu, u, data & free_lun, u",
    );
    const theirs = await Deno.readFile(`${folder.path}/copy.bin`);
    const { shape, data } = await arrayFromFile(jpeg, name);
    assertEquals([shape[0], shape[1]! * shape[2]! * 3], [3, theirs.length]);
    const worst = theirs.reduce(
      (most, byte, i) => Math.max(most, Math.abs(byte - Number(data[i]))),
      0,
    );
    assert(worst <= 4, `${name}: ${worst}`);
  }
});

Deno.test("commands read no file to which a link in the output folder leads", async () => {
  await using folder = await temporaryFolder();
  await using outside = await temporaryFolder();
  const pixels = Int16Array.of(1, 2);
  await Deno.writeFile(`${outside.path}/own.fits`, await encodeFits([{ pixels, shape: [2] }]));
  await Deno.symlink(`${outside.path}/own.fits`, `${folder.path}/link.fits`);
  await Deno.link(`${outside.path}/own.fits`, `${folder.path}/same.fits`);
  await using server = await serveArrays({ port: 0, output: folder.path });
  await using client = await ArrayClient.connect(server.address);
  const error = await assertRejects(() => client.call("readfits('link')"), CallError);
  assertEquals(error.message, "READFITS: Cannot read link.fits: it is no plain file");
  assertEquals((await client.call("readfits('same')"))?.data, pixels);
});

Deno.test("the Python client sends and receives every type, in both byte orders", async () => {
  await using folder = await temporaryFolder();
  await using server = await serveArrays({ port: 0, output: folder.path, token: "open sesame" });
  const script = `
import sys
sys.path.insert(0, ${JSON.stringify(CLIENTS)})
import numpy
from heliograph_client import CallError, Heliograph
try:
    Heliograph("127.0.0.1", ${server.address.port})
except CallError as error:
    print("refused", error.code)
with Heliograph("127.0.0.1", ${server.address.port}, "open sesame") as server:
    for code in "u1 i2 i4 i8 u2 u4 u8 f4 f8 c8 c16".split():
        for order in "<>":
            for shape in ((), (1,), (3,), (2, 3), (2, 3, 4), (1, 2, 1, 2, 1, 2, 1, 2)):
                data = (numpy.arange(numpy.prod(shape, dtype=int)) * 3 + 1).reshape(shape).astype(order + code)
                back = server.call("data", data=data)
                assert back.shape == shape and back.dtype == data.dtype.newbyteorder("<"), (code, shape, back)
                assert (back == data).all(), (code, order, shape)
    assert server.call("['a', 'bé']").tolist() == ["a", "bé"]
    assert server.call("strupcase(s)" if False else "s", s="héliographe").tolist() == "héliographe"
    assert server.call("a = 5") is None
    assert server.call("a") == 5
    big = numpy.random.default_rng(1).normal(size=(500, 1000))
    assert abs(server.call("total(data)", data=big) - big.sum()) < 1e-6
    assert numpy.allclose(server.call("total(data, 1)", data=big), big.sum(axis=1))
    server.call("print, 'one' & print, 2")
    assert [line.strip() for line in server.printed] == ["one", "2"], server.printed
    try:
        server.call("1 + nothing(2)")
    except CallError as error:
        print("failed", error.code, error.position)
    print("window", server.call("image(data)", data=numpy.arange(12, dtype="u1").reshape(3, 4)))
`;
  const printed = await python(script);
  assertEquals(printed.trim().split("\n"), ["refused unauthorized", "failed name 4", "window 1"]);
  const { width, height, data } = decodePng(await Deno.readFile(`${folder.path}/image-1.png`));
  assertEquals([width, height, ...data], [4, 3, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3]);
});

Deno.test("the Python client shows what its file says it shows", async () => {
  await using folder = await temporaryFolder();
  await using server = await serveArrays({ port: 0, output: folder.path });
  const { code, stdout } = await new Deno.Command("/usr/bin/python3", {
    args: [`${CLIENTS}heliograph_client.py`, "127.0.0.1", `${server.address.port}`],
  }).output();
  assertEquals(code, 0);
  const [, ours, theirs] = /^total ([\d.]+) ([\d.]+)\nwindow 1\n$/.exec(
    new TextDecoder().decode(stdout),
  )!;
  assert(Math.abs(Number(ours) - Number(theirs)) <= 1e-9 * Number(theirs));
  assertEquals(decodePng(await Deno.readFile(`${folder.path}/image-1.png`)).width, 256);
});

Deno.test("the Python client in docs' vectors: the same frames, byte for byte", async () => {
  const vectors = new URL("../../docs/rpc-protocol.json", import.meta.url).pathname;
  const printed = await python(`
import json, sys
sys.path.insert(0, ${JSON.stringify(CLIENTS)})
import numpy
from heliograph_client import DTYPES, HEADER, NAMES, decode_arrays, padding
frames = json.load(open(${JSON.stringify(vectors)}))["frames"]
for vector in frames:
    data = bytes.fromhex(vector["hex"])
    magic, kind, number, head_size, payload_size = HEADER.unpack(data[:24])
    assert (magic, NAMES[kind], number) == (b"HLG1", vector["kind"], vector["id"])
    head = json.loads(data[24:24 + head_size]) if head_size else {}
    arrays = decode_arrays(head.pop("arrays", []), data[24 + head_size + padding(head_size):])
    assert head == vector["head"], vector["name"]
    assert len(data) == 24 + head_size + padding(head_size) + payload_size
    for entry in vector["arrays"]:
        found = arrays[entry["name"]]
        if entry["dtype"] == "none":
            assert found is None
            continue
        assert list(found.shape[::-1]) == entry["shape"], vector["name"]
        values = found.ravel()
        if values.dtype.kind == "c":
            values = values.view(values.real.dtype)
        assert [str(value) if entry["dtype"].endswith("64") and values.dtype.kind in "iu" else value
            for value in values.tolist()] == entry["values"], vector["name"]
print(len(frames))
`);
  assert(Number(printed) >= 10);
});

Deno.test("the array server replaces a link in its folder and does not follow it", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/out`);
  await Deno.writeTextFile(`${folder.path}/secret.fits`, "secret");
  await Deno.symlink("../secret.fits", `${folder.path}/out/link.fits`);
  await Deno.symlink("../secret.fits", `${folder.path}/out/image-1.png`);
  await using server = await serveArrays({ port: 0, output: `${folder.path}/out` });
  await sendArray(server.address, undefined, "writefits, 'link.fits', bytarr(2,2) & return, 1");
  const answer = await sendArray(server.address, undefined, "return, image(bytarr(2,2))");
  assertEquals(answer?.data[0], 2);
  assertEquals(await Deno.readTextFile(`${folder.path}/secret.fits`), "secret");
  assertEquals((await Deno.lstat(`${folder.path}/out/link.fits`)).isSymlink, false);
});

Deno.test("numpy reads our npy files, and we read numpy's", async () => {
  await using folder = await temporaryFolder();
  const arrays: NpyArray[] = [
    { type: "u8", shape: [3, 2], data: Uint8Array.of(0, 1, 2, 253, 254, 255) },
    { type: "i16", shape: [2, 1, 3], data: Int16Array.of(-32768, 258, 3, 4, 5, 6) },
    { type: "i64", shape: [1], data: BigInt64Array.of(-2n) },
    { type: "f16", shape: [2], data: Float16Array.of(1.5, -2) },
    { type: "f32", shape: [2], data: Float32Array.of(1.5, 1e30) },
    { type: "c128", shape: [2], data: Float64Array.of(1, 2, 3, 4) },
    { type: "f64", shape: [], data: Float64Array.of(Math.PI) },
    { type: "bool", shape: [2], data: Uint8Array.of(1, 0) },
  ];
  for (const [i, array] of arrays.entries()) {
    for (const order of ["little", "big"] as const) {
      await Deno.writeFile(`${folder.path}/ours-${i}-${order}.npy`, encodeNpy(array, { order }));
    }
  }
  await python(`
import glob, numpy
for path in glob.glob(${JSON.stringify(folder.path)} + "/ours-*.npy"):
    array = numpy.load(path)
    base = path.replace("ours", "theirs")
    numpy.save(base, array)
    numpy.save(base.replace(".npy", "-f.npy"), numpy.asfortranarray(array))
`);
  for (const [i, array] of arrays.entries()) {
    // numpy makes a vector of a scalar for Fortran order.
    const fortran = array.shape.length === 0 ? [] : ["little-f", "big-f"];
    for (const name of ["little", "big", ...fortran]) {
      const read = parseNpy(await Deno.readFile(`${folder.path}/theirs-${i}-${name}.npy`));
      assertEquals(read, array);
    }
  }
});
