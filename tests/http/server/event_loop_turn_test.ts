import { assert } from "@std/assert";
import { inTurns } from "../../../http/server/event_loop_turn.ts";

Deno.test("inTurns() lets sockets have their turn while there is always more work", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const served = (async () => {
    const connection = await listener.accept();
    const byte = new Uint8Array(1);
    await connection.read(byte);
    await connection.write(byte);
    connection.close();
  })();
  let answered = false;
  const client = (async () => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(new Uint8Array(1));
    await connection.read(new Uint8Array(1));
    answered = true;
    connection.close();
  })();
  // Work that ends as soon as the other has been answered.
  let steps = 0;
  await inTurns((function* () {
    for (; !answered && steps < 500; steps++) {
      for (const begin = performance.now(); performance.now() - begin < 0.5;);
      yield;
    }
  })());
  assert(answered, `no answer came within ${steps} steps`);
  await client;
  await served;
});
