import { assertEquals } from "@std/assert";
import { FrameHeadParser } from "../../../../http/websocket/frames/head_parser.ts";

Deno.test("push() reads heads one after the other, with lengths of all three forms", () => {
  const head = new FrameHeadParser(true, true);
  const heads: [hex: string, first: number, length: number, key: number][] = [
    ["c18001020304", 0xc1, 0, 0x04030201],
    ["82fe007eff00ff00", 0x82, 126, 0x00ff00ff],
    ["82ff000000010000000011223344", 0x82, 2 ** 32, 0x44332211],
  ];
  for (const [hex, first, length, key] of heads) {
    const bytes = Uint8Array.fromHex(hex);
    const complete = Array.from(bytes, (byte) => head.push(byte, false));
    assertEquals(complete.indexOf(true), bytes.length - 1);
    assertEquals([head.first, head.length, head.key, head.begun], [first, length, key, false]);
  }
});

Deno.test("push() finds a fault at the byte that shows it", () => {
  const faults: [hex: string, inMessage: boolean, at: number, fault: string][] = [
    ["8300", false, 1, "opcode 3 is reserved"],
    ["9100", false, 1, "a reserved bit is set that no extension defines here"],
    ["0900", false, 1, "a control frame is fragmented"],
    ["8000", false, 1, "a continuation frame without a message"],
    ["8100", true, 1, "a new message begins before the last fragment of the one before"],
    ["8180", false, 1, "a server's frame is masked"],
    ["817e007d", false, 3, "a length of 125 is written in 2 bytes"],
    ["817f8000000000000000", false, 9, "a length has its highest bit set"],
  ];
  for (const [hex, inMessage, at, fault] of faults) {
    const head = new FrameHeadParser(false, false);
    const bytes = Uint8Array.fromHex(hex);
    for (let i = 0; i <= at; i++) {
      assertEquals(head.fault, undefined, hex);
      assertEquals(head.push(bytes[i]!, inMessage), false, hex);
    }
    assertEquals(head.fault, fault, hex);
  }
});
