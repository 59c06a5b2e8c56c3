/** Where the kernel of sums.ts comes from. */

import { fetchKernel, IN_BROWSER } from "../../../net/kernels/fetch_kernel.ts";

/** What the kernel exports. */
export type SumsKernel = typeof import("./sums.wasm");

/** Imports the kernel, or fetches it if this is a browser. */
export function loadSums(): Promise<SumsKernel> {
  return IN_BROWSER ? fetchKernel(new URL("./sums.wasm", import.meta.url)) : import("./sums.wasm");
}
