import { type Finding, verifyFits } from "../../fits/mod.ts";
import { type Command, type CommandContext, defineCommand } from "../command.ts";
import { printable } from "./card_json.ts";
import { errorText } from "../error_text.ts";
import { inputOf, URL_PERMISSION } from "./fits_argument.ts";

/** Checks files against the standard. */
export const command: Command = defineCommand({
  name: "fits verify",
  summary: "Check FITS files against the standard",
  usage: "FILE...",
  details:
    "Finds what fitsverify finds, in words, with HDU, card and byte offset. Exit status 1 if\n" +
    "there is an error; warnings alone leave it 0. Wrong checksums are warnings.",
  flags: {},
  arguments: [1, 100_000],
  example: "fits verify sample-data/sun.fits",
  permissions: ["--allow-read=."],
  furtherPermissions: URL_PERMISSION,
  run: async (context) => {
    let failed = false;
    for (const argument of context.args) {
      context.signal.throwIfAborted();
      const findings = await findingsOf(context, argument);
      if (findings === undefined) {
        failed = true;
        continue;
      }
      const errors = findings.filter(({ severity }) => severity === "error").length;
      failed ||= errors > 0;
      for (const finding of findings) {
        if (context.json) {
          context.print(JSON.stringify({ file: argument, ...finding }));
          continue;
        }
        const { severity, message, hdu, record, offset } = finding;
        const where = [
          hdu === undefined ? "" : `HDU ${hdu}`,
          record === undefined ? "" : `record ${record}`,
          offset === undefined ? "" : `byte ${offset}`,
        ].filter((part) => part !== "").join(", ");
        context.print(
          `${argument}: ${severity}: ${printable(message)}${where === "" ? "" : ` (${where})`}`,
        );
      }
      if (context.json) {
        context.print(JSON.stringify({
          file: argument,
          verdict: errors > 0 ? "errors" : "ok",
          errors,
          warnings: findings.length - errors,
        }));
      } else {
        const warnings = findings.length - errors;
        context.print(`${argument}: ${counted(errors, "error")}, ${counted(warnings, "warning")}`);
      }
    }
    return failed ? 1 : 0;
  },
});

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** What is wrong with a file. Of several, one that cannot be read does not end the work. */
async function findingsOf(
  context: CommandContext,
  argument: string,
): Promise<Finding[] | undefined> {
  const { args, signal, complain } = context;
  try {
    const { input, name } = inputOf(argument, signal);
    return await verifyFits(input, { signal, ...name });
  } catch (error) {
    signal.throwIfAborted();
    if (args.length === 1) throw error;
    complain(`heliograph fits verify: ${errorText(error)}`);
    return undefined;
  }
}
