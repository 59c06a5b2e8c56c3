/** Byte swapping in a real browser, from the sources without their types. */

import { assertEquals } from "@std/assert";
import { openPage } from "../support/chromium.ts";
import { answerPlainSource } from "../support/plain_sources.ts";

/** Swaps with what is there first, and again when the kernel has come or could not. */
const SCRIPT = `
  import { swapInto } from "/net/byte_order.ts";
  import { byteSwapLoaded } from "/net/kernels/byte_swap.ts";
  const source = Uint8Array.from({ length: 200_000 }, (_, i) => i * 7 + (i >> 8));
  const swapped = (size) => [...swapInto(source, new Uint8Array(source.length), size)];
  const right = (size) =>
    swapped(size).every((byte, i) => byte === source[i - i % size + size - 1 - i % size]);
  const sizes = [2, 4, 8];
  const before = sizes.map(right);
  globalThis.answer = { before, loaded: await byteSwapLoaded, after: sizes.map(right) };
`;

for (
  const { name, policy, loaded } of [
    { name: "loads the kernel as the same file", policy: undefined, loaded: true },
    {
      name: "swaps by a loop where the page's policy forbids WebAssembly",
      policy: "script-src 'self' 'unsafe-inline'",
      loaded: false,
    },
  ]
) {
  Deno.test(`Chromium ${name}`, async () => {
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      (request) => answerPlainSource(request, { script: SCRIPT, policy }),
    );
    await using page = await openPage(`http://127.0.0.1:${server.addr.port}/`);
    const right = [true, true, true];
    assertEquals(await page.until("globalThis.answer"), { before: right, loaded, after: right });
  });
}
