import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { FormatError } from "../../../net/errors.ts";
import { differenceOf, parseRecord, recordOf } from "../../../rpc/map/plan.ts";
import type { MapWork } from "../../../rpc/map/work.ts";

const WORK: MapWork = { expression: "mean(data)", header: [], format: "npy", jobTime: 10 };

Deno.test("a record is read as it was written", async () => {
  const record = await recordOf({ ...WORK, hdu: 1, section: "1:2", save: "d" }, ["*.fits"], 3);
  assertEquals(parseRecord(JSON.stringify(record), "r.map"), record);
  assertMatch(record.id, /^[0-9a-f]{16}$/);
  assertMatch(record.inputs, /^[0-9a-f]{64}$/);
});

Deno.test("differenceOf() names what is not the same", async () => {
  const there = await recordOf(WORK, ["a", "b"], 2);
  const cases: [Partial<MapWork>, string[], string | undefined][] = [
    [{ jobTime: 20 }, ["a", "b"], undefined],
    [{ expression: "1" }, ["a", "b"], 'the expression was "mean(data)", now it is "1"'],
    [{ hdu: 2 }, ["a", "b"], "--hdu was none, now it is 2"],
    [{ section: "1:2" }, ["a", "b"], '--section was none, now it is "1:2"'],
    [{ header: ["X"] }, ["a", "b"], '--header was [], now it is ["X"]'],
    [{ save: "d" }, ["a", "b"], '--save was none, now it is "d"'],
    [{ format: "fits" }, ["a", "b"], '--format was "npy", now it is "fits"'],
    [{}, ["b", "a"], "the inputs are named in another way"],
  ];
  for (const [change, names, difference] of cases) {
    assertEquals(differenceOf(there, await recordOf({ ...WORK, ...change }, names, 0)), difference);
  }
});

Deno.test("parseRecord() refuses what is none", async () => {
  const record = await recordOf(WORK, ["a"], 1);
  const cases: [string, string][] = [
    ["{", "it is no JSON"],
    ["7", "it is no object"],
    ["null", "it is no object"],
    ['{"version":2}', "its version is 2"],
    ['{"version":1}', "a member is missing or of another type"],
    [JSON.stringify({ ...record, id: "../x" }), "a member is missing or of another type"],
    [JSON.stringify({ ...record, total: -1 }), "a member is missing or of another type"],
  ];
  for (const [text, found] of cases) {
    const { message } = assertThrows(() => parseRecord(text, "r.map"), FormatError);
    assertEquals(message, `Cannot read 'r.map': ${found}, expected what rpc map has written`);
  }
});
