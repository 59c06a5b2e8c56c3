import { assert } from "@std/assert";
import { sendResponse } from "../../../http/server/response_sender.ts";

const MEBIBYTE = new Uint8Array(1_048_576);
/** Twenty turns of the sender; without a look at the sockets it would be some hundreds. */
const MAX_PIECES = 400;

/** As a write of 1 MiB that the system takes at once. */
function write(): Promise<void> {
  for (const begin = performance.now(); performance.now() - begin < 0.5;);
  return Promise.resolve();
}

Deno.test("sendResponse() lets sockets have their turn while a client takes all at once", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  using client = await Deno.connect({ hostname: "127.0.0.1", port });
  using other = await listener.accept();
  let answered = false;
  const echoed = other.read(new Uint8Array(1)).then(() => other.write(new Uint8Array(1)));
  const asked = client.read(new Uint8Array(1)).then(() => answered = true);
  await client.write(new Uint8Array(1));
  // A body that ends as soon as the other has been answered.
  let pieces = 0;
  const stream = (async function* () {
    for (; !answered && pieces < MAX_PIECES; pieces++) yield MEBIBYTE;
  })();
  const answer = {
    ...{ status: 200, head: new Uint8Array(16), pieces: undefined, stream, length: undefined },
    ...{ chunked: false, keepAlive: true },
  };
  await sendResponse(answer, write, () => new AbortController().signal);
  assert(answered, `no answer came within ${pieces} MiB`);
  await Promise.all([echoed, asked]);
});
