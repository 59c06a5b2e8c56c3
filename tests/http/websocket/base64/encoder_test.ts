import { assertEquals } from "@std/assert";
import { base64Length, encodeBase64Into } from "../../../../http/websocket/base64/encoder.ts";

Deno.test("encodeBase64Into() writes the text of toBase64()", () => {
  const bytes = new Uint8Array(200_000).map((_, i) => i * 31);
  const target = new Uint8Array(base64Length(bytes.length));
  assertEquals(encodeBase64Into(bytes, target), target.length);
  assertEquals(new TextDecoder().decode(target), bytes.toBase64());
});
