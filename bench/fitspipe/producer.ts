/** Puts the same frame again and again: HOST PORT WIDTH HEIGHT, until it is killed. */

import { FitspipeClient } from "../../fits/fitspipe/client.ts";
import { encodeCameraFrame } from "../../fits/fitspipe/feed/frame.ts";

const [hostname, port, width, height] = Deno.args as [string, string, string, string];
const area = Number(width) * Number(height);
const pixels = Uint16Array.from({ length: area }, (_, i) => i & 0xffff);
const file = encodeCameraFrame({ width: Number(width), height: Number(height), pixels });
const client = await FitspipeClient.connect({ hostname, port: Number(port) });
const underWay: Promise<unknown>[] = [];
for (;;) {
  underWay.push(client.put("default", file));
  if (underWay.length >= 3) await underWay.shift();
}
