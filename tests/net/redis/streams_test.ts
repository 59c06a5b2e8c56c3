import { assertEquals } from "@std/assert";
import { entriesOf, entriesOfFirst, idBehind, isBefore } from "../../../net/redis/streams.ts";

Deno.test("entries are read from replies, whatever their form", () => {
  const entry = { id: "1-1", fields: new Map([["i", "7"]]) };
  assertEquals(entriesOf([["1-1", ["i", "7"]]]), [entry]);
  assertEquals(entriesOfFirst([["stream", [["1-1", ["i", "7"]]]]]), [entry]);
  for (const reply of [null, "x", 7, [], [null], [[]]]) assertEquals(entriesOf(reply), []);
  assertEquals(entriesOf([["1-1", null]]), [{ id: "1-1", fields: new Map() }]);
  assertEquals(entriesOfFirst(null), []);
});

Deno.test("ids have an order, and one behind each", () => {
  assertEquals(idBehind("5-18446744073709551614"), "5-18446744073709551615");
  assertEquals(idBehind("5-1"), "5-2");
  const ids = ["0-0", "0-1", "9-0", "10-0", "10-2", "10-10", "1796077059250-4"];
  for (const [i, one] of ids.entries()) {
    for (const [k, other] of ids.entries()) assertEquals(isBefore(one, other), i < k);
  }
});
