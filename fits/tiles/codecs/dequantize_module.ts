/** Where the kernel of dequantize.ts comes from. */

import { fetchKernel, IN_BROWSER } from "../../../net/kernels/fetch_kernel.ts";

/** What the kernel exports. */
export type DequantizeKernel = typeof import("./dequantize.wasm");

/** Imports the kernel, or fetches it if this is a browser. */
export function loadDequantize(): Promise<DequantizeKernel> {
  return IN_BROWSER
    ? fetchKernel(new URL("./dequantize.wasm", import.meta.url))
    : import("./dequantize.wasm");
}
