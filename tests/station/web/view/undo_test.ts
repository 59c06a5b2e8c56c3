import { assertEquals } from "@std/assert";
import { Undo } from "../../../../station/web/view/undo.ts";

Deno.test("Undo goes back and forward; quick changes are one step, and a hundred are kept", () => {
  const undo = new Undo<number>();
  assertEquals([undo.back(0), undo.forward(0)], [undefined, undefined]);
  undo.remember(0, 0);
  undo.remember(1, 400);
  undo.remember(2, 800);
  undo.remember(3, 1301);
  assertEquals([undo.back(4), undo.back(3), undo.back(0)], [3, 0, undefined]);
  assertEquals([undo.forward(0), undo.forward(3), undo.forward(4)], [3, 4, undefined]);
  assertEquals(undo.back(4), 3);
  undo.remember(3, 1400);
  assertEquals([undo.forward(9), undo.back(9), undo.back(3)], [undefined, 3, 0]);
  const long = new Undo<number>();
  for (let i = 0; i < 150; i++) long.remember(i, i * 1000);
  let steps = 0;
  for (let state = long.back(150); state !== undefined; state = long.back(state)) steps++;
  assertEquals(steps, 100);
});
