import { assert, assertEquals, assertRejects } from "@std/assert";
import { ArrayClient, CallError } from "../../../rpc/client/array_client.ts";
import { serveArrays } from "../../../rpc/server/array_server.ts";

Deno.test("commands of one connection that come again know nothing of each other", async () => {
  await using server = await serveArrays({ port: 0 });
  await using client = await ArrayClient.connect(server.address);
  const lines: string[] = [];
  const onPrint = (line: string) => void lines.push(line);
  const sum = async (...data: number[]) =>
    (await client.call("print, data[0] & total(data)", {
      arrays: { data: Float64Array.from(data) },
      onPrint,
    }))?.data[0];
  assertEquals([await sum(1, 2), await sum(3, 4, 5), await sum(6)], [3, 12, 6]);
  assertEquals(lines.map(Number), [1, 3, 6]);
  // The array of the call before is no variable.
  await assertRejects(() => client.call("total(data)"), CallError, "DATA");
  // A variable stays, and the same text means it from then on.
  assertEquals((await client.call("n = 2 & n"))?.data[0], 2);
  assertEquals((await client.call("n = n * 3 & n"))?.data[0], 6);
  assertEquals((await client.call("n = n * 3 & n"))?.data[0], 18);
  await assertRejects(() => client.call("n = 5 & nothing(n)"), CallError, "NOTHING");
  assertEquals((await client.call("n"))?.data[0], 5);
  // What CATCH met is the command's own.
  const failed = "catch, e & if e eq 0 then m = nothing(1) & k = !error_state.code ne 0 & k";
  assertEquals((await client.call(failed))?.data[0], 1);
  assertEquals((await client.call("!error_state.code"))?.data[0], 0);
  assertEquals(await sum(7, 8), 15);
});

Deno.test("a function that is defined in between is called by the same text", async () => {
  await using server = await serveArrays({ port: 0 });
  await using client = await ArrayClient.connect(server.address);
  const twice = () => client.call("twice(2)");
  await assertRejects(twice, CallError, "TWICE");
  assertEquals((await client.call("1 + 1"))?.data[0], 2);
  await client.call("function twice, x\nreturn, 2 * x\nend");
  assertEquals((await twice())?.data[0], 4);
  assertEquals((await client.call("1 + 1"))?.data[0], 2);
  await client.call("function twice, x\nreturn, 20 * x\nend");
  assertEquals((await twice())?.data[0], 40);
});

Deno.test("an answer keeps its elements while the next command runs", async () => {
  await using server = await serveArrays({ port: 0 });
  await using client = await ArrayClient.connect(server.address);
  const size = 40_000;
  const answers = await Promise.all(
    Array.from(
      { length: 12 },
      (_, i) => client.call("data + 1.0d", { arrays: { data: new Float64Array(size).fill(i) } }),
    ),
  );
  for (const [i, answer] of answers.entries()) {
    assertEquals(answer?.shape, [size]);
    assert((answer!.data as Float64Array).every((x) => x === i + 1), `${i}`);
  }
});
