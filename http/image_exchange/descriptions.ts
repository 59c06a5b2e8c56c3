/** What is told of received images beside their names: words, a small picture, a page. */

import { messageOf } from "../../net/errors.ts";
import type { SavedImage } from "./image_store.ts";

/** What somebody who can read an image says of it. */
export interface ImageDescription {
  /** Such as `FITS, 2 HDUs`. */
  readonly words: string;
  /** A picture that every browser shows. */
  readonly picture?: {
    readonly type: "image/png" | "image/svg+xml";
    readonly body: string | Uint8Array;
  } | undefined;
  /** A page that shows the image, as a whole address. */
  readonly page?: string | undefined;
}

/** Reads an image that was saved; undefined where nothing is to be said. */
export type DescribeImage = (
  image: SavedImage,
  path: string,
) => Promise<ImageDescription | undefined>;

/** What the page gets to know of an image. */
export interface ToldImage extends SavedImage {
  /** The card of the page that sent it. */
  readonly card?: string | undefined;
  readonly words?: string | undefined;
  readonly page?: string | undefined;
  /** Whether there is a picture of it. */
  readonly picture?: boolean | undefined;
}

/** Images whose descriptions are kept. */
const MAX_KEPT = 200;
/** Images that wait for a description; of more nothing is said. */
const MAX_WAITING = 200;

/** Options of {@linkcode Descriptions}. */
export interface DescriptionsOptions {
  /** Where an image is. */
  pathOf(name: string): string;
  /** Hears that something more is known. */
  onChange(): void;
}

/** Describes images one after the other, and keeps what was said. */
export class Descriptions {
  readonly #describe: DescribeImage;
  readonly #options: DescriptionsOptions;
  readonly #said = new Map<string, ImageDescription>();
  readonly #cards = new Map<string, string>();
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  /**
   * Begins without images.
   *
   * @param describe Reads an image.
   * @param options Where images are, and who hears of what is known.
   */
  constructor(describe: DescribeImage, options: DescriptionsOptions) {
    this.#describe = describe;
    this.#options = options;
  }

  /**
   * Describes an image when those before it are.
   *
   * @param image The image.
   * @param card The card of the page that sent it.
   */
  add(image: SavedImage, card: string | undefined): void {
    if (this.#waiting >= MAX_WAITING) return;
    this.#waiting++;
    const key = keyOf(image);
    if (card !== undefined) remember(this.#cards, key, card);
    this.#last = this.#last.then(async () => {
      const said = await this.#ask(image);
      this.#waiting--;
      if (said === undefined) return;
      remember(this.#said, key, said);
      this.#options.onChange();
    });
  }

  async #ask(image: SavedImage): Promise<ImageDescription | undefined> {
    try {
      return await this.#describe(image, this.#options.pathOf(image.name));
    } catch (error) {
      return { words: messageOf(error) };
    }
  }

  /** What is known of an image. */
  find(image: SavedImage): ImageDescription | undefined {
    return this.#said.get(keyOf(image));
  }

  /** An image with what is known of it. */
  tell(image: SavedImage): ToldImage {
    const said = this.find(image);
    if (said === undefined) return image;
    const { words, page, picture } = said;
    const card = this.#cards.get(keyOf(image));
    return { ...image, card, words, page, picture: picture !== undefined };
  }
}

function keyOf({ name, time }: SavedImage): string {
  return `${time} ${name}`;
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  if (map.size > MAX_KEPT) map.delete(map.keys().next().value!);
}
