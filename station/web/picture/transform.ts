/**
 * Where a pixel of the image is on the screen, and back.
 *
 * FITS pixel p has its centre at the whole number and covers p - 0.5 to p + 0.5. A point of the
 * screen is in CSS pixels from the left upper corner of the canvas, y down. From the middle of
 * the canvas it is `zoom * FLIP * ROTATION * (p - centre)`, with y negated last.
 *
 * @module
 */

/** What of the image is seen, and how it is turned. */
export interface View {
  /** The FITS pixel at the middle, axis 1. */
  readonly x: number;
  /** The same, axis 2. */
  readonly y: number;
  /** CSS pixels for a pixel of the image. */
  readonly zoom: number;
  /** Degrees counter-clockwise. */
  readonly rotate: number;
  /** Whether left and right are exchanged, after the rotation. */
  readonly flipX: boolean;
  /** Whether top and bottom are. */
  readonly flipY: boolean;
}

/** A canvas: CSS pixels, and how many device pixels one has. */
export interface CanvasSize {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

/** The lengths of the image's two axes. */
export interface PlaneSize {
  readonly width: number;
  readonly height: number;
}

/** Two numbers: x and y. */
export type Point = readonly [x: number, y: number];

/** CSS pixels for one of the image at most. */
export const MAX_ZOOM = 64;
/** How much smaller than the whole canvas the image may become. */
const MIN_FIT_PART = 1 / 4;
/** CSS pixels of the image that stay in view. */
const MIN_IN_VIEW = 32;

/** The four numbers of `zoom * FLIP * ROTATION`, y down: screen = (a dx + c dy, b dx + d dy). */
export interface Turn {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** How a step on the image becomes one on the screen. */
export function turnOf({ zoom, rotate, flipX, flipY }: View): Turn {
  // Quarters of a turn are exact, so that pixels stay square and sharp.
  const quarter = ((rotate / 90) % 4 + 4) % 4;
  const exact = [[1, 0], [0, 1], [-1, 0], [0, -1]][quarter];
  const [cos, sin] = exact ??
    [Math.cos(rotate * Math.PI / 180), Math.sin(rotate * Math.PI / 180)];
  const x = flipX ? -zoom : zoom;
  const y = flipY ? zoom : -zoom;
  return { a: x * cos!, b: y * sin! + 0, c: -x * sin! + 0, d: y * cos! };
}

/** Where a FITS pixel is on the screen. */
export function toScreen(view: View, size: CanvasSize, x: number, y: number): Point {
  const { a, b, c, d } = turnOf(view);
  const [dx, dy] = [x - view.x, y - view.y];
  return [size.width / 2 + a * dx + c * dy, size.height / 2 + b * dx + d * dy];
}

/** The FITS pixel, with its fraction, at a point of the screen. */
export function toPixel(view: View, size: CanvasSize, left: number, top: number): Point {
  const { a, b, c, d } = turnOf(view);
  const [u, v] = [left - size.width / 2, top - size.height / 2];
  const determinant = a * d - b * c;
  return [view.x + (d * u - c * v) / determinant, view.y + (a * v - b * u) / determinant];
}

/** The zoom at which the whole image is just seen. */
export function fitZoom(plane: PlaneSize, size: CanvasSize, rotate = 0): number {
  const angle = rotate * Math.PI / 180;
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  const width = plane.width * cos + plane.height * sin;
  const height = plane.width * sin + plane.height * cos;
  return Math.min(MAX_ZOOM, size.width / width, size.height / height);
}

/** The whole image in the middle. */
export function fitView(plane: PlaneSize, size: CanvasSize, view?: View): View {
  const rotate = view?.rotate ?? 0;
  return {
    ...{ rotate, flipX: view?.flipX ?? false, flipY: view?.flipY ?? false },
    x: (plane.width + 1) / 2,
    y: (plane.height + 1) / 2,
    zoom: fitZoom(plane, size, rotate),
  };
}

/**
 * Another zoom, with the pixel under a point of the screen where it is.
 *
 * @param view The view.
 * @param size The canvas.
 * @param at The point.
 * @param zoom The zoom that is wanted.
 */
export function zoomAt(view: View, size: CanvasSize, at: Point, zoom: number): View {
  const [x, y] = toPixel(view, size, at[0], at[1]);
  const part = view.zoom / zoom;
  return { ...view, zoom, x: x - (x - view.x) * part, y: y - (y - view.y) * part };
}

/** The view after the picture was drawn along by so many CSS pixels. */
export function panBy(view: View, size: CanvasSize, right: number, down: number): View {
  const [x, y] = toPixel(view, size, size.width / 2 - right, size.height / 2 - down);
  return { ...view, x, y };
}

/** The zoom within its bounds, and so much of the image in view that no one gets lost. */
export function boundView(view: View, plane: PlaneSize, size: CanvasSize): View {
  const fit = fitZoom(plane, size, view.rotate);
  const zoom = Math.min(MAX_ZOOM, Math.max(fit * MIN_FIT_PART, view.zoom));
  const bounded = { ...view, zoom };
  const box = visibleBox(bounded, size);
  const margin = MIN_IN_VIEW / zoom;
  const [halfX, halfY] = [(box.right - box.left) / 2, (box.top - box.bottom) / 2];
  const bound = (value: number, length: number, half: number) => {
    const slack = Math.max(0, half - Math.min(margin, length));
    return Math.min(length + 0.5 + slack, Math.max(0.5 - slack, value));
  };
  return {
    ...bounded,
    x: bound(view.x, plane.width, halfX),
    y: bound(view.y, plane.height, halfY),
  };
}

/**
 * The next power of two in a direction.
 *
 * @param zoom The zoom now.
 * @param direction 1 to come nearer, -1 to go away.
 */
export function nextZoom(zoom: number, direction: 1 | -1): number {
  const power = Math.log2(zoom);
  const next = direction > 0 ? Math.floor(power + 1 + 1e-9) : Math.ceil(power - 1 - 1e-9);
  return 2 ** next;
}

/**
 * The level of the pyramid that is drawn: the one whose pixels are nearest in size to those of
 * the screen, never smaller than three quarters of one.
 *
 * @param zoom CSS pixels for one of the image.
 * @param ratio Device pixels for a CSS pixel.
 * @param most The last level that there is.
 */
export function levelOf(zoom: number, ratio: number, most: number): number {
  return Math.min(most, Math.max(0, Math.floor(Math.log2(1 / (zoom * ratio)) + 0.5)));
}

/**
 * The view as it is drawn: where pixels of the level are whole device pixels, their edges fall
 * on edges of device pixels, so that the picture is exact.
 */
export function snapView(view: View, size: CanvasSize, level: number): View {
  const scale = view.zoom * size.ratio * 2 ** level;
  if (view.rotate % 90 !== 0 || Math.abs(scale - Math.round(scale)) > 1e-9) return view;
  const device = view.zoom * size.ratio;
  const { a, b } = turnOf({ ...view, zoom: 1 });
  // Of a quarter turn axis 1 goes up and down.
  const turned = a === 0;
  const snap = (centre: number, pixels: number, sign: number) => {
    const edge = Math.round(pixels * size.ratio) / 2 + sign * device * (0.5 - centre);
    return 0.5 - (Math.round(edge) - Math.round(pixels * size.ratio) / 2) / (sign * device);
  };
  const [signX, signY] = turned ? [b, turnOf({ ...view, zoom: 1 }).c] : [a, turnOf(view).d];
  return {
    ...view,
    x: snap(view.x, turned ? size.height : size.width, Math.sign(signX)),
    y: snap(view.y, turned ? size.width : size.height, Math.sign(signY)),
  };
}

/** A box in FITS pixels, edges included. */
export interface Box {
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
}

/** The box around all that the canvas shows. */
export function visibleBox(view: View, size: CanvasSize): Box {
  const corners = [[0, 0], [size.width, 0], [0, size.height], [size.width, size.height]]
    .map(([left, top]) => toPixel(view, size, left!, top!));
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return {
    left: Math.min(...xs),
    bottom: Math.min(...ys),
    right: Math.max(...xs),
    top: Math.max(...ys),
  };
}

/** Tiles of a level: a tile has 512 x 512 of its pixels, the last of a row or column fewer. */
export const TILE_SIZE = 512;

/** The size of a level: that of the plane, halved so often, rounded up. */
export function levelSize(plane: PlaneSize, level: number): PlaneSize {
  const step = 2 ** level;
  return { width: Math.ceil(plane.width / step), height: Math.ceil(plane.height / step) };
}

/** The tiles, from and to, that a box touches; `to` is below `from` where it touches none. */
export interface TileRange {
  readonly fromX: number;
  readonly toX: number;
  readonly fromY: number;
  readonly toY: number;
}

/**
 * The tiles of a level that a box touches.
 *
 * @param box The box, in FITS pixels.
 * @param plane The plane.
 * @param level The level.
 * @param ring Tiles around the box that are taken as well.
 */
export function tilesIn(box: Box, plane: PlaneSize, level: number, ring = 0): TileRange {
  const { width, height } = levelSize(plane, level);
  const step = TILE_SIZE * 2 ** level;
  const [lastX, lastY] = [Math.ceil(width / TILE_SIZE) - 1, Math.ceil(height / TILE_SIZE) - 1];
  return {
    fromX: Math.max(0, Math.floor((box.left - 0.5) / step) - ring),
    toX: Math.min(lastX, Math.ceil((box.right - 0.5) / step) - 1 + ring),
    fromY: Math.max(0, Math.floor((box.bottom - 0.5) / step) - ring),
    toY: Math.min(lastY, Math.ceil((box.top - 0.5) / step) - 1 + ring),
  };
}
