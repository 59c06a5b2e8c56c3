import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  boundsOf,
  distanceTo,
  handlesOf,
  isInside,
  moved,
  newShape,
  outlineOf,
  resized,
  type ShapeName,
  SHAPES,
} from "../../../../station/web/regions/shapes.ts";

const AREAS: readonly (readonly [name: ShapeName, area: number])[] = [
  ["circle", Math.PI * 400],
  ["ellipse", Math.PI * 200],
  ["box", 800],
  ["polygon", 800],
  ["annulus", Math.PI * 300],
];

Deno.test("isInside() holds as many pixels as the shape's area has, and boundsOf() has them all", () => {
  for (const [name, area] of AREAS) {
    for (const angle of [0, 37, 251]) {
      const turns = name === "box" || name === "ellipse";
      const shape = { ...newShape(name, [60.3, 49.8], 20), angle: turns ? angle : 0 };
      const box = boundsOf(shape, 120, 100)!;
      let inside = 0;
      for (let y = 1; y <= 100; y++) {
        for (let x = 1; x <= 120; x++) {
          if (!isInside(shape, [x, y])) continue;
          inside++;
          assert(x >= box.left && x <= box.right && y >= box.bottom && y <= box.top, name);
        }
      }
      assert(Math.abs(inside - area) < area * 0.03, `${name} at ${angle}: ${inside} of ${area}`);
    }
  }
  assertEquals(boundsOf(newShape("circle", [500, 5], 3), 100, 100), undefined);
  assertEquals(isInside(newShape("line", [5, 5], 3), [5, 5]), false);
});

Deno.test("a pixel whose centre is just on the edge is not inside", () => {
  assertEquals(isInside(newShape("circle", [10, 10], 3), [13, 10]), false);
  assertEquals(isInside(newShape("circle", [10, 10], 3.01), [13, 10]), true);
  assertEquals(isInside(newShape("box", [10, 10], 3), [13, 10]), false);
});

Deno.test("a handle that is dragged to where it is changes nothing, elsewhere it follows", () => {
  for (const name of SHAPES) {
    const shape = { ...newShape(name, [50, 40], 12), angle: name === "box" ? 30 : 0 };
    for (const [handle, place] of handlesOf(shape).entries()) {
      const same = resized(shape, handle, place);
      for (const [i, size] of same.sizes.entries()) {
        assertAlmostEquals(size, shape.sizes[i]!, 1e-9, `${name} ${handle}`);
      }
      assertAlmostEquals(same.angle, shape.angle, 1e-9);
      const turns = (name === "box" || name === "ellipse") && handle === 2;
      if (turns) continue;
      const to = [50 + (place[0] - 50) * 1.1, 40 + (place[1] - 40) * 1.1] as const;
      const after = handlesOf(resized(shape, handle, to))[handle]!;
      const bounded = name === "annulus" && handle === 0 ? place : to;
      if (name !== "annulus") {
        assertAlmostEquals(after[0], bounded[0], 1e-9, `${name} ${handle}`);
        assertAlmostEquals(after[1], bounded[1], 1e-9, `${name} ${handle}`);
      }
    }
  }
  const box = newShape("box", [0, 0], 10);
  assertAlmostEquals(resized(box, 2, [-12.5 / 2, 12.5]).angle, 90, 1e-9);
  assertEquals(moved(box, 3, -4).points, [[3, -4]]);
  const ring = newShape("annulus", [0, 0], 10);
  assertEquals(resized(ring, 0, [30, 0]).sizes, [10, 10]);
});

Deno.test("distanceTo() is 0 inside, and that of the nearest edge elsewhere", () => {
  assertEquals(distanceTo(newShape("circle", [0, 0], 10), [3, 3]), 0);
  assertAlmostEquals(distanceTo(newShape("circle", [0, 0], 10), [13, 0]), 3, 1e-9);
  assertEquals(distanceTo(newShape("box", [0, 0], 10), [13, 0]), 3);
  assertEquals(distanceTo(newShape("line", [0, 0], 10), [3, 4]), 4);
  assertEquals(distanceTo(newShape("point", [0, 0], 1), [3, 4]), 5);
  assertEquals(distanceTo(newShape("annulus", [0, 0], 10), [3, 0]), 2);
  assertEquals(outlineOf(newShape("annulus", [0, 0], 10)).length, 2);
});
