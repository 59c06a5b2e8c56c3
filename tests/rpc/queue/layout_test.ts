import { assertEquals } from "@std/assert";
import { optionsText, QueueKeys, readEntry, readWork } from "../../../rpc/queue/layout.ts";
import type { MapWork } from "../../../rpc/map/work.ts";

Deno.test("the keys of a queue stand in one slot of a cluster", () => {
  const keys = new QueueKeys("sun");
  assertEquals(
    [keys.jobs, keys.workers, keys.maps, keys.frames, keys.map("1"), keys.done("1")],
    [
      ...["hg:{sun}:jobs", "hg:{sun}:workers", "hg:{sun}:maps", "hg:{sun}:frames"],
      ...["hg:{sun}:map:1", "hg:{sun}:done:1"],
    ],
  );
  assertEquals(keys.results("1"), "hg:{sun}:results:1");
});

Deno.test("readEntry() reads a job, or says what is wrong with it", () => {
  const map = "0123456789abcdef";
  const good = { v: "1", m: map, i: "17", u: "a.fits" };
  const read = (fields: Record<string, string>) =>
    readEntry({ id: "1-1", fields: new Map(Object.entries(fields)) });
  assertEquals(read(good), { id: "1-1", map, number: 17, input: "a.fits" });
  const cases: [Partial<Record<keyof typeof good, string>>, string][] = [
    [{ v: "2" }, 'its version v is "2", expected 1'],
    [{ m: "../x" }, 'its map m is "../x", expected 16 digits'],
    [{ i: "0" }, 'its number i is "0", expected one'],
    [{ i: "1e3" }, 'its number i is "1e3", expected one'],
    [{ i: "999999999" }, 'its number i is "999999999", expected one'],
    [{ u: "" }, "it has no input u"],
  ];
  for (const [change, wrong] of cases) {
    assertEquals((read({ ...good, ...change }) as { wrong: string }).wrong, wrong);
  }
  assertEquals(read({}), {
    ...{ id: "1-1", map: undefined, number: undefined },
    wrong: "its version v is missing, expected 1",
  });
});

Deno.test("readWork() reads what optionsText() writes, and refuses the rest", () => {
  const work: MapWork = { expression: "1", hdu: 2, header: ["A"], format: "fits", jobTime: 5 };
  const read = readWork("1", optionsText(work, 3));
  assertEquals(typeof read === "object" && [read.work.hdu, read.work.header, read.tries], [
    ...[2, ["A"], 3],
  ]);
  const cases: [string, string][] = [
    ["{", "its options are no JSON"],
    ["null", "its options are no object"],
    ["7", "its options are no object"],
    ['{"header":[],"format":"png","jobTime":1,"tries":1}', 'its option format is "\\"png\\""'],
    ['{"header":[1],"format":"npy","jobTime":1,"tries":1}', 'its option header is "[1]"'],
    ['{"header":[],"format":"npy","jobTime":-1,"tries":1}', 'its option jobTime is "-1"'],
    ['{"header":[],"format":"npy","jobTime":1,"tries":0}', 'its option tries is "0"'],
    ['{"header":[],"format":"npy","jobTime":1,"tries":1,"save":1}', 'its option save is "1"'],
  ];
  for (const [text, wrong] of cases) assertEquals(readWork("1", text), wrong);
});
