/**
 * Whole programs that fetch files from nginx on loopback: `heliograph get` from source,
 * curl, aria2c (Debian: aria2) and parfive (Debian: python3-parfive). Start-up counts.
 *
 * The files go to memory (/dev/shm, where there is one; HELIOGRAPH_BENCH_FOLDER names
 * another folder): on a disk the figures are those of its queue, twice as much in one
 * round as in the next. Each run gets a folder of its own, and small files are removed
 * only at the end: ext4 searches long for an inode while thousands have just been freed.
 */

import { connect } from "../net/connect.ts";
import { compare, type Contender, printNote, printTable, seconds } from "./compare.ts";

const CLI = new URL("../cli.ts", import.meta.url).pathname;
const folder = await Deno.makeTempDir({ dir: memoryFolder() });
const root = `${folder}/root`;

function memoryFolder(): string {
  const named = Deno.env.get("HELIOGRAPH_BENCH_FOLDER");
  if (named !== undefined) return named;
  try {
    if (Deno.statSync("/dev/shm").isDirectory) return "/dev/shm";
  } catch {
    // Not on this system.
  }
  return Deno.env.get("TMPDIR") ?? "/tmp";
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function startNginx(): Promise<{ url: string } & AsyncDisposable> {
  const port = freePort();
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`).join(" ");
  await Deno.writeTextFile(
    `${folder}/config`,
    `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 1; events {}
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000; ${paths}
server { listen 127.0.0.1:${port}; root ${root}; } }`,
  );
  await Deno.mkdir(root);
  await Deno.chmod(folder, 0o755);
  const nginx = new Deno.Command("nginx", {
    args: ["-e", `${folder}/error.log`, "-c", `${folder}/config`],
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  (await connect(url, { retry: true, deadline: 10_000 })).close();
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      nginx.kill("SIGTERM");
      await nginx.status;
    },
  };
}

const PARFIVE = `
import sys
from parfive import Downloader
downloader = Downloader(max_conn=5, progress=False)
for url in open(sys.argv[1]):
    downloader.enqueue_file(url.strip(), path=sys.argv[2])
results = downloader.download()
sys.exit(1 if results.errors else 0)
`;

/** A program as a command line for a list of URLs and a folder. */
type Program = readonly [name: string, command: (list: string, output: string) => string[]];

// Below /dev the runtime grants access with all permissions only.
const HELIOGRAPH: Program = [
  "heliograph get",
  (list, output) => [
    Deno.execPath(),
    ...["run", "--no-check", "-A", CLI, "get", "--quiet", "-i", list, "-o", output],
  ],
];

const curl = (...flags: string[]): Program => {
  const name = ["curl", ...flags].join(" ");
  // The URLs come by a configuration: a command line has a limit.
  return [
    name,
    (list, output) => ["curl", "-s", ...flags, "--output-dir", output, "-K", `${list}.curl`],
  ];
};

const aria2c = (...flags: string[]): Program => [
  ["aria2c", ...flags].join(" "),
  (
    list,
    output,
  ) => ["aria2c", "-q", "--no-conf", "--file-allocation=none", ...flags, "-i", list, "-d", output],
];

const PARFIVE_PROGRAM: Program = [
  "parfive",
  (list, output) => ["/usr/bin/python3", "-c", PARFIVE, list, output],
];

let runs = 0;
const memory = new Map<string, number>();

function contender(
  [name, command]: Program,
  list: string,
  files: number,
  bytes: number,
  keep: boolean,
): Contender {
  return {
    name,
    run: async () => {
      const output = `${folder}/run${++runs}`;
      await Deno.mkdir(output);
      const [program, ...args] = command(list, output);
      // GNU time tells the most memory that was resident.
      const timed = ["-f", "%M", "-o", `${folder}/memory`, program!, ...args];
      let code = 0;
      const taken = await seconds(async () => {
        const process = new Deno.Command("/usr/bin/time", {
          args: timed,
          stdout: "null",
          stderr: "piped",
        });
        const result = await process.output();
        code = result.code;
        if (code !== 0) console.error(new TextDecoder().decode(result.stderr));
      });
      const kibibytes = Number(
        (await Deno.readTextFile(`${folder}/memory`)).trim().split("\n").at(-1),
      );
      memory.set(name, Math.max(memory.get(name) ?? 0, kibibytes / 1024));
      check(output, files, bytes);
      if (!keep) await Deno.remove(output, { recursive: true });
      return taken;
    },
  };
}

function check(output: string, files: number, bytes: number): void {
  const entries = [...Deno.readDirSync(output)];
  const sizes = entries.map(({ name }) => Deno.statSync(`${output}/${name}`).size);
  if (entries.length !== files || sizes.some((size) => size !== bytes)) {
    throw new Error(`${output} has ${entries.length} files, expected ${files} of ${bytes} bytes`);
  }
}

interface Work {
  readonly title: string;
  readonly files: number;
  readonly bytes: number;
  readonly rounds: number;
  readonly programs: readonly Program[];
}

const WORK: readonly Work[] = [
  {
    title: "200 files of 1 MiB",
    files: 200,
    bytes: 1_048_576,
    rounds: 5,
    programs: [HELIOGRAPH, curl(), aria2c("-j8"), PARFIVE_PROGRAM],
  },
  {
    title: "2,000 files of 4 KiB",
    files: 2_000,
    bytes: 4_096,
    rounds: 5,
    programs: [HELIOGRAPH, curl("-Z"), aria2c("-j8"), aria2c("-j16")],
  },
  {
    title: "one file of 2 GiB",
    files: 1,
    bytes: 2_147_483_648,
    rounds: 3,
    programs: [HELIOGRAPH, curl(), aria2c("-x1"), aria2c("-x4", "-s4"), PARFIVE_PROGRAM],
  },
];

/** Makes the files: one with random bytes, the others as links to it. */
async function prepare(work: Work, index: number, url: string): Promise<string> {
  const first = `${root}/${index}-0`;
  using file = await Deno.create(first);
  const block = crypto.getRandomValues(new Uint8Array(4_096));
  const buffer = new Uint8Array(Math.min(work.bytes, 1_048_576));
  for (let at = 0; at < buffer.length; at += block.length) buffer.set(block, at);
  for (let at = 0; at < work.bytes; at += buffer.length) await file.write(buffer);
  for (let i = 1; i < work.files; i++) Deno.linkSync(first, `${root}/${index}-${i}`);
  const urls = Array.from({ length: work.files }, (_, i) => `${url}/${index}-${i}`);
  const list = `${folder}/list${index}`;
  await Deno.writeTextFile(list, urls.join("\n") + "\n");
  await Deno.writeTextFile(
    `${list}.curl`,
    urls.map((url) => `url = "${url}"\nremote-name\n`).join(""),
  );
  return list;
}

try {
  await using nginx = await startNginx();
  const wanted = Deno.env.get("HELIOGRAPH_BENCH_WORK");
  for (const [index, work] of WORK.entries()) {
    if (wanted !== undefined && !work.title.includes(wanted)) continue;
    const list = await prepare(work, index, nginx.url);
    memory.clear();
    const keep = work.bytes < 1_000_000_000;
    const contenders = work.programs.map((program) =>
      contender(program, list, work.files, work.bytes, keep)
    );
    printTable(work.title, "s", await compare(contenders, work.rounds));
    const rows = [...memory].map(([name, most]) => `${name} ${most.toFixed(0)}`);
    printNote(`\nMost memory, MiB: ${rows.join(", ")}`);
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
