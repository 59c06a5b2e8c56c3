/** The page with the numbers of the station, as of the time of the answer. */

import { escapeHtml } from "../../http/pages/escape_html.ts";
import { formatBytes } from "../../net/format_bytes.ts";

/** What the station tells of itself. */
export interface StatusView {
  /** The path before all others, without a slash at its end. */
  readonly base: string;
  readonly version: string;
  /** ISO 8601 in UTC. */
  readonly started: string;
  /** The same, of the answer. */
  readonly time: string;
  readonly services: readonly {
    readonly name: string;
    readonly url: string;
    /** Its numbers in words. */
    readonly status: string;
  }[];
  /** Bytes, by what has them. */
  readonly memory: Readonly<Record<string, number>>;
  readonly events: readonly {
    readonly time: string;
    readonly service: string;
    readonly text: string;
  }[];
}

/** What has memory, in words. */
const MEMORY_WORDS: Readonly<Record<string, string>> = {
  pyramids: "levels of images",
  answers: "answers that are kept",
  pictures: "pictures that have arrived",
  feeds: "frames of feeds",
  rss: "all of the program",
};

/** Writes the body of the page. */
export function statusBody(
  { base, version, started, time, services, memory, events }: StatusView,
): string {
  const facts = [["version", version || "unknown"], ["started", started], ["now", time]];
  return `<header><nav aria-label="Where this is"><a href="${base}/">Heliograph</a></nav>
<h1>Status</h1></header>
<main>
<dl>${facts.map(([name, text]) => fact(name!, text!)).join("")}</dl>
<h2 id="services">Servers</h2>
<table class="services" aria-labelledby="services">
<thead><tr><th scope="col">Name</th><th scope="col">Address</th><th scope="col">Numbers</th></tr></thead>
<tbody>
${
    services.map(({ name, url, status }) => {
      return `<tr><th scope="row">${escapeHtml(name)}</th><td><code>${
        escapeHtml(url)
      }</code></td><td>${escapeHtml(status)}</td></tr>`;
    }).join("\n")
  }
</tbody>
</table>
<h2 id="memory">Memory</h2>
<dl aria-labelledby="memory">${
    Object.entries(memory)
      .map(([what, bytes]) => fact(MEMORY_WORDS[what] ?? what, formatBytes(bytes))).join("")
  }</dl>
<h2 id="latest">Latest events</h2>
<ol aria-labelledby="latest">
${
    events.map((event) =>
      `<li>${
        escapeHtml(`${event.time.slice(0, 19).replace("T", " ")}, ${event.service}: ${event.text}`)
      }</li>`
    ).join("\n")
  }
</ol>
</main>`;
}

function fact(name: string, text: string): string {
  return `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd></div>`;
}
