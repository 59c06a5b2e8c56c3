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

/**
 * What a process has open: paths, and kinds of sockets and pipes with their numbers.
 *
 * It is asked after the start of the program that asks: until then a process that
 * asks about itself still holds that program's ends of the pipes between the two.
 */
async function descriptors(pid: number): Promise<string[]> {
  const listing = `read -r _ && exec find /proc/${pid}/fd -type l -printf '%l\\n'`;
  const child = new Deno.Command("sh", {
    args: ["-c", listing],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("\n"));
  await writer.close();
  const { stdout } = await child.output();
  return new TextDecoder().decode(stdout).split("\n").filter((link) => link !== "");
}

/** How many files and sockets a process has open. */
export async function openFiles(pid: number): Promise<number> {
  return (await descriptors(pid)).length;
}

/** How many sockets, pipes and other things without a path a process has open, by kind. */
export async function descriptorKinds(pid: number): Promise<string> {
  const counts = new Map<string, number>();
  for (const link of await descriptors(pid)) {
    if (link.startsWith("/")) continue;
    const kind = link.replace(/:\[\d+\]$/, "");
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${kind}: ${count}`).sort().join(", ");
}
