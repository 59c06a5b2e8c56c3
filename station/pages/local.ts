/** The page for files of the visitor's own computer, which are read in the browser. */

/** The body of the page; it says what it needs where there is no script. */
export function localBody(): string {
  return `<header>
<nav aria-label="Where this is"><a href="/">Heliograph</a></nav>
<h1>A file of your computer</h1>
</header>
<main>
<div id="viewer">
<noscript><p>Files of your computer are read by a script in this page, and sent nowhere: this page
needs script. Files in the <a href="/files/">data folder</a> are shown without.</p></noscript>
</div>
</main>`;
}
