/**
 * Kernels, which are loops in WebAssembly, where a browser runs the same sources: Deno imports
 * a module, and a page has no such import yet.
 */

/** Whether this is a page or a worker of one. */
export const IN_BROWSER: boolean = !("Deno" in globalThis || "process" in globalThis);

/**
 * Fetches and makes a kernel as a browser does.
 *
 * @param url Where its module is.
 * @returns What it exports: what its import gives in Deno.
 * @throws {TypeError} If there is no module.
 * @throws {WebAssembly.CompileError} If it is none, or the page's policy forbids it.
 */
export async function fetchKernel<T>(url: URL): Promise<T> {
  const { instance } = await WebAssembly.instantiateStreaming(fetch(url));
  return instance.exports as T;
}
