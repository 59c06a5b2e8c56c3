import { assert, assertEquals } from "@std/assert";
import { actionOf, helpLines, type KeyPress, KEYS } from "../../../../station/web/view/keys.ts";

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => {
  return { key, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...held };
};

Deno.test("actionOf() finds every row of the table by its key, and no other", () => {
  for (const { key, held, action } of KEYS) {
    const holding = {
      shiftKey: held === "Shift",
      altKey: held === "Alt",
      ctrlKey: held === "Control",
    };
    assertEquals(actionOf(press(key, holding)), { action, times: 1 }, `${held}+${key}`);
  }
  const rows = KEYS.map(({ key, held }) => `${held}+${key}`);
  assertEquals(new Set(rows).size, rows.length);
});

Deno.test("actionOf() tells held keys apart", () => {
  const cases = [
    [press("ArrowLeft", { shiftKey: true }), "cursorLeft", 10],
    [press("ArrowLeft", { altKey: true }), "panLeft", 1],
    [press("U", { shiftKey: true }), "redo", 1],
    [press("z", { metaKey: true }), "undo", 1],
    [press("?", { shiftKey: true }), "help", 1],
    [press("+", { shiftKey: true }), "zoomIn", 1],
    [press("C"), "crossHair", 1],
  ] as const;
  for (const [event, action, times] of cases) assertEquals(actionOf(event), { action, times });
  const free = [
    ...[press("Tab"), press("c", { ctrlKey: true }), press("r", { ctrlKey: true })],
    ...[press("l", { altKey: true }), press("c", { shiftKey: true }), press("Backspace")],
  ];
  for (const event of free) assertEquals(actionOf(event), undefined, JSON.stringify(event));
});

Deno.test("helpLines() has every key of the table", () => {
  const lines = helpLines();
  const shown = lines.flatMap(({ keys }) => keys);
  assertEquals(shown.length, KEYS.length - 1, "+ and = are one key");
  assertEquals(lines[0], {
    keys: ["\u2190", "\u2192", "\u2191", "\u2193"],
    words: "move the pixel cursor; with Shift by ten",
  });
  assert(shown.includes("Ctrl+z") && shown.includes("Space") && shown.includes("Shift+u"));
});
