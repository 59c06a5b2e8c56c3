/** What the kinds of problems mean, for who follows the `type` of one. */

import { escapeHtml } from "../../http/pages/escape_html.ts";
import { PROBLEMS } from "../api/problem.ts";

/**
 * Writes the body of the page.
 *
 * @param home The first page.
 */
export function problemsBody(home: string): string {
  const items = Object.entries(PROBLEMS).map(([kind, [title, meaning]]) =>
    `<h2 id="${kind}">${title}</h2>\n<p>${meaning}</p>`
  );
  return `<header><nav aria-label="Where this is"><a href="${escapeHtml(home)}">Heliograph</a></nav>
<h1>Problems</h1></header>
<main>
${items.join("\n")}
</main>`;
}
