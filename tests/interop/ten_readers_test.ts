/** Ten readers of one large feed: the camera loses no frame, and waits for nobody. */

import { assert, assertEquals } from "@std/assert";
import { encodeCameraFrame, FitspipeClient } from "../../fits/fitspipe/mod.ts";
import { connectWebSocket } from "../../http/mod.ts";
import { LIVE_PROTOCOL } from "../../station/live/live_socket.ts";
import { startStation } from "../../station/station.ts";
import { temporaryFolder } from "../support/temporary.ts";

const [SIDE, FRAMES, READERS] = [2048, 12, 10];

Deno.test("ten readers of a feed of 2048 x 2048, one that never reads: no frame is lost", async () => {
  await using folder = await temporaryFolder();
  await using station = await startStation({
    ...{ data: folder.path, received: `${folder.path}/received`, trustProxy: true },
    ...{ port: 0, fitspipePort: 0, arrayPort: 0, imagePort: 0 },
  });
  const { port } = station.frames.address;
  await using camera = await FitspipeClient.connect({ hostname: "127.0.0.1", port });
  const frame = (value: number) =>
    encodeCameraFrame({
      ...{ width: SIDE, height: SIDE },
      pixels: new Uint16Array(SIDE * SIDE).fill(value),
    }) as Uint8Array[];
  await camera.put("large", frame(1));
  const url = `${station.url.replace(/^http/, "ws")}live`;
  const open = (i: number) =>
    connectWebSocket(url, {
      protocols: [LIVE_PROTOCOL],
      maxMessageSize: 64 << 20,
      // Each is a browser of its own behind the same proxy.
      fields: { "X-Forwarded-For": `10.0.0.${i}` },
    });
  await using silent = await open(0);
  await silent.send(JSON.stringify({ subscribe: "feeds/large", credit: 16 }));
  const readers = Array.from({ length: READERS - 1 }, async (_, i) => {
    await using connection = await open(i + 1);
    const size = i % 2 === 0 ? [4000, 4000] : [500, 500];
    await connection.send(JSON.stringify({ subscribe: "feeds/large", size, credit: 2 }));
    const numbers: number[] = [];
    while (numbers.at(-1) !== FRAMES) {
      const bytes = new Uint8Array(await (await connection.receive())!.bytes());
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const number = Number(view.getBigUint64(64, true));
      const header = view.getUint32(84, true);
      // Every value of a frame tells its number: nothing of another is mixed in.
      const values = new Uint16Array(bytes.slice(88 + header).buffer);
      assert(values.every((value) => value === number), `frame ${number}`);
      const skipped = view.getUint32(80, true);
      assertEquals(skipped, number - (numbers.at(-1) ?? number - 1) - 1);
      numbers.push(number);
      await connection.send(JSON.stringify({ credit: 1 }));
    }
    return numbers;
  });
  const numbers: (number | undefined)[] = [];
  for (let i = 2; i <= FRAMES; i++) numbers.push(await camera.put("large", frame(i)));
  assertEquals(numbers, Array.from({ length: FRAMES - 1 }, (_, i) => i + 2));
  for (const seen of await Promise.all(readers)) {
    assertEquals(seen, seen.toSorted((a, b) => a - b));
    assertEquals(seen.at(-1), FRAMES);
  }
  const { store } = station.frames;
  assertEquals(store.info("large")!.frames, FRAMES);
  assert(store.bytes <= store.maxMemory);
  silent.abort();
});
