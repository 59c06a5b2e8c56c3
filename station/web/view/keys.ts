/** What each key does: the one table behind the keyboard and its help. */

/** What a key can do. */
export type Action =
  | "cursorLeft"
  | "cursorRight"
  | "cursorUp"
  | "cursorDown"
  | "panLeft"
  | "panRight"
  | "panUp"
  | "panDown"
  | "zoomIn"
  | "zoomOut"
  | "fit"
  | "zoom1"
  | "zoom2"
  | "zoom4"
  | "crossHair"
  | "centre"
  | "planeBefore"
  | "planeAfter"
  | "play"
  | "hduBefore"
  | "hduAfter"
  | "flipX"
  | "flipY"
  | "rotate"
  | "northUp"
  | "nextStretch"
  | "nextLimits"
  | "nextColormap"
  | "invert"
  | "resetContrast"
  | "grid"
  | "addRegion"
  | "removeRegion"
  | "excludeRegion"
  | "regionAfter"
  | "regionBefore"
  | "deselect"
  | "copyCoordinates"
  | "copyValue"
  | "speak"
  | "undo"
  | "redo"
  | "header"
  | "table"
  | "download"
  | "magnifier"
  | "overview"
  | "compass"
  | "help";

/** A row of the table. */
export interface KeyRow {
  /** `KeyboardEvent.key`, letters in lower case. */
  readonly key: string;
  /** Which of the others must be held; without one, none of them may. */
  readonly held?: "Shift" | "Alt" | "Control" | undefined;
  /** Whether Shift makes ten steps of one. */
  readonly byTen?: true | undefined;
  readonly action: Action;
  /** What the help says; rows with the same words are one line of it. */
  readonly words: string;
}

const arrows = (
  prefix: "cursor" | "pan",
  words: string,
  more: Pick<KeyRow, "held" | "byTen">,
): KeyRow[] =>
  (["Left", "Right", "Up", "Down"] as const).map((way) => {
    return { key: `Arrow${way}`, action: `${prefix}${way}`, words, ...more };
  });

/** Every key of the viewer. They act while the picture has the focus. */
export const KEYS: readonly KeyRow[] = [
  ...arrows("cursor", "move the pixel cursor; with Shift by ten", { byTen: true }),
  ...arrows("pan", "move the picture", { held: "Alt" }),
  { key: "+", action: "zoomIn", words: "zoom in" },
  { key: "=", action: "zoomIn", words: "zoom in" },
  { key: "-", action: "zoomOut", words: "zoom out" },
  { key: "0", action: "fit", words: "fit the whole image" },
  { key: "1", action: "zoom1", words: "one screen pixel for each pixel" },
  { key: "2", action: "zoom2", words: "twice as large" },
  { key: "4", action: "zoom4", words: "four times as large" },
  { key: "c", action: "crossHair", words: "put the cross-hair at the pointer" },
  { key: "m", action: "centre", words: "centre on the cross-hair" },
  { key: "[", action: "planeBefore", words: "plane before, after" },
  { key: "]", action: "planeAfter", words: "plane before, after" },
  { key: " ", action: "play", words: "play or pause the planes" },
  { key: ",", action: "hduBefore", words: "HDU before, after" },
  { key: ".", action: "hduAfter", words: "HDU before, after" },
  { key: "n", action: "northUp", words: "north up, or as stored" },
  { key: "x", action: "flipX", words: "flip left and right, top and bottom" },
  { key: "y", action: "flipY", words: "flip left and right, top and bottom" },
  { key: "q", action: "rotate", words: "turn by 90 degrees" },
  { key: "s", action: "nextStretch", words: "next stretch" },
  { key: "l", action: "nextLimits", words: "next limits" },
  { key: "v", action: "nextColormap", words: "next colour map" },
  { key: "i", action: "invert", words: "invert the colours" },
  { key: "r", action: "resetContrast", words: "reset bias and contrast" },
  { key: "g", action: "grid", words: "grid of the sky" },
  { key: "a", action: "addRegion", words: "add a region; a letter then says its shape" },
  { key: "w", action: "regionAfter", words: "next region, the one before" },
  { key: "w", held: "Shift", action: "regionBefore", words: "next region, the one before" },
  { key: "e", action: "excludeRegion", words: "leave the region out of the others, or not" },
  { key: "Delete", action: "removeRegion", words: "remove the region" },
  { key: "Escape", action: "deselect", words: "choose no region; arrows then move the cursor" },
  { key: "k", action: "copyCoordinates", words: "copy the coordinates" },
  { key: "o", action: "copyValue", words: "copy value and coordinates" },
  { key: "p", action: "speak", words: "speak pixel, value and coordinates" },
  { key: "u", action: "undo", words: "undo" },
  { key: "z", held: "Control", action: "undo", words: "undo" },
  { key: "u", held: "Shift", action: "redo", words: "redo" },
  { key: "y", held: "Control", action: "redo", words: "redo" },
  { key: "h", action: "header", words: "show the header" },
  { key: "t", action: "table", words: "show the table, or the next one" },
  { key: "z", action: "magnifier", words: "magnifying glass at the pointer" },
  { key: "z", held: "Shift", action: "overview", words: "overview of the whole image" },
  { key: "j", action: "compass", words: "compass and scale bar" },
  { key: "d", action: "download", words: "show what can be taken away" },
  { key: "?", action: "help", words: "show this list" },
];

/** What of an event of the keyboard counts. */
export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/**
 * What a key does.
 *
 * @param press The event.
 * @returns The action and how often, or undefined if the key is free.
 */
export function actionOf(press: KeyPress): { action: Action; times: number } | undefined {
  const letter = /^[A-Z]$/.test(press.key);
  const key = letter ? press.key.toLowerCase() : press.key;
  const control = press.ctrlKey || press.metaKey;
  const row = KEYS.find((row) => {
    if (row.key !== key) return false;
    if (control !== (row.held === "Control") || press.altKey !== (row.held === "Alt")) return false;
    // Signs such as ? and + need Shift on many keyboards; for letters it means something else.
    if (row.held === "Shift") return press.shiftKey;
    return !press.shiftKey || row.byTen === true || !/^[a-z]$/.test(key);
  });
  if (row === undefined) return undefined;
  return { action: row.action, times: row.byTen === true && press.shiftKey ? 10 : 1 };
}

const NAMES: Readonly<Record<string, string>> = {
  " ": "Space",
  ArrowLeft: "\u2190",
  ArrowRight: "\u2192",
  ArrowUp: "\u2191",
  ArrowDown: "\u2193",
  Control: "Ctrl",
  Escape: "Esc",
};

/** The lines of the help: keys and what they do, in the order of the table. */
export function helpLines(): { keys: string[]; words: string }[] {
  const lines = new Map<string, string[]>();
  for (const { key, held, words } of KEYS) {
    if (key === "=") continue;
    const name = NAMES[key] ?? key;
    const keys = lines.get(words) ?? [];
    keys.push(held === undefined ? name : `${NAMES[held] ?? held}+${name}`);
    lines.set(words, keys);
  }
  return [...lines].map(([words, keys]) => ({ keys, words }));
}
