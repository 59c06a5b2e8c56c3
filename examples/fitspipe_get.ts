/**
 * Document 004: a client that fetches frames from a fitspipe server.
 *
 * It runs offline: a server of our own with a simulated camera stands in for the
 * observatory's. Three frames become PREFIX00001.fits, PREFIX00002.fits and so on.
 *
 * deno task example:fitspipe
 */

import {
  cameraFrameFile,
  followFeed,
  serveFitspipe,
  SyntheticCamera,
} from "@heliograph/heliograph/fits";

const prefix = Deno.args[0] ?? "out/frame";
await Deno.mkdir(prefix.replace(/[^/]*$/, "."), { recursive: true });
await using server = serveFitspipe({ port: 0 });

// The camera: thirty frames a second into the feed `default`.
const camera = new SyntheticCamera({ width: 640, height: 480, rate: 30 });
const start = Date.now();
let sequence = 0;
function expose(): void {
  const [header, data] = camera.frame(++sequence, Date.now(), start);
  const pixels = data!.subarray(0, 640 * 480 * 2);
  server.store.put("default", { width: 640, height: 480, header: header!, pixels });
}
expose();
const timer = setInterval(expose, 1000 / 30);

// The client: the feed's next three frames, each padded to FITS blocks.
let count = 0;
for await (const frame of followFeed(server.address, { feed: "default", count: 3 })) {
  console.error(`Frame ${frame.number}: getting ${frame.pixels.length} bytes`);
  const path = `${prefix}${String(++count).padStart(5, "0")}.fits`;
  await Deno.writeFile(path, new Blob(cameraFrameFile(frame)).stream());
  console.log(path);
}
clearInterval(timer);
