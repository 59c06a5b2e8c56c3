/**
 * Regions on the pixels of an image: what is inside, how they are moved and resized.
 *
 * Places are FITS pixels: the centre of the first is 1, 1. Angles are degrees counter-clockwise
 * from axis 1. A pixel is inside if its centre is; a centre just on the edge is not.
 *
 * @module
 */

/** The shapes of regions, by their names in DS9's files. */
export const SHAPES = [
  "circle",
  "ellipse",
  "box",
  "polygon",
  "annulus",
  "line",
  "point",
  "text",
] as const;

/** The name of a shape. */
export type ShapeName = typeof SHAPES[number];

/** A place of an image: x and y. */
export type Place = readonly [x: number, y: number];

/** A shape on the pixels of an image. */
export interface Shape {
  readonly name: ShapeName;
  /** The centre; the corners of a polygon; the two ends of a line. */
  readonly points: readonly Place[];
  /** Radii of circle, ellipse (2) and annulus (2 or more, from inside); width and height of a box. */
  readonly sizes: readonly number[];
  /** How an ellipse or a box is turned; 0 of others. */
  readonly angle: number;
}

/** A region: a shape with what a file says of it. */
export interface Region extends Shape {
  /** Whether its pixels are left out of all others. */
  readonly isExcluded: boolean;
  /** Such as `["color", "red"]`, in order; `tag` may come more than once. */
  readonly properties: readonly (readonly [name: string, value: string])[];
}

/** A box of whole pixels from 1, ends included. */
export interface PixelBox {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** Handles of a shape are at these places; the number of one says which is dragged. */
export type Handle = number;

const RADIANS = Math.PI / 180;

/** The directions of a shape's own axes. */
function turned(angle: number, [x, y]: Place): Place {
  const [cos, sin] = [Math.cos(angle * RADIANS), Math.sin(angle * RADIANS)];
  return [cos * x - sin * y, sin * x + cos * y];
}

/** A place as the shape has it: from its centre, along its own axes. */
function inOwn({ points, angle }: Shape, [x, y]: Place): Place {
  const [centre] = points as [Place];
  return turned(-angle, [x - centre[0], y - centre[1]]);
}

/**
 * Whether a place is inside. Lines, points and texts have no inside.
 *
 * @param shape The shape.
 * @param place The place.
 */
export function isInside(shape: Shape, place: Place): boolean {
  const { name, sizes, points } = shape;
  if (name === "polygon") return isInPolygon(points, place);
  if (name === "line" || name === "point" || name === "text") return false;
  const [u, v] = inOwn(shape, place);
  switch (name) {
    case "circle":
      return u * u + v * v < sizes[0]! ** 2;
    case "ellipse":
      return (u / sizes[0]!) ** 2 + (v / sizes[1]!) ** 2 < 1;
    case "box":
      return Math.abs(u) < sizes[0]! / 2 && Math.abs(v) < sizes[1]! / 2;
    case "annulus": {
      const square = u * u + v * v;
      return square >= sizes[0]! ** 2 && square < sizes.at(-1)! ** 2;
    }
  }
}

/** Whether a line from a place to the right crosses the edge an odd number of times. */
function isInPolygon(points: readonly Place[], [x, y]: Place): boolean {
  let inside = false;
  for (let i = 0, before = points.length - 1; i < points.length; before = i++) {
    const [[x1, y1], [x2, y2]] = [points[i]!, points[before]!];
    if (y1 > y === y2 > y) continue;
    if (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

/** How far a shape reaches from its centre along the axes of the image. */
function reachOf({ name, sizes, angle }: Shape): Place {
  const [first = 0, second = first] = sizes;
  const [cos, sin] = [Math.abs(Math.cos(angle * RADIANS)), Math.abs(Math.sin(angle * RADIANS))];
  switch (name) {
    case "ellipse":
      return [Math.hypot(first * cos, second * sin), Math.hypot(first * sin, second * cos)];
    case "box":
      return [(first * cos + second * sin) / 2, (first * sin + second * cos) / 2];
    case "annulus":
      return [sizes.at(-1)!, sizes.at(-1)!];
    default:
      return [first, first];
  }
}

/**
 * The pixels among which those of a shape are.
 *
 * @param shape The shape.
 * @param width The width of the plane.
 * @param height Its height.
 * @returns The box within the plane, or undefined if the shape is beside it.
 */
export function boundsOf(shape: Shape, width: number, height: number): PixelBox | undefined {
  const [reachX, reachY] = reachOf(shape);
  const [xs, ys] = [shape.points.map(([x]) => x), shape.points.map(([, y]) => y)];
  const box = {
    left: Math.max(1, Math.ceil(leastOf(xs) - reachX)),
    right: Math.min(width, Math.floor(-leastOf(xs.map((x) => -x)) + reachX)),
    bottom: Math.max(1, Math.ceil(leastOf(ys) - reachY)),
    top: Math.min(height, Math.floor(-leastOf(ys.map((y) => -y)) + reachY)),
  };
  return box.left <= box.right && box.bottom <= box.top ? box : undefined;
}

function leastOf(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

/** The same shape elsewhere. */
export function moved<S extends Shape>(shape: S, right: number, up: number): S {
  return { ...shape, points: shape.points.map(([x, y]): Place => [x + right, y + up]) };
}

/**
 * Where a shape can be taken hold of, to be resized; the last handle of an ellipse or a box turns.
 *
 * @param shape The shape.
 */
export function handlesOf(shape: Shape): Place[] {
  const { name, points, sizes, angle } = shape;
  if (name === "polygon" || name === "line") return [...points];
  if (name === "point" || name === "text") return [];
  const [centre] = points as [Place];
  const at = (u: number, v: number): Place => {
    const [x, y] = turned(angle, [u, v]);
    return [centre[0] + x, centre[1] + y];
  };
  if (name === "circle" || name === "annulus") return sizes.map((size) => at(size, 0));
  const [u, v] = name === "box" ? [sizes[0]! / 2, sizes[1]! / 2] : [sizes[0]!, sizes[1]!];
  return [at(u, 0), at(0, v), at(u * 1.25, v * 1.25)];
}

/**
 * The shape after one of its handles was dragged.
 *
 * @param shape The shape.
 * @param handle Which of {@linkcode handlesOf}.
 * @param to Where it is now.
 */
export function resized<S extends Shape>(shape: S, handle: Handle, to: Place): S {
  const { name, points, sizes } = shape;
  if (name === "polygon" || name === "line") {
    return { ...shape, points: points.map((point, i) => i === handle ? to : point) };
  }
  const [u, v] = inOwn(shape, to);
  if (name === "circle") return { ...shape, sizes: [Math.hypot(u, v)] };
  if (name === "annulus") {
    const size = Math.hypot(u, v);
    const low = sizes[handle - 1] ?? 0;
    const bounded = Math.min(sizes[handle + 1] ?? Infinity, Math.max(low, size));
    return { ...shape, sizes: sizes.map((size, i) => i === handle ? bounded : size) };
  }
  if (handle === 2) {
    const now = Math.atan2(v, u) - Math.atan2(sizes[1]!, sizes[0]!);
    return { ...shape, angle: wholeTurn(shape.angle + now / RADIANS) };
  }
  const size = Math.abs(handle === 0 ? u : v) * (name === "box" ? 2 : 1);
  return { ...shape, sizes: sizes.map((old, i) => i === handle ? size : old) };
}

/** An angle from 0 to 360. */
export function wholeTurn(angle: number): number {
  return ((angle % 360) + 360) % 360;
}

/** How far a place is from a shape's edge, in pixels: what a pointer must be near to. */
export function distanceTo(shape: Shape, place: Place): number {
  const { points } = shape;
  if (shape.name === "line") return distanceToSegment(place, points[0]!, points[1]!);
  if (isInside(shape, place)) return 0;
  if (shape.name === "polygon") {
    return points.reduce(
      (least, point, i) => Math.min(least, distanceToSegment(place, point, points.at(i - 1)!)),
      Infinity,
    );
  }
  if (shape.name === "annulus") {
    const [centre] = points as [Place];
    const radius = Math.hypot(place[0] - centre[0], place[1] - centre[1]);
    return shape.sizes.reduce((least, size) => Math.min(least, Math.abs(size - radius)), Infinity);
  }
  const outline = outlineOf(shape)[0]!;
  return outline.reduce(
    (least, point, i) => Math.min(least, distanceToSegment(place, point, outline.at(i - 1)!)),
    Infinity,
  );
}

function distanceToSegment([x, y]: Place, [x1, y1]: Place, [x2, y2]: Place): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : ((x - x1) * dx + (y - y1) * dy) / square;
  const part = Math.min(1, Math.max(0, along));
  return Math.hypot(x - x1 - part * dx, y - y1 - part * dy);
}

/** Corners of what stands for a curve. */
const CURVE_CORNERS = 96;

/**
 * The edges of a shape as lines of corners: each is closed, but that of a line.
 *
 * @param shape The shape.
 */
export function outlineOf(shape: Shape): Place[][] {
  const { name, points, sizes, angle } = shape;
  if (name === "polygon" || name === "line") return [[...points]];
  const [centre] = points as [Place];
  const at = (u: number, v: number): Place => {
    const [x, y] = turned(angle, [u, v]);
    return [centre[0] + x, centre[1] + y];
  };
  if (name === "point" || name === "text") return [[centre]];
  if (name === "box") {
    const [u, v] = [sizes[0]! / 2, sizes[1]! / 2];
    return [[at(-u, -v), at(u, -v), at(u, v), at(-u, v)]];
  }
  const curve = (u: number, v: number) =>
    Array.from({ length: CURVE_CORNERS }, (_, i) => {
      const turn = i * 2 * Math.PI / CURVE_CORNERS;
      return at(u * Math.cos(turn), v * Math.sin(turn));
    });
  return name === "ellipse"
    ? [curve(sizes[0]!, sizes[1]!)]
    : sizes.map((radius) => curve(radius, radius));
}

/**
 * A shape of a usual size.
 *
 * @param name Which one.
 * @param centre Where.
 * @param size How far it reaches from there, in pixels.
 */
export function newShape(name: ShapeName, [x, y]: Place, size: number): Shape {
  const plain = { name, points: [[x, y]] as Place[], sizes: [] as number[], angle: 0 };
  switch (name) {
    case "circle":
      return { ...plain, sizes: [size] };
    case "ellipse":
      return { ...plain, sizes: [size, size / 2] };
    case "box":
      return { ...plain, sizes: [size * 2, size] };
    case "annulus":
      return { ...plain, sizes: [size / 2, size] };
    case "polygon":
      return { ...plain, points: [[x, y + size], [x - size, y - size], [x + size, y - size]] };
    case "line":
      return { ...plain, points: [[x - size, y], [x + size, y]] };
    default:
      return plain;
  }
}
