import { assertEquals, assertRejects } from "@std/assert";
import { ClosedError, TimeoutError } from "../../net/errors.ts";
import { writeAll } from "../../net/write_all.ts";

/** A sink that takes at most `most` bytes in one write, and remembers the sizes. */
function sink(most: number) {
  const taken: number[] = [];
  const sizes: number[] = [];
  return {
    taken,
    sizes,
    write(bytes: Uint8Array): Promise<number> {
      const count = Math.min(most, bytes.length);
      taken.push(...bytes.subarray(0, count));
      sizes.push(bytes.length);
      return Promise.resolve(count);
    },
  };
}

Deno.test("writeAll() goes on after partial writes", async () => {
  const target = sink(3);
  await writeAll(target, [new Uint8Array([1, 2, 3, 4]), new Uint8Array([5, 6, 7])]);
  assertEquals(target.taken, [1, 2, 3, 4, 5, 6, 7]);
});

Deno.test("writeAll() joins small pieces and leaves large ones where they are", async () => {
  const target = {
    sizes: [] as number[],
    write: (bytes: Uint8Array) => {
      target.sizes.push(bytes.length);
      return Promise.resolve(bytes.length);
    },
  };
  const piece = (length: number) => new Uint8Array(length);
  await writeAll(target, [piece(100), piece(200), piece(70_000), piece(0), piece(5), piece(6)]);
  assertEquals(target.sizes, [300, 70_000, 11]);
});

Deno.test("writeAll() ends when the peer takes nothing, or goes away", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const stuck = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  await assertRejects(
    () => writeAll(stuck, new Uint8Array(1 << 26), { timeout: 50, source: "10.0.0.1:80" }),
    TimeoutError,
    "Cannot write to 10.0.0.1:80: it took nothing for 50 ms",
  );
  listener.close();
  const bytes = new Uint8Array(1);
  const gone = { write: () => Promise.reject(new Deno.errors.BrokenPipe("broken")) };
  await assertRejects(
    () => writeAll(gone, bytes),
    ClosedError,
    "the connection was closed after 0",
  );
});
