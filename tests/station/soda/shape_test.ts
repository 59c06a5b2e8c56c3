import { assert, assertEquals } from "@std/assert";
import { SkyPlaces } from "../../../station/web/sky/places.ts";
import { boxOfShape, edgeOf, isInShape } from "../../../station/soda/shape.ts";
import type { SkyShape } from "../../../station/soda/query.ts";
import { readWcs } from "../../../fits/wcs/wcs.ts";

/** A frame of an image around a place. */
function frameOf(projection: string, longitude: number, latitude: number, degrees: number) {
  const cards = new Map<string, unknown>([
    ["NAXIS", 2],
    ...[["CTYPE1", `RA---${projection}`], ["CTYPE2", `DEC--${projection}`]] as const,
    ...[["CRPIX1", 50.5], ["CRPIX2", 40.5], ["CRVAL1", longitude], ["CRVAL2", latitude]] as const,
    ...[["CDELT1", -degrees], ["CDELT2", degrees]] as const,
  ]);
  return new SkyPlaces(readWcs(cards, { origin: 1 })!, []);
}

const SIZE = { width: 100, height: 80 };

const SHAPES: readonly SkyShape[] = [
  { kind: "circle", centre: [0, 0], radius: 0.05 },
  { kind: "circle", centre: [359.9, 0.05], radius: 0.3 },
  { kind: "circle", centre: [0.5, 0.3], radius: 0.2 },
  { kind: "range", longitude: [0.1, 0.4], latitude: [-0.2, 0.1] },
  { kind: "range", longitude: [359.7, 360], latitude: [-0.2, 0.1] },
  { kind: "polygon", corners: [[359.8, -0.1], [0.2, -0.2], [0.1, 0.3]] },
  { kind: "circle", centre: [0, 0], radius: 20 },
];

Deno.test("boxOfShape() has every pixel of the shape, and none beyond its edge", () => {
  const frame = frameOf("TAN", 0, 0, 0.01);
  for (const shape of SHAPES) {
    const box = boxOfShape(shape, frame, SIZE)!;
    // Pixels are looked at as 9 x 9 places each.
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let y = 1; y <= SIZE.height; y++) {
      for (let x = 1; x <= SIZE.width; x++) {
        for (let i = 0; i < 81; i++) {
          const at = [
            x - 0.5 + (i % 9 + 0.5) / 9,
            y - 0.5 + (Math.floor(i / 9) + 0.5) / 9,
          ] as const;
          if (!isInShape(shape, frame.toWorld(at))) continue;
          [left, right] = [Math.min(left, x), Math.max(right, x)];
          [bottom, top] = [Math.min(bottom, y), Math.max(top, y)];
          break;
        }
      }
    }
    const found = [box.x[0] - left, right - box.x[1], box.y[0] - bottom, top - box.y[1]];
    // A pixel of which less than a ninth is inside may be one that only the edge tells.
    assert(found.every((more) => more <= 0 && more >= -1), `${JSON.stringify(shape)}: ${found}`);
  }
});

Deno.test("boxOfShape() tells shapes beside the image, and those around all of it", () => {
  const frame = frameOf("TAN", 120, -30, 0.01);
  const box = (shape: SkyShape) => boxOfShape(shape, frame, SIZE);
  assertEquals(box({ kind: "circle", centre: [300, 30], radius: 1 }), undefined);
  assertEquals(box({ kind: "circle", centre: [122, -30], radius: 1 }), undefined);
  const all = { x: [1, 100], y: [1, 80] } as const;
  assertEquals(box({ kind: "range", longitude: [0, 360], latitude: [-90, 90] }), all);
  // The edge is on the other side of the sky, where the projection shows nothing.
  assertEquals(box({ kind: "circle", centre: [120, -30], radius: 170 }), all);
  const polygon = {
    kind: "polygon",
    corners: [[60, -60], [180, -60], [180, 20], [60, 20]],
  } as const;
  assertEquals(box(polygon), all);
  const away = polygon.corners.map(([a, d]) => [a + 180, -d] as const);
  assertEquals(box({ kind: "polygon", corners: away }), undefined);
});

Deno.test("edges go around the pole, and a single pixel is a pixel", () => {
  const frame = frameOf("ARC", 0, 90, 0.1);
  assertEquals(boxOfShape({ kind: "circle", centre: [77, 90], radius: 1 }, frame, SIZE), {
    x: [41, 60],
    y: [31, 50],
  });
  assertEquals(boxOfShape({ kind: "circle", centre: [0, 90], radius: 1e-9 }, frame, SIZE), {
    ...{ x: [50, 51], y: [40, 41] },
  });
  const places = [...edgeOf({ kind: "polygon", corners: [[0, 0], [90, 0], [0, 90]] })];
  assert(places.length >= 700);
  // Halfway between two corners of an octant.
  assert(places.some(([a, d]) => Math.abs(a - 45) < 0.5 && Math.abs(d) < 1e-9));
});
