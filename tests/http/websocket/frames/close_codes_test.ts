import { assertEquals } from "@std/assert";
import {
  FormatError,
  HeliographError,
  LimitError,
  ProtocolError,
  TimeoutError,
} from "../../../../net/errors.ts";
import {
  closeCodeOf,
  closePayload,
  closeReasonOf,
  fittingReason,
  isCloseCode,
} from "../../../../http/websocket/frames/close_codes.ts";

Deno.test("isCloseCode() allows the registered codes and the two free ranges", () => {
  const allowed: number[] = [];
  for (let code = 0; code <= 65_535; code++) if (isCloseCode(code)) allowed.push(code);
  const expected = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
  for (let code = 3000; code <= 4999; code++) expected.push(code);
  assertEquals(allowed, expected);
});

Deno.test("closeCodeOf() and closeReasonOf() tell the peer what an error means, and nothing of a fault", () => {
  const cases: [Error, number, string][] = [
    [new ProtocolError("broken"), 1002, "broken"],
    [new FormatError("not UTF-8"), 1007, "not UTF-8"],
    [new LimitError("too long"), 1009, "too long"],
    [new TimeoutError("late"), 1011, "late"],
    [new HeliographError("x".repeat(200)), 1011, "x".repeat(123)],
    [new TypeError("/home/secret"), 1011, ""],
  ];
  for (const [error, code, reason] of cases) {
    assertEquals([closeCodeOf(error), closeReasonOf(error)], [code, reason]);
  }
});

Deno.test("fittingReason() cuts at a character's end", () => {
  assertEquals(fittingReason("é".repeat(70)), "é".repeat(61));
  assertEquals(fittingReason("bye"), "bye");
});

Deno.test("closePayload() puts the code before a reason that fits, and nothing for 1005", () => {
  assertEquals(closePayload(1005, "dropped"), new Uint8Array(0));
  assertEquals(closePayload(1000, ""), new Uint8Array([0x03, 0xe8]));
  assertEquals(closePayload(4999, "bye"), new Uint8Array([0x13, 0x87, 0x62, 0x79, 0x65]));
  assertEquals(closePayload(1002, "é".repeat(70)).length, 124);
  assertEquals(closePayload(1002, "e".repeat(200)).length, 125);
});
