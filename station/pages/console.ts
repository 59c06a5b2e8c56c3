/** The page of the command line of the array server. */

import { escapeHtml } from "../../http/pages/escape_html.ts";

/**
 * Writes the body of the page; without script it says what does the same.
 *
 * @param base The path before all others, without a slash at its end.
 * @param commands What runs a command from elsewhere, without the program's name.
 * @param program What to write before commands.
 */
export function consoleBody(
  base: string,
  commands: readonly string[],
  program: string,
): string {
  const lines = commands.map((line) =>
    `<li><code>${escapeHtml(program)} ${escapeHtml(line)}</code></li>`
  );
  return `<header><nav aria-label="Where this is"><a href="${
    escapeHtml(base)
  }/">Heliograph</a></nav>
<h1>Console</h1></header>
<main id="console" data-base="${escapeHtml(base)}">
<p>Commands of the array server: what it computes is printed here, what it shows is kept among the
<a href="${escapeHtml(base)}/pictures/">pictures</a>.</p>
<noscript><p>The command line of this page needs script. The same from a terminal, or with POST and
JSON:</p></noscript>
<ul class="commands">${lines.join("\n")}</ul>
</main>`;
}
