/**
 * Runs every benchmark in turn, each in a program of its own: `deno task bench [NAME...]`; with
 * `--json` it prints JSON lines, the machine and the date first, for `deno task bench:readme`.
 */

const PERMISSIONS = ["net", "read", "write", "run", "env", "sys"].map((name) => `--allow-${name}`);
const folder = new URL(".", import.meta.url);
const json = Deno.args.includes("--json");
const wanted = Deno.args.filter((word) => word !== "--json");
const names = Array.from(Deno.readDirSync(folder), (entry) => entry.name)
  .filter((name) => name.endsWith("_bench.ts"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort();
if (json) console.log(JSON.stringify(await machine()));
let failed = 0;
for (const name of names) {
  if (!json) console.log(`\n## ${name}`);
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", ...PERMISSIONS, new URL(name, folder).pathname],
      ...(json ? ["--json"] : []),
    ],
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  if (code !== 0) failed++;
}
if (names.length === 0) console.error(`no benchmark is called ${wanted.join(" or ")}`);
Deno.exit(failed === 0 && names.length > 0 ? 0 : 1);

/** What the figures of this run depend on. */
async function machine(): Promise<{ machine: string; date: string; deno: string }> {
  const cpu = /model name\s*:\s*(.*)/.exec(await readText("/proc/cpuinfo"))?.[1] ?? Deno.build.arch;
  const kibibytes = /MemTotal:\s*(\d+)/.exec(await readText("/proc/meminfo"))?.[1];
  const memory = kibibytes === undefined
    ? ""
    : `, ${Math.round(Number(kibibytes) / 1_048_576)} GiB`;
  return {
    machine: `${navigator.hardwareConcurrency} cores of ${cpu.trim()}${memory}`,
    date: new Date().toISOString().slice(0, 10),
    deno: Deno.version.deno,
  };
}

/** What a file of Linux says; nothing elsewhere. */
async function readText(path: string): Promise<string> {
  return await Deno.readTextFile(path).catch(() => "");
}
