/**
 * 16 clients of one sort that use an array server for what it is worth, until their standard
 * input ends: `hostile.ts PORT SORT`.
 */

import { ArrayClient } from "../../../rpc/mod.ts";
import { encodeFrame } from "../../../rpc/frames/frames.ts";

const CLIENTS = 16;

/** Calls of a client at one time. */
const IN_FLIGHT = 16;

type Client = (port: number) => Promise<never>;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A client that makes the same calls again and again, whatever they end with. */
function calling(...commands: readonly string[]): Client {
  return async (port) => {
    const client = await ArrayClient.connect({ hostname: "127.0.0.1", port });
    const again = async (): Promise<never> => {
      for (;;) {
        for (const command of commands) {
          await client.call(command, { onPrint() {} }).catch(() => pause(1));
        }
      }
    };
    return await Promise.race(Array.from({ length: IN_FLIGHT }, again));
  };
}

/** A client that sends the same bytes again and again, and takes no notice of the answers. */
function sending(pieces: (id: number) => readonly Uint8Array[], wait = 0): Client {
  return async (port) => {
    const socket = await Deno.connect({ hostname: "127.0.0.1", port });
    const write = async (bytes: Uint8Array) => {
      for (let at = 0; at < bytes.length;) at += await socket.write(bytes.subarray(at));
    };
    const drop = async () => {
      const buffer = new Uint8Array(65_536);
      while (await socket.read(buffer) !== null);
    };
    void drop().catch(() => {});
    for (const piece of encodeFrame("hello", 0, { version: 1 })) await write(piece);
    for (let id = 1;; id++) {
      for (const piece of pieces(id)) await write(piece);
      await pause(wait);
    }
  };
}

/** A call with an array that is announced and comes byte by byte. */
function slowArray(bytes: number): Client {
  const head = JSON.stringify({
    command: "total(data)",
    arrays: [{ name: "data", dtype: "u8", shape: [bytes] }],
  });
  return sending((id) => {
    if (id > 1) return [new Uint8Array(1_024)];
    const [front] = encodeFrame("call", id, JSON.parse(head));
    new DataView(front!.buffer).setUint32(16, bytes, true);
    return [front!, new Uint8Array(16_384)];
  }, 10);
}

const text = (unit: string, units: number) => unit.repeat(Math.floor(units / unit.length));

/** What each sort does. */
const SORTS: { readonly [name: string]: Client } = {
  queued: calling("total(smooth(findgen(4096,4096),5))"),
  programs: calling("total(median(findgen(3000,3000),151))"),
  texts: calling(
    "a=replicate('abcdefghij',3000000) & n_elements(a)",
    "x=total(findgen(5000000)) & n_elements(a)",
    "strlen(strjoin(a[0:99999]))",
    "a[0:9999]",
  ),
  sums: calling(`1${text("+1", 64_000)}`),
  statements: calling(text("a=1&", 64_000)),
  lists: calling(`[1${text(",1", 64_000)}]`),
  brackets: calling(text("(", 64_000)),
  refused: calling(text("a=b ", 4_000), "a[", text("-", 4_000)),
  formats: calling(
    "string(1, format=\"(10000(10000(10000(''))),i2)\")",
    "string(findgen(100000), format='(f12.3)')",
    "strtrim(findgen(50000), 2)",
  ),
  histograms: calling("h=histogram([0L,100000000L],/l64)"),
  wide: calling("total(l64indgen(1000000))", "total(complex(findgen(500000), 1)^2.5)"),
  cheap: calling("total(sqrt(findgen(400000)))", "x=findgen(100000) & x[0]=total(x)"),
  tiny: calling("1+1"),
  plots: calling("plot, findgen(1000)", "plot, [1d,1.0000000001d], /ylog"),
  images: calling("tv, bytscl(dist(128))", "tvscl, dist(512)"),
  prints: calling("print, findgen(20000)", "for_ = 0 & print, strarr(10000)"),
  heads: sending((id) =>
    encodeFrame("call", id, {
      command: "n_elements(a)",
      arrays: [{ name: "a", dtype: "str", shape: [300_000], values: Array(300_000).fill("") }],
    }), 50),
  bigEndian: sending((id) => {
    const [front] = encodeFrame("call", id, {
      command: "n_elements(a)",
      arrays: [{ name: "a", dtype: ">f8", shape: [1_048_576] }],
    });
    new DataView(front!.buffer).setUint32(16, 8_388_608, true);
    return [front!, new Uint8Array(8_388_608)];
  }, 20),
  describing: sending((id) => encodeFrame("describe", id)),
  slowArrays: slowArray(1_000_000_000),
};

/** The names of the sorts. */
export const SORT_NAMES: readonly string[] = Object.keys(SORTS);

if (import.meta.main) {
  const [port, sort] = Deno.args;
  const client = SORTS[sort!]!;
  const clients = Array.from({ length: CLIENTS }, () => client(Number(port)));
  // A connection that the server ends is its right.
  for (const one of clients) one.catch(() => {});
  console.log("begun");
  for await (const _ of Deno.stdin.readable);
  Deno.exit(0);
}
