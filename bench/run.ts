/** Runs every benchmark in turn, each in a program of its own: `deno task bench [NAME...]`. */

const PERMISSIONS = ["net", "read", "write", "run", "env", "sys"].map((name) => `--allow-${name}`);
const folder = new URL(".", import.meta.url);
const names = Array.from(Deno.readDirSync(folder), (entry) => entry.name)
  .filter((name) => name.endsWith("_bench.ts"))
  .filter((name) => Deno.args.length === 0 || Deno.args.some((part) => name.includes(part)))
  .sort();
let failed = 0;
for (const name of names) {
  console.log(`\n## ${name}`);
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...PERMISSIONS, new URL(name, folder).pathname],
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  if (code !== 0) failed++;
}
if (names.length === 0) console.error(`no benchmark is called ${Deno.args.join(" or ")}`);
Deno.exit(failed === 0 && names.length > 0 ? 0 : 1);
