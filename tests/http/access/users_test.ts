import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { hashPassword, Users } from "../../../http/access/users.ts";
import { withUsers } from "../../../http/access/with_users.ts";
import { serveHttp } from "../../../http/server/serve_http.ts";
import { FormatError } from "../../../net/errors.ts";

const basic = (text: string) => `Basic ${new TextEncoder().encode(text).toBase64()}`;

/** The hash of `sun` with the salt of sixteen zeros, as `hashlib.scrypt` of Python has it. */
const SUN = "scrypt:14:AAAAAAAAAAAAAAAAAAAAAA:Na1YGdPHsi0MY-BEx-lPE9zQoDhCTq8GWObRqUP7Z6k";

Deno.test("Users lets in who knows a password, and nobody else", async () => {
  const users = new Users([`ada:${SUN}`, `b\xf6b:${await hashPassword("p\xe4:ss")}`]);
  const cases: [field: string | undefined, right: boolean][] = [
    [basic("ada:sun"), true],
    [basic("ada:sun").replace("Basic", "basic "), true],
    [basic("b\xf6b:p\xe4:ss"), true],
    [basic("b\xf6b:pa\u0308:ss"), true],
    [basic("ada:Sun"), false],
    [basic("ada:"), false],
    [basic("ada"), false],
    [basic("eve:sun"), false],
    [basic(":"), false],
    ["Basic", false],
    ["Basic /w==", false],
    ["Basic %%%", false],
    ["Bearer sun", false],
    [undefined, false],
  ];
  for (const [field, right] of cases) assertEquals(await users.check(field), right, field);
  // A right one is known from then on, and a wrong one is not.
  for (const [field, right] of cases) assertEquals(await users.check(field), right, field);
});

Deno.test("hashPassword() salts, and Users refuses what is no hash without showing it", async () => {
  const [one, other] = [await hashPassword("sun"), await hashPassword("sun")];
  assertMatch(one, /^scrypt:14:[\w-]{22}:[\w-]{43}$/);
  assert(one !== other);
  for (
    const line of [
      "ada",
      "ada:sun",
      ":x",
      `ada:${one.replace("14", "30")}`,
      `${one}`,
      "a:scrypt:14:AAAAAAAA:",
    ]
  ) {
    const error = assertThrows(() => new Users([line]), FormatError);
    assertEquals(
      error.message,
      "Cannot read user 1: expected NAME:HASH, as 'heliograph hash NAME' prints it",
    );
  }
});

Deno.test("Users checks no more passwords than it can at one time", async () => {
  const users = new Users([`ada:${SUN.replace("14", "10")}`]);
  const checks = Array.from({ length: 70 }, (_, i) => users.check(basic(`ada:${i}`)));
  const found = await Promise.all(checks);
  assertEquals(found.filter((right) => right === false).length, 64);
  assertEquals(found.filter((right) => right === undefined).length, 6);
});

Deno.test("withUsers() answers 401 with a challenge, and passes on who may come in", async () => {
  const handler = withUsers([`ada:${SUN}`], () => ({ status: 200, body: "sun" }));
  await using server = await serveHttp({ port: 0 }, handler);
  const ask = async (headers: Record<string, string>) => {
    const response = await fetch(server.url, { headers });
    const challenge = response.headers.get("www-authenticate");
    return [response.status, challenge, await response.text()];
  };
  const challenge = 'Basic realm="heliograph", charset="UTF-8"';
  assertEquals(await ask({}), [401, challenge, "401 Unauthorized: a password is wanted\n"]);
  assertEquals(
    await ask({ Authorization: basic("ada:x") }),
    [401, challenge, "401 Unauthorized: the password is wrong\n"],
  );
  assertEquals(await ask({ Authorization: basic("ada:sun") }), [200, null, "sun"]);
});
