import type { DrawnPicture, EffectSink } from "./evaluation/effects.ts";
import { HeliographError, messageOf } from "../../net/errors.ts";
import type { OutputFolder } from "./output_folder.ts";
import type { ArrayDisplay, Picture, PictureOrigin } from "../picture/picture.ts";

/** Numbers the windows of a server, writes their pictures and passes them to the displays. */
export class WindowDisplays {
  #folder: OutputFolder | undefined;
  #displays: readonly ArrayDisplay[];
  #log: (line: string) => void;
  #complain: (line: string) => void;
  #last = 0;

  /**
   * Begins without windows.
   *
   * @param folder Where pictures and files are written; undefined for nowhere.
   * @param displays Where else pictures are shown.
   * @param log Takes what was written, and what goes wrong at a display.
   * @param complain Takes what goes wrong in the folder.
   */
  constructor(
    folder: OutputFolder | undefined,
    displays: readonly ArrayDisplay[],
    log: (line: string) => void,
    complain: (line: string) => void,
  ) {
    this.#folder = folder;
    this.#displays = displays;
    this.#log = log;
    this.#complain = complain;
  }

  /** The sink of one connection: TV draws into the window that it used last. */
  sink(print: (line: string) => void, origin?: PictureOrigin): EffectSink {
    return {
      keepsValues: this.#displays.some((display) => display.keepsValues === true),
      print,
      show: (picture) => this.#show(picture, origin),
      write: async (name, bytes) => {
        if (this.#folder === undefined) throw new HeliographError("This server writes no files");
        try {
          await this.#folder.write(name, bytes);
        } catch (error) {
          this.#complain(`% SOCKSERVER: ${messageOf(error)}`);
          throw error;
        }
        this.#log(`% SOCKSERVER: Wrote ${name}`);
      },
      sizeOf: (name) => this.#readable().sizeOf(name),
      read: (name, size) => this.#readable().read(name, size),
    };
  }

  #readable(): OutputFolder {
    if (this.#folder === undefined) throw new HeliographError("This server reads no files");
    return this.#folder;
  }

  async #show(
    { kind, title, image, png, values }: DrawnPicture,
    origin: PictureOrigin | undefined,
  ): Promise<number> {
    if (this.#folder === undefined && this.#displays.length === 0) {
      throw new HeliographError("This server shows no pictures: it has no folder for them");
    }
    const handle = await this.#newWindow(kind);
    const picture: Picture = { kind, handle, image, title, values, origin };
    if (this.#folder !== undefined) {
      const name = pictureName(kind, handle);
      try {
        await this.#folder.write(name, png);
      } catch (error) {
        await this.#folder.unclaim(name);
        this.#complain(`% SOCKSERVER: ${messageOf(error)}`);
        throw error;
      }
      this.#log(`% SOCKSERVER: Wrote ${name}, ${image.width} x ${image.height} pixels`);
    }
    for (const display of this.#displays) {
      try {
        await display.show(picture);
      } catch (error) {
        this.#log(
          `% SOCKSERVER: A display failed: ${messageOf(error)}`,
        );
      }
    }
    return handle;
  }

  /** A number whose picture is not there yet, so that none of an earlier run is lost. */
  async #newWindow(kind: string): Promise<number> {
    while (!(await this.#folder?.claim(pictureName(kind, ++this.#last)) ?? true));
    return this.#last;
  }
}

function pictureName(kind: string, handle: number): string {
  return `${kind}-${handle}.png`;
}
