/** Sessions of the console: whose end, and when. */

import { assertEquals, assertRejects } from "@std/assert";
import { serveArrays } from "../../../rpc/server/array_server.ts";
import { ProblemError } from "../../../station/api/problem.ts";
import { ConsoleSessions } from "../../../station/console/sessions.ts";
import { until } from "../../support/until.ts";

async function setUp() {
  const server = await serveArrays({ port: 0 });
  const { hostname, port } = server.address;
  const sessions = new ConsoleSessions({ server: () => `tcp://${hostname}:${port}` });
  return {
    server,
    sessions,
    /** Runs a command in a session. */
    call: async (name: string, owner: string, command: string) => {
      await using use = await sessions.use(name, owner);
      return await use.client.call(command);
    },
    [Symbol.asyncDispose]: async () => {
      await sessions[Symbol.asyncDispose]();
      await server.shutdown();
    },
  };
}

Deno.test("one who begins many sessions ends its own, and no one else's", async () => {
  await using own = await setUp();
  await own.call("theirs", "192.0.2.1", "a = 7");
  for (let i = 0; i < 40; i++) await own.call(`mine-${i}`, "192.0.2.2", `a = ${i}`);
  assertEquals(own.sessions.size, 16);
  assertEquals((await own.call("theirs", "192.0.2.1", "return, a"))?.data[0], 7);
  // The youngest of its own are there, the one that was silent for longest is not.
  assertEquals((await own.call("mine-39", "192.0.2.2", "return, a"))?.data[0], 39);
  await assertRejects(() => own.call("mine-24", "192.0.2.2", "return, a"), Error, "A");
});

Deno.test("a session that is refused since all run leaves no connection open", async () => {
  await using own = await setUp();
  const running = await Promise.all(
    Array.from({ length: 16 }, (_, i) => own.sessions.use(`s${i}`, "192.0.2.1")),
  );
  for (let i = 0; i < 5; i++) {
    await assertRejects(() => own.sessions.use(`more-${i}`), ProblemError, "16 sessions run");
  }
  for (const use of running) await use.client.call("return, 1");
  assertEquals(own.server.metrics().connections, { open: 16, total: 16 });
  for (const use of running) await use[Symbol.asyncDispose]();
});

Deno.test("a broken connection ends its session, and not another that has its name by now", async () => {
  await using own = await setUp();
  const first = await own.sessions.use("s");
  const second = await own.sessions.use("s");
  await own.sessions.forget("s", first.client);
  assertEquals(own.sessions.size, 0);
  await own.call("s", "", "a = 5");
  await own.sessions.forget("s", second.client);
  assertEquals((await own.call("s", "", "return, a"))?.data[0], 5);
  await until(() => own.server.metrics().connections.open === 1, "the broken connection is closed");
});
