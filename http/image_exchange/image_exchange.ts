import { checkCaps } from "../../net/caps.ts";
import { createHash, timingSafeEqual } from "node:crypto";
import { FormatError, HeliographError, messageOf } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { OpenFile } from "../server/open_file.ts";
import type { HttpRequest, HttpResponse } from "../server/types.ts";
import { Base64Decoder } from "../websocket/base64/decoder.ts";
import type { CloseInfo } from "../websocket/frames/close_codes.ts";
import type { WebSocketConnection } from "../websocket/connection.ts";
import type { WebSocketMessage } from "../websocket/received_message.ts";
import { upgradeWebSocket } from "../websocket/upgrade.ts";
import type { WebSocketOptions } from "../websocket/options.ts";
import { Descriptions } from "./descriptions.ts";
import { exchangePage, PAGE_FILES, PAGE_POLICY } from "./exchange_page.ts";
import { ImageStore, type IncomingImage, type SavedImage } from "./image_store.ts";
import { MessageSpool } from "./message_spool.ts";

/** What happens on the connections of an {@linkcode ImageExchange}. */
export type ImageExchangeEvent =
  | { readonly event: "connecting" | "open" | "text"; readonly peer: string }
  | { readonly event: "binary"; readonly peer: string; readonly bytes: number }
  | ({ readonly event: "saved"; readonly peer: string } & SavedImage)
  | {
    readonly event: "refused";
    readonly peer: string;
    readonly reason: string;
    /** Whether the fault is the server's own: its folder, or its disk. */
    readonly own?: true;
  }
  | ({ readonly event: "closed"; readonly peer: string } & CloseInfo);

/** Options of an {@linkcode ImageExchange}. */
export interface ImageExchangeOptions {
  /** The folder that images are saved in. @default {"."} */
  folder?: string | undefined;
  /** The most bytes of a message. @default {4294967296} */
  maxMessageSize?: number | undefined;
  /** Origins of pages elsewhere that may connect; `*` for all. @default {[]} */
  origins?: readonly string[] | undefined;
  /** What every request must give, as `?token=` or as a bearer token. */
  token?: string | undefined;
  /** Names of this server besides `localhost` and addresses; `*` for any. @default {[]} */
  hosts?: readonly string[] | undefined;
  /** Whether every image gets a name of its own, not only those that are sent with one. @default {false} */
  keep?: boolean | undefined;
  /** Whether images in binary messages are saved too. @default {false} */
  saveBinary?: boolean | undefined;
  /** Whether messages are only sent back, and nothing is saved. @default {false} */
  echoOnly?: boolean | undefined;
  /** Deadlines and compression of the connections. */
  webSocket?: Omit<WebSocketOptions, "maxMessageSize" | "maxFrameSize"> | undefined;
  /**
   * Says more of an image that was saved than its name: in words, with a picture that every
   * browser shows, and with the address of a page. What it throws is what is said.
   */
  describe?:
    | ((image: SavedImage, path: string) => Promise<
      {
        readonly words: string;
        readonly picture?: {
          readonly type: "image/png" | "image/svg+xml";
          readonly body: string | Uint8Array;
        } | undefined;
        readonly page?: string | undefined;
      } | undefined
    >)
    | undefined;
  /** Hears what happens. */
  onEvent?: ((event: ImageExchangeEvent) => void) | undefined;
}

/** Images that a list over the page's socket tells of. */
const MAX_LISTED = 50;
const RECEIVED_PREFIX = "/images/";
const PICTURE_PREFIX = "/pictures/";
/** What a page calls the card of an image that it sends. */
const CARD = /^[\w-]{1,40}$/;

/**
 * Receives images over WebSocket, as Base64 in text messages, saves them, and
 * sends every message back; with a page for browsers.
 *
 * A text message that is no image in Base64 is answered with one line of text that
 * says why, and not sent back. Binary messages are sent back and not saved, unless
 * `saveBinary` is set.
 */
export class ImageExchange {
  readonly #options: ImageExchangeOptions;
  readonly #store: ImageStore | undefined;
  readonly #descriptions: Descriptions | undefined;

  /**
   * Makes an exchange.
   *
   * @param options Folder, limits, who may connect.
   */
  constructor(options: ImageExchangeOptions = {}) {
    checkCaps(options);
    checkCaps(options.webSocket ?? {});
    this.#options = options;
    const store = options.echoOnly ? undefined : new ImageStore(options.folder ?? ".");
    this.#store = store;
    if (store === undefined || options.describe === undefined) return;
    this.#descriptions = new Descriptions(options.describe, {
      pathOf: (name) => store.pathOf(name),
      onChange: () => store.changed(),
    });
  }

  /** The images that were saved, the latest first. */
  get images(): readonly SavedImage[] {
    return this.#store?.images ?? [];
  }

  /**
   * Answers a request: with a WebSocket, the page, or a received image.
   *
   * @param request The request, as a handler of `serveHttp` gets it.
   */
  handle(request: HttpRequest): Promise<HttpResponse> | HttpResponse {
    const query = new URLSearchParams(request.query ?? "");
    const upgrades = request.upgrade.some((name) => name.toLowerCase() === "websocket");
    // The page itself is no secret.
    const open = !upgrades && (request.path === "/" || Object.hasOwn(PAGE_FILES, request.path));
    if (!open && !this.#isAdmitted(request, query)) {
      return plain(401, "A token is needed: ?token=..., or Authorization: Bearer ...", [
        ["WWW-Authenticate", "Bearer"],
      ]);
    }
    if (upgrades) return this.#upgrade(request, query);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return plain(405, "This server answers GET, HEAD and WebSocket", [["Allow", "GET, HEAD"]]);
    }
    return this.#answerFile(request.path);
  }

  /** The small picture of an image. */
  #answerPicture(name: string): HttpResponse | undefined {
    const image = this.#store?.find(name);
    const picture = image && this.#descriptions?.find(image)?.picture;
    return picture && shownImage(picture.type, picture.body);
  }

  #isAdmitted(request: HttpRequest, query: URLSearchParams): boolean {
    const { token } = this.#options;
    if (token === undefined) return true;
    const bearer = /^bearer +(\S+)$/i.exec(request.fields.get("authorization") ?? "")?.[1];
    const digest = (text: string) => createHash("sha256").update(text).digest();
    return timingSafeEqual(digest(bearer ?? query.get("token") ?? ""), digest(token));
  }

  #upgrade(request: HttpRequest, query: URLSearchParams): Promise<HttpResponse> {
    const { origins = [], webSocket = {}, maxMessageSize = 4_294_967_296 } = this.#options;
    const lists = request.path === "/events";
    return upgradeWebSocket(request, {
      ...webSocket,
      compression: webSocket.compression ?? {},
      origins,
      maxMessageSize: lists ? 1_024 : maxMessageSize,
      handler: (connection) =>
        lists ? this.#tellOfImages(connection) : this.#exchange(connection, {
          name: query.get("name") ?? undefined,
          card: CARD.exec(query.get("card") ?? "")?.[0],
        }),
    });
  }

  #answerFile(path: string): HttpResponse {
    if (path === "/") return exchangePage(this.#store !== undefined);
    const file = Object.hasOwn(PAGE_FILES, path) ? PAGE_FILES[path] : undefined;
    if (file !== undefined) return file;
    if (path.startsWith(PICTURE_PREFIX)) {
      const picture = this.#answerPicture(decoded(path.slice(PICTURE_PREFIX.length)));
      return picture ?? plain(404, "There is no picture of that");
    }
    const name = path.startsWith(RECEIVED_PREFIX)
      ? decoded(path.slice(RECEIVED_PREFIX.length))
      : "";
    const image = this.#store?.find(name);
    if (image === undefined) return plain(404, "There is nothing of that name");
    return receivedImage(this.#store!.pathOf(image.name), image);
  }

  #tell(event: ImageExchangeEvent): void {
    this.#options.onEvent?.(event);
  }

  /** Sends the list of images, and again whenever it changes. */
  async #tellOfImages(connection: WebSocketConnection): Promise<void> {
    const store = this.#store;
    if (store === undefined) return;
    let changed = true;
    let busy = false;
    const tell = async () => {
      if (busy) return;
      busy = true;
      while (changed) {
        changed = false;
        const told = store.images.slice(0, MAX_LISTED)
          .map((image) => this.#descriptions?.tell(image) ?? image);
        await connection.send(JSON.stringify(told));
      }
      busy = false;
    };
    const update = () => {
      changed = true;
      // A page that has gone ends the connection, which ends the listening.
      tell().catch(() => connection.abort());
    };
    const stop = store.onChange(update);
    try {
      update();
      while (await connection.receive() !== undefined);
    } finally {
      stop();
    }
  }

  /** Works with one client. */
  async #exchange(connection: WebSocketConnection, sender: Sender): Promise<void> {
    const peer = peerName(connection.remote);
    this.#tell({ event: "connecting", peer });
    this.#tell({ event: "open", peer });
    void connection.closed.then((info) => this.#tell({ event: "closed", peer, ...info }));
    for await (const message of connection) {
      if (message.kind === "text") this.#tell({ event: "text", peer });
      const reply = await this.#take(connection, message, peer, sender);
      if (reply !== undefined) {
        this.#tell({ event: "refused", peer, reason: reply });
        await connection.send(`Not saved: ${reply}`);
      }
    }
  }

  /**
   * Receives a message, saves the image in it, and sends it back when all of it is
   * there: a client may send everything before it reads anything.
   *
   * @returns Why it was not saved and not sent back.
   */
  async #take(
    connection: WebSocketConnection,
    message: WebSocketMessage,
    peer: string,
    { name, card }: Sender,
  ): Promise<string | undefined> {
    const { folder = ".", keep = false, saveBinary = false } = this.#options;
    using spool = new MessageSpool(folder);
    const saves = message.kind === "text" || saveBinary;
    let saved: SavedImage | undefined;
    try {
      using image = saves ? this.#store?.receive() : undefined;
      await receiveInto(message, spool, image);
      saved = image?.save(name, keep);
    } catch (error) {
      // Only what the sender can mend is told; a connection that fails has no one to tell.
      if (error instanceof FormatError) return error.message;
      if (error instanceof HeliographError) throw error;
      const reason = messageOf(fileError(error, "write into", folder));
      this.#tell({ event: "refused", peer, reason, own: true });
      await connection.send("Not saved: the server cannot write to its folder");
      return undefined;
    }
    if (message.kind === "binary") this.#tell({ event: "binary", peer, bytes: spool.length });
    if (saved !== undefined) {
      this.#tell({ event: "saved", peer, ...saved });
      this.#descriptions?.add(saved, card);
    }
    await connection.send(spool.pieces(), { kind: message.kind, size: spool.length });
    return undefined;
  }
}

/** What a client says of what it sends. */
interface Sender {
  readonly name: string | undefined;
  /** The card of the page that shows it. */
  readonly card: string | undefined;
}

async function receiveInto(
  message: WebSocketMessage,
  spool: MessageSpool,
  image: IncomingImage | undefined,
): Promise<void> {
  const decoder = message.kind === "text" ? new Base64Decoder() : undefined;
  for await (const piece of message) {
    spool.write(piece);
    image?.write(decoder?.decode(piece) ?? piece);
  }
  if (decoder !== undefined) image?.write(decoder.finish());
}

/** A peer as the document's programs name it. */
export function peerName(remote: string): string {
  return `${remote.startsWith("[") ? "tcp6" : "tcp4"}:${remote}`;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return "";
    throw error;
  }
}

function receivedImage(path: string, image: SavedImage): HttpResponse {
  let file: OpenFile;
  try {
    file = OpenFile.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return plain(404, "The image was removed");
    throw error;
  }
  return shownImage(image.type, { file, start: 0, end: file.size });
}

function shownImage(type: string, body: HttpResponse["body"]): HttpResponse {
  return {
    status: 200,
    fields: [
      ["Content-Type", type],
      ["Cache-Control", "no-store"],
      ["X-Content-Type-Options", "nosniff"],
      // An SVG from a stranger is a program: here it may do nothing.
      ["Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"],
    ],
    body,
  };
}

function plain(
  status: number,
  text: string,
  fields: readonly [string, string][] = [],
): HttpResponse {
  return {
    status,
    fields: [
      ["Content-Type", "text/plain; charset=utf-8"],
      ["Content-Security-Policy", PAGE_POLICY],
      ...fields,
    ],
    body: text + "\n",
  };
}
