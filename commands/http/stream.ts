import { imagePageParts } from "../../http/pages/image_page.ts";
import type { ImageRenderer } from "../../http/pages/image_stream.ts";
import {
  CLIENT_FLAGS,
  CLIENT_PERMISSION,
  clientOptions,
  ENVIRONMENT_PERMISSION,
} from "./client_flags.ts";
import { type Command, defineCommand, UsageError } from "../program/command.ts";
import { STORE_DETAILS, STORE_FLAGS } from "../program/store_flags.ts";
import { CLOBBER_FLAG, nameFrom, outputPlace } from "../program/output_file.ts";
import { writeWholeFile } from "../program/whole_file.ts";

/** `heliograph stream`: the document's way to show an image without storing it. */
export const command: Command = defineCommand({
  name: "stream",
  summary: "Write an HTML page that contains its images as Base64 data URIs",
  usage: "URL...",
  details:
    "Images compressed by gzip are inflated; FITS images are rendered as PNG. The type is\n" +
    "that of the first bytes. Without --output the page goes to standard output. With --json\n" +
    "(needs --output PAGE) the result is one object: output, bytes, images.\n" +
    STORE_DETAILS,
  flags: {
    output: {
      type: "string",
      short: "o",
      value: "PAGE",
      help: "write the page here; - for standard output",
    },
    clobber: CLOBBER_FLAG,
    title: { type: "string", value: "TEXT", help: "title of the page" },
    caption: { type: "strings", value: "TEXT", help: "text below an image, in order" },
    "max-size": { type: "size", value: "SIZE", help: "refuse larger images", default: 2 ** 28 },
    ...CLIENT_FLAGS,
    ...STORE_FLAGS,
  },
  arguments: [1, Infinity],
  example: "stream http://127.0.0.1:8000/sun.jpg -o test_image.html --clobber",
  permissions: [CLIENT_PERMISSION, "--allow-read=.", "--allow-write=."],
  furtherPermissions: ENVIRONMENT_PERMISSION,
  run: async (context) => {
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
  },
});

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
