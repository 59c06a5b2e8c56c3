import { type Command, UsageError } from "../../program/command.ts";
import { forEachFile, openArgument, reportFile, URL_PERMISSION } from "../fits_argument.ts";
import { CLOBBER_FLAG } from "../../program/output_file.ts";
import { defineImageCommand } from "../library.ts";
import { STORE_FLAGS } from "../../program/store_flags.ts";
import { loadCompression, outputOf, TileWork } from "./tile_work.ts";

/** Brings compressed images back. */
export const command: Command = defineImageCommand({
  name: "fits decompress",
  summary: "Bring the compressed images of FITS files back",
  usage: "FILE... [-o OUT.fits]",
  details:
    "Writes FILE without .fz, or -o OUT.fits (- is standard output); one that exists is kept\n" +
    "unless --clobber. What was compressed without loss comes back bit for bit, headers too; where\n" +
    "it was not, the checksums of an image are computed again. Other HDUs are copied.",
  flags: {
    output: { type: "string", short: "o", value: "FILE", help: "output file, or folder DIR/" },
    clobber: CLOBBER_FLAG,
    ...STORE_FLAGS,
  },
  arguments: [1, Infinity],
  example: "fits decompress sample-data/sun.fits -o plain.fits --clobber",
  permissions: ["--allow-read=.", "--allow-write=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    const failed = await forEachFile(context, async (argument) => {
      const to = await outputOf(context, argument, context.flags, plainName);
      await using file = await openArgument(context, argument);
      using work = new TileWork(context, argument, to);
      const { decompressPieces } = await loadCompression();
      await work.write(decompressPieces(file, work.options));
      work.done(file);
      reportFile(context, argument, file, "told");
    });
    return failed > 0 ? 1 : 0;
  },
});

function plainName(file: string): string {
  if (/[^/]\.fz$/i.test(file)) return file.slice(0, -".fz".length);
  throw new UsageError(`'${file}' does not end in .fz: name the output with --output`);
}
