/** A server whose functions do not end, and what its clients see; it says whether that is right. */

import { assert, assertEquals, assertRejects } from "../../support/assert.ts";
import { ArrayClient, CallError, serveArrays } from "../../../rpc/mod.ts";

const complaints: string[] = [];
{
  await using server = await serveArrays({
    port: 0,
    workers: 2,
    commandTimeout: 5_000,
    functions: { endless: new URL("./endless_function.ts", import.meta.url) },
    complain: (line) => complaints.push(line),
  });
  await using guilty = await ArrayClient.connect(server.address);
  await using other = await ArrayClient.connect(server.address);
  await guilty.call("a = 1 & b = 2");
  for (const greedy of [0, 1]) {
    const started = guilty.call(`a = endless(${greedy})`);
    started.catch(() => {});
    assertEquals([...(await other.call("1 + 1"))!.data], [2]);
    const error = await assertRejects(() => started, CallError);
    // One that eats all memory may have been ended for it.
    const isLost = error.message.includes("it still runs, and its thread cannot be ended");
    assert(isLost || greedy === 1 && error.code === "limit", `${error.code}: ${error.message}`);
  }
  const { lost } = server.metrics().threads;
  assertEquals(complaints.length, lost);
  if (lost === 2) {
    const refused = await assertRejects(() => other.call("endless(0)"), CallError);
    assert(refused.message.includes("calls that do not end keep all threads"), refused.message);
  }
  // What the command spoke of went with it; the rest is still there.
  await assertRejects(() => guilty.call("a"), CallError, "A is undefined");
  assertEquals([...(await guilty.call("b"))!.data], [2]);
  assertEquals([...(await other.call("total(bytarr(5000000) + 1b, /double)"))!.data], [5_000_000]);
}
console.log("as it should");
Deno.exit(0);
