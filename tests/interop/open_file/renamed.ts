/** Opens a folder and a file, changes their names, and prints what the open ones are still. */

import { OpenFile, OpenFolder } from "../../../http/server/open_file.ts";

const [base] = Deno.args;
const [inside, outside, name] = ["inside", "outside", "name"].map((n) => `${base}/${n}`);
for (const path of [name!, outside!]) Deno.mkdirSync(path);
Deno.writeTextFileSync(`${name}/a.txt`, "inside");
Deno.writeTextFileSync(`${outside}/secret.txt`, "outside");
using folder = new OpenFolder(name!);
using file = OpenFile.open(`${name}/a.txt`);
Deno.renameSync(name!, inside!);
Deno.symlinkSync(outside!, name!);
console.log(JSON.stringify({
  names: [...Deno.readDirSync(folder.path)].map((entry) => entry.name),
  place: file.place?.slice(Deno.realPathSync(base!).length),
}));
