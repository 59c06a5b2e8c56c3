/** Follows a feed: HOST PORT FRAMES; prints frames received, frames missed and bytes per second. */

import { followFeed } from "../../fits/fitspipe/follow.ts";

const [hostname, port, count] = Deno.args as [string, string, string];
let missed = 0;
let bytes = 0;
let start: number | undefined;
const frames = followFeed({ hostname, port: Number(port) }, {
  count: Number(count),
  recycle: true,
  onEvent: (event) => {
    if (event.kind === "gap") missed += event.last - event.first + 1;
  },
});
for await (const frame of frames) {
  // The first frame only starts the clock: it was waited for.
  if (start === undefined) start = performance.now();
  else bytes += frame.pixels.length;
}
const seconds = (performance.now() - start!) / 1000;
console.log(JSON.stringify({ frames: Number(count) - 1, missed, bytes, seconds }));
