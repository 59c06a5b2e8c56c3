/** Where the kernel of rice.ts comes from. */

import { fetchKernel, IN_BROWSER } from "../../../net/kernels/fetch_kernel.ts";

/** What the kernel exports. */
export type RiceKernel = typeof import("./rice.wasm");

/** Imports the kernel, or fetches it if this is a browser. */
export function loadRice(): Promise<RiceKernel> {
  return IN_BROWSER ? fetchKernel(new URL("./rice.wasm", import.meta.url)) : import("./rice.wasm");
}
