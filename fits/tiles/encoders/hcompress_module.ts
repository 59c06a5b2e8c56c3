/** Where the kernel of hcompress.ts comes from. */

import { fetchKernel, IN_BROWSER } from "../../../net/kernels/fetch_kernel.ts";

/** What the kernel exports. */
export type HcompressKernel = typeof import("./hcompress.wasm");

/** Imports the kernel, or fetches it if this is a browser. */
export function loadHcompress(): Promise<HcompressKernel> {
  return IN_BROWSER
    ? fetchKernel(new URL("./hcompress.wasm", import.meta.url))
    : import("./hcompress.wasm");
}
