import { assert, assertEquals } from "@std/assert";
import { LineBytes } from "../../../net/text/line_bytes.ts";
import { shortFloat } from "../../../net/text/short_float.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";

Deno.test("LineBytes writes texts, characters and numbers one behind the other", () => {
  const lines = new LineBytes();
  lines.text("a ");
  lines.integer(-4_294_967_295);
  lines.byte(0x2c);
  lines.text("\ufeffé𝔾\u{1f680}");
  lines.byte(0x0a);
  assertEquals(lines.length, 28);
  assertEquals(lines.take(), "a -4294967295,\ufeffé𝔾\u{1f680}\n");
  assertEquals(lines.length, 0);
  assertEquals(lines.take(), "");
});

Deno.test("LineBytes grows with what is written, wherever its memory ends", () => {
  const lines = new LineBytes();
  let expected = "";
  for (let i = 0; i < 40_000; i++) {
    lines.integer(i);
    lines.text(i % 7 === 0 ? "é" : "x");
    lines.byte(0x20);
    expected += `${i}${i % 7 === 0 ? "é" : "x"} `;
  }
  lines.text("é".repeat(300_000));
  assertEquals(lines.take(), expected + "é".repeat(300_000));
});

/** Whether a number is written by its decimal of fifteen figures, and what then. */
function short(value: number): string | undefined {
  const lines = new LineBytes();
  const written = lines.shortDouble(value);
  const text = lines.take();
  if (!written) assertEquals(text, "");
  return written ? text : undefined;
}

Deno.test("LineBytes.shortDouble() writes what String() does, or nothing", () => {
  for (
    const value of [0, 1, -1, 0.1, -0.5, 1e-5, 1.00001, 123456.789, 999999999999999, 0.3, 1 / 8] //
  ) assertEquals(short(value), String(value));
  assertEquals(short(9999.99999999999), "9999.99999999999");
  assertEquals(short(0.00001234567890123), "0.00001234567890123");
  for (const value of [1 / 3, 0.1 + 0.2, 1e15, 9.99e-6, 1e300, 5e-324, Math.PI]) {
    assertEquals(short(value), undefined);
  }
});

Deno.test("LineBytes writes numbers as their texts are", async () => {
  const single = new Float32Array(1);
  const bits = new Uint32Array(single.buffer);
  const lines = new LineBytes();
  let tried = 0;
  await fuzz(fuzzRounds(50_000, 2_000_000), 53_000, (random) => {
    bits[0] = random.integer(0, 0xffff_ffff);
    for (const value of [single[0]!, Math.fround(random.integer(0, 1e7) / random.pick([3, 10]))]) {
      if (!Number.isFinite(value) || Object.is(value, -0)) continue;
      lines.float(value);
      assertEquals(lines.take(), shortFloat(value));
    }
    const decimal = (random.integer(0, 9e15) - 4.5e15) / 10 ** random.integer(0, 18);
    for (const value of [decimal, Number(decimal.toPrecision(random.integer(1, 15)))]) {
      if (Object.is(value, -0) || !lines.shortDouble(value)) continue;
      assertEquals(lines.take(), String(value));
      tried++;
    }
    const whole = random.integer(-1e15 + 1, 1e15 - 1);
    lines.integer(Math.trunc(whole / 10 ** random.integer(0, 14)) + 0);
    assert(Number.isInteger(Number(lines.take())));
  });
  assert(tried > 20_000, `${tried}`);
});
