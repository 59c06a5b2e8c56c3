import { FormatError } from "../../net/errors.ts";
import { createPartSync, removeDeadFiles } from "../../net/own_parts.ts";
import { safeFileName } from "../fields/file_name.ts";
import { MAX_SNIFFED_BYTES, sniffImageType } from "../fields/image_type.ts";
import { writeFully } from "./message_spool.ts";

/** An image that was received and saved. */
export interface SavedImage {
  /** The name of the file in the folder. */
  readonly name: string;
  /** Bytes. */
  readonly bytes: number;
  /** The media type that its first bytes tell. */
  readonly type: string;
  /** When it was saved, in milliseconds since 1970. */
  readonly time: number;
}

/** What an image without a name is saved as, whatever its type: the document's file. */
export const UNNAMED_FILE = "image_received.jpg";

/** Extensions of the types that are recognised, the usual one first. */
const EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  "image/jpeg": [".jpg", ".jpeg", ".jpe"],
  "image/png": [".png"],
  "image/gif": [".gif"],
  "image/webp": [".webp"],
  "image/avif": [".avif"],
  "image/heic": [".heic", ".heif"],
  "image/bmp": [".bmp"],
  "image/tiff": [".tif", ".tiff"],
  "image/jp2": [".jp2", ".j2k", ".jpx"],
  "image/jxl": [".jxl"],
  "image/fits": [".fits", ".fit", ".fts"],
  "image/svg+xml": [".svg"],
  "image/vnd.microsoft.icon": [".ico"],
};

/** Images that are listed; older ones stay on disk. */
const MAX_LISTED = 200;
/** Kinds of names whose last number is remembered. */
const MAX_KINDS = 1_000;

/** The folder that received images are saved in, and the list of them. */
export class ImageStore {
  /** The folder. */
  readonly folder: string;
  #images: SavedImage[] = [];
  readonly #listeners = new Set<() => void>();
  /** The number behind the last one that was given, by name and extension. */
  readonly #next = new Map<string, number>();

  /**
   * Opens a folder; it is made if it does not exist. What a killed server has left of images
   * that were on their way is removed.
   *
   * @param folder Its path.
   */
  constructor(folder: string) {
    this.folder = folder;
    Deno.mkdirSync(folder, { recursive: true });
    removeDeadFiles(folder, /^\.image-[0-9a-f]{8,16}$/);
  }

  /** The images that were saved by this program, the latest first. */
  get images(): readonly SavedImage[] {
    return this.#images;
  }

  /** An image of the list. */
  find(name: string): SavedImage | undefined {
    return this.#images.find((image) => image.name === name);
  }

  /** The path of a file in the folder. */
  pathOf(name: string): string {
    return `${this.folder}/${name}`;
  }

  /**
   * Calls a function whenever the list changes.
   *
   * @returns Ends that.
   */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Begins to receive an image, in a file of a temporary name. */
  receive(): IncomingImage {
    return new IncomingImage(this);
  }

  /**
   * Gives a received file its name.
   *
   * @param path The file, in the same folder.
   * @param name What the sender calls it; undefined for the document's file.
   * @param keep Whether an unnamed one gets a name of its own too.
   */
  add(
    path: string,
    image: { readonly bytes: number; readonly type: string },
    name: string | undefined,
    keep: boolean,
  ): SavedImage {
    const final = name === undefined && !keep
      ? UNNAMED_FILE
      : this.#reserve(safeStem(name ?? UNNAMED_FILE, image.type), extensionOf(name, image.type));
    Deno.renameSync(path, this.pathOf(final));
    const saved = { name: final, ...image, time: Date.now() };
    const others = this.#images.filter((entry) => entry.name !== final);
    this.#images = [saved, ...others].slice(0, MAX_LISTED);
    this.changed();
    return saved;
  }

  /** Tells that something about the images is another than it was. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** A free name, made so that no one else takes it: behind the last number of its kind. */
  #reserve(stem: string, extension: string): string {
    const kind = stem + extension;
    const nameOf = (number: number) => (number === 0 ? stem : `${stem}-${number}`) + extension;
    const isTaken = (number: number) => exists(this.pathOf(nameOf(number)));
    for (let number = this.#next.get(kind) ?? firstFree(isTaken);; number++) {
      const name = nameOf(number);
      try {
        Deno.openSync(this.pathOf(name), { write: true, createNew: true, mode: 0o644 }).close();
      } catch (error) {
        // Somebody else writes to the folder, too.
        if (error instanceof Deno.errors.AlreadyExists) continue;
        throw error;
      }
      this.#next.delete(kind);
      this.#next.set(kind, number + 1);
      if (this.#next.size > MAX_KINDS) this.#next.delete(this.#next.keys().next().value!);
      return name;
    }
  }
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A number that is free while the one before it is not, in as many looks as it has bits. */
function firstFree(isTaken: (number: number) => boolean): number {
  if (!isTaken(0)) return 0;
  let taken = 0;
  let free = 1;
  while (isTaken(free)) [taken, free] = [free, 2 * free];
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (isTaken(middle)) taken = middle;
    else free = middle;
  }
  return free;
}

/** The name without its extension, if that is one of an image. */
function safeStem(name: string, type: string): string {
  const safe = safeFileName(name, { fallback: "image", maxBytes: 200, windows: true });
  const extension = /\.[^.]*$/.exec(safe)?.[0] ?? "";
  const known = [...EXTENSIONS[type] ?? [], ...Object.values(EXTENSIONS).flat()];
  const stem = known.includes(extension.toLowerCase()) ? safe.slice(0, -extension.length) : safe;
  return stem === "" ? "image" : stem;
}

/** The extension of a type: the sender's if it fits, else the usual one. */
function extensionOf(name: string | undefined, type: string): string {
  const fitting = EXTENSIONS[type] ?? [".img"];
  const own = /\.[^.]*$/.exec(name ?? "")?.[0]?.toLowerCase() ?? "";
  return fitting.includes(own) ? own : fitting[0]!;
}

/** An image that is being received into a temporary file. */
export class IncomingImage implements Disposable {
  readonly #store: ImageStore;
  readonly #path: string;
  #file: Deno.FsFile | undefined;
  readonly #head = new Uint8Array(MAX_SNIFFED_BYTES);
  #headLength = 0;
  #bytes = 0;
  #type: string | undefined;

  constructor(store: ImageStore) {
    this.#store = store;
    const random = () => crypto.randomUUID().slice(0, 8);
    const part = createPartSync(() => `${store.folder}/.image-${random()}`, { mode: 0o600 });
    this.#path = part.path;
    this.#file = part.file;
  }

  /**
   * Adds bytes at the end.
   *
   * @throws {FormatError} As soon as the first bytes tell that it is no image.
   */
  write(bytes: Uint8Array): void {
    if (this.#headLength < this.#head.length) {
      const part = bytes.subarray(0, this.#head.length - this.#headLength);
      this.#head.set(part, this.#headLength);
      this.#headLength += part.length;
      if (this.#headLength === this.#head.length) this.#recognise();
    }
    writeFully(this.#file!, bytes);
    this.#bytes += bytes.length;
  }

  /**
   * Ends the file and gives it its name.
   *
   * @param name What the sender calls it; undefined for the document's file.
   * @param keep Whether an unnamed one gets a name of its own too.
   * @throws {FormatError} If it is no image.
   */
  save(name: string | undefined, keep: boolean): SavedImage {
    const type = this.#type ?? this.#recognise();
    this.#file?.close();
    this.#file = undefined;
    if (Deno.build.os !== "windows") Deno.chmodSync(this.#path, 0o644);
    return this.#store.add(this.#path, { bytes: this.#bytes, type }, name, keep);
  }

  /** Drops the file, unless it was saved. */
  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = undefined;
    try {
      Deno.removeSync(this.#path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  #recognise(): string {
    const head = this.#head.subarray(0, this.#headLength);
    this.#type = sniffImageType(head);
    if (this.#type !== undefined) return this.#type;
    throw new FormatError(
      `the bytes are of no known kind of image: they begin with ${
        head.length === 0 ? "nothing" : head.subarray(0, 8).toHex()
      }`,
    );
  }
}
