/** Where the kernel of png_filters.ts comes from. */

import { fetchKernel, IN_BROWSER } from "../../net/kernels/fetch_kernel.ts";

/** What the kernel exports. */
export type PngFiltersKernel = typeof import("./png_filters.wasm");

/** Imports the kernel, or fetches it if this is a browser. */
export function loadPngFilters(): Promise<PngFiltersKernel> {
  return IN_BROWSER
    ? fetchKernel(new URL("./png_filters.wasm", import.meta.url))
    : import("./png_filters.wasm");
}
