/**
 * Builds the kernels: `deno task kernels`. With `--check` it writes nothing and says which of
 * them are not what their source says.
 *
 * A kernel is a hot loop in WebAssembly: vectors and bits, which the engine's loops over typed
 * arrays do not have. It is a pair of files: `NAME.as.ts`, its source in AssemblyScript
 * (TypeScript with the types of the machine), and `NAME.wasm`, the module built from it. Both
 * are committed, so that no one who uses the library needs the compiler; a test builds all of
 * them again and compares byte for byte.
 *
 * - To change a kernel, edit `NAME.as.ts`, run `deno task kernels` and commit both files. A new
 *   one needs no list: every `*.as.ts` of the project is built.
 * - `*.as.ts` is not TypeScript: `deno.json` keeps it from `deno check`, `lint` and `fmt` by
 *   name, and the compiler `asc` checks its types.
 * - A kernel has a memory of its own, which never grows; it takes what it needs by `memory.data`
 *   and exports functions that say where that is. It allocates and imports nothing.
 * - A kernel checks its own bounds. What it reads and writes has ends, which it is given or
 *   knows, and it looks at them before its loop: where a caller's array may not fit, it does
 *   nothing and returns a code; where only a fault of the program can be the cause, it traps.
 * - One file imports a module, and gives it the types that others use:
 *   `import * as kernel from "./simd.wasm"`. It is made when that file is first imported, so
 *   nothing that the program needs for its help may lead there.
 * - A room that browsers run too has a file `NAME_module.ts` that says where its module comes
 *   from: Deno imports the file, a browser fetches it (`net/kernels/fetch_kernel.ts`). Both come
 *   later than the code that asks, without a top-level `await`, behind which messages to a worker
 *   are lost. Until then, and where a page's policy forbids WebAssembly, a loop in TypeScript
 *   gives the same result.
 * - Constant vectors within a loop are made again in every turn. Where a loop needs many, they lie
 *   in memory and are loaded before it (`http/websocket/vectors/vectors.as.ts`).
 *
 * The compiler adds neither assertions nor a garbage collector: a module has what its source says.
 *
 * @module
 */

/**
 * AssemblyScript's compiler. No import that can be seen without running it: what the project's
 * own lock file names, every program of the project fetches and every binary holds, and the
 * compiler has 100 MB. `tools/kernels.lock` has the hash of each of its packages.
 */
const COMPILER: string = "npm:assemblyscript@0.28.20/asc";

/** What is used of it. */
interface Compiler {
  main(
    args: readonly string[],
    host: {
      readFile(name: string): string | null;
      writeFile(name: string, contents: Uint8Array | string): void;
      listFiles(folder: string): string[];
    },
  ): Promise<{ error: Error | null; stderr: { toString(): string } }>;
}

/** What it is told besides the names of the files. */
const OPTIONS: readonly string[] = [
  "-O3",
  "--noAssert",
  ...["--runtime", "stub"],
  ...["--enable", "simd"],
  ...["--enable", "relaxed-simd"],
];

const ROOT = new URL("../", import.meta.url);
const SOURCE = ".as.ts";

/** Folders in which no kernel is. */
const OTHERS = /^(\.|node_modules$|coverage$|out$)/;

/**
 * Finds the kernels of the project.
 *
 * @returns Their paths relative to its root, without `.as.ts`, in order.
 */
export async function findKernels(): Promise<string[]> {
  const found: string[] = [];
  async function walk(folder: string): Promise<void> {
    for await (const { name, isDirectory } of Deno.readDir(new URL(folder || ".", ROOT))) {
      if (isDirectory && !OTHERS.test(name)) await walk(`${folder}${name}/`);
      else if (name.endsWith(SOURCE)) found.push(folder + name.slice(0, -SOURCE.length));
    }
  }
  await walk("");
  return found.toSorted();
}

/**
 * Builds a kernel.
 *
 * @param kernel Its path relative to the project's root, without `.as.ts`.
 * @returns The module.
 * @throws {Error} If the compiler finds a fault: its words are the message.
 */
async function buildKernel(kernel: string): Promise<Uint8Array<ArrayBuffer>> {
  const { default: asc }: { default: Compiler } = await import(COMPILER);
  const source = kernel.slice(kernel.lastIndexOf("/") + 1) + SOURCE;
  const folder = new URL(kernel.slice(0, kernel.lastIndexOf("/") + 1), ROOT);
  const text = await Deno.readTextFile(new URL(source, folder));
  let built: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main([source, ...OPTIONS, "--outFile", "built.wasm"], {
    readFile: (name) => name === source ? text : null,
    writeFile: (_, contents) => {
      built = Uint8Array.from(contents as Uint8Array);
    },
    listFiles: () => [],
  });
  if (error !== null || built === undefined) {
    throw new Error(`Cannot build ${kernel}${SOURCE}:\n${stderr.toString()}${error ?? ""}`);
  }
  return built;
}

if (import.meta.main) {
  for (const kernel of await findKernels()) {
    const built = await buildKernel(kernel);
    const file = new URL(`${kernel}.wasm`, ROOT);
    if (!Deno.args.includes("--check")) await Deno.writeFile(file, built);
    else if ((await Deno.readFile(file)).toHex() !== built.toHex()) {
      console.error(`${kernel}.wasm is not what its source says: run \`deno task kernels\``);
      Deno.exitCode = 1;
      continue;
    }
    console.log(`${kernel}.wasm: ${built.length} bytes`);
  }
}
