import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  boundView,
  fitView,
  fitZoom,
  levelOf,
  levelSize,
  nextZoom,
  panBy,
  snapView,
  tilesIn,
  toPixel,
  toScreen,
  type View,
  visibleBox,
  zoomAt,
} from "../../../../station/web/picture/transform.ts";
import { SeededRandom } from "../../../support/random.ts";

const size = { width: 800, height: 600, ratio: 1 };
const plane = { width: 4096, height: 2048 };
const plain: View = { x: 100, y: 50, zoom: 2, rotate: 0, flipX: false, flipY: false };

/** Views of every kind, seeded. */
function* views(count: number): Generator<View> {
  const source = new SeededRandom(3);
  const next = () => source.next();
  for (let i = 0; i < count; i++) {
    yield {
      ...{ x: next() * 4000, y: next() * 2000, zoom: 2 ** (next() * 12 - 6) },
      rotate: i % 3 === 0 ? 90 * (i % 4) : next() * 360,
      flipX: i % 2 === 1,
      flipY: i % 5 === 1,
    };
  }
}

Deno.test("toScreen() puts pixels where the view says, y up", () => {
  assertEquals(toScreen(plain, size, 100, 50), [400, 300]);
  assertEquals(toScreen(plain, size, 110, 55), [420, 290]);
  assertEquals(toScreen({ ...plain, rotate: 90 }, size, 110, 50), [400, 280]);
  assertEquals(toScreen({ ...plain, rotate: 90 }, size, 100, 60), [380, 300]);
  assertEquals(toScreen({ ...plain, flipX: true }, size, 110, 55), [380, 290]);
  assertEquals(toScreen({ ...plain, flipY: true }, size, 110, 55), [420, 310]);
  assertEquals(toScreen({ ...plain, rotate: -90, flipX: true }, size, 110, 50), [400, 320]);
});

Deno.test("toPixel() undoes toScreen(), zoomAt() keeps the pixel under the pointer, panBy() moves it along", () => {
  for (const view of views(60)) {
    const [left, top] = toScreen(view, size, 321, 77);
    const [x, y] = toPixel(view, size, left, top);
    assertAlmostEquals(x, 321, 1e-7);
    assertAlmostEquals(y, 77, 1e-7);
    const nearer = zoomAt(view, size, [10, 20], view.zoom * 3);
    const before = toPixel(view, size, 10, 20);
    toPixel(nearer, size, 10, 20).forEach((value, i) =>
      assertAlmostEquals(value, before[i]!, 1e-7)
    );
    const along = toPixel(panBy(view, size, 30, -40), size, 40, -20);
    along.forEach((value, i) => assertAlmostEquals(value, before[i]!, 1e-7));
  }
});

Deno.test("fitView() shows the whole image, turned or not", () => {
  assertEquals(fitView(plane, size).zoom, 800 / 4096);
  assertEquals([fitView(plane, size).x, fitView(plane, size).y], [2048.5, 1024.5]);
  assertEquals(fitZoom(plane, size, 90), 600 / 4096);
  assertEquals(fitZoom({ width: 3, height: 3 }, size), 64);
  const box = visibleBox(fitView(plane, size), size);
  assertEquals([box.left, box.right], [0.5, 4096.5]);
});

Deno.test("boundView() keeps the zoom within bounds and some of the image in view", () => {
  const zooms = [1e-9, 1, 1000].map((zoom) => boundView({ ...plain, zoom }, plane, size).zoom);
  assertEquals(zooms, [800 / 4096 / 4, 1, 64]);
  for (const view of views(60)) {
    const far = boundView({ ...view, x: 1e7, y: -1e7 }, plane, size);
    const box = visibleBox(far, size);
    const margin = 32 / far.zoom - 1e-6;
    assert(box.left <= 4096.5 - Math.min(margin, 4096), `${JSON.stringify(view)}`);
    assert(box.top >= 0.5 + Math.min(margin, 2048), `${JSON.stringify(view)}`);
  }
});

Deno.test("nextZoom() goes to the next power of two", () => {
  const steps = [[1, 2, 0.5], [1.5, 2, 1], [0.3, 0.5, 0.25], [0.25, 0.5, 0.125], [40, 64, 32]];
  for (const [zoom, above, below] of steps) {
    assertEquals([nextZoom(zoom!, 1), nextZoom(zoom!, -1)], [above, below]);
  }
});

Deno.test("levelOf() takes the level whose pixels are nearest to those of the screen", () => {
  const cases = [
    [4, 1, 0],
    [1, 1, 0],
    [0.75, 1, 0],
    [0.7, 1, 1],
    [0.5, 1, 1],
    [0.5, 2, 0],
    [0.25, 1, 2],
    [0.001, 1, 5],
  ] as const;
  for (const [zoom, ratio, level] of cases) assertEquals(levelOf(zoom, ratio, 5), level);
});

Deno.test("snapView() lets edges of pixels fall on edges of device pixels", () => {
  const isWhole = (value: number) => Math.abs(value - Math.round(value)) < 1e-6;
  for (const ratio of [1, 1.5, 2]) {
    for (const [width, height] of [[800, 600], [801, 599]] as const) {
      const canvas = { width, height, ratio };
      for (
        const [zoom, level] of [[2, 0], [1, 0], [0.5, 1], [2 / 3, 0], [0.25, 2], [8, 0]] as const
      ) {
        for (const rotate of [0, 90, 180, 270, -90]) {
          for (const flipX of [false, true]) {
            const view = { ...plain, x: 123.456, y: 77.89, zoom, rotate, flipX };
            const snapped = snapView(view, canvas, level);
            assert(Math.hypot(snapped.x - view.x, snapped.y - view.y) * zoom * ratio <= 0.75);
            if (!isWhole(zoom * ratio * 2 ** level)) continue;
            const device = [width, height].map((length) => Math.round(length * ratio));
            const edge = toScreen(snapped, canvas, 0.5, 0.5).map((value, i) =>
              (value - [width, height][i]! / 2) * ratio + device[i]! / 2
            );
            assert(edge.every(isWhole), JSON.stringify({ ratio, width, zoom, rotate, edge }));
            assertEquals(snapView(snapped, canvas, level).zoom, zoom);
          }
        }
      }
    }
  }
  const free = { ...plain, rotate: 30 };
  assertEquals(snapView(free, size, 0), free);
});

Deno.test("levelSize() and tilesIn() round up, so that the last column is never lost", () => {
  assertEquals(levelSize({ width: 1025, height: 3 }, 1), { width: 513, height: 2 });
  const all = { left: -1e6, right: 1e6, bottom: -1e6, top: 1e6 };
  const odd = { width: 1025, height: 513 };
  assertEquals(tilesIn(all, odd, 0), { fromX: 0, toX: 2, fromY: 0, toY: 1 });
  assertEquals(tilesIn(all, odd, 1), { fromX: 0, toX: 1, fromY: 0, toY: 0 });
  const box = { left: 512.5, right: 1024.5, bottom: 1, top: 512.6 };
  assertEquals(tilesIn(box, plane, 0), { fromX: 1, toX: 1, fromY: 0, toY: 1 });
  assertEquals(tilesIn(box, plane, 0, 1), { fromX: 0, toX: 2, fromY: 0, toY: 2 });
  const beside = tilesIn({ left: 5000, right: 6000, bottom: 1, top: 2 }, plane, 0);
  assert(beside.toX < beside.fromX);
});
