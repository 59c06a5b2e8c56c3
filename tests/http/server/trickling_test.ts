/** A head that comes byte by byte costs no more reads of memory than a few for each byte. */

import { assert, assertEquals } from "@std/assert";
import { encodeLatin1 } from "../../../http/message/octets.ts";
import { RequestHeadParser } from "../../../http/message/request_head.ts";
import { ResponseHeadParser } from "../../../http/message/response_head.ts";

/** Bytes that count how often one of them is looked at. */
function counted(text: string): { bytes: Uint8Array; reads: () => number } {
  let reads = 0;
  const bytes = new Proxy(encodeLatin1(text), {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) reads++;
      return Reflect.get(target, key, target);
    },
  });
  return { bytes, reads: () => reads };
}

Deno.test("parsers never go through what they have seen again", () => {
  const many = "Name: value\r\n".repeat(190);
  const long = `Name: ${"v".repeat(20_000)}`;
  const cases: [name: string, text: string, parser: "request" | "response"][] = [
    ["request line", "GET /" + "a".repeat(15_000), "request"],
    ["request fields", "GET / HTTP/1.1\r\n" + many, "request"],
    ["request field", "GET / HTTP/1.1\r\n" + long, "request"],
    ["response fields", "HTTP/1.1 200 OK\r\n" + many, "response"],
    ["response field", "HTTP/1.1 200 OK\r\n" + long, "response"],
  ];
  for (const [name, text, kind] of cases) {
    const { bytes, reads } = counted(text);
    const parser = kind === "request" ? new RequestHeadParser() : new ResponseHeadParser();
    for (let end = 1; end <= text.length; end++) {
      assertEquals(parser.parse(bytes, 0, end), undefined);
    }
    // Once in the search for the line's end, and some when the line is taken apart; a
    // parser that began anew would need thousands for each.
    assert(reads() < 12 * text.length, `${name}: ${reads() / text.length} reads for each byte`);
  }
});
