/**
 * What the commands that look at images use of the FITS library, and what all of them use to open
 * files: half the modules of the whole, for commands that are over in a quarter of a second.
 */

export { inMemory, renderFigure } from "../../fits/file/figure.ts";
export { imageParts } from "../../fits/file/image_parts.ts";
export { localReading, openFits } from "../../fits/file/open.ts";
export { ImagePlane } from "../../fits/file/plane.ts";
export { npyHeader } from "../../fits/image/npy.ts";
export { checkSection, SectionError } from "../../fits/image/section.ts";
export { StatisticsOfParts } from "../../fits/image/statistics.ts";
export { encodeAnimation, withAlpha } from "../../fits/picture/apng.ts";
export { parseLimits } from "../../fits/picture/limits.ts";
export { drawSheet } from "../../fits/picture/plot/sheet.ts";
export { encodePng, encodePngStream } from "../../fits/picture/png_writer.ts";
