import { assertEquals } from "@std/assert";
import { terminalBytes } from "../../../commands/program/streams.ts";

Deno.test("terminalBytes() lets no control through, be it cut between two pieces", () => {
  const shown = terminalBytes();
  const text = (...bytes: number[]) => new TextDecoder().decode(shown(Uint8Array.from(bytes)));
  assertEquals(text(0x61, 0x1b, 0x5b, 0x32, 0x4a, 0x09, 0x0a), "a?[2J\t\n");
  assertEquals(text(0xc2), "");
  assertEquals(text(0x9b, 0xc3), "?");
  assertEquals(text(0xa9, 0x0d, 0x0a, 0x7f), "é\n?");
  assertEquals(text(0x9b, 0xff), "\ufffd\ufffd");
});
