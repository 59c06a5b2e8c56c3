import { imagePageParts } from "../../http/pages/image_page.ts";
import type { ImageRenderer } from "../../http/pages/image_stream.ts";
import { clientOptions } from "./client_flags.ts";
import { UsageError } from "../program/command.ts";
import { nameFrom, outputPlace } from "../program/output_file.ts";
import { writeWholeFile } from "../program/whole_file.ts";
import type { StreamContext } from "./stream_flags.ts";

/** Writes a page that contains its images. */
export async function writePage(context: StreamContext): Promise<void> {
  const { args, flags, json } = context;
  const wanted = flags.output === "-" ? undefined : flags.output;
  if (json && wanted === undefined) {
    throw new UsageError("--json needs --output PAGE: the page takes standard output");
  }
  if (flags.caption.length > args.length) {
    throw new UsageError(`${flags.caption.length} captions for ${args.length} images`);
  }
  const path = wanted && await outputPlace(wanted, nameFrom(args[0]!, ".html"), flags);
  const images = args.map((url, i) => {
    const caption = flags.caption[i];
    return caption === undefined ? { url } : { url, caption };
  });
  const page = imagePageParts(images, {
    ...await clientOptions(context),
    title: flags.title,
    maxBytes: flags["max-size"],
    render: renderFits,
  });
  if (path === undefined) {
    const encoder = new TextEncoder();
    for await (const part of page) await context.write(encoder.encode(part));
    return;
  }
  const bytes = await writeWholeFile(path, page);
  if (json) context.print(JSON.stringify({ output: path, bytes, images: images.length }));
  else {
    const count = images.length === 1 ? "1 image" : `${images.length} images`;
    context.report(`${path}: ${count}, ${bytes} bytes`);
  }
}

/** A FITS image as PNG; the code for that is loaded when one comes. */
const renderFits: ImageRenderer = async (bytes, type) => {
  if (type !== "image/fits") return undefined;
  // A computed specifier: Deno opens what is behind a literal one before the program starts.
  const { openFits, renderPng }: typeof import("../../fits/mod.ts") = await import(
    import.meta.resolve("../../fits/mod.ts")
  );
  await using file = await openFits(bytes);
  const image = await file.image();
  return { bytes: renderPng(image), type: "image/png" };
};
