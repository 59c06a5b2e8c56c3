/** What of a view can be taken away: its section, and the command that gives the same picture. */

import { type CanvasSize, type PlaneSize, type View, visibleBox } from "../picture/transform.ts";
import type { ViewState } from "./url_state.ts";

/**
 * The section that is seen, as FITS writes one.
 *
 * @param view The view as it is drawn.
 * @param size The canvas.
 * @param image The lengths of axes 1 and 2.
 * @param plane The places on the axes from the third on.
 * @returns Such as `1:100,20:50,3`; undefined where nothing of the image is in view.
 */
export function sectionOf(
  view: View,
  size: CanvasSize,
  image: PlaneSize,
  plane: readonly number[],
): string | undefined {
  const box = visibleBox(view, size);
  const range = (low: number, high: number, length: number) => {
    // Whole pixels that are seen at all.
    const from = Math.max(1, Math.floor(low + 0.5 + 1e-6));
    const to = Math.min(length, Math.ceil(high - 0.5 - 1e-6));
    return from <= to ? `${from}:${to}` : undefined;
  };
  const x = range(box.left, box.right, image.width);
  const y = range(box.bottom, box.top, image.height);
  return x === undefined || y === undefined ? undefined : [x, y, ...plane].join(",");
}

/** What a command is made of. */
export interface CommandParts {
  readonly program: string;
  readonly argument: string;
  readonly hdu: number;
  readonly section: string;
  readonly state: ViewState;
  readonly limits: { readonly low: number; readonly high: number } | undefined;
}

/** The command that draws the section with the same colours. */
export function fitsViewCommand(parts: CommandParts): string {
  const { program, argument, hdu, section, state, limits } = parts;
  const words = [
    ...[program, "fits", "view", shellWord(argument)],
    ...["--hdu", String(hdu), "--section", section],
  ];
  if (limits !== undefined) words.push("--limits", `${limits.low},${limits.high}`);
  if (state.stretch !== "linear") words.push("--stretch", state.stretch);
  if (state.colormap !== "gray") words.push("--colormap", state.colormap);
  return [...words, "-o", "view.png"].join(" ");
}

/** A word as a shell reads it. */
function shellWord(text: string): string {
  return /^[\w./~:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
