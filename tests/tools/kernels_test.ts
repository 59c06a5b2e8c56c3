import { assertEquals } from "@std/assert";
import { buildKernel, findKernels } from "../../tools/kernels.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("every kernel is what its source says, byte for byte", async () => {
  const kernels = await findKernels();
  const other: string[] = [];
  for (const kernel of kernels) {
    const built = await buildKernel(kernel);
    const committed = await Deno.readFile(new URL(`${kernel}.wasm`, ROOT));
    if (built.toHex() !== committed.toHex()) other.push(kernel);
  }
  assertEquals(other, [], "run `deno task kernels` and commit what it builds");
  assertEquals(kernels.includes("net/kernels/byte_swap"), true);
});
