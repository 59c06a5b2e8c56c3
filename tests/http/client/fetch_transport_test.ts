import { assertEquals, assertRejects } from "@std/assert";
import { FetchTransport } from "../../../http/client/fetch_transport.ts";
import { TimeoutError } from "../../../net/errors.ts";
import { hostileServer } from "../../support/http/hostile_server.ts";

Deno.test("FetchTransport waits for an answer as long as the longer deadline says, not both", async () => {
  await using server = hostileServer(() => {});
  const url = new URL(`${server.url}/sun.fits`);
  const transport = new FetchTransport();
  const started = performance.now();
  const error = await assertRejects(
    () =>
      transport.send(
        { method: "GET", url, origin: url.origin, fields: [] },
        { connectTimeout: 1_400, headTimeout: 1_500, silenceTimeout: 10_000 },
      ),
    TimeoutError,
  );
  assertEquals(error.message, `Cannot fetch ${url.href}: no answer within 1500 ms`);
  assertEquals(performance.now() - started < 2_900, true);
  transport.close();
});
