import type { FitsFile, HduInput } from "../../fits/mod.ts";
import type { Command } from "../program/command.ts";
import {
  HDU_FLAG,
  hduChoice,
  openArgument,
  reportWarnings,
  URL_PERMISSION,
} from "./fits_argument.ts";
import { defineFitsCommand, fits } from "./library.ts";

/** Copies HDUs into a new file. */
export const command: Command = defineFitsCommand({
  name: "fits copy",
  summary: "Copy a FITS file, or some of its HDUs",
  usage: "SRC DST [--hdu HDU]...",
  details:
    "Headers and data are copied as they are; SRC may be compressed as a whole, DST is not. Where\n" +
    "the first HDU cannot be the primary, an empty primary goes before it. DST appears whole or not\n" +
    "at all; SRC and DST may be - for standard input and output.",
  flags: {
    hdu: { ...HDU_FLAG, type: "strings", help: "HDU to copy; repeat for several, in this order" },
    checksum: { type: "boolean", help: "write DATASUM and CHECKSUM of every HDU" },
  },
  arguments: [2, 2],
  example: "fits copy sample-data/sun.fits spots.fits --hdu SPOTS",
  permissions: ["--allow-read=.", "--allow-write=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    const [from, to] = context.args as [string, string];
    const { hdu, checksum } = context.flags;
    const inOrder = hdu.length === 0 && !checksum;
    await using file = await openArgument(context, from, { sequential: inOrder });
    const inputs = chosenHdus(file, hdu);
    const options = { checksum, signal: context.signal };
    if (to === "-") {
      for await (const piece of fits.fitsPieces(inputs, options)) await context.write(piece);
    } else {
      const bytes = await fits.writeFits(to, inputs, options);
      if (context.json) context.print(JSON.stringify({ file: to, bytes }));
      else context.report(`wrote ${bytes} bytes to ${to}`);
    }
    reportWarnings(context, from, file.warnings);
  },
});

async function* chosenHdus(file: FitsFile, names: readonly string[]): AsyncGenerator<HduInput> {
  if (names.length === 0) { for await (const hdu of file.hdus) yield fits.copyHdu(hdu); }
  for (const name of names) yield fits.copyHdu(await file.hdu(hduChoice(name)));
}
