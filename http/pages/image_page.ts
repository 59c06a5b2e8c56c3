import { escapeHtml } from "./escape_html.ts";
import { HttpClient } from "../client/client.ts";
import { dataUriParts } from "./image_data_uri.ts";
import style from "./image_page.css" with { type: "text" };
import { type ImageStreamOptions, openImage } from "./image_stream.ts";

/** One image of a page. */
export interface PageImage {
  /** Where it is: an http, https, file or data URL. */
  url: string | URL;
  /** What stands below it. Default: its name and type. */
  caption?: string | undefined;
  /** What is read out in its place. Default: its name. */
  alt?: string | undefined;
}

/** Options of {@linkcode imagePage}. */
export interface ImagePageOptions extends ImageStreamOptions {
  /** The title of the page. Default: the name of the first image. */
  title?: string | undefined;
}

/**
 * Streams images into a web page that needs no other file: the document's
 * test_image.html.
 *
 * @param images The URLs of the images, with captions where they are wanted.
 * @param options Title, renderer, credentials.
 * @returns The page, HTML in UTF-8.
 * @throws {FormatError} If one is no image that browsers show.
 *
 * @example
 * ```ts
 * import { imagePage } from "@heliograph/heliograph/http";
 * import { assert } from "@std/assert";
 *
 * const gif = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
 * const page = await imagePage([{ url: gif, alt: "the Sun" }], { title: "One image" });
 * assert(page.includes(`<img src="${gif}" alt="the Sun">`));
 * ```
 */
export async function imagePage(
  images: string | URL | Iterable<string | URL | PageImage>,
  options: ImagePageOptions = {},
): Promise<string> {
  const parts: string[] = [];
  for await (const part of imagePageParts(images, options)) parts.push(part);
  return parts.join("");
}

/**
 * The page of {@linkcode imagePage} part by part, for a file or a socket: an image of
 * any size passes through in constant memory, unless it must be rendered.
 *
 * @param images The URLs of the images, with captions where they are wanted.
 * @param options Title, renderer, credentials.
 */
export async function* imagePageParts(
  images: string | URL | Iterable<string | URL | PageImage>,
  options: ImagePageOptions = {},
): AsyncGenerator<string> {
  using client = new HttpClient(options);
  const list = typeof images === "string" || images instanceof URL ? [images] : images;
  let begun = false;
  try {
    for (const entry of list) {
      const wanted = typeof entry === "string" || entry instanceof URL ? { url: entry } : entry;
      const image = await openImage(wanted.url, { ...options, client });
      if (!begun) yield pageHead(options.title ?? image.name);
      begun = true;
      yield `<figure>\n<img src="`;
      yield* dataUriParts(image);
      const { alt = image.name, caption = `${image.name} (${image.type})` } = wanted;
      yield `" alt="${escapeHtml(alt)}">\n<figcaption>${
        escapeHtml(caption)
      }</figcaption>\n</figure>\n`;
    }
    if (!begun) yield pageHead(options.title ?? "No images");
    yield "</main>\n</body>\n</html>\n";
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  }
}

function pageHead(title: string): string {
  const escaped = escapeHtml(title);
  return '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n' +
    `<title>${escaped}</title>\n<style>\n${style}</style>\n</head>\n<body>\n<main>\n` +
    `<h1>${escaped}</h1>\n`;
}
