/** A port that stays while the station behind it is started again. */

/** A way to a station. */
export interface Relay extends AsyncDisposable {
  /** Where it is. */
  readonly url: string;
  /** Leads to another station; undefined leads nowhere. */
  to(url: string | undefined): void;
}

/** Options of {@linkcode relay}. */
export interface RelayOptions {
  /** Whether it answers 502 where it leads nowhere, as proxies do; else it closes. */
  readonly answers?: boolean | undefined;
}

const BAD_GATEWAY = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/** A port that stays, whichever station is behind it: as one that is started again has it. */
export function relay({ answers = false }: RelayOptions = {}): Relay {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let target: number | undefined;
  const open = new Set<Deno.TcpConn>();
  const join = async (client: Deno.TcpConn) => {
    if (target === undefined) {
      if (answers) {
        await client.read(new Uint8Array(4_096));
        await client.write(new TextEncoder().encode(BAD_GATEWAY));
      }
      return client.close();
    }
    const server = await Deno.connect({ hostname: "127.0.0.1", port: target });
    open.add(client).add(server);
    // Either way may break off at any time.
    await Promise.allSettled([
      client.readable.pipeTo(server.writable),
      server.readable.pipeTo(client.writable),
    ]);
    open.delete(client);
    open.delete(server);
  };
  const done = (async () => {
    const all: Promise<void>[] = [];
    for await (const client of listener) all.push(join(client).catch(() => {}));
    await Promise.all(all);
  })();
  return {
    url: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/`,
    to: (url: string | undefined) => {
      target = url === undefined ? undefined : Number(new URL(url).port);
    },
    [Symbol.asyncDispose]: async () => {
      listener.close();
      for (const connection of open) {
        try {
          connection.close();
        } catch {
          // Its stream has closed it.
        }
      }
      await done;
    },
  };
}
