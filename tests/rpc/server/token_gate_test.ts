import { createHash, timingSafeEqual } from "node:crypto";
import { assertEquals } from "../../support/assert.ts";
import { TokenGate } from "../../../rpc/server/token_gate.ts";

Deno.test("TokenGate opens for the token alone", () => {
  const gate = new TokenGate("sesame");
  assertEquals(gate.check("sesame", "a"), "open");
  for (const token of [undefined, "", "sesam", "sesame ", "SESAME", "\0sesame"]) {
    assertEquals(gate.check(token, "a"), "wrong");
  }
  assertEquals(new TokenGate("").check(undefined, "a"), "wrong");
});

Deno.test("TokenGate compares no more tokens of an address after ten wrong ones, for a minute", () => {
  let now = 0;
  const gate = new TokenGate("sesame", { now: () => now });
  for (let i = 0; i < 10; i++) assertEquals(gate.check("guess", "a"), "wrong");
  assertEquals(gate.check("sesame", "a"), "too many");
  assertEquals(gate.check("sesame", "b"), "open");
  now = 59_999;
  assertEquals(gate.check("sesame", "a"), "too many");
  now = 60_000;
  assertEquals(gate.check("sesame", "a"), "open");
});

Deno.test("TokenGate remembers a bounded number of addresses", () => {
  const gate = new TokenGate("sesame", { now: () => 0 });
  for (let i = 0; i < 10; i++) gate.check("guess", "first");
  for (let i = 0; i < 10_000; i++) gate.check("guess", `address ${i}`);
  assertEquals(gate.check("guess", "first"), "wrong");
});

Deno.test("TokenGate compares digests alone, once for each token, whatever it looks like", () => {
  const digest = (text: string) => createHash("sha256").update(text).digest("hex");
  const compared: [string, string][] = [];
  const gate = new TokenGate("sesame", {
    equal: (one, other) => {
      compared.push([one.toHex(), other.toHex()]);
      return timingSafeEqual(one, other);
    },
  });
  const tokens = [
    undefined,
    "",
    "s",
    "sesam",
    "xesame",
    "sesamx",
    "sesame",
    "sesame".repeat(9_999),
  ];
  for (const [i, token] of tokens.entries()) {
    assertEquals(gate.check(token, `${i}`), token === "sesame" ? "open" : "wrong");
  }
  assertEquals(compared, tokens.map((token) => [digest(token ?? ""), digest("sesame")]));
});
