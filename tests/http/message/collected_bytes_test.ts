import { assert, assertEquals } from "@std/assert";
import { CollectedBytes } from "../../../http/message/collected_bytes.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";

Deno.test("room() gives memory for what has arrived, not for what is announced", () => {
  const cases: [arrived: number, announced: number, total: number | undefined, room: number][] = [
    [0, 100, 100, 100],
    [0, 1 << 30, 1 << 30, 262_144],
    [262_144, 1 << 29, 1 << 30, 15 * 262_144],
    [262_144, 1 << 20, (1 << 20) + 262_144, 1 << 20],
    [0, 100, undefined, 100],
    [0, 1 << 30, undefined, 262_144],
    [262_144, 1 << 30, undefined, 3 * 262_144],
    [1 << 20, 1 << 30, undefined, 1 << 20],
  ];
  for (const [arrived, announced, total, expected] of cases) {
    const collected = new CollectedBytes();
    if (arrived > 0) collected.append(new Uint8Array(arrived), total);
    assertEquals(collected.room(announced, total).length, expected, `${arrived} of ${total}`);
  }
});

Deno.test("room() trusts a peer with as much as it has sent before", () => {
  const collected = new CollectedBytes(5_000_000);
  assertEquals(collected.room(4_000_000, 4_000_000).length, 4_000_000);
  assertEquals(new CollectedBytes(5_000_000).room(1 << 30, 1 << 30).buffer.byteLength, 5_000_000);
  assertEquals(new CollectedBytes(2 ** 40).room(1 << 30, 1 << 30).buffer.byteLength, 1 << 26);
});

Deno.test("take() gives what was put in, in memory of its own that is not much larger", async () => {
  await fuzz(fuzzRounds(200, 2_000), 1, (random) => {
    const bytes = random.bytes(random.integer(0, random.pick([10, 5_000, 600_000])));
    const total = random.next() < 0.5 ? bytes.length : undefined;
    const collected = new CollectedBytes(random.pick([0, 1_000_000]));
    for (const piece of random.split(bytes, 200_000)) {
      if (random.next() < 0.5) {
        collected.append(piece, total);
      } else {
        for (let at = 0; at < piece.length;) {
          const room = collected.room(piece.length - at, total);
          const part = piece.subarray(at, at + room.length);
          assert(room.length > 0 && room.length <= piece.length - at);
          room.set(part);
          collected.advance(part.length);
          at += part.length;
        }
      }
    }
    assertEquals(collected.length, bytes.length);
    const taken = collected.take();
    assert(taken.length === bytes.length && taken.every((byte, i) => byte === bytes[i]));
    assert(taken.buffer.byteLength <= 2 * bytes.length);
    assertEquals([collected.length, collected.take().length], [0, 0]);
  });
});
