/** The command line of the array server: what is typed is run, what it gives is shown. */

import { fillWith, h } from "../page/dom.ts";

/** Lines that are kept to be typed again. */
const MAX_HISTORY = 200;
/** What has been run, as far as the page shows it. */
const MAX_SHOWN = 100;

/** What the station tells of a command. */
interface Answer {
  readonly result: { readonly text: readonly string[] } | null;
  readonly printed: readonly string[];
  readonly pictures: readonly string[];
}

/** Why the station refuses. */
interface Problem {
  readonly detail?: string;
  readonly title?: string;
  readonly position?: number;
}

/**
 * Starts the command line.
 *
 * @param place The element of the page that it is added to.
 */
function start(place: HTMLElement): void {
  const base = place.dataset.base ?? "";
  // Another tab has variables of its own.
  const session = crypto.getRandomValues(new Uint32Array(4)).join("-");
  const history: string[] = [];
  let at = 0;
  const log = h("div", { class: "console-log", role: "log", "aria-label": "Results", tabindex: 0 });
  const input = h("input", {
    type: "text",
    class: "console-line",
    "aria-label": "Command",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    placeholder: "print, total(findgen(10))",
    onkeydown: (event: KeyboardEvent) => recall(event),
  });
  const run = h("button", { type: "submit" }, "Run");
  const form = h(
    "form",
    {
      class: "console-form",
      onsubmit: (event: Event) => {
        event.preventDefault();
        void send();
      },
    },
    input,
    run,
  );

  function recall(event: KeyboardEvent): void {
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    at = Math.min(history.length, Math.max(0, at + step));
    input.value = history[at] ?? "";
  }

  async function send(): Promise<void> {
    const command = input.value.trim();
    if (command === "") return;
    history.push(command);
    if (history.length > MAX_HISTORY) history.shift();
    at = history.length;
    run.disabled = true;
    input.value = "";
    const entry = h("div", { class: "console-entry" }, h("pre", { class: "command" }, command));
    log.append(entry);
    while (log.childElementCount > MAX_SHOWN) log.firstElementChild!.remove();
    try {
      entry.append(...await ask(base, command, session));
      entry.dataset.state = "done";
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      entry.append(h("pre", { class: "failed" }, words));
      entry.dataset.state = "failed";
    } finally {
      run.disabled = false;
      log.scrollTop = log.scrollHeight;
      input.focus();
    }
  }

  place.append(log, form);
  input.focus();
}

/** Runs a command, and makes what is shown of its answer. */
async function ask(base: string, command: string, session: string): Promise<HTMLElement[]> {
  const response = await fetch(`${base}/console`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept": "application/json" },
    body: JSON.stringify({ command, session }),
  });
  if (!response.ok) {
    const { detail, title, position } = await response.json().catch(() => ({})) as Problem;
    const words = detail ?? title ?? `the station answers ${response.status}`;
    // A mark below the place that is wrong.
    const mark = position === undefined || command.includes("\n")
      ? ""
      : `${" ".repeat(Math.min(position, command.length))}^\n`;
    throw new Error(mark + words);
  }
  const { printed, result, pictures } = await response.json() as Answer;
  const parts: HTMLElement[] = [];
  if (printed.length > 0) parts.push(h("pre", {}, printed.join("\n")));
  if (result !== null) parts.push(h("pre", { class: "result" }, result.text.join("\n")));
  for (const url of pictures) parts.push(h("p", {}, h("a", { href: url }, "the picture")));
  return parts;
}

const place = document.getElementById("console");
if (place !== null) {
  const pasted = place.querySelector(".commands");
  if (pasted !== null) fillWith(pasted);
  start(place);
}
