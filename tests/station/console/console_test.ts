import { assert, assertEquals, assertMatch } from "@std/assert";
import { encodeNpy } from "../../../fits/image/npy.ts";
import { startStation } from "../../../station/station.ts";
import { temporaryFolder } from "../../support/temporary.ts";

async function station(token?: string) {
  const folder = await temporaryFolder();
  const running = await startStation({
    ...{ data: folder.path, received: `${folder.path}/received`, token, basePath: "/obs" },
    ...{ port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 },
  });
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const post = (body: unknown, more: Record<string, string> = {}) =>
    fetch(new URL("console", running.url), {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers, ...more },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  return {
    running,
    url: running.url,
    post,
    run: async (body: unknown) => {
      const answer = await post(body);
      return [answer.status, await answer.json()] as const;
    },
    [Symbol.asyncDispose]: async () => {
      await running.shutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("POST /console runs a command, and gives its result and what it prints", async () => {
  await using served = await station();
  const [status, { seconds, ...answer }] = await served.run({ command: "print, 'a' & [1, 2.5]" });
  assertEquals(status, 200);
  assert(typeof seconds === "number");
  assertEquals(answer, {
    result: { type: "FLOAT", shape: [2], data: [1, 2.5], text: ["      1.00000      2.50000"] },
    printed: ["a"],
    pictures: [],
  });
  assertEquals((await served.run({ command: "a = 1" }))[1].result, null);
  const [, nan] = await served.run({ command: "[!values.f_nan, 1.0]" });
  assertEquals(nan.result.data, [null, 1]);
  const [, long] = await served.run({ command: "2LL^60" });
  assertEquals(long.result.data, ["1152921504606846976"]);
  const [, large] = await served.run({ command: "findgen(200, 100)" });
  assertEquals(large.result, {
    type: "FLOAT",
    shape: [200, 100],
    text: ["FLOAT = Array[200, 100]"],
  });
});

Deno.test("POST /console keeps the variables of a session, and no others", async () => {
  await using served = await station();
  await served.run({ command: "a = 41", session: "one" });
  assertEquals((await served.run({ command: "a + 1", session: "one" }))[1].result.data, [42]);
  for (const session of ["two", undefined]) {
    const [status, problem] = await served.run({ command: "a + 1", session });
    assertEquals([status, problem.type], [422, "/obs/problems#command"]);
  }
});

Deno.test("POST /console uses pictures by their numbers, and tells those that it shows", async () => {
  await using served = await station();
  const data = Int16Array.from({ length: 12 }, (_, i) => i);
  const npy = encodeNpy({ type: "i16", shape: [4, 3], data });
  const put = await fetch(new URL("pictures/ramp.npy", served.url), { method: "PUT", body: npy });
  const { id } = await put.json();
  const command = "tv, bytscl(a) & total(a)";
  const [status, answer] = await served.run({ command, pictures: { a: id } });
  assertEquals([status, answer.result.data], [200, [66]]);
  const [shown] = answer.pictures;
  assertMatch(shown, /^\/obs\/view\/pictures\/\d+$/);
  const info = await fetch(new URL(shown.replace("/view/", "/fits/") + "?format=info", served.url));
  assertEquals((await info.json()).hdus[0].shape, [4, 3]);
  assertEquals((await served.run({ command: "a", pictures: { a: "99" } }))[0], 404);
});

Deno.test("POST /console says what is wrong with a question, and where in the command", async () => {
  await using served = await station();
  const cases: [body: unknown, status: number, parameter: string][] = [
    ["no JSON", 400, "the body"],
    [[], 400, "the body"],
    [{}, 400, "command"],
    [{ command: " " }, 400, "command"],
    [{ command: "1", session: "a b" }, 400, "session"],
    [{ command: "1", pictures: { "1a": "1" } }, 400, "pictures"],
    [{ command: "1", pictures: { a: 1 } }, 400, "pictures"],
    [{ command: "1", more: 1 }, 400, "more"],
  ];
  for (const [body, status, parameter] of cases) {
    const [found, problem] = await served.run(body);
    assertEquals([found, problem.parameter], [status, parameter], JSON.stringify(body));
  }
  const [status, problem] = await served.run({ command: "1 + nosuch(2)" });
  assertEquals([status, problem.type, problem.position], [422, "/obs/problems#command", 4]);
  // What a form of another site can send.
  for (const type of ["text/plain", "application/x-www-form-urlencoded"]) {
    const answer = await served.post({ command: "1" }, { "Content-Type": type });
    assertEquals(answer.status, 415, type);
    await answer.body?.cancel();
  }
  const foreign = await served.post({ command: "1" }, { "Sec-Fetch-Site": "cross-site" });
  assertEquals(foreign.status, 403);
  await foreign.body?.cancel();
  const put = await fetch(new URL("console", served.url), { method: "PUT", body: "x" });
  assertEquals([put.status, put.headers.get("allow")], [405, "GET, HEAD, POST"]);
  await put.body?.cancel();
});

Deno.test("/console needs the token, and gives it on to the array server", async () => {
  await using served = await station("secret-token");
  const answer = await served.post({ command: "1 + 1" }, { Authorization: "" });
  assertEquals(answer.status, 401);
  await answer.body?.cancel();
  const [status, { result }] = await served.run({ command: "1 + 1" });
  assertEquals([status, result.data], [200, [2]]);
});

Deno.test("GET /console is a page that is true without script", async () => {
  await using served = await station();
  const answer = await fetch(new URL("console", served.url));
  const text = await answer.text();
  assertEquals(answer.status, 200);
  assert(text.includes("<noscript>") && text.includes('href="/obs/pictures/"'), text);
});
