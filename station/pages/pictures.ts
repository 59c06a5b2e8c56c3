/** The page of what has arrived. */

import { escapeHtml } from "../../http/pages/escape_html.ts";
import { formatBytes } from "../../net/format_bytes.ts";

/** A picture. */
export interface ShownPicture {
  readonly id: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: string;
  readonly time: string;
  readonly from: string;
  readonly command?: string | undefined;
  readonly bytes: number;
  readonly url: string;
}

/**
 * Writes the body of the page; it is whole without script.
 *
 * @param pictures The pictures, the latest first.
 * @param base The path before all others, without a slash at its end.
 * @param commands What sends one, without the program's name.
 * @param program What to write before commands.
 * @param last The number of the last event that the page knows of.
 */
export function picturesBody(
  pictures: readonly ShownPicture[],
  base: string,
  commands: readonly string[],
  program: string,
  last: number,
): string {
  const lines = commands.map((line) =>
    `<li><code>${escapeHtml(program)} ${escapeHtml(line)}</code></li>`
  );
  return `<header><nav aria-label="Where this is"><a href="${base}/">Heliograph</a></nav>
<h1>Pictures</h1></header>
<main id="pictures" data-base="${escapeHtml(base)}" data-last="${last}">
${
    pictures.length === 0
      ? `<p>None has arrived yet. Send one:</p>\n<ul class="commands">${lines.join("\n")}</ul>`
      : `<ul class="pictures">\n${pictures.map((picture) => item(picture, base)).join("\n")}\n</ul>`
  }
</main>`;
}

function item(
  { id, name, shape, type, time, from, command, bytes, url }: ShownPicture,
  base: string,
) {
  const size = shape.length === 0 ? type : `${shape.join(" × ")} ${type}`;
  return `<li><a href="${escapeHtml(url)}"><img loading="lazy" alt="" src="${
    escapeHtml(`${base}/fits/pictures/${id}?format=thumbnail&size=128`)
  }"></a>
<span><a href="${escapeHtml(url)}">${escapeHtml(name)}</a>
<small>${escapeHtml(size)}, ${formatBytes(bytes)}, <time datetime="${escapeHtml(time)}">${
    escapeHtml(time.slice(11, 19))
  }</time> UTC, from ${escapeHtml(from)}</small>${
    command === undefined ? "" : `<small><code>${escapeHtml(command)}</code></small>`
  }</span></li>`;
}
