import { assertEquals } from "@std/assert";
import { frameCases, type MessageCase, messageCases } from "../support/websocket/autobahn_cases.ts";
import { playFrames, playMessages, type Role, talkTo } from "../support/websocket/autobahn_run.ts";

const NONE = { offers: "", answer: "" };
const ROLES: Role[] = ["server", "client"];

/** Messages of each case; the interoperability tests send the suite's 1000. */
const FEW = 3;

/** Cases of more than 1 MiB are left to the interoperability tests. */
const LARGE = /^9\.[12]\.[456]$|^9\.[34]\.\d$/;

Deno.test("the table has the 517 cases of the Autobahn test suite, each once", () => {
  const ids = [...frameCases(), ...messageCases(FEW)].map(({ id }) => id);
  assertEquals([ids.length, new Set(ids).size], [517, 517]);
  const groups = ids.reduce<Record<string, number>>((sum, id) => {
    const group = id.split(".", 1)[0]!;
    return { ...sum, [group]: (sum[group] ?? 0) + 1 };
  }, {});
  assertEquals(groups, {
    1: 16,
    2: 11,
    3: 7,
    4: 10,
    5: 20,
    6: 145,
    7: 37,
    9: 54,
    10: 1,
    12: 90,
    13: 126,
  });
});

for (const role of ROLES) {
  Deno.test(`a ${role} passes the Autobahn cases of framing, control frames, UTF-8 and closing`, async () => {
    const cases = frameCases().filter(({ id }) => !LARGE.test(id));
    const answers = await talkTo(
      role,
      NONE,
      cases.map((test) => (probe) => playFrames(probe, test)),
    );
    for (const [i, { id, expected }] of cases.entries()) assertEquals(answers[i], expected, id);
  });

  Deno.test(`a ${role} passes the Autobahn cases of compression and of round trips`, async () => {
    const groups = new Map<string, MessageCase[]>();
    for (const test of messageCases(FEW)) {
      const key = `${test.offers}|${test.answer}`;
      groups.set(key, [...groups.get(key) ?? [], test]);
    }
    for (const cases of groups.values()) {
      const results = await talkTo(
        role,
        cases[0]!,
        cases.map((test) => (probe) => playMessages(probe, test, role)),
      );
      for (const [i, { id }] of cases.entries()) assertEquals(results[i], "close 1000", id);
    }
  });
}
