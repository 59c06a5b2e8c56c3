import { assertEquals } from "@std/assert";
import { AnswerCache } from "../../../station/api/answer_cache.ts";

Deno.test("AnswerCache keeps 64 MiB, what was asked for last longest, and no draft", () => {
  const cache = new AnswerCache();
  const answer = (bytes: number, draft = false) => ({
    type: "image/png",
    body: new Uint8Array(bytes),
    draft,
  });
  const mebi = 1 << 20;
  for (let i = 0; i < 20; i++) {
    cache.keep(`${i}`, answer(4 * mebi - 512));
    cache.get("0");
  }
  const kept = Array.from({ length: 20 }, (_, i) => i).filter((i) => cache.get(`${i}`));
  assertEquals(kept, [0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  assertEquals(cache.bytes <= 64 * mebi, true);
  cache.keep("large", answer(4 * mebi + 1));
  cache.keep("draft", answer(1, true));
  assertEquals([cache.get("large"), cache.get("draft")], [undefined, undefined]);
});
