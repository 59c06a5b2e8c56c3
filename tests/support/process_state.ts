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

/** How many files and sockets a process has open. */
export function openFiles(pid: number): number {
  return ask("ls", `/proc/${pid}/fd`).trim().split("\n").length;
}

/** How many sockets, pipes and other things without a path a process has open, by kind. */
export function descriptorKinds(pid: number): string {
  const counts = new Map<string, number>();
  for (const link of ask("find", `/proc/${pid}/fd`, "-type", "l", "-printf", "%l\\n").split("\n")) {
    if (link === "" || link.startsWith("/")) continue;
    const kind = link.replace(/:\[\d+\]$/, "");
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${kind}: ${count}`).sort().join(", ");
}
