/** The page of the station: what is here, what is listening, and commands to paste. */

import { formatBytes } from "../net/format_bytes.ts";
import { escapeHtml } from "../http/pages/escape_html.ts";
import palette from "../http/pages/palette.css" with { type: "text" };
import type { StationEvent } from "./events.ts";
import style from "./page.css" with { type: "text" };
import { isFits, isPicture, type Service } from "./services.ts";

/** What {@linkcode stationPage} shows. */
export interface StationView {
  /** What to write before a command so that it runs as this program was started. */
  readonly program: string;
  /** What is listening. */
  readonly services: readonly Service[];
  /** The names of the data, folders with a slash at the end. */
  readonly files: readonly string[];
  /** What happened lately, the latest first. */
  readonly events: readonly StationEvent[];
}

/** The Sun, for the tab of a browser. */
const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">' +
  '<circle cx="8" cy="8" r="7" fill="#f2a33a"/><circle cx="6" cy="7" r="1.2" fill="#7a3d00"/></svg>';

/** Names of the data on the page at most; the listing has all of them. */
const MAX_FILES = 40;

/** Writes the page; it works without script, which keeps the numbers fresh and copies commands. */
export function stationPage({ program, services, files, events }: StationView): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Heliograph</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">
<style>
${palette}${style}</style>
<header>
  <h1>Heliograph</h1>
  <p>Pictures of the sky, FITS files and arrays, between programs over plain sockets.</p>
</header>
<main>
<aside>
${pictureOf(files)}
  <figure>
    <a href="/feeds/"><img id="camera" src="/feeds/camera.png" alt="The newest frame of the simulated camera"></a>
    <figcaption>feed camera, live</figcaption>
  </figure>
</aside>
<div>
<div class="lately">
<section>
  <h2>Data</h2>
  <ul class="files">
${files.slice(0, MAX_FILES).map(fileItem).join("\n")}
  </ul>
${files.length > MAX_FILES ? `  <p><a href="/?sort=name">all ${files.length} names</a></p>` : ""}
</section>
<section>
  <h2>Events <small id="state">UTC</small></h2>
  <ol id="events">${events.map(eventItem).join("")}</ol>
</section>
</div>
<section>
  <h2>Listening</h2>
${services.map((service) => serviceArticle(service, program)).join("\n")}
</section>
</div>
</main>
<script>
  const camera = document.getElementById("camera");
  const state = document.getElementById("state");
  function eventItem({ time, service, text }) {
    const item = document.createElement("li");
    for (const words of [time.slice(11, 19), service, text]) {
      item.append(Object.assign(document.createElement("span"), { textContent: words }));
    }
    return item;
  }
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const { services, events } = await (await fetch("/station.json")).json();
      for (const { name, status } of services) {
        document.querySelector("#" + name + " output").textContent = status;
      }
      document.getElementById("events").replaceChildren(...events.map(eventItem));
      camera.src = "/feeds/camera.png?" + Date.now();
      state.textContent = "UTC";
    } catch {
      state.textContent = "the station does not answer";
    }
  }, 1000);
  // Pages of other machines may not write to the clipboard without https.
  for (const line of navigator.clipboard ? document.querySelectorAll("li > code") : []) {
    const button = document.createElement("button");
    button.textContent = "copy";
    button.onclick = async () => {
      await navigator.clipboard.writeText(line.textContent);
      button.textContent = "copied";
    };
    line.after(button);
  }
</script>
`;
}

/** The numbers of a service in words: `1 connection, 8 frames, 4.69 MiB`. */
export function statusOf(service: Service): string {
  return Object.entries(service.numbers()).map(([name, count]) => {
    if (name === "bytes") return formatBytes(count);
    return `${count} ${count === 1 ? name.replace(/s$/, "") : name}`;
  }).join(", ");
}

function pictureOf(files: readonly string[]): string {
  const name = files.find(isPicture) ?? files.find(isFits);
  if (name === undefined) return "";
  const href = encodeURIComponent(name);
  const source = isPicture(name) ? href : `${href}?as=preview&amp;size=832`;
  return `  <figure>
    <a href="${source}"><img src="${source}" alt="${escapeHtml(name)}"></a>
    <figcaption>${escapeHtml(name)}</figcaption>
  </figure>`;
}

function fileItem(name: string): string {
  const folder = name.endsWith("/");
  const href = encodeURIComponent(folder ? name.slice(0, -1) : name) + (folder ? "/" : "");
  const preview = isFits(name) ? ` <a href="${href}?as=preview">picture</a>` : "";
  return `    <li><a href="${href}">${escapeHtml(name)}</a>${preview}</li>`;
}

function eventItem({ time, service, text }: StationEvent): string {
  const words = [time.slice(11, 19), service, text].map((word) =>
    `<span>${escapeHtml(word)}</span>`
  );
  return `<li>${words.join("")}</li>`;
}

function serviceArticle(service: Service, program: string): string {
  const { name, page, url, summary, commands } = service;
  const link = page === undefined
    ? ""
    : ` <a href="${escapeHtml(page.href)}">${escapeHtml(page.words)}</a>`;
  const words = (line: string) =>
    `${program} ${line}`.split(" ").map((word) => `<span>${escapeHtml(word)}</span>`).join(" ");
  const lines = commands.map((line) => `      <li><code>${words(line)}</code></li>`);
  return `  <article id="${escapeHtml(name)}">
    <h3>${escapeHtml(name)} <code>${escapeHtml(url)}</code>${link}</h3>
    <p>${escapeHtml(summary)}</p>
    <output>${escapeHtml(statusOf(service))}</output>
    <ul class="commands">
${lines.join("\n")}
    </ul>
  </article>`;
}
