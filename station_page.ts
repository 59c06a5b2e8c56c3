/** The page of the station: what is here, what is listening, and commands to paste. */

import { programLine } from "./commands/command.ts";
import style from "./station_page.css" with { type: "text" };

/** A server of the station. */
export interface Service {
  /** A word for it, such as `files`. */
  readonly name: string;
  /** Where it listens. */
  readonly url: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** A page of its own on the station, if it has one. */
  readonly page?: string;
  /** Command lines that can be pasted, without the program's name. */
  readonly commands: readonly string[];
  /** Its numbers now, for the page. */
  numbers(): Readonly<Record<string, number>>;
}

/**
 * Writes the page; it works without script, which only keeps the numbers fresh.
 *
 * @param services What is listening.
 * @param files The names of the data, folders with a slash at the end.
 */
export function stationPage(services: readonly Service[], files: readonly string[]): string {
  const picture = files.find((name) => /\.(jpe?g|png)$/i.test(name));
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
${picture === undefined ? "" : pictureSection(picture)}
<section>
  <h2>Data</h2>
  <ul class="files">
${files.map(fileItem).join("\n")}
  </ul>
</section>
<section>
  <h2>Listening</h2>
${services.map(serviceArticle).join("\n")}
</section>
</main>
<script>
  setInterval(async () => {
    try {
      for (const { name, url, ...numbers } of await (await fetch("station.json")).json()) {
        const place = document.querySelector("#" + name + " output");
        if (place) place.textContent = Object.entries(numbers).map(([k, v]) => v + " " + k).join(", ");
      }
    } catch { /* The station has ended. */ }
  }, 2000);
</script>
`;
}

function pictureSection(name: string): string {
  const href = encodeURIComponent(name);
  return `<figure><a href="${href}"><img src="${href}" alt="${escape(name)}"></a></figure>`;
}

function fileItem(name: string): string {
  const folder = name.endsWith("/");
  const href = encodeURIComponent(folder ? name.slice(0, -1) : name) + (folder ? "/" : "");
  const preview = /\.(fits?|fts)$/i.test(name) ? ` <a href="${href}?as=preview">picture</a>` : "";
  return `    <li><a href="${href}">${escape(name)}</a>${preview}</li>`;
}

function serviceArticle(service: Service): string {
  const { name, page, url, summary, commands, numbers } = service;
  const link = page ?? (url.startsWith("http") ? url : undefined);
  const address = link === undefined
    ? `<code>${escape(url)}</code>`
    : `<a href="${escape(link)}"><code>${escape(url)}</code></a>`;
  const program = programLine(["--allow-net", "--allow-read=.", "--allow-write=."]);
  const counts = Object.entries(numbers()).map(([key, value]) => `${value} ${key}`).join(", ");
  return `  <article id="${escape(name)}">
    <h3>${escape(name)} ${address}</h3>
    <p>${escape(summary)} <output>${escape(counts)}</output></p>
    <pre>${escape(commands.map((line) => `${program} ${line}`).join("\n"))}</pre>
  </article>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
