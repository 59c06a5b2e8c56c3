/** An FTP server that answers by a script, over plain sockets. */

/** What the server does with a command: the lines of its reply, or work of its own. */
export type FtpAnswers = Record<
  string,
  string | ((argument: string, peer: FtpPeer) => Promise<void>)
>;

/** The connection for commands, and what is opened beside it. */
export interface FtpPeer {
  /** Sends text as it is. */
  send(text: string): Promise<void>;
  /** Waits for the data connection, sends bytes there and closes it. */
  data(bytes: Uint8Array): Promise<void>;
  /** Closes the connection for commands. */
  close(): void;
}

/** A running server. */
export interface HostileFtpServer extends AsyncDisposable {
  readonly port: number;
  /** `ftp://127.0.0.1:PORT` */
  readonly url: string;
  /** The commands so far. */
  readonly commands: string[];
}

const USUAL: FtpAnswers = {
  USER: "230 in",
  FEAT: "211-Features:\r\n MLST size*;\r\n211 End",
  TYPE: "200 binary",
  PWD: '257 "/"',
  CWD: "250 there",
  REST: "350 go on",
  QUIT: "221 bye",
};

/** Starts a server; commands without an answer of their own get the usual one, or 502. */
export function hostileFtpServer(answers: FtpAnswers, greeting = "220 hello"): HostileFtpServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  // A new one for each command that asks for it: a connection that was given up waits in
  // the queue of the old one.
  let passive: Deno.TcpListener | undefined;
  const listenAnew = () => {
    passive?.close();
    passive = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return passive.addr.port;
  };
  const commands: string[] = [];
  const open = new Set<Deno.Conn>();
  const close = (connection: Deno.Conn) => {
    if (open.delete(connection)) connection.close();
  };
  const all: FtpAnswers = {
    ...USUAL,
    EPSV: (_, peer) => peer.send(`229 (|||${listenAnew()}|)\r\n`),
    PASV: (_, peer) => {
      const port = listenAnew();
      return peer.send(`227 (192,0,2,1,${port >> 8},${port & 255})\r\n`);
    },
    ...answers,
  };

  async function serve(connection: Deno.Conn): Promise<void> {
    const peer: FtpPeer = {
      send: async (text) => void await connection.write(new TextEncoder().encode(text)),
      data: async (bytes) => {
        const data = await passive!.accept();
        for (let at = 0; at < bytes.length;) at += await data.write(bytes.subarray(at));
        data.close();
      },
      close: () => close(connection),
    };
    const buffer = new Uint8Array(4_096);
    let text = "";
    try {
      await peer.send(`${greeting}\r\n`);
      while (open.has(connection)) {
        const end = text.indexOf("\r\n");
        if (end < 0) {
          const count = await connection.read(buffer);
          if (count === null) break;
          text += new TextDecoder().decode(buffer.subarray(0, count));
          continue;
        }
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        commands.push(line);
        const [verb, argument] = [line.split(" ", 1)[0]!, line.slice(line.indexOf(" ") + 1)];
        const found = all[verb] ?? "502 what?";
        if (typeof found === "string") await peer.send(`${found}\r\n`);
        else await found(argument, peer);
      }
    } catch (error) {
      if (open.has(connection) && !(error instanceof Deno.errors.ConnectionReset)) throw error;
    } finally {
      close(connection);
    }
  }

  const serving: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const connection of listener) {
      open.add(connection);
      serving.push(serve(connection));
    }
  })();
  return {
    port: listener.addr.port,
    url: `ftp://127.0.0.1:${listener.addr.port}`,
    commands,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      passive?.close();
      for (const connection of open) close(connection);
      await accepting;
      await Promise.all(serving);
    },
  };
}
