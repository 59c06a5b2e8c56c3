import { assertEquals } from "@std/assert";
import { byteSwapLoaded, swapVectors, swapWords } from "../../../net/kernels/byte_swap.ts";
import { pieceBytes, swap } from "../../../net/kernels/byte_swap.wasm";
import { ROOT, runDeno } from "../../support/program.ts";
import { SeededRandom } from "../../support/random.ts";

Deno.test("the loop that stands in for the kernel does what it does", async () => {
  assertEquals(await byteSwapLoaded, true);
  const random = new SeededRandom(12);
  for (const size of [2, 4, 8] as const) {
    for (const length of [8, 120, 128, 64_504, 64_512, 64_520, 200_000]) {
      const source = random.bytes(length + 3).subarray(3);
      const [one, other] = [new Uint8Array(length + 1), new Uint8Array(length + 1)];
      swapVectors(source, one.subarray(1), size);
      swapWords(source, other.subarray(1), size);
      assertEquals(one.toHex(), other.toHex(), `${size}, ${length} bytes`);
      swapWords(source, source, size);
      assertEquals(source.toHex(), one.subarray(1).toHex(), `in place, ${size}, ${length} bytes`);
    }
  }
});

Deno.test("the kernel swaps nothing that runs past its piece", () => {
  const most = pieceBytes();
  assertEquals([0, 8, most].map((length) => swap(length, 8)), [0, 0, 0]);
  const beyond = [most + 1, most + 64, -1, -64, 2 ** 31 - 1];
  assertEquals(beyond.map((length) => swap(length, 8)), [1, 1, 1, 1, 1]);
});

Deno.test("openFits() and encodeFits() have the kernel for the first image of a program", async () => {
  const calls = ["openFits(new Uint8Array(0)).catch(() => {})", "encodeFits([])"];
  for (const call of calls) {
    const script = `
      import { encodeFits, openFits } from "${ROOT}fits/mod.ts";
      import { byteSwapLoaded } from "${ROOT}net/kernels/byte_swap.ts";
      let loaded = false;
      byteSwapLoaded.then((could) => loaded = could);
      await ${call};
      console.log(loaded);`;
    const { stdout, stderr } = await runDeno(["eval", "--quiet", script]);
    assertEquals([stdout, stderr], ["true\n", ""], call);
  }
});
