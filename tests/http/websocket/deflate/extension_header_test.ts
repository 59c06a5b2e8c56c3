import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../../net/errors.ts";
import {
  formatExtensions,
  parseExtensions,
} from "../../../../http/websocket/deflate/extension_header.ts";

Deno.test("parseExtensions() reads lists, parameters and quoted values (RFC 6455 section 9.1)", () => {
  assertEquals(parseExtensions(""), []);
  assertEquals(parseExtensions(" , foo ,, bar;baz=2 "), [
    { name: "foo", parameters: [] },
    { name: "bar", parameters: [["baz", "2"]] },
  ]);
  assertEquals(
    parseExtensions('permessage-deflate; client_max_window_bits ;Server_Max_Window_Bits="1\\0"'),
    [{
      name: "permessage-deflate",
      parameters: [["client_max_window_bits", true], ["server_max_window_bits", "10"]],
    }],
  );
});

Deno.test("parseExtensions() refuses what the grammar does not have", () => {
  const wrong = ["a b", "a;", "a;=1", "a;b=", 'a;b="x y"', 'a;b="', "a;b=1 c", "é", ";a"];
  for (const value of wrong) {
    assertThrows(() => parseExtensions(value), ProtocolError, undefined, value);
  }
  assertThrows(() => parseExtensions("a,".repeat(40)), ProtocolError);
  assertThrows(() => parseExtensions("a" + ";b".repeat(40)), ProtocolError);
});

Deno.test("formatExtensions() writes what parseExtensions() reads", () => {
  const value = "permessage-deflate; server_no_context_takeover; client_max_window_bits=9, x-other";
  assertEquals(formatExtensions(parseExtensions(value)), value);
});
