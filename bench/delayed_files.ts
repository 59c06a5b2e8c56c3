/** A server of files that answers later than it could, and counts what it is asked for. */

/** Bytes of a block of those who read whole blocks. */
const BLOCK = 1 << 20;

/** What a server was asked for. */
export interface Asked {
  readonly requests: number;
  readonly bytes: number;
  readonly ranges: readonly (readonly [first: number, last: number])[];
}

/** The files of a server, by their paths. */
export class DelayedFiles implements AsyncDisposable {
  readonly files: Map<string, Uint8Array<ArrayBuffer>> = new Map();
  /** Milliseconds before each answer. */
  delay: number;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #requests = 0;
  #ranges: [number, number][] = [];

  /**
   * Starts it.
   *
   * @param delay Milliseconds before each answer.
   */
  constructor(delay: number) {
    this.delay = delay;
    const options = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
    this.#server = Deno.serve(options, (request) => this.#answer(request));
  }

  /** The URL of a file. */
  urlOf(path: string): string {
    return `http://127.0.0.1:${this.#server.addr.port}${path}`;
  }

  /** What it has been asked for since it was last looked at. */
  take(): Asked {
    const bytes = this.#ranges.reduce((sum, [first, last]) => sum + last + 1 - first, 0);
    const taken = { requests: this.#requests, bytes, ranges: this.#ranges };
    this.#requests = 0;
    this.#ranges = [];
    return taken;
  }

  async #answer(request: Request): Promise<Response> {
    const bytes = this.files.get(new URL(request.url).pathname);
    await new Promise((resolve) => setTimeout(resolve, this.delay));
    if (bytes === undefined) return new Response(null, { status: 404 });
    this.#requests++;
    const headers = { ETag: '"v1"', "Accept-Ranges": "bytes" };
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "") ?? [];
    if (request.method === "HEAD") {
      return new Response(null, { headers: { ...headers, "Content-Length": `${bytes.length}` } });
    }
    if (from === undefined) {
      this.#ranges.push([0, bytes.length - 1]);
      return new Response(bytes, { headers });
    }
    const first = Number(from);
    const last = Math.min(to === "" ? Infinity : Number(to), bytes.length - 1);
    this.#ranges.push([first, last]);
    return new Response(bytes.subarray(first, last + 1), {
      status: 206,
      headers: { ...headers, "Content-Range": `bytes ${first}-${last}/${bytes.length}` },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/**
 * The blocks that hold what was read: what a reader of whole blocks asks for at least.
 *
 * @param asked What was read.
 * @param size Bytes of the file.
 */
export function blocksOf(
  asked: Pick<Asked, "ranges">,
  size: number,
): { count: number; bytes: number } {
  const blocks = new Set<number>();
  for (const [first, last] of asked.ranges) {
    // Of a part that was read ahead the first byte is what was needed.
    const end = last + 1 - first <= 16_384 ? first : last;
    for (let block = Math.floor(first / BLOCK); block * BLOCK <= end; block++) blocks.add(block);
  }
  let bytes = 0;
  for (const block of blocks) bytes += Math.min(BLOCK, size - block * BLOCK);
  return { count: blocks.size, bytes };
}

/** Pixels that compress as those of a camera do. */
export function noisy(count: number, levels = 64): Int16Array<ArrayBuffer> {
  const pixels = new Int16Array(count);
  for (let i = 0, seed = 1; i < count; i++) {
    seed = (seed * 48_271) % 2_147_483_647;
    pixels[i] = 1000 + (seed >> 20) % levels;
  }
  return pixels;
}
