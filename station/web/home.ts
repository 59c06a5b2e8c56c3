/** The first page, kept fresh: what has changed is rewritten, and nothing else. */

import { h } from "./page/dom.ts";
import { hearEvents } from "./page/event_stream.ts";

/** What the station tells of itself. */
interface Status {
  readonly services: readonly {
    readonly name: string;
    readonly numbers: Readonly<Record<string, string>>;
  }[];
  readonly events: readonly {
    readonly time: string;
    readonly service: string;
    readonly text: string;
  }[];
  readonly feeds: readonly { readonly feed: string; readonly newest: number }[];
  readonly time: string;
}

/** Writes a text where it is another than before, so that nothing else is drawn or read out. */
function write(element: Element | null | undefined, text: string): void {
  if (element !== null && element !== undefined && element.textContent !== text) {
    element.textContent = text;
  }
}

/** The path before all others. */
const BASE = document.getElementById("home")?.dataset.base ?? "";

let shownEvents = "";

function showEvents(events: Status["events"]): void {
  const key = JSON.stringify(events);
  if (key === shownEvents) return;
  shownEvents = key;
  const items = events.map(({ time, service, text }) =>
    h(
      "li",
      {},
      h("span", {}, time.slice(11, 19)),
      h("span", {}, service),
      h("span", {}, text),
    )
  );
  document.getElementById("events")?.replaceChildren(...items);
}

function showFeeds(feeds: Status["feeds"]): void {
  for (const figure of document.querySelectorAll<HTMLElement>("figure[data-feed]")) {
    const found = feeds.find(({ feed }) => feed === figure.dataset.feed);
    const newest = figure.querySelector(".newest");
    if (found === undefined || newest?.textContent === String(found.newest)) continue;
    write(newest, String(found.newest));
    const image = figure.querySelector("img");
    if (image?.complete) {
      image.src = `${BASE}/feeds/${encodeURIComponent(found.feed)}.png?${found.newest}`;
    }
  }
}

function show({ services, events, feeds, time }: Status): void {
  for (const { name, numbers } of services) {
    const article = document.getElementById(name);
    for (const [what, text] of Object.entries(numbers)) {
      write(article?.querySelector(`[data-number="${CSS.escape(what)}"]`), text);
    }
  }
  showEvents(events);
  showFeeds(feeds);
  write(document.getElementById("as-of"), time.slice(11, 19));
}

/** Listens while the page is seen: a browser has few connections for a host. */
function listen(): void {
  const state = document.getElementById("state");
  hearEvents(`${BASE}/events?topics=status`, {
    status: ({ data }) => {
      show(JSON.parse(data) as Status);
      write(state, "");
    },
    // The time before it stays: it is how old the numbers are.
    error: () => write(state, "; the station does not answer"),
  });
}

/** Gives each command a button that copies it; pages of other machines may not without https. */
function addButtons(): void {
  if (!navigator.clipboard) return;
  for (const line of document.querySelectorAll(".commands code")) {
    const button = h(
      "button",
      { type: "button", "aria-label": `Copy ${line.lastChild?.textContent?.trim()}` },
      "copy",
    );
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(line.textContent ?? "");
      button.textContent = "copied";
    });
    line.after(button);
  }
}

/** Offers other beginnings of commands, for those who start the program otherwise. */
function addSwitch(): void {
  const home = document.getElementById("home");
  const programs = JSON.parse(home?.dataset.programs ?? "[]") as string[];
  const heading = document.getElementById("servers-head");
  if (heading === null || programs.length < 2) return;
  const write = (program: string) => {
    for (const span of document.querySelectorAll(".commands .program")) span.textContent = program;
  };
  const select = h("select", {
    onchange: () => {
      write(select.value);
      keep(select.value);
    },
  }, ...programs.map((program) => h("option", { value: program }, program)));
  const kept = stored();
  if (programs.includes(kept)) {
    select.value = kept;
    write(kept);
  }
  heading.after(h("label", { class: "switch" }, "Commands for", select));
}

/** What was chosen before; nothing where the browser keeps nothing. */
function stored(): string {
  try {
    return localStorage.getItem("program") ?? "";
  } catch {
    return "";
  }
}

function keep(program: string): void {
  try {
    localStorage.setItem("program", program);
  } catch {
    // It is chosen until the page is closed.
  }
}

addSwitch();
addButtons();
listen();
