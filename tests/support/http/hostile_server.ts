/**
 * A server that does whatever a test tells it to, byte by byte, over plain sockets:
 * it knows nothing of HTTP but where a request ends.
 */

/** A request as it came. */
export interface HostileRequest {
  /** The whole head. */
  readonly text: string;
  /** The target of the request line. */
  readonly path: string;
  /** How many requests for this target came before. */
  readonly count: number;
  /** The value of a field. */
  field(name: string): string | undefined;
  /** The first byte of a Range field, 0 without one. */
  readonly from: number;
}

/** The other end of the connection. */
export interface Peer {
  /** Sends text as ISO-8859-1, or bytes; all of it. False if the client has gone. */
  send(...pieces: (string | Uint8Array)[]): Promise<boolean>;
  /** Closes the connection. */
  close(): void;
}

/** Answers one request; the connection stays open for the next one. */
export type Script = (request: HostileRequest, peer: Peer) => Promise<void> | void;

/** A running hostile server. */
export interface HostileServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without a slash. */
  readonly url: string;
  /** The requests so far. */
  readonly requests: HostileRequest[];
  /** How many connections were accepted. */
  readonly connections: number;
}

/** Starts a server that answers each request by the script. */
export function hostileServer(script: Script): HostileServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const requests: HostileRequest[] = [];
  const open = new Set<Deno.Conn>();
  const serving: Promise<void>[] = [];
  let connections = 0;

  async function serve(connection: Deno.Conn): Promise<void> {
    let text = "";
    const buffer = new Uint8Array(4096);
    const peer: Peer = {
      send: async (...pieces) => {
        try {
          for (const piece of pieces) {
            const bytes = typeof piece === "string" ? latin1(piece) : piece;
            for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
          }
          return true;
        } catch {
          return false;
        }
      },
      close: () => close(connection),
    };
    try {
      while (open.has(connection)) {
        const end = text.indexOf("\r\n\r\n");
        if (end >= 0) {
          const request = requestOf(text.slice(0, end + 4), requests);
          text = text.slice(end + 4);
          requests.push(request);
          await script(request, peer);
          continue;
        }
        const count = await connection.read(buffer);
        if (count === null) break;
        text += String.fromCharCode(...buffer.subarray(0, count));
      }
    } catch (error) {
      if (open.has(connection) && !(error instanceof Deno.errors.ConnectionReset)) throw error;
    } finally {
      close(connection);
    }
  }

  function close(connection: Deno.Conn): void {
    if (open.delete(connection)) connection.close();
  }

  const accepting = (async () => {
    for await (const connection of listener) {
      connections++;
      open.add(connection);
      serving.push(serve(connection));
    }
  })();

  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    requests,
    get connections() {
      return connections;
    },
    [Symbol.asyncDispose]: async () => {
      listener.close();
      for (const connection of open) close(connection);
      await accepting;
      await Promise.all(serving);
    },
  };
}

/** An answer with a status, fields and a body; Content-Length is added unless given. */
export function answer(
  status: string,
  fields: Readonly<Record<string, string | number>>,
  body: Uint8Array = new Uint8Array(0),
): [string, Uint8Array] {
  const all = { "Content-Length": body.length, ...fields };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return [`HTTP/1.1 ${status}\r\n${lines}\r\n`, body];
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function requestOf(text: string, before: readonly HostileRequest[]): HostileRequest {
  const path = text.split(" ")[1] ?? "";
  const field = (name: string) => new RegExp(`^${name}: *(.*?)\\r?$`, "im").exec(text)?.[1];
  return {
    text,
    path,
    count: before.filter((request) => request.path === path).length,
    field,
    from: Number(/bytes=(\d+)-/.exec(field("Range") ?? "")?.[1] ?? 0),
  };
}
