import { assertEquals } from "@std/assert";
import { closeText } from "../../../commands/ws/close_text.ts";

Deno.test("closeText() has the peer's reason, else what the code means, else the code alone", () => {
  const words = (code: number, reason = "") => closeText({ code, reason, clean: true });
  assertEquals(words(1000), "1000 (normal closure)");
  assertEquals(words(1006), "1006 (the connection was lost without a closing handshake)");
  assertEquals(words(1000, "enough"), "1000 (enough)");
  assertEquals(words(4001), "4001");
  assertEquals(words(4001, "x"), "4001 (x)");
});
