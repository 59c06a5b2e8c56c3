import {
  type Command,
  type CommandTable,
  COMMON_FLAGS,
  defineCommand,
  type FlagSpec,
} from "../program/command.ts";
import { VERSION } from "../program/version.ts";

/**
 * Makes `heliograph man`, for the commands of a table.
 *
 * @param table The commands.
 */
export function manOf(table: CommandTable): { readonly command: Command } {
  const command = defineCommand({
    name: "man",
    summary: "Write the manual page of all commands, in the language of man",
    usage: "",
    details: "heliograph man > heliograph.1; man ./heliograph.1",
    arguments: [0, 0],
    flags: {},
    example: "man",
    permissions: [],
    async run({ print }) {
      print(await manualPage(table));
    },
  });
  return { command: command as Command };
}

/**
 * Writes the manual page.
 *
 * @param table The commands.
 * @returns Text for `man` and `groff -man`.
 */
export async function manualPage(table: CommandTable): Promise<string> {
  const commands: Command[] = [];
  for (const entry of Object.values(table)) {
    for (const one of entry.family === undefined ? [entry] : Object.values(entry.family)) {
      commands.push((await one.load!()).command as Command);
    }
  }
  return [
    `.TH HELIOGRAPH 1 "" "heliograph ${VERSION}" "User Commands"`,
    ".SH NAME",
    "heliograph \\- FITS files, downloads, arrays and camera frames over sockets",
    ".SH SYNOPSIS",
    ".B heliograph",
    "[\\fB\\-\\-json\\fR] [\\fB\\-q\\fR] [\\fB\\-v\\fR] \\fICOMMAND\\fR [\\fIARGUMENT\\fR...]",
    ".SH COMMANDS",
    ...commands.flatMap(section),
    ".SH FLAGS OF EVERY COMMAND",
    ...flagLines(Object.entries(COMMON_FLAGS)),
    ".SH ENVIRONMENT",
    "Servers take their flags from variables too: \\fBHELIOGRAPH_PORT\\fR stands for",
    "\\fB\\-\\-port\\fR, and so on.",
    ".SH EXIT STATUS",
    "0 done, 1 failed, 2 wrong usage, 130 interrupted, 143 terminated.",
  ].join("\n");
}

function section(
  { name, summary, usage, details, flags, example, examples = [] }: Command,
): string[] {
  return [
    `.SS ${escaped(name)}`,
    ".B heliograph " + escaped(`${name} ${usage}`.trimEnd()),
    ".PP",
    sentence(summary),
    ...(details === undefined ? [] : [".PP", ...details.split("\n").map(sentence)]),
    ...flagLines(Object.entries(flags)),
    ".PP",
    ...[example, ...examples].flatMap((line) => [".nf", escaped(`heliograph ${line}`), ".fi"]),
  ];
}

function flagLines(flags: readonly (readonly [string, FlagSpec])[]): string[] {
  return flags.flatMap(([name, { type, value, short, help, default: usual }]) => {
    const letter = short === undefined ? "" : `\\fB\\-${short}\\fR, `;
    const word = type === "boolean" ? "" : ` \\fI${escaped(value ?? type.toUpperCase())}\\fR`;
    const fallback = usual === undefined || type === "boolean" ? "" : ` (default ${usual})`;
    return [".TP", `${letter}\\fB\\-\\-${escaped(name)}\\fR${word}`, sentence(help + fallback)];
  });
}

/** A line of text: one that begins with a dot or a quote would be taken for a command. */
function sentence(text: string): string {
  return /^[.']/.test(text) ? `\\&${escaped(text)}` : escaped(text);
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq");
}
