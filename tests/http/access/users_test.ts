import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { scryptSync } from "node:crypto";
import { hashPassword, Users } from "../../../http/access/users.ts";
import { withUsers } from "../../../http/access/with_users.ts";
import { serveHttp } from "../../../http/server/serve_http.ts";
import { FormatError } from "../../../net/errors.ts";

const basic = (text: string) => `Basic ${new TextEncoder().encode(text).toBase64()}`;

/** The hash of `sun` with the salt of sixteen zeros, as `hashlib.scrypt` of Python has it. */
const SUN = "scrypt:14:AAAAAAAAAAAAAAAAAAAAAA:Na1YGdPHsi0MY-BEx-lPE9zQoDhCTq8GWObRqUP7Z6k";

/** The user ada with the password `sun`, by a hash that costs less. */
const CHEAP = (() => {
  const hash = scryptSync("sun", new Uint8Array(16), 32, { N: 1_024, r: 8, p: 1 });
  const text = new Uint8Array(hash).toBase64({ alphabet: "base64url", omitPadding: true });
  return `ada:scrypt:10:${"A".repeat(22)}:${text}`;
})();

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
  // One is checked, 64 wait.
  assertEquals(found.filter((right) => right === false).length, 65);
  assertEquals(found.filter((right) => right === undefined).length, 5);
});

Deno.test("Users has whoever sends wrong passwords wait for all others", async () => {
  const users = new Users([CHEAP]);
  const order: string[] = [];
  const from = (address: string, word: string) =>
    users.check(basic(`ada:${word}`), address).then((right) => order.push(`${address} ${right}`));
  // One wrong password each, so that it is known where they come from.
  for (const address of ["10.0.0.1", "10.0.0.2"]) await from(address, "x");
  order.length = 0;
  const flood = ["10.0.0.1", "10.0.0.2"].flatMap((address) =>
    Array.from({ length: 20 }, (_, i) => from(address, `wrong ${i}`))
  );
  const honest = from("10.0.0.3", "sun");
  await honest;
  // The one that was being checked comes first.
  assertEquals(order, ["10.0.0.1 false", "10.0.0.3 true"]);
  await Promise.all(flood);
  assertEquals(order.length, 41);
});

Deno.test("Users has room for who comes new when others have taken all of it", async () => {
  const users = new Users([CHEAP]);
  const addresses = Array.from({ length: 5 }, (_, i) => `2001:db8:0:${i}::1`);
  for (const address of addresses) await users.check(basic("ada:x"), address);
  const flood = addresses.flatMap((address) =>
    Array.from({ length: 64 }, (_, i) => users.check(basic(`ada:${i}`), address))
  );
  assertEquals(await users.check(basic("ada:sun"), "10.0.0.3"), true);
  const found = await Promise.all(flood);
  assertEquals(found.filter((right) => right === undefined).length, 320 - 256);
  // The hosts of one network of IPv6 are one client.
  const same = Array.from(
    { length: 70 },
    (_, i) => users.check(basic(`ada:${i}`), `2001:db8::${i.toString(16)}`),
  );
  assertEquals((await Promise.all(same)).filter((right) => right === undefined).length, 5);
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
