import { assert, assertEquals, assertRejects } from "@std/assert";
import { compressImage, encodeFits, openFits } from "../../fits/mod.ts";
import { OpenFile } from "../../http/server/open_file.ts";
import { HeliographError } from "../../net/errors.ts";
import { LevelsBuilder } from "../../station/pyramid/builder.ts";
import { passInWorker } from "../../station/pyramid/pass.ts";
import { PyramidStore } from "../../station/pyramid/store.ts";
import { StoredPlane } from "../../station/pyramid/stored_plane.ts";
import { temporaryFolder } from "../support/temporary.ts";

const [WIDTH, HEIGHT, PLANES] = [1_500, 1_700, 2];

/** A file with a cube as it is, and one of its planes compressed. */
async function cubeFile() {
  const folder = await temporaryFolder();
  const path = `${folder.path}/cube.fits`;
  const pixels = Int16Array.from({ length: WIDTH * HEIGHT * PLANES }, (_, i) => i * 7 % 991);
  const plane = { pixels: pixels.slice(0, WIDTH * HEIGHT), shape: [WIDTH, HEIGHT] };
  await using plain = await openFits(await encodeFits([plane]));
  const packed = await compressImage(await plain.hdu(0), { algorithm: "rice" });
  const bytes = await encodeFits([{ pixels, shape: [WIDTH, HEIGHT, PLANES] }, packed]);
  await Deno.writeFile(path, bytes);
  using file = OpenFile.open(path);
  return { folder, path, version: file.version, fits: await openFits(bytes) };
}

const unheard = { onProgress: () => {}, signal: new AbortController().signal };

Deno.test("passInWorker() makes the levels that this thread makes", async () => {
  const { folder, path, version, fits } = await cubeFile();
  await using _folder = folder;
  await using _fits = fits;
  for (const [hdu, place] of [[0, [1]], [1, []]] as const) {
    let rows = 0;
    let last = 0;
    const made = await passInWorker({ path, version, hdu, place }, {
      ...unheard,
      onProgress: (more, percent) => {
        rows += more;
        last = percent;
      },
    });
    const plane = new StoredPlane(await fits.hdu(hdu), place);
    const builder = new LevelsBuilder(WIDTH, HEIGHT, plane.rule);
    const { values } = await plane.read({ x: 0, y: 0, width: WIDTH, height: HEIGHT });
    builder.add(values, 0);
    assertEquals([rows, last], [HEIGHT, 100]);
    assertEquals(made, builder.finish());
  }
});

Deno.test("passInWorker() reads no other version, and ends when that is asked for", async () => {
  const { folder, path, version, fits } = await cubeFile();
  await using _folder = folder;
  await fits.close();
  const file = { path, version, hdu: 0, place: [] };
  const end = new AbortController();
  const pass = passInWorker(file, { onProgress: () => {}, signal: end.signal });
  end.abort(new Error("enough"));
  await assertRejects(() => pass, Error, "enough");
  await assertRejects(() => passInWorker({ ...file, hdu: 9 }, unheard), HeliographError, "HDU 9");
  const other = { ...version, size: version.size + 1 };
  await assertRejects(
    () => passInWorker({ ...file, version: other }, unheard),
    HeliographError,
    "the file has been changed",
  );
});

Deno.test("PyramidStore has a worker go through files on the disk, until it is closed", async () => {
  const { folder, path, version, fits } = await cubeFile();
  await using _folder = folder;
  await using _fits = fits;
  const plane = new StoredPlane(await fits.hdu(0));
  const source = {
    plane,
    file: { path, version, hdu: 0, place: [0] },
    use: () => ({ [Symbol.dispose]: () => {} }),
  };
  const store = new PyramidStore();
  const { signal } = new AbortController();
  const levels = await store.wait({ ...source, key: "a" }, signal);
  assertEquals([store.rowsRead, store.percentOf("a")], [HEIGHT, 100]);
  assert(levels.size > 0 && store.bytes > 0);
  const late = store.wait({ ...source, key: "b" }, signal);
  store.close();
  await assertRejects(() => late, DOMException, "the store is closed");
});
