/**
 * What a page does with FITS files, as values that are compared exactly: run by Deno from
 * the sources, and by a browser from the same sources with their types stripped.
 */

import {
  decodePng,
  type FitsFile,
  imageStatistics,
  openFits,
  readWcs,
  renderImage,
  renderPng,
} from "../../../fits/browser.ts";

/** The bits of numbers and the characters of text, so that no rounding hides a difference. */
function exact(values: unknown): string {
  if (ArrayBuffer.isView(values)) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return `${values.constructor.name} ${digest(bytes)}`;
  }
  if (typeof values === "number") return exact(new Float64Array([values]));
  if (Array.isArray(values)) return `[${values.map(exact).join()}]`;
  return typeof values === "bigint" ? `${values}n` : JSON.stringify(values) ?? "undefined";
}

/** FNV-1a over 32 bits, twice: a page that is not served over TLS has no `crypto.subtle`. */
function digest(bytes: Uint8Array): string {
  let one = 0x811c9dc5;
  let other = 0x1000193;
  for (const byte of bytes) {
    one = Math.imul(one ^ byte, 0x1000193);
    other = Math.imul(other ^ byte ^ 0x5a, 0x85ebca6b) ^ other >>> 15;
  }
  return `${bytes.length} ${(one >>> 0).toString(16)} ${(other >>> 0).toString(16)}`;
}

async function bytesOf(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

/** Headers, images and their sections, tables, coordinates and pictures of an open file. */
async function readFile(file: FitsFile, found: Record<string, string>): Promise<void> {
  for await (const hdu of file.hdus) {
    const name = `${hdu.index} ${hdu.kind} ${hdu.name}`;
    found[name] = exact(hdu.header.cards.map((card) => card.raw));
    if (hdu.isImage) {
      const image = await hdu.image();
      found[`${name}: image`] = exact([image.type, image.shape, image.pixels]);
      const section = await hdu.image({ section: "3:40:3,5:20" });
      found[`${name}: section`] = exact([section.type, section.shape, section.pixels]);
      const raw = await hdu.image({ physical: false });
      found[`${name}: as stored`] = exact([raw.type, raw.pixels]);
      const statistics = imageStatistics(image);
      found[`${name}: statistics`] = exact(Object.values(statistics));
      for (const colormap of ["gray", "viridis"] as const) {
        for (const stretch of ["linear", "asinh", "histeq"] as const) {
          const options = { colormap, stretch, size: 100 } as const;
          const picture = renderImage(image, options);
          found[`${name}: ${colormap} ${stretch}`] = exact([picture.limits, picture.data]);
          const png = decodePng(renderPng(image, options));
          found[`${name}: PNG ${colormap} ${stretch}`] = exact([png.width, png.color, png.data]);
        }
      }
      const wcs = readWcs(hdu.header);
      if (wcs === undefined) continue;
      const worlds = [[0, 0], [10.5, 3.25], [63, 47]].map((pixel) => wcs.pixelToWorld(pixel));
      found[`${name}: world`] = exact(worlds);
      found[`${name}: pixels`] = exact(worlds.map((world) => wcs.worldToPixel(world)));
    } else if (hdu.isTable) {
      const { columns } = await hdu.table();
      for (const { column, type, values, nulls } of columns) {
        found[`${name}: ${column.name}`] = exact([type, values, nulls]);
      }
      const some = await hdu.table({ rows: [2, 5], columns: [columns[0]!.column.name] });
      found[`${name}: rows`] = exact(some.columns[0]!.values);
    }
  }
}

/** What an error says, where a page is to see one. */
async function failure(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return "no error";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

/**
 * Reads every file in every way that a page can.
 *
 * @param base Where the files `all.fits`, `all.fits.gz`, `members.gz`, `large.fits` and
 * `changed.fits` are served.
 * @param others More files there.
 * @returns What was found, by file and way.
 */
export async function readEverything(
  base: string,
  others: readonly string[],
): Promise<Record<string, unknown>> {
  const url = (name: string) => new URL(name, base);
  const plain = await bytesOf(url("all.fits"));
  const packed = await bytesOf(url("all.fits.gz"));
  const members = await bytesOf(url("members.gz"));
  const ways: Record<string, () => Promise<FitsFile>> = {
    bytes: () => openFits(plain),
    Blob: () => openFits(new Blob([plain])),
    File: () => openFits(new File([packed], "all.fits.gz")),
    stream: () => openFits(new Blob([plain]).stream()),
    gzip: () => openFits(packed),
    "gzip of two members": () => openFits(new Blob([members])),
    URL: () => openFits(url("all.fits")),
    "URL of gzip": () => openFits(url("all.fits.gz")),
  };
  const found: Record<string, unknown> = {};
  for (const [way, open] of Object.entries(ways)) {
    await using file = await open();
    const values: Record<string, string> = {};
    await readFile(file, values);
    found[way] = values;
  }
  for (const name of others) {
    await using file = await openFits(url(name));
    const values: Record<string, string> = {};
    await readFile(file, values);
    found[name] = values;
  }
  {
    await using file = await openFits(url("large.fits"));
    const { pixels } = await file.image({ section: "1001:1040,1501:1510" });
    found["section by ranges"] = exact(pixels);
  }
  // How much comes before the damage depends on the runtime; that it is told does not.
  const damaged = packed.slice();
  damaged[damaged.length - 6]! ^= 1;
  await using file = await openFits(damaged);
  const error = await failure(async () => {
    for await (const hdu of file.hdus) if (hdu.isImage) await hdu.image();
  });
  const told = [error, ...file.warnings.map(({ message }) => message)].join("\n");
  found["damaged gzip"] = told.includes("Cannot expand bytes: incorrect data check");
  found["no FITS"] = await failure(() => openFits(new TextEncoder().encode("<html>")));
  found["missing"] = await failure(() => openFits(url("missing.fits")));
  found["user"] = await failure(() =>
    openFits(base.replace("://", "://user:secret@") + "all.fits")
  );
  found["scheme"] = await failure(() => openFits("ftp://127.0.0.1/all.fits"));
  found["changed"] = await failure(async () => {
    await using file = await openFits(url("changed.fits"));
    await file.image();
  });
  return found;
}
