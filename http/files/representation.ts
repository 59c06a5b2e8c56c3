import { HttpError } from "../message/http_error.ts";

/**
 * Another form in which files can be had, such as a picture of the data in them.
 *
 * It is asked for with the query parameter `as` (`/sun.fits?as=preview`); listings
 * link to it.
 */
export interface Representation {
  /** The value of the parameter `as`, such as `preview`. */
  readonly name: string;
  /** The text of the link in a listing. */
  readonly label: string;
  /** The content type, such as `image/png`. */
  readonly type: string;
  /**
   * The query that makes a small picture for the listing, such as `size=96`;
   * without it there is none.
   */
  readonly thumbnail?: string | undefined;
  /**
   * Whether a file has this form.
   *
   * @param name The name of the file, without its folder.
   */
  matches(name: string): boolean;
  /**
   * Makes the form. Results are kept for as long as the file does not change.
   *
   * @param source The file.
   * @param query The parameters of the request.
   * @returns The bytes; with their type where it is another than that of all.
   * @throws {HttpError} With the status to answer; any other error becomes 422.
   */
  render(
    source: RepresentedFile,
    query: URLSearchParams,
  ): Promise<Uint8Array | { readonly type: string; readonly bytes: Uint8Array }>;
}

/**
 * A file that is to be shown in another form, open for reading. `openFits` takes it as it is.
 */
export interface RepresentedFile {
  /** The name of the file, without its folder. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /**
   * Reads from a place in the file.
   *
   * @param target Where the bytes go.
   * @param position The first byte to read, counted from 0.
   * @returns How many bytes were read; 0 at the end of the file.
   */
  readAt(target: Uint8Array, position: number): number;
}

/** How many forms are made at one time; they take memory and processors. */
const MAX_AT_ONCE = 2;
/** How many may wait; further requests are answered 503. */
const MAX_WAITING = 100;
const MAX_KEPT_BYTES = 16_777_216;

/** The bytes of a form, with their type where it is a form of its own. */
type RenderedForm = Awaited<ReturnType<Representation["render"]>>;

/** A form that has been made or is being made. */
interface Rendering {
  readonly form: Promise<RenderedForm>;
  /** How many; 0 while it is being made. */
  size: number;
}

/** Makes forms one after the other, and keeps them. */
export class Renderings {
  #kept = new Map<string, Rendering>();
  #keptBytes = 0;
  #running = 0;
  #waiting: (() => void)[] = [];

  /**
   * A form of a version of a file, made once for all who ask for it.
   *
   * @param key What tells it from all others: the version, the form, the query.
   * @param render Makes it.
   */
  get(
    key: string,
    render: () => Promise<RenderedForm>,
  ): Promise<RenderedForm> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.form;
    }
    const rendering: Rendering = { form: this.#make(render), size: 0 };
    this.#kept.set(key, rendering);
    rendering.form.then((form) => {
      const { length } = form instanceof Uint8Array ? form : form.bytes;
      rendering.size = length;
      this.#keptBytes += length;
      this.#shrink();
    }, () => this.#kept.delete(key));
    return rendering.form;
  }

  async #make(
    render: () => Promise<RenderedForm>,
  ): Promise<RenderedForm> {
    if (this.#running >= MAX_AT_ONCE) {
      if (this.#waiting.length >= MAX_WAITING) {
        throw new HttpError(503, "too many pictures are being made");
      }
      // The one that ends hands its place over.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      return await render();
    } catch (error) {
      if (error instanceof HttpError) throw error;
      // The reason may name what is on the disk.
      throw new HttpError(422, "the file cannot be shown in this form", { cause: error });
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  /** Forgets what has not been asked for the longest. */
  #shrink(): void {
    for (const [key, { size }] of this.#kept) {
      if (this.#keptBytes <= MAX_KEPT_BYTES) return;
      if (size === 0) continue;
      this.#kept.delete(key);
      this.#keptBytes -= size;
    }
  }
}
