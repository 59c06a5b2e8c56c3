/** Images and headers between this library and astropy, fitsverify, gzip and bzip2, value by value. */

import { Buffer } from "node:buffer";
import { assertEquals } from "../support/assert.ts";
import type { AnyPixels } from "../../fits/image/output.ts";
import type { CardValue } from "../../fits/header/card_value.ts";
import { checkHdu, updateChecksums } from "../../fits/edit/hdu_checksum.ts";
import { copyHdu } from "../../fits/write/hdu_copy.ts";
import { editHeader } from "../../fits/edit/edit.ts";
import { encodeFits, Header, openFits, verifyFits, writeFits } from "../../mod.ts";
import { bunzip2 } from "../../fits/source/bunzip2.ts";
import { corpusFile, corpusTest } from "../support/corpus.ts";
import { EXPECTED } from "../support/fits/expected.ts";
import { compressLzw } from "../support/fits/lzw.ts";
import { SeededRandom } from "../support/random.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { python } from "./python.ts";

async function run(command: string, args: string[], input?: Uint8Array) {
  const process = new Deno.Command(command, {
    args,
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writing = (async () => {
    if (input === undefined) return;
    const writer = process.stdin.getWriter();
    await writer.write(input);
    await writer.close();
  })();
  const [output] = await Promise.all([process.output(), writing]);
  return output;
}

const ARRAYS = [
  Uint8Array,
  Int8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
] as const;

function randomPixels(random: SeededRandom, count: number): AnyPixels {
  const array = random.pick(ARRAYS);
  const bytes = random.bytes(count * array.BYTES_PER_ELEMENT);
  const pixels = new array(bytes.buffer);
  if (pixels instanceof Float32Array || pixels instanceof Float64Array) {
    for (let i = 0; i < pixels.length; i++) pixels[i] = random.next() < 0.1 ? NaN : random.next();
  }
  return pixels;
}

function randomHeader(random: SeededRandom): { header: Header; values: [string, CardValue][] } {
  const header = new Header();
  const values: [string, CardValue][] = [];
  for (let i = 0; i < random.integer(0, 50); i++) {
    const value = random.pick<() => CardValue>([
      () => random.integer(-1e9, 1e9),
      () => BigInt(random.integer(1, 1e6)) ** 4n,
      () => (random.next() - 0.5) * 10 ** random.integer(-200, 200),
      () => random.next() < 0.5,
      () => "it's a text".repeat(random.integer(0, 20)),
      () => ({ re: random.next(), im: -random.next() }),
    ])();
    header.set(`KEY${i}`, value, { comment: random.pick(["", "a comment"]) });
    values.push([`KEY${i}`, value]);
  }
  header.addCommentary("HISTORY", "made at random");
  return { header, values };
}

const PYTHON_READ = `
import json, sys, numpy as np, warnings
from astropy.io import fits
warnings.simplefilter('error')
out = []
for line in sys.stdin.read().split():
    with fits.open(line, checksum=True) as file:
        for hdu in file:
            hdu.verify('exception')
            data = hdu.data
            def plain(v):
                if isinstance(v, (bool, np.bool_)): return bool(v)
                if isinstance(v, complex): return [v.real, v.imag]
                if isinstance(v, int): return str(v)
                return v
            out.append({
                'shape': list(data.shape)[::-1], 'type': data.dtype.name,
                'hex': np.ascontiguousarray(data).astype(data.dtype.newbyteorder('<')).tobytes().hex(),
                'keys': {k: plain(hdu.header[k]) for k in hdu.header if k.startswith('KEY')},
            })
json.dump(out, sys.stdout)
`;

Deno.test("astropy reads what we write, value by value, and fitsverify finds nothing", async () => {
  await using folder = await temporaryFolder();
  const random = new SeededRandom(2026);
  const paths: string[] = [];
  const written: { shape: number[]; pixels: AnyPixels; values: [string, CardValue][] }[] = [];
  for (let i = 0; i < 120; i++) {
    const hdus = Array.from({ length: random.integer(1, 3) }, (_, index) => {
      const shape = Array.from({ length: random.integer(1, 4) }, () => random.integer(1, 12));
      const count = shape.reduce((product, length) => product * length, 1);
      const pixels = randomPixels(random, count);
      const { header, values } = randomHeader(random);
      written.push({ shape, pixels, values });
      return { shape, pixels, header, name: `IMAGE${index}` };
    });
    const path = `${folder.path}/ours${i}.fits`;
    await writeFits(path, hdus, { checksum: i % 2 === 0 });
    paths.push(path);
  }
  const read = JSON.parse(await python(PYTHON_READ, paths.join("\n")));
  assertEquals(read.length, written.length);
  for (const [i, { shape, pixels, values }] of written.entries()) {
    const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
    const type = pixels.constructor.name.replace(/^Big|Array$/g, "").toLowerCase();
    assertEquals([read[i].shape, read[i].type, read[i].hex], [shape, type, bytes.toHex()]);
    for (const [key, value] of values) {
      const plain = typeof value === "object" && value !== null ? [value.re, value.im] : value;
      const found = read[i].keys[key];
      const expected = typeof plain === "bigint" ||
          (typeof plain === "number" && Number.isInteger(plain) && typeof found === "string")
        ? String(plain)
        : typeof plain === "string"
        ? plain.trimEnd()
        : plain;
      assertEquals(found, expected, `${i} ${key}`);
    }
  }
  const { stdout, stderr } = await run("fitsverify", ["-q", ...paths]);
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  assertEquals(lines.filter((line) => !line.startsWith("verification OK")), []);
  assertEquals([lines.length, new TextDecoder().decode(stderr)], [paths.length, ""]);
});

const PYTHON_WRITE = `
import json, sys, numpy as np
from astropy.io import fits
folder = sys.argv[1]
rng = np.random.default_rng(7)
types = ['u1','i1','i2','u2','i4','u4','i8','u8','f4','f8']
out = []
for i in range(120):
    shape = tuple(int(n) for n in rng.integers(1, 12, rng.integers(1, 5)))
    kind = np.dtype(types[i % len(types)])
    if kind.kind == 'f':
        data = rng.normal(size=shape).astype(kind)
        data[rng.random(shape) < 0.1] = np.nan
    else:
        info = np.iinfo(kind)
        data = rng.integers(info.min, info.max, size=shape, dtype=kind, endpoint=True)
    hdu = fits.PrimaryHDU(data) if i % 2 else fits.ImageHDU(data)
    for k in range(int(rng.integers(0, 40))):
        value = [int(rng.integers(-10**15, 10**15)), float(rng.normal() * 10.0 ** int(rng.integers(-200, 200))),
                 bool(rng.random() < 0.5), "it's / long " * int(rng.integers(0, 12)) + 'x'][int(rng.integers(0, 4))]
        hdu.header['KEY%d' % k] = (value, 'why')
    path = '%s/theirs%d.fits%s' % (folder, i, '.gz' if i % 7 == 0 else '')
    hdus = [hdu] if i % 2 else [fits.PrimaryHDU(), hdu]
    fits.HDUList(hdus).writeto(path, checksum=i % 3 == 0)
    # astropy cuts long reals to 20 characters: what counts is what stands in the file.
    back = fits.getheader(path, 0 if i % 2 else 1)
    keys = {k: back[k] for k in back if k.startswith('KEY')}
    out.append({'path': path, 'hdu': 0 if i % 2 else 1, 'shape': list(shape)[::-1], 'type': kind.name, 'keys': keys,
                'hex': data.astype(kind.newbyteorder('<')).tobytes().hex()})
json.dump(out, sys.stdout)
`;

Deno.test("we read what astropy writes, value by value", async () => {
  await using folder = await temporaryFolder();
  const files = JSON.parse(await python(PYTHON_WRITE, "", [folder.path]));
  assertEquals(files.length, 120);
  for (const { path, hdu: index, shape, type, keys, hex } of files) {
    await using file = await openFits(path);
    const hdu = await file.hdu(index);
    const image = await hdu.image();
    assertEquals([image.type, image.shape] as unknown, [type, shape]);
    assertEquals(new Uint8Array(image.pixels.buffer).toHex(), hex);
    for (const [key, value] of Object.entries(keys)) {
      assertEquals(hdu.header.get(key) as unknown, value, `${path} ${key}`);
    }
    assertEquals(hdu.warnings, []);
    const { checksum, datasum } = await checkHdu(hdu);
    assertEquals([checksum, datasum].includes("mismatch"), false);
  }
});

const PYTHON_SCALED = `
import json, sys, numpy as np
from astropy.io import fits
folder = sys.argv[1]
rng = np.random.default_rng(8)
out = []
for i in range(40):
    kind = ['u1','i2','i4','f4'][i % 4]
    data = rng.integers(0, 100, size=(6, 5)).astype(kind)
    hdu = fits.PrimaryHDU(data)
    path = '%s/scaled%d.fits' % (folder, i)
    hdu.writeto(path)
    scale, zero = float(rng.normal()), float(rng.normal() * 100)
    with fits.open(path, mode='update', do_not_scale_image_data=True) as f:
        f[0].header['BSCALE'] = scale
        f[0].header['BZERO'] = zero
        if kind != 'f4': f[0].header['BLANK'] = 7
    with fits.open(path, do_not_scale_image_data=True) as f:
        scale, zero = f[0].header['BSCALE'], f[0].header['BZERO']
    values = zero + scale * data.astype('f8')
    if kind != 'f4': values[data == 7] = np.nan
    out.append({'path': path, 'values': [None if np.isnan(v) else v for v in values.ravel()],
                'section': [None if np.isnan(v) else v for v in values[1:6:2, 0:4:3].ravel()]})
json.dump(out, sys.stdout)
`;

Deno.test("scaled images and their sections are what NumPy computes", async () => {
  await using folder = await temporaryFolder();
  for (
    const { path, values, section } of JSON.parse(await python(PYTHON_SCALED, "", [folder.path]))
  ) {
    await using file = await openFits(path);
    const plain = async (part?: string) => {
      const { pixels } = await file.image({ as: "float64", ...(part && { section: part }) });
      return [...pixels].map((value) => Number.isNaN(value) ? null : value);
    };
    assertEquals(await plain(), values);
    assertEquals(await plain("1:4:3,2:6:2"), section);
  }
});

corpusTest("what we copy from the corpus, with checksums, is what was there", async () => {
  await using folder = await temporaryFolder();
  const paths: string[] = [];
  for (const [path, { error, fitsverify }] of EXPECTED) {
    if (error !== undefined || !fitsverify.startsWith("OK")) continue;
    await using file = await openFits(corpusFile(`fits/${path}`));
    const copy = `${folder.path}/${paths.length}.fits`;
    const hdus = (await Array.fromAsync(file.hdus)).map((hdu) => copyHdu(hdu));
    await writeFits(copy, hdus, { checksum: true });
    paths.push(copy);
  }
  await updateChecksums(paths[0]!);
  const { stdout } = await run("fitsverify", ["-q", ...paths]);
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  assertEquals(lines.filter((line) => !line.startsWith("verification OK")), []);
  assertEquals(lines.length > 70, true);
});

corpusTest("verifyFits() and the fitsverify of this machine agree on mutated headers", async () => {
  await using folder = await temporaryFolder();
  const random = new SeededRandom(99);
  const differing: string[] = [];
  const cards = [
    "FOO     = 'open",
    "FOO     = 1e5",
    "FOO     = nan",
    "foo     = 1",
    "FOO     = 1 / é",
    "DATE    = '2020-02-30'",
    "DATE-OBS= '01/02/99'",
    "BLANK   =                    1",
    "CDELT1  =                  0.0",
    "CRPIX1  = 'a'",
    "EXTVER  =                  1.0",
    "PCOUNT  =                    0",
    "NAXIS9  =                    1",
    "TTYPE1  = 'A'",
    "SIMPLE  =                    T",
    "OBJECT  =                    5",
    "FOO     = 5 km",
    "FOO     = (1.0,2.0)",
    "FOO     = ''",
    "FOO     =",
    "COMMENT text",
    "EXTEND  =                    T",
    "WCSAXES =                    2",
    "BUNIT   = 'm'",
    "EQUINOX = 2000.0",
    "TNULL1  = 5",
    "OBJECT  text",
    "CRPIX1  : 1.0",
    "EXTNAME - 'A'",
    "DATE-OBS=-'2020-01-01'",
    "EPOCH",
    "DATASUM =",
    "BLOCKED =                    5",
  ];
  const files: string[] = [];
  for (let i = 0; i < 150; i++) {
    const header = new Header();
    const bytes = await encodeFits([
      { pixels: random.pick([new Int16Array(6), new Float32Array(6)]), shape: [3, 2], header },
      { pixels: new Uint8Array(4) },
    ]);
    const text = new TextDecoder("latin1").decode(bytes);
    const places = [...text.matchAll(/END {77}/g)].map((match) => match.index);
    const at = random.pick(places);
    const records = [random.pick(cards), random.pick(cards), "END"].map((card) => card.padEnd(80));
    bytes.set(Uint8Array.from(records.join(""), (letter) => letter.charCodeAt(0)), at);
    const path = `${folder.path}/mutated${i}.fits`;
    await Deno.writeFile(path, bytes);
    files.push(path);
  }
  const { stdout } = await run("fitsverify", ["-q", ...files]);
  const lines = new TextDecoder("latin1").decode(stdout).trim().split("\n");
  assertEquals(lines.length, files.length);
  for (const [i, path] of files.entries()) {
    const findings = await verifyFits(path);
    const errors = findings.filter(({ severity }) => severity === "error");
    if ((errors.length > 0) !== /[1-9]\d* errors/.test(lines[i]!)) {
      differing.push(`${lines[i]}; ours: ${errors.map(({ message }) => message).join("; ")}`);
    }
  }
  assertEquals(differing, []);
});

Deno.test("editHeader() replaces the file behind a link, and the link stays", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/edit.fits`;
  const link = `${folder.path}/link.fits`;
  await writeFits(path, [{ pixels: new Int16Array([1, 2, 3]) }]);
  await Deno.symlink(path, link);
  const lines = "x\n".repeat(40);
  assertEquals(
    await editHeader(link, 0, (header) => header.addCommentary("HISTORY", lines)),
    "replaced",
  );
  assertEquals((await Deno.lstat(link)).isSymlink, true);
  await using file = await openFits(path);
  assertEquals([...(await file.image()).pixels as Int16Array], [1, 2, 3]);
  assertEquals(await verifyFits(path), []);
});

Deno.test("bunzip2() expands what bzip2 packs, gzip what our tests pack by LZW", async () => {
  const random = new SeededRandom(5);
  for (const [length, alphabet] of [[0, 1], [1, 256], [950_000, 256], [2_000_000, 3]] as const) {
    const bytes = random.bytes(length);
    for (let i = 0; i < length; i++) bytes[i]! %= alphabet;
    const packed = (await run("bzip2", ["-c"], bytes)).stdout;
    const expanded = new Uint8Array(await new Blob([...bunzip2(packed)]).arrayBuffer());
    assertEquals([expanded.length, Buffer.compare(expanded, bytes)], [length, 0]);
    if (length === 0) continue;
    const { stdout } = await run("gzip", ["-dc"], compressLzw(bytes.subarray(0, 300_000), 16));
    assertEquals(Buffer.compare(stdout, bytes.subarray(0, 300_000)), 0);
  }
});
