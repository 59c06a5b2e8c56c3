/** The page of the station: what is here, what is listening, and commands to paste. */

import { programLine } from "./commands/command.ts";
import { formatBytes } from "./deps.ts";
import { escapeHtml } from "./http/escape_html.ts";
import style from "./station_page.css" with { type: "text" };

/** A server of the station. */
export interface Service {
  /** A word for it, such as `files`. */
  readonly name: string;
  /** Where it listens. */
  readonly url: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** A page that shows it, if there is one. */
  readonly page?: { readonly href: string; readonly words: string };
  /** Command lines that can be pasted, without the program's name. */
  readonly commands: readonly string[];
  /** Its numbers now, by what they count. */
  numbers(): Readonly<Record<string, number>>;
}

/** What {@linkcode stationPage} shows. */
export interface StationView {
  /** What is listening. */
  readonly services: readonly Service[];
  /** The names of the data, folders with a slash at the end. */
  readonly files: readonly string[];
}

/** Names of the data on the page at most; the listing has all of them. */
const MOST_FILES = 40;

/** Whether a name is that of a FITS file. */
export const isFits = (name: string): boolean => /\.(fits?|fts)$/i.test(name);

/** Whether a name is that of an image that a browser shows. */
export const isPicture = (name: string): boolean => /\.(jpe?g|png)$/i.test(name);

/** Writes the page; it works without script, which keeps the numbers fresh and copies commands. */
export function stationPage({ services, files }: StationView): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Heliograph</title>
<link rel="icon" href="data:,">
<style>
${style}</style>
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
<section>
  <h2>Data</h2>
  <ul class="files">
${files.slice(0, MOST_FILES).map(fileItem).join("\n")}
  </ul>
${files.length > MOST_FILES ? `  <p><a href="/?sort=name">all ${files.length} names</a></p>` : ""}
</section>
<section>
  <h2>Listening</h2>
${services.map(serviceArticle).join("\n")}
</section>
</div>
</main>
<script>
  const camera = document.getElementById("camera");
  setInterval(async () => {
    try {
      for (const { name, status } of await (await fetch("/station.json")).json()) {
        document.querySelector("#" + name + " output").textContent = status;
      }
      camera.src = "/feeds/camera.png?" + Date.now();
    } catch { /* The station has ended. */ }
  }, 2000);
  for (const line of document.querySelectorAll("li > code")) {
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
    if (name === "bytes") return formatBytes(count, { binary: true });
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

function serviceArticle(service: Service): string {
  const { name, page, url, summary, commands } = service;
  const link = page === undefined
    ? ""
    : ` <a href="${escapeHtml(page.href)}">${escapeHtml(page.words)}</a>`;
  const program = programLine(["--allow-net", "--allow-read=.", "--allow-write=."]);
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
