/** The page of what has arrived: a new picture is shown when it comes. */

import { hearEvents } from "./page/event_stream.ts";

const place = document.getElementById("pictures");
if (place !== null) {
  const { base = "", last = "0" } = place.dataset;
  const reload = () => location.reload();
  // A stream that is opened again has the same address: what is behind the page is told again.
  const address = `${base}/events?topics=pictures&last=${last}`;
  hearEvents(address, { picture: reload, reset: reload });
}
