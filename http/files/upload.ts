import { checkCaps } from "../../net/caps.ts";
import { ProtocolError } from "../../net/errors.ts";
import { isDiskFull } from "../../net/file_error.ts";
import { createPart, type OwnPart, removeDeadFiles } from "../../net/own_parts.ts";
import { writeWhole } from "../../net/replace_file.ts";
import { safeFileName } from "../fields/file_name.ts";
import { formBoundary, FormDataParser } from "../fields/form_data.ts";
import { HttpError } from "../message/http_error.ts";
import type { HttpRequest } from "../server/types.ts";
import type { FileUploads } from "./handler.ts";
import type { FileTree } from "./tree.ts";

/** Files that come at one time; each has a descriptor and a part. */
const MAX_AT_ONCE = 16;

/** The most files of one form. */
const MAX_FILES = 100;

/** Files that have not come whole: hidden, and removed by the next program where one was killed. */
const PART = /^\.upload-[0-9a-f]{8}\.part$/;

/**
 * Takes files into the folders of a tree: each is there whole or not at all, under one name that is
 * safe, in the place of none.
 */
export class Uploads implements FileUploads {
  readonly #tree: FileTree;
  readonly #maxBytes: number;
  readonly #index: string;
  readonly #tidied = new Set<string>();
  #running = 0;

  /**
   * Prepares to take files.
   *
   * @param tree Where they go.
   * @param index The name of the file that stands for its folder: no stranger may write that.
   * @param maxBytes The most bytes of a file.
   */
  constructor(tree: FileTree, index: string, maxBytes: number) {
    this.#tree = tree;
    this.#index = index;
    checkCaps({ maxBytes });
    this.#maxBytes = maxBytes;
  }

  /**
   * Takes the body of a PUT as a file.
   *
   * @param request The request.
   * @param segments The names from the root down to the file.
   * @throws {HttpError} If it is not taken, and why.
   */
  async put(request: HttpRequest, segments: readonly string[]): Promise<void> {
    refuseForeignPages(request);
    if (request.fields.has("content-range")) {
      throw new HttpError(400, "a part of a file cannot be put, expected all of it");
    }
    if (request.fields.has("content-encoding")) {
      throw new HttpError(415, "a body in a content coding cannot be put, expected the file");
    }
    const name = segments.at(-1);
    if (name === undefined || safeFileName(name) !== name) {
      throw new HttpError(400, "this is no name for a file");
    }
    const folder = this.#folder(segments.slice(0, -1));
    await this.#counted(async () => {
      await using file = await this.#begin(folder, name, request.body.length);
      for await (const piece of request.body) await file.write(piece);
      await file.finish();
    });
  }

  /**
   * Takes the files of a form (multipart/form-data).
   *
   * @param request The request.
   * @param segments The names from the root down to the folder.
   * @returns The names of the files.
   * @throws {HttpError} If one is not taken, and why; those before it are.
   */
  async form(request: HttpRequest, segments: readonly string[]): Promise<string[]> {
    refuseForeignPages(request);
    const boundary = formBoundary(request.fields.get("content-type"));
    if (boundary === undefined) {
      throw new HttpError(415, "expected a form with files (multipart/form-data)");
    }
    const folder = this.#folder(segments);
    try {
      return await this.#counted(() => this.#takeForm(request, folder, boundary));
    } catch (error) {
      if (error instanceof HttpError || !(error instanceof ProtocolError)) throw error;
      throw new HttpError(400, error.message, { cause: error });
    }
  }

  async #takeForm(request: HttpRequest, folder: string, boundary: string): Promise<string[]> {
    const form = new FormDataParser(boundary);
    const names: string[] = [];
    let file: Upload | undefined;
    try {
      for await (const piece of request.body) {
        for (const event of form.push(piece)) {
          if (event.kind === "data") await file?.write(event.bytes);
          else if (event.kind === "end") {
            await file?.finish();
            file = undefined;
          } else if (event.filename !== undefined && event.filename !== "") {
            if (names.length === MAX_FILES) {
              throw new HttpError(413, `a form has ${MAX_FILES} files at most`);
            }
            const name = safeFileName(event.filename);
            file = await this.#begin(folder, name, undefined);
            names.push(name);
          }
        }
      }
      if (!form.over) throw new ProtocolError("Cannot read the form: it has no end");
      if (names.length === 0) throw new HttpError(400, "the form has no file");
      return names;
    } finally {
      await file?.[Symbol.asyncDispose]();
    }
  }

  /** The path of a folder of the tree. */
  #folder(segments: readonly string[]): string {
    const located = this.#tree.locate(segments);
    if (!this.#tree.stat(located).isDirectory) throw new HttpError(404, "there is no such folder");
    this.#tree.confine(located);
    return located;
  }

  async #counted<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= MAX_AT_ONCE) throw new HttpError(503, "too many files are being taken");
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
    }
  }

  async #begin(folder: string, name: string, length: number | undefined): Promise<Upload> {
    if (name === this.#index) {
      throw new HttpError(403, `${name} stands for its folder, and is not taken`);
    }
    if ((length ?? 0) > this.#maxBytes) throw tooLarge(this.#maxBytes);
    // Hidden names are 404 here.
    this.#tree.locate([name]);
    const place = `${folder}/${name}`;
    if (isThere(place)) throw taken(name);
    if (!this.#tidied.has(folder)) {
      this.#tidied.add(folder);
      removeDeadFiles(folder, PART);
    }
    const part = await asked(() =>
      createPart(() => `${folder}/.upload-${crypto.randomUUID().slice(0, 8)}.part`)
    );
    const upload = new Upload(part, place, name, this.#maxBytes);
    try {
      // What was looked at above may have become a link since.
      this.#tree.confine(part.path);
      return upload;
    } catch (error) {
      await upload[Symbol.asyncDispose]();
      throw error;
    }
  }
}

/** One file on its way. */
class Upload implements AsyncDisposable {
  readonly #part: OwnPart;
  readonly #place: string;
  readonly #name: string;
  readonly #maxBytes: number;
  #bytes = 0;
  #over = false;

  constructor(part: OwnPart, place: string, name: string, maxBytes: number) {
    this.#part = part;
    this.#place = place;
    this.#name = name;
    this.#maxBytes = maxBytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.length;
    if (this.#bytes > this.#maxBytes) throw tooLarge(this.#maxBytes);
    await asked(() => writeWhole(this.#part.file, bytes));
  }

  /** Gives the whole file its name, if no other has got it meanwhile. */
  async finish(): Promise<void> {
    await asked(() => this.#part.file.sync());
    try {
      // Unlike a rename, a second name never takes the place of another file.
      await Deno.link(this.#part.path, this.#place);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) throw taken(this.#name);
      if (!knowsNoLinks(error)) return await asked(() => Promise.reject(error));
      if (isThere(this.#place)) throw taken(this.#name);
      await asked(() => Deno.rename(this.#part.path, this.#place));
    }
    await this[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    await Deno.remove(this.#part.path).catch(() => {});
    this.#part.file.close();
  }
}

/**
 * Refuses what a page of another origin sends: browsers tell by Sec-Fetch-Site whose page it is
 * (the Origin of it is looked at before), other programs send none.
 */
function refuseForeignPages({ fields }: HttpRequest): void {
  const site = fields.get("sec-fetch-site");
  if (site === undefined || site === "same-origin" || site === "none") return;
  throw new HttpError(403, "pages of this origin may not change anything here");
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw statusError(error);
  }
}

/** Does what the system may refuse; never with a path of the disk. */
async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw statusError(error);
  }
}

function statusError(error: unknown): unknown {
  if (error instanceof HttpError) return error;
  const options = { cause: error };
  if (isDiskFull(error)) return new HttpError(507, "the disk of the server is full", options);
  const { code } = error as { code?: unknown };
  if (code === "ENAMETOOLONG") return new HttpError(400, "the name is too long", options);
  if (code === "ENOENT") return new HttpError(404, "there is no such folder", options);
  if (code === "EMFILE" || code === "ENFILE") {
    return new HttpError(503, "too many files are open", options);
  }
  if (error instanceof Deno.errors.NotCapable || code === "EACCES" || code === "EROFS") {
    return new HttpError(403, "files may not be written there", options);
  }
  return error;
}

/** File systems of memory cards, and some of networks. */
function knowsNoLinks(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === "EPERM" || code === "ENOTSUP" || code === "EOPNOTSUPP" || code === "ENOSYS" ||
    code === "EMLINK";
}

function taken(name: string): HttpError {
  return new HttpError(409, `there is a file of the name ${name}, and none is replaced`);
}

function tooLarge(most: number): HttpError {
  return new HttpError(413, `a file may have ${most} bytes at most`);
}
