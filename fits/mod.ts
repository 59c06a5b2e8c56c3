/**
 * FITS files: headers, images, tables, and the pictures made of them.
 *
 * @module
 */

export * from "./npy.ts";
export * from "./png.ts";
export * from "./wcs.ts";
