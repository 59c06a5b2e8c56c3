/** The viewer of a page: it takes the place of what `#viewer` shows without script. */

import { createViewer } from "./create_viewer.ts";
import { PageAddress } from "./page/address.ts";
import { h } from "./page/dom.ts";
import { loadStyle, restoreTheme } from "./page/style.ts";
import { stationFile, StationSource } from "./source/station_source.ts";
import { readState, writeState } from "./view/url_state.ts";

/**
 * Starts the viewer of a station's page.
 *
 * @param place The element with the address of the file in `data-source`.
 */
export async function startViewer(place: HTMLElement): Promise<void> {
  restoreTheme();
  await loadStyle();
  const { source = "", file, argument, program, home = "/", events, live } = place.dataset;
  if (live !== undefined) return (await import("./feed.ts")).startFeed(place);
  const url = new URL(source, location.href);
  const { state } = readState(location.search, location.hash);
  const address = new PageAddress({
    onReturn: (query, fragment) => viewer.goTo(readState(query, fragment).state),
    signal: new AbortController().signal,
  });
  if (state.others.some(([name]) => name === "with")) {
    return (await import("./several.ts")).startSeveral(place, state);
  }
  const viewer = createViewer(
    place,
    new StationSource(url, {
      file: file === undefined ? undefined : new URL(file, location.href).href,
      argument,
    }),
    state,
    {
      onState: (state, kind) => address.write(writeState(state), kind),
      program,
      openFile: (path) => stationFile(place, path),
      lead: h("a", { href: home, class: "home", title: "The station" }, "Heliograph"),
    },
  );
  document.body.classList.add("with-viewer");
  if (events !== undefined) follow(events, () => viewer.refresh());
}

/** Hears that the file has changed, while the page is seen: a browser has few connections. */
function follow(address: string, changed: () => void): void {
  let stream: EventSource | undefined;
  const open = () => {
    if (document.hidden || stream !== undefined) return;
    stream = new EventSource(address);
    stream.addEventListener("file", changed);
    stream.addEventListener("reset", changed);
    // What happened before, or while the station was away, is told to nobody.
    stream.addEventListener("open", changed);
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return open();
    stream?.close();
    stream = undefined;
  });
  open();
}

const place = document.getElementById("viewer");
if (place !== null) void startViewer(place);
