import { assertEquals } from "@std/assert";
import { checkedLine } from "../../../rpc/queue/checked_line.ts";

Deno.test("checkedLine() writes a line anew, with the members that a line may have", () => {
  const line = {
    ...{ job: 3, input: "a.fits", type: "FLOAT", shape: [2], data: [1.5, "NaN"] },
    ...{ header: { A: 1 }, seconds: 0.1, worker: "w" },
  };
  const { job: _, ...rest } = line;
  assertEquals(
    checkedLine(JSON.stringify({ other: "x", ...rest, job: 3 }), 3),
    JSON.stringify(line),
  );
  const failed = { job: 3, input: "a", failed: "language", error: "no", position: 2 };
  assertEquals(checkedLine(JSON.stringify(failed), 3), JSON.stringify(failed));
});

Deno.test("checkedLine() says what a worker has sent in place of one", () => {
  const cases: [string, string][] = [
    ["{", "what is no JSON"],
    ["[]", "no object"],
    ["null", "no object"],
    ['{"job":4,"input":"a","data":1}', "the line of another job"],
    ['{"job":3,"data":1}', "a line with a member of another type"],
    ['{"job":3,"input":"a"}', "a line with a member of another type"],
    ['{"job":3,"input":"a","data":{"x":1}}', "a line with a member of another type"],
    ['{"job":3,"input":"a","failed":"yes"}', "a line with a member of another type"],
    ['{"job":3,"input":"a","data":1,"shape":["x"]}', "a line with a member of another type"],
    [`"${"x".repeat(2 ** 20)}"`, "a line of 1048578 characters"],
  ];
  for (const [text, found] of cases) {
    assertEquals(
      checkedLine(text, 3),
      `{"job":3,"input":"","failed":"lost","error":"A worker has sent ${found}"}`,
    );
  }
});
