/** Small controls that the viewer is made of. */

import { type Attribute, type Child, h, svg } from "./dom.ts";

/** Icons of 20 x 20, as paths. */
const ICONS = {
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  fit: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4",
  one: "M5 6l2-1.5V15M13 6l2-1.5V15M10 8v.1M10 12v.1",
  flipX: "M10 3v14M7 6l-4 8h4zM13 6l4 8h-4z",
  flipY: "M3 10h14M6 7l8-4v4zM6 13l8 4v-4z",
  turn: "M4 10a6 6 0 1 0 2-4.5M6 2v4h4",
  north: "M10 17V4M5.5 8.5L10 3l4.5 5.5",
  invert: "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14",
  reset: "M4 4v4h4M4.6 8A6 6 0 1 1 4 11.5",
  play: "M6 4l10 6-10 6z",
  pause: "M6 4v12M14 4v12",
  left: "M12 4l-6 6 6 6",
  right: "M8 4l6 6-6 6",
  help: "M7 7.5a3 3 0 1 1 4.2 2.7c-.8.4-1.2.9-1.2 1.8M10 15.5v.1",
  close: "M5 5l10 10M15 5L5 15",
  theme: "M10 3a7 7 0 1 0 7 7 5.5 5.5 0 0 1-7-7z",
  panel: "M3 4h14v12H3zM12 4v12",
  copy: "M7 7h9v9H7zM4 13V4h9",
  overview: "M3 4h14v12H3zM9.5 9h5v5h-5z",
  magnifier: "M8.5 3.5a5 5 0 1 0 0 10a5 5 0 1 0 0-10M12 12l5 5",
  compass: "M10 2.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 1 0 0-15M13 7l-2 4-4 2 2-4z",
  hand: "M10 4v12M4 10h12M7 6.5L10 3.5l3 3M7 13.5l3 3 3-3M6.5 7l-3 3 3 3M13.5 7l3 3-3 3",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof ICONS;

/** An icon, which says nothing to a screen reader. */
export function icon(name: IconName): SVGElement {
  return svg(
    "svg",
    { viewBox: "0 0 20 20", "aria-hidden": "true", class: "icon" },
    svg("path", { d: ICONS[name] }),
  );
}

/** A button with an icon; its name is its label. */
export function iconButton(
  name: IconName,
  label: string,
  onclick: () => void,
  more: Readonly<Record<string, Attribute>> = {},
): HTMLButtonElement {
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...more },
    icon(name),
  );
}

/** A choice of one of some words, with its label. */
export function choice(
  label: string,
  options: readonly (readonly [value: string, words: string])[],
  onchange: (value: string) => void,
): { readonly element: HTMLLabelElement; readonly select: HTMLSelectElement } {
  const select = h("select", {
    onchange: () => onchange(select.value),
  }, ...options.map(([value, words]) => h("option", { value }, words)));
  return { element: field(label, select), select };
}

/** A control with its label above it. */
export function field(label: string, ...controls: readonly Child[]): HTMLLabelElement {
  return h("label", { class: "field" }, h("span", {}, label), ...controls);
}

/** Copies text, and says so on the button for a moment. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Pages of other machines may not write to the clipboard without https.
    return false;
  }
}
