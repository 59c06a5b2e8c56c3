/** docs/rpc-protocol.json: what a client in another language is tested against. */

import { assertEquals } from "../support/assert.ts";
import { dtypeOf } from "../../rpc/frames/arrays.ts";
import { encodeFrame, type Frame, type FrameKind, readFrame } from "../../rpc/frames/frames.ts";
import { serveArrays } from "../../rpc/mod.ts";
import { Feed } from "../../rpc/frames/reading.ts";

interface Vectors {
  readonly frames: readonly {
    readonly name: string;
    readonly kind: FrameKind;
    readonly id: number;
    readonly head: { readonly [name: string]: unknown };
    readonly arrays: readonly {
      readonly name: string;
      readonly dtype: string;
      readonly shape: readonly number[];
      readonly values: readonly unknown[];
    }[];
    readonly hex: string;
  }[];
  readonly conversation: readonly {
    readonly name: string;
    readonly client: string;
    readonly server: string;
  }[];
}

const VECTORS: Vectors = JSON.parse(
  await Deno.readTextFile(new URL("../../docs/rpc-protocol.json", import.meta.url)),
);

Deno.test("readFrame() and encodeFrame() agree with the documented vectors", () => {
  for (const { name, kind, id, head, arrays, hex } of VECTORS.frames) {
    const [frame] = new Feed<Frame>(() => readFrame()).push(Uint8Array.fromHex(hex));
    assertEquals([frame!.kind, frame!.id, frame!.head], [kind, id, head], name);
    const found = [...frame!.arrays].map(([name, { type, shape, data }]) => ({
      name,
      dtype: dtypeOf(type),
      shape,
      values: Array.from(data as ArrayLike<unknown>, (x) => typeof x === "bigint" ? String(x) : x),
    }));
    const bigEndian = arrays.some(({ dtype }) => dtype.startsWith(">"));
    assertEquals(
      found,
      arrays.map((array) => ({ ...array, dtype: array.dtype.replace(">", "") })),
      name,
    );
    if (bigEndian) continue;
    const written = encodeFrame(kind, id, head, frame!.arrays).map((piece) => piece.toHex()).join(
      "",
    );
    assertEquals(written, hex, name);
  }
});

Deno.test("serveArrays() answers the documented conversation byte for byte", async () => {
  await using server = await serveArrays({ port: 0 });
  const { hostname, port } = server.address;
  using socket = await Deno.connect({ hostname, port });
  for (const { name, client, server: expected } of VECTORS.conversation) {
    await socket.write(Uint8Array.fromHex(client));
    const answer = new Uint8Array(expected.length / 2);
    for (let done = 0; done < answer.length;) {
      const count = await socket.read(answer.subarray(done));
      if (count === null) break;
      done += count;
    }
    assertEquals(answer.toHex(), expected, name);
  }
});
