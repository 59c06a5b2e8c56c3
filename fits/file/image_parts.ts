/** Images of any size, read in parts. */

import type { ImageOptions } from "../image/image.ts";
import type { Image } from "../image/pixels.ts";
import { partsOf, resolveSection } from "../image/section.ts";
import type { Hdu } from "./hdu.ts";

/** About how many pixels a part has: little memory, and enough for all workers. */
const PART_PIXELS = 1 << 20;
/** The same of a file on a server, where each part waits for an answer. */
const FAR_PART_PIXELS = 1 << 22;

/** A part of an image, in memory that the next part uses again. */
export interface ImagePart {
  /** Its pixels. */
  readonly image: Image;
  /** The lengths of the axes of the whole section, axis 1 first. */
  readonly shape: readonly number[];
}

/**
 * Reads an image, or a section of it, in parts: each continues where the one before it ends.
 *
 * @param hdu The image.
 * @param options The section, whether pixels are physical or as stored, and about how many a
 * part has.
 * @returns The parts; of an image without pixels a single empty one.
 */
export async function* imageParts(
  hdu: Hdu,
  options: ImageOptions & { readonly partPixels?: number | undefined } = {},
): AsyncGenerator<ImagePart, void> {
  const section = resolveSection(options.section, hdu.shape, hdu.data.title, {
    turned: true,
  });
  const { shape } = section;
  let memory: Image["pixels"] | undefined;
  const isFar = hdu.data.source.prefetch !== undefined;
  const most = options.partPixels ?? (isFar ? FAR_PART_PIXELS : PART_PIXELS);
  for (const part of partsOf(section, hdu.tile, most)) {
    const count = part.reduce(
      (product, [start, stop, step = 1]) => product * Math.ceil((stop - start) / step),
      1,
    );
    const into = memory?.length === count ? memory : undefined;
    const image = await hdu.image({ ...options, section: part, into });
    memory = image.pixels;
    yield { image, shape };
  }
  if (memory === undefined) yield { image: await hdu.image(options), shape };
}
