/** `/pictures/`: what has arrived, for programs; and pictures that they send. */

import { prefersJson } from "../../http/fields/accept.ts";
import { parseRequestPath } from "../../http/files/request_path.ts";
import { CollectedBytes } from "../../http/message/collected_bytes.ts";
import { HttpError } from "../../http/message/http_error.ts";
import type { HttpRequest, HttpResponse, RequestBody } from "../../http/server/types.ts";
import { FormatError } from "../../net/errors.ts";
import { clientAddress } from "../api/client_address.ts";
import { failureResponse, ProblemError, type ProblemPlaces } from "../api/problem.ts";
import { fitsOfFile, pictureKind } from "./picture_file.ts";
import type { PictureStore } from "./pictures.ts";

/** Bytes of a picture that is sent. */
const MAX_UPLOAD = 256 << 20;
/** Bytes of all pictures that are on their way: what has come of them. */
const MAX_RECEIVING = 512 << 20;

/** Options of {@linkcode PictureRoutes}. */
export interface PictureRoutesOptions {
  readonly store: PictureStore;
  /** The path of the list, with a slash at its end. */
  readonly base: string;
  readonly places: ProblemPlaces;
  readonly trustProxy: boolean;
  /** Bytes of all pictures that are on their way. @default {536870912} */
  readonly maxReceiving?: number | undefined;
  /** Makes the page for people. */
  page(): HttpResponse;
}

/** Answers requests for pictures. */
export class PictureRoutes {
  readonly #options: PictureRoutesOptions;
  #receiving = 0;

  /**
   * Prepares the answers.
   *
   * @param options The pictures.
   */
  constructor(options: PictureRoutesOptions) {
    this.#options = options;
  }

  /**
   * Answers a request below `/pictures/`.
   *
   * @param request The request.
   */
  async handle(request: HttpRequest): Promise<HttpResponse> {
    try {
      return await this.#answer(request);
    } catch (error) {
      return failureResponse(request, error, this.#options.places);
    }
  }

  async #answer(request: HttpRequest): Promise<HttpResponse> {
    const { store, base } = this.#options;
    const { segments } = parseRequestPath(`/${request.path.slice(base.length)}`);
    const { method } = request;
    const reads = method === "GET" || method === "HEAD";
    if (segments.length === 0 && reads) {
      const accept = request.fields.get("accept") ?? "";
      if (/text\/html/i.test(accept) && !prefersJson(accept)) return this.#options.page();
      return json(200, store.list());
    }
    const [name] = segments;
    if (segments.length !== 1 || name === undefined) {
      throw new ProblemError(404, "not-found", `there is no picture ${segments.join("/")}`);
    }
    if (method === "PUT") return await this.#take(request, name);
    if (method === "DELETE") {
      if (store.remove(name)) return { status: 204, fields: { "Cache-Control": "no-store" } };
      throw new ProblemError(404, "not-found", `there is no picture ${name}`);
    }
    if (!reads) throw new ProblemError(405, "method", `${method} is not allowed`);
    const found = store.list().find(({ id }) => id === name);
    if (found === undefined) {
      throw new ProblemError(404, "not-found", `there is no picture ${name}`);
    }
    return json(200, found);
  }

  async #take(request: HttpRequest, name: string): Promise<HttpResponse> {
    const room = { bytes: 0 };
    try {
      return await this.#keep(request, name, await this.#receive(request.body, room));
    } finally {
      this.#receiving -= room.bytes;
    }
  }

  /** A body, piece by piece: many at a time together are no more than one may be. */
  async #receive(body: RequestBody, room: { bytes: number }): Promise<Uint8Array<ArrayBuffer>> {
    const { maxReceiving = MAX_RECEIVING } = this.#options;
    const tooLarge = () => new HttpError(413, `a picture has at most ${MAX_UPLOAD} bytes`);
    if ((body.length ?? 0) > MAX_UPLOAD) throw tooLarge();
    const collected = new CollectedBytes();
    for await (const piece of body) {
      if (collected.length + piece.length > MAX_UPLOAD) throw tooLarge();
      if (this.#receiving + piece.length > maxReceiving) {
        const found = `${maxReceiving} bytes of pictures are on their way already`;
        throw new ProblemError(503, "busy", found);
      }
      this.#receiving += piece.length;
      room.bytes += piece.length;
      collected.append(piece, body.length);
    }
    return collected.take();
  }

  async #keep(
    request: HttpRequest,
    name: string,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<HttpResponse> {
    const { store, trustProxy } = this.#options;
    const kind = pictureKind(bytes);
    if (kind === undefined) {
      throw new ProblemError(
        415,
        "not-decodable",
        `${name} begins with ${bytes.subarray(0, 8).toHex() || "nothing"}, ` +
          "expected FITS, npy, PNG or JPEG",
      );
    }
    // What is damaged is better known to who sends it than to who looks.
    const file = await fitsOfFile(bytes).catch((error) => {
      if (!(error instanceof FormatError)) throw error;
      throw new ProblemError(422, "not-decodable", error.message);
    });
    const info = store.add({
      name,
      type: kind,
      from: clientAddress(request, trustProxy),
      bytes: file.length,
      file: () => Promise.resolve(file),
    });
    const answer = json(201, info);
    return { ...answer, fields: { ...answer.fields, Location: info.url } };
  }
}

function json(status: number, value: unknown) {
  return {
    status,
    fields: {
      "Content-Type": "application/json",
      "Cache-Control": "no-store",
      "Vary": "Accept",
      "X-Content-Type-Options": "nosniff",
    },
    body: JSON.stringify(value),
  };
}
