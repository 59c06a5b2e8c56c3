/** Speaks HTTP by hand, to see what a server really sends. */

/** A connection that sends text and reads whole answers. */
export class Wire implements Disposable {
  readonly conn: Deno.TcpConn;
  #rest: Uint8Array = new Uint8Array(0);

  private constructor(conn: Deno.TcpConn) {
    this.conn = conn;
  }

  /** Connects to a server on this machine. */
  static async open({ port }: { port: number }): Promise<Wire> {
    return new Wire(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** Sends text, one octet for each character, or bytes. */
  async send(data: string | Uint8Array): Promise<void> {
    let rest = typeof data === "string"
      ? Uint8Array.from(data, (character) => character.charCodeAt(0))
      : data;
    while (rest.length > 0) rest = rest.subarray(await this.conn.write(rest));
  }

  /** Everything until the server ends the connection, as text. */
  async readToEnd(): Promise<string> {
    for (; await this.#fill(););
    return this.#take(this.#rest.length);
  }

  /** Drops bytes until the server ends the connection or `length` of them have come. */
  async skip(length: number): Promise<number> {
    let count = this.#rest.length;
    this.#rest = new Uint8Array(0);
    const piece = new Uint8Array(1_048_576);
    while (count < length) {
      const more = await this.conn.read(piece);
      if (more === null) break;
      count += more;
    }
    return count;
  }

  /** One answer, its body by Content-Length or by its last chunk. */
  async read(method = "GET"): Promise<WireAnswer> {
    const head = await this.#until("\r\n\r\n");
    const [first, ...lines] = head.slice(0, -4).split("\r\n");
    const fields = new Headers(lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1)] as [string, string];
    }));
    const status = Number(first!.split(" ")[1]);
    const length = fields.get("content-length");
    const none = method === "HEAD" || status === 304 || status === 204 || status < 200;
    const body = none
      ? ""
      : fields.get("transfer-encoding") === "chunked"
      ? await this.#until("0\r\n\r\n")
      : length !== null
      ? await this.#exactly(Number(length))
      : await this.readToEnd();
    return { first: first!, status, fields, body, head };
  }

  /** Sends text and reads the answer. */
  async ask(text: string): Promise<WireAnswer> {
    await this.send(text);
    return await this.read(text.split(" ", 1)[0]);
  }

  /** Whether the server ends the connection without another byte. */
  async ended(): Promise<boolean> {
    return this.#rest.length === 0 && !await this.#fill();
  }

  [Symbol.dispose](): void {
    try {
      this.conn.close();
    } catch {
      // Closed by the test itself.
    }
  }

  async #until(end: string): Promise<string> {
    for (let text = ""; !(text = latin1(this.#rest)).includes(end);) {
      if (!await this.#fill()) throw new Error(`the server ended after ${JSON.stringify(text)}`);
    }
    return this.#take(latin1(this.#rest).indexOf(end) + end.length);
  }

  async #exactly(length: number): Promise<string> {
    while (this.#rest.length < length) {
      if (!await this.#fill()) throw new Error(`the server ended after ${this.#rest.length} bytes`);
    }
    return this.#take(length);
  }

  #take(length: number): string {
    const text = latin1(this.#rest.subarray(0, length));
    this.#rest = this.#rest.slice(length);
    return text;
  }

  async #fill(): Promise<boolean> {
    const piece = new Uint8Array(65_536);
    let count: number | null;
    try {
      count = await this.conn.read(piece);
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionReset) return false;
      throw error;
    }
    if (count === null) return false;
    const joined = new Uint8Array(this.#rest.length + count);
    joined.set(this.#rest);
    joined.set(piece.subarray(0, count), this.#rest.length);
    this.#rest = joined;
    return true;
  }
}

/** An answer as it came. */
export interface WireAnswer {
  /** The status line. */
  readonly first: string;
  readonly status: number;
  readonly fields: Headers;
  /** The body, one character for each octet; chunks with their framing. */
  readonly body: string;
  /** The whole head as it was sent. */
  readonly head: string;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return text;
}
