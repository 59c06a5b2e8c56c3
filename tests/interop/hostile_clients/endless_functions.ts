/** A server whose functions do not end, and what its clients see; it says whether that is right. */

import { assert, assertEquals, assertRejects } from "../../support/assert.ts";
import { ArrayClient, CallError, serveArrays } from "../../../rpc/mod.ts";

{
  await using server = await serveArrays({
    port: 0,
    workers: 2,
    commandTimeout: 1_000,
    functions: { endless: new URL("./endless_function.ts", import.meta.url) },
  });
  await using guilty = await ArrayClient.connect(server.address);
  await using other = await ArrayClient.connect(server.address);
  await guilty.call("a = 1 & b = 2");
  for (const greedy of [0, 1]) {
    const started = guilty.call(`a = endless(${greedy})`);
    started.catch(() => {});
    assertEquals([...(await other.call("1 + 1"))!.data], [2]);
    const error = await assertRejects(() => started, CallError);
    assert(["time", "limit"].includes(error.code), error.code);
    assert(error.message.includes("ended"), error.message);
  }
  // What the command spoke of went with it; the rest is still there.
  await assertRejects(() => guilty.call("a"), CallError, "A is undefined");
  assertEquals([...(await guilty.call("b"))!.data], [2]);
  assertEquals([...(await other.call("total(bytarr(5000000) + 1b, /double)"))!.data], [5_000_000]);
}
console.log("as it should");
Deno.exit(0);
