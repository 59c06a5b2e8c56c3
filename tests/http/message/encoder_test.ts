import { assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../net/errors.ts";
import { HeaderFields } from "../../../http/message/header_fields.ts";
import { encodeRequestHead, encodeResponseHead } from "../../../http/message/encoder.ts";
import { decodeLatin1 } from "../../../http/message/octets.ts";

Deno.test("encodeResponseHead() and encodeRequestHead() write one head", () => {
  const fields = new HeaderFields({ Host: "a:81", "X-High": "\xfc" });
  assertEquals(
    decodeLatin1(encodeRequestHead("GET", "/a?b", fields)),
    "GET /a?b HTTP/1.1\r\nHost: a:81\r\nX-High: \xfc\r\n\r\n",
  );
  assertEquals(
    decodeLatin1(encodeResponseHead(404, new HeaderFields({ Date: "x" }))),
    "HTTP/1.1 404 Not Found\r\nDate: x\r\n\r\n",
  );
  assertEquals(decodeLatin1(encodeResponseHead(299, new HeaderFields())), "HTTP/1.1 299 \r\n\r\n");
  for (const status of [99, 600, 200.5, NaN]) {
    assertThrows(() => encodeResponseHead(status, fields), FormatError, "expected 100 to 599");
  }
  assertThrows(() => encodeResponseHead(200, fields, "a\r\nb"), FormatError, "expected one line");
  assertThrows(() => encodeRequestHead("G T", "/", fields), FormatError, "expected a word");
  for (const target of ["", "/a b", "/a\r\nX: y", "/#a", "/\u0100"]) {
    assertThrows(() => encodeRequestHead("GET", target, fields), FormatError, "Cannot ask for");
  }
});
