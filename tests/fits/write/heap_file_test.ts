import { assertEquals } from "@std/assert";
import { FileHeap } from "../../../fits/write/heap_file.ts";
import { concatenate } from "../../../net/bytes/concatenate.ts";
import { temporaryFolder } from "../../support/temporary.ts";

Deno.test("FileHeap keeps what is small in memory, the rest in a file that goes with it", async () => {
  await using folder = await temporaryFolder();
  const names = () => [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  const added = Array.from({ length: 50 }, (_, i) => new Uint8Array(i * 7).fill(i));
  const expected = concatenate(added, added.reduce((sum, { length }) => sum + length, 0));
  for (const most of [0, 1000, 1 << 20]) {
    {
      await using heap = new FileHeap(`${folder.path}/heap`, most);
      for (const bytes of added) await heap.add(bytes);
      assertEquals(heap.size, expected.length);
      assertEquals(names(), most < expected.length ? ["heap"] : []);
      // It can be read twice: for the checksum, and to be written.
      for (let pass = 0; pass < 2; pass++) {
        const pieces: Uint8Array[] = [];
        for await (const piece of heap.pieces()) pieces.push(piece.slice());
        assertEquals(concatenate(pieces, heap.size), expected);
      }
    }
    assertEquals(names(), []);
  }
});
