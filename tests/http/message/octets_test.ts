import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  consistsOf,
  decodeLatin1,
  encodeLatin1,
  encodeLatin1Into,
  FIELD_VALUE,
  LOWER,
  quoted,
  TARGET,
  TOKEN,
} from "../../../http/message/octets.ts";

const ALL = new Uint8Array(256).map((_, octet) => octet);

Deno.test("decodeLatin1() and encodeLatin1() keep every octet, those of windows-1252 too", () => {
  const text = decodeLatin1(ALL);
  assertEquals(text.length, 256);
  assert([...text].every((char, octet) => char.charCodeAt(0) === octet));
  assertEquals(encodeLatin1(text), ALL);
  assertEquals(decodeLatin1(ALL, 65, 70), "ABCDE");
  assertEquals(decodeLatin1(ALL.subarray(65), 1, 3), "BC");
});

Deno.test("encodeLatin1Into() writes where it is told, and never less than all", () => {
  const memory = new Uint8Array(6);
  assertEquals(encodeLatin1Into("a\xff", memory, 2), 4);
  assertEquals([...memory], [0, 0, 97, 255, 0, 0]);
  assertEquals(encodeLatin1Into("", memory, 6), 6);
  assertThrows(() => encodeLatin1Into("abc", memory, 4), RangeError, "3 bytes into 2");
});

Deno.test("the tables name the octets of RFC 9110 and RFC 3986", () => {
  const named = (table: Uint8Array) => decodeLatin1(ALL.filter((octet) => table[octet] === 1));
  const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const sorted = (text: string) => [...text].sort().join("");
  assertEquals(named(TOKEN), sorted("!#$%&'*+-.^_`|~" + letters + letters.slice(10).toLowerCase()));
  assertEquals([named(FIELD_VALUE).length, FIELD_VALUE[9], FIELD_VALUE[127]], [256 - 32, 1, 0]);
  assertEquals([TARGET[32], TARGET[35], TARGET[127], TARGET[128]], [0, 0, 0, 1]);
  assertEquals(decodeLatin1(LOWER.slice(64, 92)), "@abcdefghijklmnopqrstuvwxyz[");
});

Deno.test("consistsOf() wants every character in the table, and one at least", () => {
  assertEquals(["abc", "", "a b", "\u0141"].map((text) => consistsOf(text, TOKEN)), [
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("quoted() shows text on one line and not without end", () => {
  assertEquals(quoted('a"\r\n\0\x7f\x9f\xa0'), '"a\\"\\r\\n\\u0000\\u007f\\u009f\xa0"');
  assertEquals(quoted("x".repeat(100)), `"${"x".repeat(60)}…"`);
});
