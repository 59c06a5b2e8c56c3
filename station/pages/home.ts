/** The first page of the station: what is here, what is listening, and commands to paste. */

import { escapeHtml } from "../../http/pages/escape_html.ts";
import { formatBytes } from "../../net/format_bytes.ts";

/** A file or folder of the data. */
export interface HomeFile {
  readonly name: string;
  readonly isFolder: boolean;
  readonly size: number;
  /** When it changed last, in milliseconds since 1970. */
  readonly mtime: number;
  /** Where a page shows it, if one does. */
  readonly page: string | undefined;
  /** Where a small picture of it is, if there is one. */
  readonly thumbnail: string | undefined;
}

/** A server. */
export interface HomeService {
  readonly name: string;
  readonly url: string;
  readonly summary: string;
  readonly page?: { readonly href: string; readonly words: string } | undefined;
  readonly commands: readonly string[];
  numbers(): Readonly<Record<string, number>>;
}

/** What happened. */
export interface HomeEvent {
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly service: string;
  readonly text: string;
}

/** A camera or anyone else who puts frames. */
export interface HomeFeed {
  readonly feed: string;
  readonly newest: number;
  readonly width: number;
  readonly height: number;
}

/** What {@linkcode homeBody} shows. */
export interface HomeView {
  /** The path before all others, without a slash at its end; "" for none. */
  readonly base: string;
  /** Whether files of other servers can be opened. */
  readonly remote?: boolean | undefined;
  /** The latest pictures that have arrived. */
  readonly pictures?: readonly {
    readonly id: string;
    readonly name: string;
    readonly url: string;
  }[];
  /** What to write before a command so that it runs as this program was started. */
  readonly program: string;
  /** Other ways in which it may be started, which a switch offers. */
  readonly programs?: readonly string[] | undefined;
  readonly services: readonly HomeService[];
  /** The newest of the data. */
  readonly files: readonly HomeFile[];
  /** How many names the data has. */
  readonly total: number;
  /** Why the data cannot be read, if so. */
  readonly unreadable?: string | undefined;
  readonly feeds: readonly HomeFeed[];
  /** What happened lately, the latest first. */
  readonly events: readonly HomeEvent[];
  /** The time of the answer, in milliseconds since 1970. */
  readonly now: number;
}

/** Files of the page. */
export const HOME_FILES = 20;

/** Writes the body of the page; it is whole without script, which keeps it fresh. */
export function homeBody(view: HomeView): string {
  const {
    base,
    remote,
    pictures = [],
    program,
    programs = [],
    services,
    files,
    total,
    unreadable,
    feeds,
    events,
    now,
  } = view;
  return `<header>
  <h1>Heliograph</h1>
  <p>Pictures of the sky, FITS files and arrays, between programs over plain sockets.</p>
</header>
<main id="home" data-base="${escapeHtml(base)}" data-programs="${
    escapeHtml(JSON.stringify([program, ...programs.filter((other) => other !== program)]))
  }">
<section class="files" aria-labelledby="files-head">
  <h2 id="files-head">Files</h2>
${
    files.length === 0
      ? `  <p class="faint">${
        unreadable === undefined
          ? "The folder is empty: put FITS files into it"
          : `The folder cannot be read: ${escapeHtml(unreadable)}`
      }.</p>`
      : `  <ul>\n${files.map((file) => fileItem(file, base)).join("\n")}\n  </ul>`
  }
  <p><a href="${base}/files/">${total === 1 ? "the only name" : `all ${total} names`}</a> ·
    <a href="${base}/local">open a FITS file of this computer</a></p>
${remote === true ? remoteForm(base) : ""}</section>
<section aria-labelledby="pictures-head">
  <h2 id="pictures-head">Pictures</h2>
${
    pictures.length === 0
      ? '  <p class="faint">None has arrived yet.</p>'
      : `  <ul class="pictures">\n${
        pictures.map(({ id, name, url }) =>
          `    <li><a href="${escapeHtml(url)}"><img loading="lazy" alt="" src="${
            escapeHtml(`${base}/fits/pictures/${id}?format=thumbnail&size=128`)
          }"></a> <a href="${escapeHtml(url)}">${escapeHtml(name)}</a></li>`
        ).join("\n")
      }\n  </ul>`
  }
  <p><a href="${base}/pictures/">all pictures</a></p>
</section>
<section class="feeds" aria-labelledby="feeds-head">
  <h2 id="feeds-head">Feeds</h2>
${feeds.map((feed) => feedFigure(feed, base)).join("\n")}
  <p><a href="${base}/feeds/">all feeds, live</a></p>
</section>
<section aria-labelledby="servers-head" class="servers">
  <h2 id="servers-head">Listening</h2>
${services.map((service) => serviceArticle(service, program)).join("\n")}
</section>
<section aria-labelledby="events-head" class="events">
  <h2 id="events-head">Events</h2>
  <p class="faint">As of <time id="as-of" datetime="${new Date(now).toISOString()}">${
    new Date(now).toISOString().slice(11, 19)
  }</time> UTC<span id="state"></span> · <a href="${base}/status">status</a></p>
  <ol id="events">${events.map(eventItem).join("")}</ol>
</section>
</main>`;
}

function remoteForm(base: string): string {
  return `  <form method="get" action="${base}/view/">
    <label>A FITS file of another server
      <input type="text" inputmode="url" name="url" required placeholder="https:// or s3://"></label>
    <button>Open</button>
  </form>
`;
}

function fileItem(
  { name, isFolder, size, mtime, page, thumbnail }: HomeFile,
  base: string,
): string {
  const path = `${base}/files/${encodeURIComponent(name)}${isFolder ? "/" : ""}`;
  const picture = thumbnail === undefined
    ? '<span class="thumb"></span>'
    : `<img class="thumb" loading="lazy" alt="" src="${escapeHtml(thumbnail)}">`;
  const iso = new Date(mtime).toISOString();
  const said = isFolder
    ? "folder"
    : `${formatBytes(size)}, <time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")}</time>`;
  const bytes = page === undefined || isFolder
    ? ""
    : ` · <a href="${escapeHtml(path)}" download>download</a>`;
  return `    <li>${picture}<span><a href="${escapeHtml(page ?? path)}">${escapeHtml(name)}${
    isFolder ? "/" : ""
  }</a><small>${said}${bytes}</small></span></li>`;
}

function feedFigure({ feed, newest, width, height }: HomeFeed, base: string): string {
  const href = `${base}/feeds/${encodeURIComponent(feed)}.png`;
  return `  <figure data-feed="${escapeHtml(feed)}">
    <a href="${base}/view/feeds/${escapeHtml(encodeURIComponent(feed))}"><img src="${
    escapeHtml(href)
  }" width="${width}" height="${height}" alt="The newest frame of ${escapeHtml(feed)}"></a>
    <figcaption>${
    escapeHtml(feed)
  }, ${width} × ${height}, frame <span class="newest">${newest}</span></figcaption>
  </figure>`;
}

/** An event as an item of the list. */
function eventItem({ time, service, text }: HomeEvent): string {
  const words = [time.slice(11, 19), service, text].map((word) =>
    `<span>${escapeHtml(word)}</span>`
  );
  return `<li>${words.join("")}</li>`;
}

/** A number of a service, as it is written. */
export function numberText(name: string, count: number): string {
  return name === "bytes" ? formatBytes(count) : count.toLocaleString("en");
}

function serviceArticle(service: HomeService, program: string): string {
  const { name, page, url, summary, commands } = service;
  const link = page === undefined
    ? ""
    : ` <a href="${escapeHtml(page.href)}">${escapeHtml(page.words)}</a>`;
  const numbers = Object.entries(service.numbers()).map(([what, count]) =>
    `<div><dt>${escapeHtml(what)}</dt><dd data-number="${escapeHtml(what)}">${
      escapeHtml(numberText(what, count))
    }</dd></div>`
  );
  const lines = commands.map((line) =>
    `      <li><code><span class="program">${escapeHtml(program)}</span> ${
      escapeHtml(line)
    }</code></li>`
  );
  return `  <article id="${escapeHtml(name)}">
    <h3>${escapeHtml(name)} <code>${escapeHtml(url)}</code>${link}</h3>
    <p>${escapeHtml(summary)}</p>
    <dl>${numbers.join("")}</dl>
${
    lines.length === 0
      ? ""
      : `    <ul class="commands">\n${lines.join("\n")}\n    </ul>\n`
  }  </article>`;
}
