/** Where the kernel of byte_swap.ts comes from. */

import { fetchKernel, IN_BROWSER } from "./fetch_kernel.ts";

/** What the kernel exports. */
export type ByteSwapKernel = typeof import("./byte_swap.wasm");

/** Imports the kernel, or fetches it if this is a browser. */
export function loadByteSwap(): Promise<ByteSwapKernel> {
  return IN_BROWSER
    ? fetchKernel(new URL("./byte_swap.wasm", import.meta.url))
    : import("./byte_swap.wasm");
}
