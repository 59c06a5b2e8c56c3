/** What small pictures need of the large one. */

import type { PlaneShape, TileLoader } from "../picture/tile_loader.ts";
import type { CanvasSize, Point, View } from "../picture/transform.ts";

/** The large picture. */
export interface InsetStage {
  readonly renderer: {
    readonly canvas: HTMLCanvasElement;
    readonly loader: TileLoader;
    draw(): void;
  };
  readonly plane: PlaneShape | undefined;
  readonly drawnView: View;
  readonly size: CanvasSize;
  readonly middle: Point;
  readonly pointer: Point | undefined;
  setView(view: View): void;
}

/**
 * Makes the pixels of a small canvas those of the screen.
 *
 * @param canvas The canvas.
 * @param ratio Device pixels for a CSS pixel.
 * @returns Its side in CSS pixels, 0 while it is not laid out.
 */
export function fitCanvas(canvas: HTMLCanvasElement, ratio: number): number {
  const side = canvas.clientWidth;
  const pixels = Math.max(1, Math.round(side * ratio));
  if (canvas.width !== pixels || canvas.height !== pixels) canvas.width = canvas.height = pixels;
  return side;
}
