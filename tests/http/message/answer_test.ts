import { assertEquals } from "@std/assert";
import { HttpClient } from "../../../http/client/client.ts";
import { discard, readBody } from "../../../http/client/exchange.ts";
import { serveHttp } from "../../../http/mod.ts";

Deno.test("onRequest hears of every request, of the bytes of its body, and once of its end", async () => {
  await using server = await serveHttp({ port: 0 }, ({ path }) => {
    if (path === "/to") return { status: 302, fields: { Location: "/end" }, body: "moved" };
    return { status: 200, fields: {}, body: new Uint8Array(path === "/end" ? 100_000 : 9) };
  });
  const heard: number[][] = [];
  using client = new HttpClient({
    onRequest: () => {
      const [at, counts] = [heard.length, [0, 0]];
      heard.push(counts);
      return {
        bytes: (count) => void (heard[at]![0]! += count),
        end: () => void heard[at]![1]!++,
      };
    },
  });
  const body = async (path: string) => {
    const answer = await client.send("GET", new URL(path, server.url));
    return (await readBody(answer, 1 << 20)).length;
  };
  assertEquals(await body("/to"), 100_000);
  assertEquals(await body("/other"), 9);
  const short = await client.send("GET", new URL("/other", server.url));
  await discard(short);
  assertEquals(heard, [[5, 1], [100_000, 1], [9, 1], [9, 1]]);
  const given = await client.send("GET", new URL("/end", server.url));
  given.cancel();
  await given.next().catch(() => null);
  assertEquals([heard.length, heard[4]![1]], [5, 1]);
});
