/** A server of files by ranges that counts what it is asked for. */

/** What a server was asked for. */
export interface Counted {
  requests: number;
  /** Bytes of bodies. */
  bytes: number;
  /** Each range, as first and last byte. */
  ranges: [first: number, last: number][];
}

/** A running server. */
export interface CountingServer extends AsyncDisposable {
  readonly url: string;
  readonly counted: Counted;
  /** What has been counted, and zero again. */
  take(): Counted;
  /** Serves another file from now on. */
  replace(bytes: Uint8Array<ArrayBuffer>, tag: string): void;
}

/**
 * Serves one file.
 *
 * @param file The file.
 * @param tag Its ETag.
 */
export function serveCounting(file: Uint8Array<ArrayBuffer>, tag = '"v1"'): CountingServer {
  let bytes = file;
  let counted: Counted = { requests: 0, bytes: 0, ranges: [] };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "") ?? [];
    const condition = request.headers.get("if-range") ?? tag;
    counted.requests++;
    if (from === undefined || condition !== tag) {
      counted.bytes += bytes.length;
      return new Response(bytes, { headers: { ETag: tag } });
    }
    const [first, last] = [Number(from), Math.min(Number(to), bytes.length - 1)];
    counted.bytes += last + 1 - first;
    counted.ranges.push([first, last]);
    const range = `bytes ${first}-${last}/${bytes.length}`;
    return new Response(bytes.subarray(first, last + 1), {
      status: 206,
      headers: { ETag: tag, "Content-Range": range },
    });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/file.fits`,
    get counted() {
      return counted;
    },
    take() {
      const taken = counted;
      counted = { requests: 0, bytes: 0, ranges: [] };
      return taken;
    },
    replace(other, otherTag) {
      [bytes, tag] = [other, otherTag];
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
