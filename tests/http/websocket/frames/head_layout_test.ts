import { assertEquals } from "@std/assert";
import { frameHeadSize, writeFrameHead } from "../../../../http/websocket/frames/head_layout.ts";

Deno.test("writeFrameHead() writes lengths in the fewest bytes (RFC 6455 section 5.2)", () => {
  const cases: [length: number, key: number | undefined, hex: string][] = [
    [0, undefined, "8200"],
    [5, 0x3d21fa37, "828537fa213d"],
    [125, undefined, "827d"],
    [126, undefined, "827e007e"],
    [256, undefined, "827e0100"],
    [65_535, undefined, "827effff"],
    [65_536, undefined, "827f0000000000010000"],
    [2 ** 32 + 5, 0xffffffff, "82ff0000000100000005ffffffff"],
    [2 ** 53 - 1, undefined, "827f001fffffffffffff"],
  ];
  for (const [length, key, hex] of cases) {
    const target = new Uint8Array(20).fill(0xee);
    const end = writeFrameHead(target, 1, { firstByte: 0x82, length, key });
    assertEquals(target.subarray(1, end).toHex(), hex);
    assertEquals(end - 1, frameHeadSize(length, key !== undefined));
    assertEquals([target[0], target[end]], [0xee, 0xee]);
  }
});
