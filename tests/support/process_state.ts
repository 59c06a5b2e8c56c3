/**
 * What Linux tells of a process. It is asked through `cat` and `ls`: the runtime
 * itself reads `/proc` with all permissions only.
 */

function ask(command: string, ...args: string[]): string {
  const { code, stdout, stderr } = new Deno.Command(command, { args }).outputSync();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** The memory of a process in bytes: resident now (`VmRSS`) or at most so far (`VmHWM`). */
export function processMemory(pid: number, which: "VmRSS" | "VmHWM"): number {
  const status = ask("cat", `/proc/${pid}/status`);
  return Number(new RegExp(`^${which}:\\s+(\\d+) kB`, "m").exec(status)![1]) * 1024;
}

/** The words that a process was started with, as every user of the machine sees them. */
export function processWords(pid: number): string[] {
  return ask("cat", `/proc/${pid}/cmdline`).split("\0");
}

/**
 * What a process has open: paths, and kinds of sockets and pipes with their numbers.
 *
 * The program that asks waits for the end of its input: a process that asks about
 * itself has then closed all its ends of the pipes between the two but those it reads.
 */
async function descriptors(pid: number): Promise<string[]> {
  const child = new Deno.Command("sh", {
    args: ["-c", `cat >/dev/null; exec find /proc/${pid}/fd -type l -printf '%l\\n'`],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  await child.stdin.close();
  const { stdout } = await child.output();
  return new TextDecoder().decode(stdout).split("\n").filter((link) => link !== "");
}

/** How many files and sockets a process has open. */
export async function openFiles(pid: number): Promise<number> {
  return (await descriptors(pid)).length;
}
