/** PNG, the one codec of the project: writing pictures, and reading them again. */

export type { PngColor, PngImage, PngSamples } from "./png_format.ts";
export { encodePng, type EncodePngOptions, encodePngRows, type PngLayout } from "./png_writer.ts";
export { decodePng, type DecodePngOptions } from "./png_reader.ts";
