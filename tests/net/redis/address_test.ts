import { assertEquals, assertThrows } from "@std/assert";
import { HeliographError } from "../../../net/errors.ts";
import { parseQueueUrl } from "../../../net/redis/address.ts";

Deno.test("parseQueueUrl() reads host, port, name and who asks", () => {
  const none = { user: undefined, password: undefined };
  assertEquals(parseQueueUrl("redis://localhost/sun"), {
    ...{ hostname: "localhost", port: 6379, tls: false, name: "sun", ...none },
    shown: "redis://localhost:6379/sun",
  });
  assertEquals(parseQueueUrl("rediss://u:p%40w@[::1]:1/a.B_c-9"), {
    ...{ hostname: "::1", port: 1, tls: true, name: "a.B_c-9", user: "u", password: "p@w" },
    shown: "rediss://[::1]:1/a.B_c-9",
  });
});

Deno.test("parseQueueUrl() shows no password where the URL is wrong", () => {
  const cases = [
    ...["http://u:secret@h/q", "redis:secret", "redis:///q", "redis://u:secret@h", "secret"],
    ...["redis://u:secret@h/a/b", "redis://h/q?secret", "redis://h/%7bsecret", "redis://h/"],
    `redis://u:secret@h/${"x".repeat(65)}`,
  ];
  for (const text of cases) {
    const { message } = assertThrows(() => parseQueueUrl(text), HeliographError);
    assertEquals(/^Cannot read the URL of the queue: /.test(message), true, message);
    assertEquals(message.includes("secret"), false, message);
  }
});

Deno.test("parseQueueUrl() says that a percent sign of a password must be encoded", () => {
  for (const text of ["redis://u:100%secret@h/q", "redis://se%cret:p@h/q", "redis://u:%ff@h/q"]) {
    const { message } = assertThrows(() => parseQueueUrl(text), HeliographError);
    assertEquals(
      message,
      "Cannot read the URL of the queue: its user or password has a % without two digits behind " +
        "it, expected %25",
    );
  }
});
