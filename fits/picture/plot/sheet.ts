/** Contact sheets: many small pictures with their names. */

import type { PngImage } from "../png_format.ts";
import { LETTER } from "./bitmap_font.ts";
import { Canvas } from "./frame.ts";

/** A picture of a sheet. */
export interface SheetCell {
  /** The picture, not larger than the sheet's cells. */
  readonly picture: PngImage;
  /** What is written below it. */
  readonly label: string;
}

const GAP = 6;

/**
 * Draws a contact sheet, about as wide as it is high.
 *
 * @param cells The pictures, from the left and from the top.
 * @param size Pixels of a cell each way.
 * @returns The sheet in colours, white between the pictures.
 */
export function drawSheet(
  cells: readonly SheetCell[],
  size: number,
): PngImage<Uint8Array<ArrayBuffer>> {
  const columns = Math.max(1, Math.ceil(Math.sqrt(cells.length)));
  const rows = Math.max(1, Math.ceil(cells.length / columns));
  const [stepX, stepY] = [size + GAP, size + LETTER.height + 2 + GAP];
  const canvas = new Canvas(GAP + columns * stepX, GAP + rows * stepY);
  const letters = Math.max(1, Math.floor(size / LETTER.width));
  for (const [i, { picture, label }] of cells.entries()) {
    const x = GAP + i % columns * stepX;
    const y = GAP + Math.floor(i / columns) * stepY;
    const { width, height } = picture;
    canvas.put(picture, x + ((size - width) >> 1), y + ((size - height) >> 1));
    // Of a name that is too long its end tells more.
    const text = label.length > letters ? `..${label.slice(label.length - letters + 2)}` : label;
    canvas.text(text, x, y + size + 2, 1, false);
  }
  return { width: canvas.width, height: canvas.height, color: "rgb", data: canvas.data };
}
