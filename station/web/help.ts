/** The list of keys and gestures, from the table that the keyboard itself uses. */

import { h } from "./page/dom.ts";
import { iconButton } from "./page/controls.ts";
import { helpLines } from "./view/keys.ts";

const GESTURES: readonly (readonly [gesture: string, words: string])[] = [
  ["drag", "move the picture"],
  ["wheel, pinch", "zoom at the pointer"],
  ["right or Shift + drag", "bias (sideways) and contrast (up and down)"],
  ["drag on the colour bar", "bias and contrast; a click there sets the nearer limit"],
  ["drag in the overview", "move to that place"],
  ["double click", "centre there; a double tap zooms"],
  ["long press", "put the cross-hair"],
  ["b, Shift+b", "of several pictures (with= in the address): the next, the one before"],
  ["a and c, e, b, p, a, l, o", "circle, ellipse, box, polygon, annulus, line, point"],
  ["drag a region, its handles", "move, resize, turn it; the middle button moves the picture"],
];

/** Makes the dialog; `showModal()` opens it. */
export function helpDialog(): HTMLDialogElement {
  const dialog: HTMLDialogElement = h(
    "dialog",
    { class: "help", "aria-label": "Keys and gestures" },
    h(
      "header",
      {},
      h("h2", {}, "Keys and gestures"),
      iconButton("close", "Close", () => dialog.close()),
    ),
    h("p", {}, "Keys act while the picture has the focus; Tab leaves it."),
    h(
      "dl",
      {},
      ...helpLines().map(({ keys, words }) =>
        h(
          "div",
          {},
          h("dt", {}, ...keys.flatMap((key) => [h("kbd", {}, key), " "])),
          h("dd", {}, words),
        )
      ),
    ),
    h(
      "dl",
      {},
      ...GESTURES.map(([gesture, words]) => h("div", {}, h("dt", {}, gesture), h("dd", {}, words))),
    ),
    h(
      "p",
      {},
      "Smooth pictures are interpolated in their colours; the readout always has the values of the file.",
    ),
  );
  return dialog;
}
