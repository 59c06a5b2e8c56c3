/** The page for files of this computer: drop one or choose one, and look. */

import { createViewer, type Viewer } from "./create_viewer.ts";
import { PageAddress } from "./page/address.ts";
import { fillWith, h } from "./page/dom.ts";
import { loadStyle, restoreTheme } from "./page/style.ts";
import { loadPanels } from "./panel_area.ts";
import { LocalSource, startReader } from "./source/local_source.ts";
import { DEFAULT_STATE, readState, writeState } from "./view/url_state.ts";

/** Makes the page: files that are dropped anywhere on it open. */
async function startLocal(place: HTMLElement): Promise<void> {
  restoreTheme();
  await loadStyle();
  let viewer: Viewer | undefined;
  const reader = startReader();
  const address = new PageAddress({
    onReturn: (query, fragment) => viewer?.goTo(readState(query, fragment).state),
    signal: new AbortController().signal,
  });
  const open = (file: File | undefined) => {
    if (file === undefined) return;
    // A page that was opened with an address shows the first file by it, further ones as they are.
    const state = viewer === undefined
      ? readState(location.search, location.hash).state
      : DEFAULT_STATE;
    viewer?.close();
    document.body.classList.add("with-viewer");
    viewer = createViewer(place, new LocalSource(file, reader), state, {
      onState: (state, kind) => address.write(writeState(state), kind),
      lead: h(
        "span",
        { class: "lead" },
        h("a", { href: place.dataset.home ?? "/", class: "home" }, "Heliograph"),
        chooser("Open", open, "small"),
      ),
    });
  };
  fillWith(
    place,
    h(
      "div",
      { class: "open-file" },
      h("h2", {}, "Open a FITS file of this computer"),
      h("p", {}, "Drop it anywhere on this page. It is read here and sent nowhere."),
      chooser("Choose a file", open, "large"),
    ),
  );
  void Promise.all([reader.ready, loadPanels(), import("./sky/readout.ts")])
    .then(() => place.setAttribute("data-ready", ""));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) document.body.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    open(event.dataTransfer?.files[0]);
  });
}

/** A button that lets a file be chosen. */
function chooser(words: string, open: (file: File | undefined) => void, size: string): HTMLElement {
  const input: HTMLInputElement = h("input", {
    type: "file",
    class: "unseen",
    accept: ".fits,.fit,.fts,.fz,.gz,.bz2,.Z",
    onchange: () => open(input.files?.[0]),
  });
  return h("label", { class: `chooser ${size}` }, words, input);
}

const place = document.getElementById("viewer");
if (place !== null) void startLocal(place);
