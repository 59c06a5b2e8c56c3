/** A FITS file in a few words, with its thumbnail. */

import { openFits } from "./file/open.ts";
import { makeThumbnail, type Thumbnail } from "./thumbnail.ts";

/** What is said of a file. */
export interface FitsDescription {
  /** Such as `FITS, 2 HDUs: image of 64 x 48 pixels`, or why it cannot be read. */
  readonly words: string;
  readonly picture: Pick<Thumbnail, "type" | "body">;
}

/**
 * Describes a file; it never fails for what is in the file.
 *
 * @param path Where it is.
 * @param size Pixels of the picture's longer side.
 */
export async function describeFits(path: string, size: number): Promise<FitsDescription> {
  await using stack = new AsyncDisposableStack();
  let count: number | undefined;
  const picture = await makeThumbnail(
    async () => {
      const fits = stack.use(await openFits(path));
      count = (await Array.fromAsync(fits.hdus)).length;
      return fits;
    },
    undefined,
    size,
  );
  const hdus = count === undefined ? "" : `, ${count} ${count === 1 ? "HDU" : "HDUs"}`;
  return { words: `FITS${hdus}: ${picture.words}`, picture };
}
