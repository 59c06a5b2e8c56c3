import type { Command, CommandContext } from "../../program/command.ts";
import { printable } from "../../../net/text/printable.ts";
import {
  changeInWords,
  chosenHdus,
  forEachFile,
  openArgument,
  reportFile,
  requireLocalFile,
  URL_PERMISSION,
} from "../fits_argument.ts";
import { defineFitsCommand, fits } from "../library.ts";
import { STORE_FLAGS } from "../../program/store_flags.ts";

/** Checks or writes DATASUM and CHECKSUM. */
export const command: Command = defineFitsCommand({
  name: "fits checksum",
  summary: "Check or update the checksums of a FITS file",
  usage: "FILE... [--update]",
  details: "One line for each HDU: ok, mismatch or absent for CHECKSUM and for DATASUM.\n" +
    "Exit status 1 if any does not match. --update replaces the file at once where it changes\n" +
    "several headers, so that a run that is killed leaves the old file or the new one; other\n" +
    "changes by heliograph at the same time wait.",
  flags: {
    update: { type: "boolean", help: "write DATASUM and CHECKSUM of every HDU" },
    ...STORE_FLAGS,
  },
  arguments: [1, 100_000],
  example: "fits checksum sample-data/sun.fits",
  permissions: ["--allow-read=."],
  furtherPermissions: `${URL_PERMISSION}, --allow-write=. for --update`,
  run: async (context) => {
    const { update } = context.flags;
    for (const argument of update ? context.args : []) requireLocalFile(argument, "--update");
    let wrong = 0;
    const failed = await forEachFile(context, async (argument) => {
      if (update) await updateFile(context, argument);
      else wrong += await checkFile(context, argument);
    });
    return failed + wrong > 0 ? 1 : 0;
  },
});

async function updateFile(
  { signal, json, print }: CommandContext,
  argument: string,
): Promise<void> {
  const changed = await fits.updateChecksums(argument, signal);
  if (json) print(JSON.stringify({ file: argument, changed }));
  else print(`${argument}: ${changeInWords(changed)}`);
}

/** Prints whether the sums of a file are right; gives the number of HDUs where one is not. */
async function checkFile(context: CommandContext, argument: string): Promise<number> {
  await using file = await openArgument(context, argument, { takes: "hdu" });
  const title = context.args.length > 1 ? `${argument} ` : "";
  let wrong = 0;
  for await (const hdu of chosenHdus(file)) {
    const { checksum, datasum, actual } = await fits.checkHdu(hdu, context.signal);
    if (checksum === "mismatch" || datasum === "mismatch") wrong++;
    const row = {
      ...{ file: argument, hdu: hdu.index, name: hdu.name },
      ...{ checksum, datasum, sum: actual },
    };
    if (context.json) context.print(JSON.stringify(row));
    else {
      const name = hdu.name === "" ? "" : ` ${printable(hdu.name)}`;
      context.print(
        `${title}HDU ${hdu.index}${name}: CHECKSUM ${checksum}, DATASUM ${datasum} (${actual})`,
      );
    }
  }
  reportFile(context, argument, file);
  return wrong;
}
