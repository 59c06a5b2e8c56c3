/**
 * Follows a feed: HOST PORT FRAMES. Says `ready` at the newest frame, then takes those
 * that come and prints when the first and the last of them had arrived (milliseconds of
 * the system's clock), the bytes in between, and how many frames were missed.
 */

import { followFeed } from "../../fits/fitspipe/follow.ts";

const [hostname, port, count] = Deno.args as [string, string, string];
const now = () => performance.timeOrigin + performance.now();
let missed = 0;
let frames = 0;
let bytes = 0;
let began = 0;
const feed = followFeed({ hostname, port: Number(port) }, {
  from: "newest",
  count: Number(count) + 2,
  recycle: true,
  onEvent: (event) => {
    if (event.kind === "gap") missed += event.last - event.first + 1;
  },
});
for await (const frame of feed) {
  if (frames === 0) console.log("ready");
  // The second frame only starts the clock: it was waited for.
  else if (frames === 1) began = now();
  else bytes += frame.pixels.length;
  frames++;
}
console.log(JSON.stringify({ began, ended: now(), frames: frames - 2, bytes, missed }));
