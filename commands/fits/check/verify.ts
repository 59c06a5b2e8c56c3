import type { Finding, TransferReport } from "../../../fits/mod.ts";
import { type Command, type CommandContext, UsageError } from "../../program/command.ts";
import { printable } from "../../../net/text/printable.ts";
import { costOf, forEachFile, inputOf, storeOptionsOf, URL_PERMISSION } from "../fits_argument.ts";
import { defineFitsCommand, fits } from "../library.ts";
import { STORE_FLAGS } from "../../program/store_flags.ts";

/** Checks files against the standard. */
export const command: Command = defineFitsCommand({
  name: "fits verify",
  summary: "Check FITS files against the standard",
  usage: "FILE...",
  details:
    "Finds what fitsverify finds, in words, with HDU, card and byte offset. Exit status 1 if\n" +
    "there is an error; warnings alone leave it 0. Wrong checksums are warnings.",
  flags: { ...STORE_FLAGS },
  arguments: [1, 100_000],
  example: "fits verify sample-data/sun.fits",
  permissions: ["--allow-read=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    let errors = 0;
    const failed = await forEachFile(context, async (argument) => {
      requireWholeFile(argument);
      const { input, name } = inputOf(argument, context.signal);
      let report: TransferReport | undefined;
      const findings = await fits.verifyFits(input, {
        signal: context.signal,
        s3: storeOptionsOf(context),
        onCost: (cost) => report = cost,
        ...name,
      });
      errors += printFindings(context, argument, findings, costOf({ report }));
    });
    return failed + errors > 0 ? 1 : 0;
  },
});

/** Refuses a name that selects a part: what is wrong elsewhere would not be seen. */
function requireWholeFile(argument: string): void {
  const { hdu, section } = fits.localReading(argument);
  const selected = section === undefined
    ? hdu === undefined ? undefined : `HDU ${hdu}`
    : `the section ${section}`;
  if (selected === undefined) return;
  throw new UsageError(`'${argument}' selects ${selected}, expected a whole file`);
}

/** Prints what was found in a file, and what reading it cost; gives the number of errors. */
function printFindings(
  { json, print }: CommandContext,
  argument: string,
  findings: readonly Finding[],
  cost: ReturnType<typeof costOf>,
): number {
  for (const finding of findings) {
    if (json) print(JSON.stringify({ file: argument, ...finding }));
    else print(`${argument}: ${inWords(finding)}`);
  }
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  if (json) {
    const verdict = errors > 0 ? "errors" : "ok";
    print(JSON.stringify({ file: argument, verdict, errors, warnings, ...cost }));
  } else {
    print(`${argument}: ${counted(errors, "error")}, ${counted(warnings, "warning")}`);
  }
  return errors;
}

function inWords({ severity, message, hdu, record, offset }: Finding): string {
  const where = [
    hdu === undefined ? "" : `HDU ${hdu}`,
    record === undefined ? "" : `record ${record}`,
    offset === undefined ? "" : `byte ${offset}`,
  ].filter((part) => part !== "").join(", ");
  return `${severity}: ${printable(message)}${where === "" ? "" : ` (${where})`}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
