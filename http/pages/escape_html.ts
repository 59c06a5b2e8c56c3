const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Writes a text so that it stands for itself in HTML, between tags and in quoted attributes.
 *
 * @param text The text.
 * @returns The text without what HTML takes for its own; controls other than tab and line
 * break, which are no characters of HTML, as U+FFFD.
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char]!)
    .replace(/\p{Cc}/gu, (char) => /[\t\n]/.test(char) ? char : "\ufffd");
}
