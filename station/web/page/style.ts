/** The style of the viewer, and the theme that was chosen. */

import { h } from "./dom.ts";

/** Loads the viewer's own style, unless the page has it already. */
export async function loadStyle(): Promise<void> {
  const href = new URL("../viewer.css", import.meta.url).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return;
  const link = h("link", { rel: "stylesheet", href });
  const loaded = new Promise((resolve) => {
    link.addEventListener("load", resolve);
    // A page without its style works all the same.
    link.addEventListener("error", resolve);
  });
  document.head.append(link);
  await loaded;
}

/** Takes over the theme that was chosen before. */
export function restoreTheme(): void {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // A browser that keeps nothing follows the system.
  }
}
