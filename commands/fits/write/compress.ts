import type { TileAlgorithm } from "../../../fits/mod.ts";
import type { CompressFileOptions } from "../../../fits/write/compress.ts";
import { isS3Text } from "../../../http/fields/s3_url.ts";
import { type Command, UsageError } from "../../program/command.ts";
import { forEachFile, openArgument, reportFile, URL_PERMISSION } from "../fits_argument.ts";
import { defineImageCommand } from "../library.ts";
import { CLOBBER_FLAG } from "../../program/output_file.ts";
import { fromFpackLetters } from "./tile_letters.ts";
import { STORE_FLAGS } from "../../program/store_flags.ts";
import { loadCompression, outputOf, TileWork } from "./tile_work.ts";

const ALGORITHMS: readonly TileAlgorithm[] = [
  "rice",
  "gzip1",
  "gzip2",
  "plio",
  "hcompress",
  "none",
];

/** Compresses the images of files. */
export const command: Command = defineImageCommand({
  name: "fits compress",
  summary: "Compress the images of FITS files in tiles",
  usage: "FILE... [-o OUT.fz]",
  details:
    "Writes FILE.fz beside each FILE, or -o OUT.fz (- is standard output, s3://BUCKET/KEY an object);\n" +
    "one that exists is kept unless --clobber. Headers and checksums are kept, so that decompress\n" +
    "gives the same file back.\n" +
    "Integers are stored by Rice, without loss. Floats are quantised, which loses a little of the\n" +
    "noise, unless --quantize 0. What an algorithm would cut is refused. Other HDUs are copied.\n" +
    "The letters of fpack do too: -r -g -g2 -h -p -d -w -table -t W,H -q Q -qz Q -q0 Q (-h, -q as\n" +
    "everywhere where no FILE is named and no number follows).",
  flags: {
    output: { type: "string", short: "o", value: "FILE", help: "output file, or folder DIR/" },
    algorithm: {
      type: "string",
      value: "NAME",
      help: "rice, gzip1, gzip2, plio, hcompress or none (default: as the pixels are)",
    },
    tile: {
      type: "string",
      value: "W,H",
      help: "lengths of a tile, axis 1 first, or whole (default: a row)",
    },
    quantize: {
      type: "number",
      value: "Q",
      help: "steps of the noise of floats (default 4); 0 keeps them, below 0 it is the step",
    },
    dither: { type: "string", value: "0|1|2", help: "dithering of floats; 2 keeps 0 (default 1)" },
    seed: { type: "count", help: "start of dithering, 1 to 10000 (default: from the pixels)" },
    scale: { type: "integer", help: "step of hcompress (default 0: without loss)" },
    bintables: {
      type: "boolean",
      help: "binary tables too, with variable-length arrays of numbers",
    },
    clobber: CLOBBER_FLAG,
    ...STORE_FLAGS,
  },
  letters: fromFpackLetters,
  arguments: [1, Infinity],
  example: "fits compress sample-data/sun.fits -o sun.fits.fz --clobber",
  permissions: ["--allow-read=.", "--allow-write=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    const options = { ...optionsOf(context.flags), tables: context.flags.bintables };
    const failed = await forEachFile(context, async (argument) => {
      const to = await outputOf(context, argument, context.flags, (name) => `${name}.fz`);
      await using file = await openArgument(context, argument);
      using work = new TileWork(context, argument, to);
      const scratch = to === "-" || isS3Text(to) ? undefined : to;
      const { compressPieces } = await loadCompression();
      await work.write(compressPieces(file, { ...options, ...work.options, scratch }));
      work.done(file);
      reportFile(context, argument, file, "told");
    });
    return failed > 0 ? 1 : 0;
  },
});

function optionsOf(
  { algorithm, tile, quantize, dither, seed, scale }: {
    readonly algorithm?: string | undefined;
    readonly tile?: string | undefined;
    readonly quantize?: number | undefined;
    readonly dither?: string | undefined;
    readonly seed?: number | undefined;
    readonly scale?: number | undefined;
  },
): CompressFileOptions {
  if (algorithm !== undefined && !ALGORITHMS.includes(algorithm as TileAlgorithm)) {
    throw new UsageError(
      `--algorithm is '${algorithm}', expected one of ${ALGORITHMS.join(", ")}`,
    );
  }
  if (dither !== undefined && !/^[012]$/.test(dither)) {
    throw new UsageError(`--dither is '${dither}', expected 0, 1 or 2`);
  }
  if (seed !== undefined && seed > 10_000) {
    throw new UsageError(`--seed is '${seed}', expected 1 to 10000`);
  }
  if (tile !== undefined && !/^(whole|[1-9]\d{0,14}(,[1-9]\d{0,14})*)$/.test(tile)) {
    throw new UsageError(`--tile is '${tile}', expected lengths such as 100,100, or whole`);
  }
  return {
    algorithm: algorithm as TileAlgorithm | undefined,
    tile: tile === undefined || tile === "whole" ? tile : tile.split(",").map(Number),
    quantize,
    dither: dither === undefined ? undefined : Number(dither) as 0 | 1 | 2,
    seed,
    scale,
  };
}
