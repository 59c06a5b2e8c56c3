/** Where the kernel of quantize.ts comes from. */

import { fetchKernel, IN_BROWSER } from "../../../net/kernels/fetch_kernel.ts";

/** What the kernel exports. */
export type QuantizeKernel = typeof import("./quantize.wasm");

/** Imports the kernel, or fetches it if this is a browser. */
export function loadQuantize(): Promise<QuantizeKernel> {
  return IN_BROWSER
    ? fetchKernel(new URL("./quantize.wasm", import.meta.url))
    : import("./quantize.wasm");
}
