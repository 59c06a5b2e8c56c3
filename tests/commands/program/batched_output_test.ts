import { assertEquals, assertThrows } from "@std/assert";
import { BatchedOutput } from "../../../commands/program/batched_output.ts";
import { OutputEnded } from "../../../commands/program/streams.ts";

Deno.test("BatchedOutput writes the first line at once, and those that follow it together", async () => {
  const written: string[] = [];
  const second = Promise.withResolvers<void>();
  const batch = new BatchedOutput((lines) => {
    written.push(lines);
    if (written.length === 2) second.resolve();
  });
  for (const line of ["one", "two", "three"]) batch.add(line);
  assertEquals(written, ["one"]);
  // A read keeps the event loop running, as those of the files do.
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.accept().catch(() => {});
  await second.promise;
  assertEquals(written, ["one", "two\nthree"]);
  batch.add("four");
  batch.add("five");
  batch.end();
  assertEquals(written.join("\n"), "one\ntwo\nthree\nfour\nfive");
});

Deno.test("BatchedOutput keeps much no longer than it must, and tells a failure at the end", () => {
  let writes = 0;
  const full = new BatchedOutput(() => {
    if (++writes === 3) throw new Error("the disk is full");
  });
  for (let i = 0; i < 100; i++) full.add("x".repeat(10_000));
  assertEquals(writes, 3);
  assertThrows(() => full.end(), Error, "the disk is full");
  const ended = new BatchedOutput(() => {
    throw new OutputEnded("the reader has gone");
  });
  ended.add("one");
  ended.end();
});
