/** The pictures that have arrived, as values, in bounded memory. */

import { checkCaps } from "../../net/caps.ts";
import { openFits } from "../../fits/file/open.ts";
import { LimitError } from "../../net/errors.ts";
import { type FitsInUse, type FitsRoom, OpenFits } from "../api/open_files.ts";
import { ProblemError } from "../api/problem.ts";
import type { EventBus } from "./bus.ts";

/** Bytes of all pictures without another limit. */
const MAX_BYTES = 1 << 30;
/** Pictures at most: small ones take memory besides their bytes. */
const MAX_PICTURES = 1_000;
/** Characters of a name or a command. */
const MAX_NAME = 200;

/** What is told of a picture. */
export interface PictureInfo {
  readonly id: string;
  readonly name: string;
  /** The lengths of its axes, once they are known. */
  readonly shape: readonly number[];
  /** What its values are, such as `int16`, or the kind of file it came as. */
  readonly type: string;
  /** When it came, ISO 8601 in UTC. */
  readonly time: string;
  /** Where it came from: the address of a client. */
  readonly from: string;
  readonly command?: string | undefined;
  readonly bytes: number;
  /** Where it is shown. */
  readonly url: string;
}

/** A picture that arrives. */
export interface ArrivingPicture {
  readonly name: string;
  readonly from: string;
  readonly command?: string | undefined;
  readonly type: string;
  readonly shape?: readonly number[] | undefined;
  /** Bytes that it takes. */
  readonly bytes: number;
  /** Makes the FITS file, when somebody looks. */
  file(): Promise<Uint8Array>;
}

interface Kept {
  readonly info: PictureInfo;
  readonly file: () => Promise<Uint8Array>;
  opened: Promise<OpenFits> | undefined;
}

/** Options of {@linkcode PictureStore}. */
export interface PictureStoreOptions {
  /** Bytes of all pictures. @default {1073741824} */
  readonly maxBytes?: number | undefined;
  /** The path before those of the station. */
  readonly base: string;
  readonly bus: EventBus;
}

/** Keeps pictures; the oldest go first. */
export class PictureStore implements FitsRoom {
  readonly parameters: readonly string[] = [];
  readonly #options: PictureStoreOptions;
  readonly #maxBytes: number;
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;
  #last = 0;

  /**
   * Makes an empty store.
   *
   * @param options Its bound, and who hears of pictures.
   */
  constructor(options: PictureStoreOptions) {
    this.#options = options;
    checkCaps(options);
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  /** Bytes of all pictures. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What there is, the latest first. */
  list(): PictureInfo[] {
    return [...this.#kept.values()].map(({ info }) => info).reverse();
  }

  /**
   * Keeps a picture, and tells of it.
   *
   * @param picture The picture.
   * @throws {LimitError} If it is larger than all that is kept.
   */
  add({ file, ...picture }: ArrivingPicture): PictureInfo {
    if (picture.bytes > this.#maxBytes) {
      throw new LimitError(
        `Cannot keep a picture of ${picture.bytes} bytes: at most ${this.#maxBytes} are kept`,
      );
    }
    const id = String(++this.#last);
    const info: PictureInfo = {
      ...{ ...picture, id, name: picture.name.slice(0, MAX_NAME) },
      shape: picture.shape ?? [],
      command: picture.command?.slice(0, MAX_NAME),
      time: new Date().toISOString(),
      url: `${this.#options.base}/view/pictures/${id}`,
    };
    this.#kept.set(id, { info, file, opened: undefined });
    this.#bytes += info.bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes && this.#kept.size <= MAX_PICTURES) break;
      this.#forget(oldest);
    }
    this.#options.bus.publish("pictures", "picture", info);
    return info;
  }

  /**
   * Forgets a picture.
   *
   * @param id Its number.
   * @returns Whether it was there.
   */
  remove(id: string): boolean {
    if (!this.#forget(id)) return false;
    this.#options.bus.publish("pictures", "picture", { id, removed: true });
    return true;
  }

  #forget(id: string): boolean {
    const kept = this.#kept.get(id);
    if (kept === undefined) return false;
    this.#kept.delete(id);
    this.#bytes -= kept.info.bytes;
    kept.opened?.then((file) => file.forget(), () => {});
    return true;
  }

  async use(names: readonly string[]): Promise<FitsInUse> {
    const kept = names.length === 1 ? this.#kept.get(names[0]!) : undefined;
    if (kept === undefined) {
      throw new ProblemError(404, "not-found", `there is no picture ${names.join("/")}`);
    }
    kept.opened ??= kept.file().then(async (bytes) => {
      const { id, name, time } = kept.info;
      return OpenFits.of(name, await openFits(bytes), { own: `${id} ${time}` });
    });
    const inUse = (await kept.opened).use();
    if (inUse !== undefined) return inUse;
    throw new ProblemError(404, "not-found", `picture ${names.join("/")} is no longer kept`);
  }
}
