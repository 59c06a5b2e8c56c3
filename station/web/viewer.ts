/** The viewer of a page: it takes the place of what `#viewer` shows without script. */

import { createViewer } from "./create_viewer.ts";
import { PageAddress } from "./page/address.ts";
import { h } from "./page/dom.ts";
import { hearEvents } from "./page/event_stream.ts";
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
  if (events === undefined) return;
  const changed = () => viewer.refresh();
  // What happened before, or while the station was away, is told to no one.
  hearEvents(events, { file: changed, reset: changed, open: changed });
}

const place = document.getElementById("viewer");
if (place !== null) void startViewer(place);
