/** The page for files of the visitor's own computer, which are read in the browser. */

import { escapeHtml } from "../../http/pages/escape_html.ts";

/**
 * The body of the page; it says what it needs where there is no script.
 *
 * @param home The first page.
 * @param files Where files are listed.
 */
export function localBody(home: string, files: string): string {
  return `<header>
<nav aria-label="Where this is"><a href="${escapeHtml(home)}">Heliograph</a></nav>
<h1>A file of your computer</h1>
</header>
<main>
<div id="viewer" data-home="${escapeHtml(home)}">
<noscript><p>Files of your computer are read by a script in this page, and sent nowhere: this page
needs script. Files in the <a href="${
    escapeHtml(files)
  }/">data folder</a> are shown without.</p></noscript>
</div>
</main>`;
}
