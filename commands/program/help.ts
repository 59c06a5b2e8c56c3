/** The help texts, which are as wide as the terminal allows. */

import { type Command, type CommandTable, COMMON_FLAGS, type FlagSpec } from "./command.ts";
import { programLine } from "./started_as.ts";

/** Characters of a line of help: at least, at most, and where there is no terminal. */
const WIDTH = { least: 80, most: 120, usual: 100 } as const;
/** The column of the second part of a line at most: what is longer has a line of its own. */
const MAX_COLUMN = 36;

/** The group of the flags that have no other, and that of those which all commands have. */
const OWN_FLAGS = "Flags";
const COMMON_GROUP = "Flags of every command";

/** Characters of a line of help on this terminal. */
export function helpWidth(): number {
  if (!Deno.stdout.isTerminal()) return WIDTH.usual;
  try {
    return Math.min(WIDTH.most, Math.max(WIDTH.least, Deno.consoleSize().columns));
  } catch {
    return WIDTH.usual;
  }
}

/** The help text of a table of commands. */
export function tableHelp(name: string, table: CommandTable, width: number = helpWidth()): string {
  const rows = Object.entries(table).map(([entry, { summary }]) => [entry, summary] as const);
  return [
    `Usage: ${name} COMMAND [ARGUMENT...]`,
    "",
    "Commands:",
    ...twoColumns(rows, width),
    "",
    ...paragraph(
      `'${
        shownName(name)
      } COMMAND --help' shows the flags, the permissions and an example of each.`,
      width,
    ),
  ].join("\n");
}

/** A family or the whole program as it is called here. */
function shownName(name: string): string {
  return name.replace(/^heliograph\b/, () => programLine([]));
}

/** The help text of one command. */
export function commandHelp(command: Command, width: number = helpWidth()): string {
  // What the command does comes first.
  const own = Object.entries<FlagSpec>(command.flags)
    .toSorted(([, a], [, b]) => Number(a.group !== undefined) - Number(b.group !== undefined));
  const groups = Map.groupBy(own, ([, { group = OWN_FLAGS }]) => group);
  groups.set(COMMON_GROUP, Object.entries(COMMON_FLAGS));
  const { examples = [] } = command;
  return [
    `Usage: ${wrapped(`heliograph ${command.name} ${command.usage}`.trimEnd(), 9, width)}`,
    "",
    ...paragraph(command.summary, width),
    ...(command.details === undefined ? [] : ["", ...details(command.details, width)]),
    ...[...groups].flatMap(([title, flags]) => [
      "",
      `${title}:`,
      ...twoColumns(flags.map(([name, flag]) => flagRow(name, flag)), width),
    ]),
    ...(command.environment === true ? ["", ...paragraph(ENVIRONMENT, width)] : []),
    "",
    "Permissions of the example:",
    `  ${command.permissions.join(" ") || "none"}`,
    ...(command.furtherPermissions === undefined
      ? []
      : [`  ${wrapped(`(${command.furtherPermissions})`, 2, width)}`]),
    "",
    examples.length === 0 ? "Example:" : "Examples:",
    ...[command.example, ...examples].map((example) =>
      `  ${programLine(command.permissions)} ${example}`
    ),
  ].join("\n");
}

const ENVIRONMENT =
  "Variables of the environment stand for flags that are not given: HELIOGRAPH_PORT for --port, " +
  "and so on (--allow-env=HELIOGRAPH_*).";

function flagRow(name: string, flag: FlagSpec): readonly [left: string, right: string] {
  const short = flag.short === undefined ? "    " : `-${flag.short}, `;
  const value = flag.type === "boolean" ? "" : ` ${flag.value ?? flag.type.toUpperCase()}`;
  const fallback = flag.default === undefined || flag.type === "boolean"
    ? ""
    : ` (default ${flag.type === "size" ? sizeText(Number(flag.default)) : flag.default})`;
  return [`${short}--${name}${value}`, flag.help + fallback];
}

/** A number of bytes as it is typed. */
function sizeText(bytes: number): string {
  const suffix = ["G", "M", "K"].find((_, i) => bytes % 1024 ** (3 - i) === 0);
  return suffix === undefined
    ? `${bytes}`
    : `${bytes / 1024 ** (1 + "KMG".indexOf(suffix))}${suffix}`;
}

function twoColumns(rows: readonly (readonly [string, string])[], width: number): string[] {
  const lefts = rows.map(([left]) => left.length).filter((length) => length <= MAX_COLUMN);
  const column = 4 + lefts.reduce((most, length) => Math.max(most, length), 0);
  return rows.map(([left, right]) => {
    const text = wrapped(right, column, width);
    if (left.length + 4 > column) return `  ${left}\n${" ".repeat(column)}${text}`;
    return `  ${left.padEnd(column - 4)}  ${text}`;
  });
}

/** Details as they are written where they fit, else wrapped again; lines that are indented stay. */
function details(text: string, width: number): string[] {
  const lines = text.split("\n");
  if (width >= WIDTH.usual) return lines;
  const paragraphs: string[] = [];
  let open = false;
  for (const line of lines) {
    const flows = line !== "" && !line.startsWith(" ");
    if (flows && open) paragraphs[paragraphs.length - 1] += ` ${line}`;
    else paragraphs.push(line);
    open = flows;
  }
  return paragraphs.flatMap((text) => text.startsWith(" ") ? [text] : paragraph(text, width));
}

function paragraph(text: string, width: number): string[] {
  return wrapped(text, 0, width).split("\n");
}

/** Breaks a text between words, where its lines begin in a column. */
function wrapped(text: string, column: number, width: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (column + line.length + 1 + word.length <= width) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines.join("\n" + " ".repeat(column));
}
