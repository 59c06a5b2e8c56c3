/** The sample files of the station: one synthetic Sun as FITS, PNG and JPEG. */

import { encodeJpeg } from "../../fits/picture/jpeg.ts";
import { encodePng } from "../../fits/picture/png.ts";
import { renderImage } from "../../fits/picture/render.ts";
import { type SampleSun, sampleSun } from "../../fits/picture/sample_sun.ts";
import type { HduInput } from "../../fits/hdu/output.ts";
import { tableHdu } from "../../fits/table/output.ts";
import { encodeFits } from "../../fits/write/write.ts";
import { writeWholeFile } from "../program/whole_file.ts";

/** A sample file. */
export interface SampleFile {
  /** Its path. */
  readonly path: string;
  /** Whether it was written now; one that was there is left alone. */
  readonly written: boolean;
}

/** How {@linkcode writeSampleData} works. */
export interface SampleDataOptions {
  /** Pixels of a side of the pictures. @default {1024} */
  readonly size?: number | undefined;
}

/** The files by their names, and what makes them. */
const FILES: Readonly<Record<string, (sun: SampleSun) => Promise<Uint8Array>>> = {
  "sun.fits": (sun) =>
    encodeFits(
      [{ pixels: sun.pixels, shape: sun.shape, header: sun.header }, spotTable(sun)],
      { checksum: true },
    ),
  "sun.png": (sun) => Promise.resolve(encodePng(picture(sun), { text: { Title: TITLE } })),
  "sun.jpg": (sun) => encodeJpeg(picture(sun), { quality: 0.92 }),
};

const TITLE = "The Sun in visible light, synthetic";

/**
 * Writes `sun.fits`, `sun.png` and `sun.jpg`, those of them that are not there.
 *
 * Each appears whole or not at all, even when two processes write at once.
 *
 * @param folder The folder; it is made if it is missing.
 * @param options The size of the pictures.
 * @returns The files.
 */
export async function writeSampleData(
  folder: string,
  options: SampleDataOptions = {},
): Promise<SampleFile[]> {
  await Deno.mkdir(folder, { recursive: true });
  let sun: SampleSun | undefined;
  const files: SampleFile[] = [];
  for (const [name, make] of Object.entries(FILES)) {
    const path = `${folder.replace(/\/+$/, "")}/${name}`;
    const missing = !await exists(path);
    if (missing) {
      sun ??= sampleSun(options);
      await writeWholeFile(path, [await make(sun)]);
    }
    files.push({ path, written: missing });
  }
  return files;
}

/** The spots as the table SPOTS. */
function spotTable({ spots }: SampleSun): HduInput {
  const degrees = (name: "longitude" | "latitude" | "radius") => ({
    name: name.toUpperCase(),
    values: Float32Array.from(spots, (spot) => spot[name]),
    unit: "deg",
    display: "F7.2",
  });
  return tableHdu({
    name: "SPOTS",
    columns: [
      { name: "GROUP", values: Int16Array.from(spots, ({ group }) => group) },
      degrees("longitude"),
      degrees("latitude"),
      degrees("radius"),
    ],
  });
}

/** The Sun as it looks through a filter, without the noise of the sky. */
function picture(sun: SampleSun) {
  return renderImage(sun, { limits: [400, 52_000], colormap: "continuum" });
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
