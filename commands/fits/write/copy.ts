import type { FitsFile, HduChoice, HduInput } from "../../../fits/mod.ts";
import type { Command, CommandContext } from "../../program/command.ts";
import { CLOBBER_FLAG, nameFrom, outputPlace } from "../../program/output_file.ts";
import { writeWholeFile } from "../../program/whole_file.ts";
import {
  chosenHdu,
  costOf,
  HDU_FLAG,
  hduChoice,
  openArgument,
  reportFile,
  storeTargetOf,
  URL_PERMISSION,
} from "../fits_argument.ts";
import { defineFitsCommand, fits } from "../library.ts";
import { STORE_FLAGS } from "../../program/store_flags.ts";

/** Bytes that are read at a time. */
const PIECE_BYTES = 1 << 20;

/** Copies HDUs into a new file. */
export const command: Command = defineFitsCommand({
  name: "fits copy",
  summary: "Copy a FITS file, or some of its HDUs",
  usage: "SRC DST [--hdu HDU]...",
  details:
    "Headers and data are copied as they are, without --hdu also what stands behind the last HDU;\n" +
    "SRC may be compressed as a whole, DST is not. Where the first HDU cannot be the primary, an\n" +
    "empty primary goes before it. DST appears whole or not at all; SRC and DST may be - for\n" +
    "standard input and output, or objects (s3://BUCKET/KEY).",
  flags: {
    hdu: { ...HDU_FLAG, type: "strings", help: "HDU to copy; repeat for several, in this order" },
    clobber: CLOBBER_FLAG,
    checksum: { type: "boolean", help: "write DATASUM and CHECKSUM of every HDU" },
    ...STORE_FLAGS,
  },
  arguments: [2, 2],
  example: "fits copy sample-data/sun.fits spots.fits --hdu SPOTS --clobber",
  permissions: ["--allow-read=.", "--allow-write=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    const [from, target] = context.args as [string, string];
    const { hdu, checksum } = context.flags;
    const store = storeTargetOf(context);
    const rule = { clobber: context.flags.clobber, store };
    const to = await outputPlace(target, nameFrom(from, ".fits"), rule);
    const inOrder = hdu.length === 0 && !checksum;
    await using file = await openArgument(context, from, { sequential: inOrder, takes: "hdu" });
    const selected = file.selection?.hdu;
    if (selected !== undefined && hdu.length > 0) chosenHdu(file, hdu[0]);
    const chosen = selected === undefined ? hdu.map(hduChoice) : [selected];
    const pieces = chosen.length === 0
      ? wholeFile(file, checksum, context)
      : fits.fitsPieces(copied(file, chosen), { checksum, signal: context.signal });
    if (to === "-") {
      for await (const piece of pieces) await context.write(piece);
    } else {
      const bytes = await writeWholeFile(to, pieces, store);
      if (context.json) {
        context.print(JSON.stringify({ file: from, output: to, bytes, ...costOf(file) }));
      } else context.report(`wrote ${bytes} bytes to ${to}`);
    }
    reportFile(context, from, file, "told");
  },
});

/** All HDUs, and the bytes behind the last one, which belong to none. */
async function* wholeFile(
  file: FitsFile,
  checksum: boolean,
  { signal, report }: CommandContext,
): AsyncGenerator<Uint8Array> {
  let end = 0;
  async function* everyHdu(): AsyncGenerator<HduInput> {
    for await (const hdu of file.hdus) {
      end = hdu.dataOffset + fits.paddedSize(hdu.dataSize);
      yield fits.copyHdu(hdu);
    }
  }
  yield* fits.fitsPieces(everyHdu(), { checksum, signal });
  let count = 0;
  while (true) {
    signal.throwIfAborted();
    const piece = await file.source.read(end + count, PIECE_BYTES);
    if (piece.length === 0) break;
    count += piece.length;
    yield piece;
  }
  if (count > 0) report(`copied ${count} bytes behind the last HDU as they are`);
}

async function* copied(
  file: FitsFile,
  choices: readonly HduChoice[],
): AsyncGenerator<HduInput> {
  for (const choice of choices) yield fits.copyHdu(await file.hdu(choice));
}
