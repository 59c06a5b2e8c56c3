import { printable } from "../../net/text/printable.ts";
import { type Command, type CommandTable, defineCommand, UsageError } from "../program/command.ts";
import { type Candidates, candidates } from "./candidates.ts";

/**
 * What a shell is told. It asks the program itself for what fits: words on lines, and
 * `:files ENDING...` where a name of a file does.
 */
const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_heliograph() {
  local line word="\${COMP_WORDS[COMP_CWORD]}" ending IFS=$'\\n'
  COMPREPLY=()
  for line in $(heliograph completions answer -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null); do
    if [[ $line == :files* ]]; then
      compopt -o filenames 2>/dev/null
      COMPREPLY+=($(compgen -d -- "$word"))
      if [[ $line == ":files" ]]; then COMPREPLY+=($(compgen -f -- "$word")); fi
      IFS=' '
      for ending in \${line#:files}; do
        IFS=$'\\n' COMPREPLY+=($(compgen -f -X "!*.$ending" -- "$word"))
      done
      IFS=$'\\n'
    else
      COMPREPLY+=("$line")
    fi
  done
}
complete -F _heliograph heliograph`,
  zsh: `#compdef heliograph
_heliograph() {
  local line ending
  local -a found
  for line in "\${(@f)$(heliograph completions answer -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == ":files" ]]; then
      _files
    elif [[ $line == :files* ]]; then
      _files -g "*.(\${(j:|:)\${=line#:files}})"
    elif [[ -n $line ]]; then
      found+=("$line")
    fi
  done
  (( $#found )) && compadd -a found
}
compdef _heliograph heliograph`,
  fish: `function __heliograph_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (heliograph completions answer -- $words[2..-1] 2>/dev/null)
        if string match -q ':files*' -- $line
            set -l endings (string split -n ' ' -- (string replace ':files' '' -- $line))
            for path in (__fish_complete_path (commandline -ct))
                set -l name (string split -m 1 \\t -- $path)[1]
                if test -z "$endings"
                    or string match -q '*/' -- $name
                    or contains -- (string lower -- (string split -r -m 1 . -- $name)[-1]) $endings
                    echo $path
                end
            end
        else
            echo $line
        end
    end
end
complete -c heliograph -f -a '(__heliograph_complete)'`,
};

/**
 * Makes `heliograph completions`, for the commands of a table.
 *
 * @param table The commands.
 */
export function completionsOf(table: CommandTable): { readonly command: Command } {
  const command = defineCommand({
    name: "completions",
    summary: "Write what makes a shell complete commands, flags, files and HDUs",
    usage: "bash|zsh|fish",
    details: "bash: source <(heliograph completions bash)\n" +
      "zsh:  source <(heliograph completions zsh), after compinit\n" +
      "fish: heliograph completions fish | source\n\n" +
      "The shell asks the program for what fits, by 'completions answer -- WORD...'.",
    arguments: [1, 10_000],
    flags: {},
    example: "completions bash",
    permissions: [],
    furtherPermissions: "--allow-read=. for the names of HDUs",
    async run({ args, print }) {
      const [shell, ...words] = args;
      if (shell === "answer") {
        for (const line of await answer(await candidates(table, words))) print(line);
        return;
      }
      const script = Object.hasOwn(SCRIPTS, shell!) ? SCRIPTS[shell!] : undefined;
      if (script === undefined || words.length > 0) {
        throw new UsageError(`the shell is '${args.join(" ")}', expected bash, zsh or fish`);
      }
      print(script);
    },
  });
  return { command: command as Command };
}

/** The lines of an answer. */
async function answer({ words, files, hdusOf }: Candidates): Promise<string[]> {
  const lines = [...words];
  if (files !== undefined) lines.push([":files", ...files.endings].join(" "));
  if (hdusOf !== undefined) lines.push(...await hduNames(hdusOf));
  return lines;
}

/** The numbers and names of a file's HDUs; of one that cannot be read nothing fits. */
async function hduNames(path: string): Promise<string[]> {
  // A computed specifier: Deno opens what is behind a literal one before the program starts.
  const { openFits }: typeof import("../../fits/mod.ts") = await import(
    import.meta.resolve("../../fits/mod.ts")
  );
  const names: string[] = [];
  try {
    await using file = await openFits(path);
    for await (const { index, name } of file.hdus) {
      names.push(`${index}`);
      if (/^[\w.-]+$/.test(name)) names.push(printable(name));
    }
  } catch {
    // A shell has no place for an error while somebody types.
  }
  return names;
}
