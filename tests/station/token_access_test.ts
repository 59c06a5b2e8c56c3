import { assert, assertEquals, assertMatch } from "@std/assert";
import { serveHttp } from "../../http/server/serve_http.ts";
import { TokenAccess } from "../../station/token_access.ts";

const TOKEN = "not-a-secret-token";

/** A server that answers `in` to those who are let in. */
async function guarded(options: { now?: () => number; trustProxy?: boolean; token?: string } = {}) {
  const { now, trustProxy = false, token = TOKEN } = options;
  const access = new TokenAccess({ token, base: "/x", styles: [], trustProxy, now });
  const server = await serveHttp(
    { port: 0 },
    (request) => access.stop(request) ?? { status: 200, body: "in" },
  );
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(server.url + path.slice(1), { headers, redirect: "manual" });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  return { get, access, [Symbol.asyncDispose]: () => server.shutdown() };
}

const cookieOf = (headers: Headers) => headers.get("set-cookie")!.split(";")[0]!;

Deno.test("TokenAccess lets programs in that send the token, and nobody else", async () => {
  await using server = await guarded();
  const none = await server.get("/x/");
  assertEquals([none.status, none.headers.get("www-authenticate")], [
    401,
    'Bearer realm="heliograph"',
  ]);
  const wrong = await server.get("/x/", { Authorization: "Bearer something-else" });
  assertEquals([wrong.status, wrong.text.includes(TOKEN)], [401, false]);
  assertEquals((await server.get("/x/", { Authorization: `Bearer ${TOKEN}` })).text, "in");
});

Deno.test("TokenAccess gives a browser a cookie of its own, and an address without the token", async () => {
  await using server = await guarded();
  const page = await server.get("/x/view/a.fits", { Accept: "text/html" });
  assertEquals(page.status, 401);
  assertMatch(page.text, /<form method="get" action="\/x\/">[\s\S]*<input type="password"/);
  const first = await server.get(`/x/view/a.fits?hdu=1&token=${TOKEN}`);
  assertEquals([first.status, first.headers.get("location")], [303, "/x/view/a.fits?hdu=1"]);
  const field = first.headers.get("set-cookie")!;
  assertMatch(
    field,
    /^heliograph-\d+=\d+\.[\w-]+\.[\w-]{43}; Path=\/x\/; HttpOnly; SameSite=Strict$/,
  );
  assert(!field.includes(TOKEN));
  const cookie = cookieOf(first.headers);
  assertEquals((await server.get("/x/", { Cookie: `a=b; ${cookie}` })).text, "in");
  const another = cookieOf((await server.get(`/x/?token=${TOKEN}`)).headers);
  assert(another !== cookie);
  for (const bad of [cookie.slice(0, -1), cookie.replace(/=\d/, "=9"), cookie.split(".")[0]!]) {
    assertEquals((await server.get("/x/", { Cookie: bad })).status, 401, bad);
  }
  // Nowhere else than to this server.
  const away = await server.get(`//other.example/x?token=${TOKEN}`);
  assertEquals(away.headers.get("location"), "/other.example/x");
});

Deno.test("TokenAccess knows its cookies after a restart, but not with another token or too late", async () => {
  let time = 1_000_000;
  await using one = await guarded({ now: () => time });
  const cookie = cookieOf((await one.get(`/x/?token=${TOKEN}`)).headers);
  const value = cookie.split("=")[1]!;
  const ask = async (server: Awaited<ReturnType<typeof guarded>>) => {
    // The name has the port in it, which is another one here.
    const name = cookieOf((await server.get(`/x/?token=${TOKEN}`)).headers).split("=")[0];
    return (await server.get("/x/", { Cookie: `${name}=${value}` })).status;
  };
  await using again = await guarded({ now: () => time });
  assertEquals(await ask(again), 200);
  await using other = await guarded({ now: () => time, token: "another-token" });
  const name = cookieOf((await other.get("/x/?token=another-token")).headers).split("=")[0];
  assertEquals((await other.get("/x/", { Cookie: `${name}=${value}` })).status, 401);
  time += 31 * 24 * 3_600_000;
  assertEquals(await ask(again), 401);
});

Deno.test("TokenAccess answers 429 after ten wrong tokens a minute, to that address alone", async () => {
  let time = 0;
  await using server = await guarded({ now: () => time, trustProxy: true });
  const from = (address: string, token: string) =>
    server.get("/x/", {
      Authorization: `Bearer ${token}`,
      "X-Forwarded-For": `10.0.0.1, ${address}`,
    });
  for (let i = 0; i < 10; i++) assertEquals((await from("192.0.2.1", "wrong")).status, 401);
  const late = await from("192.0.2.1", TOKEN);
  assertEquals([late.status, late.headers.get("retry-after")], [429, "60"]);
  assertEquals((await from("192.0.2.2", TOKEN)).status, 200);
  time = 61_000;
  assertEquals((await from("192.0.2.1", TOKEN)).status, 200);
});
