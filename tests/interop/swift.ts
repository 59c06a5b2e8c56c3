/** OpenStack Swift with its S3 interface, from Debian: four processes, a folder as its disk. */

import { temporaryFolder } from "../support/temporary.ts";

/** The key of Swift's test account. */
export const SWIFT_KEY = { accessKeyId: "test:tester", secretAccessKey: "testing" } as const;

/** Keys of a page of a listing: few, so that there are several pages. */
export const SWIFT_PAGE_KEYS = 10;

/** Seconds that Swift may take to answer; it takes 2 to 7. */
const START_SECONDS = 60;

/** Starts before it is given up: another program may have taken a port meanwhile. */
const STARTS = 3;

const SERVERS = ["account", "container", "object", "proxy"] as const;

/** A Swift that runs. */
export interface Swift extends AsyncDisposable {
  /** The URL of its S3 interface. */
  readonly endpoint: string;
}

/** Starts Swift, and waits until it answers. */
export async function startSwift(): Promise<Swift> {
  for (let start = 1;; start++) {
    await using stack = new AsyncDisposableStack();
    const folder = stack.use(await temporaryFolder());
    const ports = freePorts(SERVERS.length);
    await configure(folder.path, ports);
    const processes = SERVERS.map((name) => startServer(name, folder.path));
    stack.defer(() => endAll(processes));
    const endpoint = `http://127.0.0.1:${ports.at(-1)}`;
    const failure = await Promise.race([
      answers(`${endpoint}/healthcheck`),
      ...processes.map(async ({ status }) => `a server ended with ${(await status).code}`),
    ]);
    if (failure === undefined) {
      const running = stack.move();
      return { endpoint, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
    }
    if (start === STARTS) {
      const logs = SERVERS.map((name) => Deno.readTextFileSync(`${folder.path}/${name}.log`));
      throw new Error(`Swift does not start: ${failure}\n${logs.join("\n").slice(-4_000)}`);
    }
  }
}

/** Ports that no one listens on; all are held until the last one is known. */
function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const ports = listeners.map(({ addr }) => addr.port);
  for (const listener of listeners) listener.close();
  return ports;
}

async function configure(folder: string, ports: readonly number[]): Promise<void> {
  await Deno.mkdir(`${folder}/devices/d1`, { recursive: true });
  const write = (name: string, text: string) => Deno.writeTextFile(`${folder}/${name}`, text);
  await write(
    "swift.conf",
    "[swift-hash]\nswift_hash_path_suffix = suffix\nswift_hash_path_prefix = prefix\n",
  );
  const user = Deno.env.get("USER") ?? "root";
  const common = (i: number) =>
    `[DEFAULT]\nswift_dir = ${folder}\nbind_ip = 127.0.0.1\nbind_port = ${ports[i]}\n` +
    `workers = 0\nuser = ${Deno.uid() === 0 ? "root" : user}\nlog_level = ERROR\n` +
    // A busy machine is none of Swift's failures: by default it waits half a second.
    "conn_timeout = 30\nnode_timeout = 60\nrecoverable_node_timeout = 60\n" +
    "container_update_timeout = 30\nerror_suppression_limit = 1000000\n";
  for (const [i, name] of (["account", "container", "object"] as const).entries()) {
    await write(
      `${name}.conf`,
      `${common(i)}devices = ${folder}/devices\nmount_check = false\ndisable_fallocate = true\n` +
        `[pipeline:main]\npipeline = ${name}-server\n` +
        `[app:${name}-server]\nuse = egg:swift#${name}\n`,
    );
    const builder = `${folder}/${name}.builder`;
    await run("swift-ring-builder", builder, "create", "4", "1", "1");
    await run("swift-ring-builder", builder, "add", `r1z1-127.0.0.1:${ports[i]}/d1`, "1");
    await run("swift-ring-builder", builder, "rebalance");
  }
  await write("proxy.conf", common(3) + PROXY);
}

/** What the proxy is made of; nothing listens for its cache, which it can do without. */
const PROXY = `[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck proxy-logging cache listing_formats bulk s3api tempauth slo proxy-logging proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:proxy-logging]
use = egg:swift#proxy_logging
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
max_bucket_listing = ${SWIFT_PAGE_KEYS}
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:slo]
use = egg:swift#slo
`;

async function run(program: string, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args }).output();
  const text = new TextDecoder();
  // 1 is a warning of the ring builder's.
  if (code > 1) {
    throw new Error(`${program} ${args.join(" ")}: ${text.decode(stdout)}${text.decode(stderr)}`);
  }
}

function startServer(name: string, folder: string): Deno.ChildProcess {
  return new Deno.Command("sh", {
    args: ["-c", `exec swift-${name}-server ${folder}/${name}.conf >${folder}/${name}.log 2>&1`],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** Asks until there is an answer; a text says that there was none. */
async function answers(url: string): Promise<string | undefined> {
  const end = performance.now() + START_SECONDS * 1_000;
  while (performance.now() < end) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      await response.body?.cancel();
      if (response.ok) return undefined;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return `no answer in ${START_SECONDS} s`;
}

async function endAll(processes: readonly Deno.ChildProcess[]): Promise<void> {
  for (const process of processes) {
    try {
      process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  }
  await Promise.all(processes.map(({ status }) => status));
}
