/**
 * Kernels, which are loops in WebAssembly, where a browser or Node runs the same sources: Deno
 * imports a module, a page has no such import yet, and not every Node has.
 */

/** What is used of Node to read a file. */
interface NodeHost {
  readonly process?: {
    getBuiltinModule?(name: "node:fs"): {
      promises: { readFile(url: URL): Promise<Uint8Array<ArrayBuffer>> };
    };
  };
}

/** Whether kernels are to be fetched: this is a page, a worker of one, or Node. */
export const IN_BROWSER: boolean = !("Deno" in globalThis);

/**
 * Fetches and makes a kernel as a browser does; in Node its file is read.
 *
 * @param url Where its module is.
 * @returns What it exports: what its import gives in Deno.
 * @throws {TypeError} If there is no module.
 * @throws {WebAssembly.CompileError} If it is none, or the page's policy forbids it.
 */
export async function fetchKernel<T>(url: URL): Promise<T> {
  const fs = url.protocol === "file:"
    ? (globalThis as NodeHost).process?.getBuiltinModule?.("node:fs")
    : undefined;
  const { instance } = fs === undefined
    ? await WebAssembly.instantiateStreaming(fetch(url))
    : await WebAssembly.instantiate(await fs.promises.readFile(url));
  return instance.exports as T;
}
