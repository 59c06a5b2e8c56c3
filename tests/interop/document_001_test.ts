/** Document 001 both ways: its program against our server, our socketGet against real servers. */

import { assertEquals, assertMatch } from "@std/assert";
import { GDL_ENVIRONMENT } from "../support/rpc/gdl.ts";
import { connect } from "../../net/connect.ts";
import { fileHandler } from "../../http/files/handler.ts";
import { serveHttp } from "../../http/server/serve_http.ts";
import { socketGet } from "../../http/client/socket_get.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** The steps of the document in a procedure: request by `printf`, head by `readf`, body by `readu`. */
const DOWNLOAD_PRO = `
pro download, host, port, path, output
  socket, lun, host, port, /get_lun
  printf, lun, 'GET ' + path + ' HTTP/1.1'
  printf, lun, 'Host: ' + host
  printf, lun, string(10b)
  text = 'x'
  size = 0L
  while text ne '' do begin
    readf, lun, text
    text = strtrim(text, 2)
    print, text
    if strcmp(text, 'Content-Length:', 15, /fold_case) then size = long(strmid(text, 15))
  endwhile
  data = bytarr(size)
  readu, lun, data
  free_lun, lun
  openw, out, output, /get_lun
  writeu, out, data
  free_lun, out
end
`;

function pattern(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).map((_, i) => i * 7 + (i >> 8));
}

Deno.test("a GDL program downloads a file as document 001 does", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  const sent = pattern(62_458);
  await Deno.writeFile(`${path}/sun.jpg`, sent);
  await Deno.writeTextFile(`${path}/download.pro`, DOWNLOAD_PRO);
  // GDL reads ahead until the server closes: it does at once, seeing who asks.
  await using server = await serveHttp({ port: 0 }, fileHandler({ root: path }));
  const call = `download, '127.0.0.1', ${server.address.port}, '/sun.jpg', '${path}/out.jpg'`;
  const { code, stdout, stderr } = await new Deno.Command("gdl", {
    env: GDL_ENVIRONMENT,
    args: ["-quiet", "-e", call],
    cwd: path,
    stdin: "null",
    signal: AbortSignal.timeout(30_000),
  }).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 0, text + new TextDecoder().decode(stderr));
  assertMatch(text, /^HTTP\/1\.1 200 OK\n/);
  assertMatch(text, /\nContent-Type: image\/jpeg\n/);
  assertMatch(text, /\nContent-Length: 62458\n/);
  assertEquals(await Deno.readFile(`${path}/out.jpg`), sent);
});

/** The configuration of each server: a folder on a port, in the foreground, nothing elsewhere. */
const SERVERS: Readonly<
  Record<string, (root: string, port: number) => [string, string, string[]]>
> = {
  nginx: (root, port) => [
    `daemon off; pid ${root}/pid; error_log ${root}/error.log;
events {} http { access_log off; gzip on; gzip_types *; gzip_proxied any;
${
      ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
        `${name}_temp_path ${root}/${name};`
      ).join("\n")
    }
server { listen 127.0.0.1:${port}; root ${root}; } }`,
    "nginx",
    ["-p", root, "-e", `${root}/error.log`, "-c", `${root}/config`],
  ],
  lighttpd: (root, port) => [
    `server.document-root = "${root}"\nserver.port = ${port}\nserver.bind = "127.0.0.1"`,
    "lighttpd",
    ["-D", "-f", `${root}/config`],
  ],
  apache2: (root, port) => [
    `ServerRoot ${root}\nServerName localhost\nListen 127.0.0.1:${port}\nPidFile ${root}/pid
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
DocumentRoot ${root}\nErrorLog ${root}/error.log\nDefaultRuntimeDir ${root}`,
    "apache2",
    ["-X", "-f", `${root}/config`],
  ],
  "python3 -m http.server": (root, port) => [
    "",
    "python3",
    ["-m", "http.server", "--bind", "127.0.0.1", "--directory", root, `${port}`],
  ],
};

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

for (const [name, configure] of Object.entries(SERVERS)) {
  Deno.test(`socketGet() downloads from ${name}`, async () => {
    await using folder = await temporaryFolder();
    const root = folder.path;
    const sent = pattern(1_000_000);
    await Deno.writeFile(`${root}/sun.bin`, sent);
    await Deno.writeFile(`${root}/empty.bin`, new Uint8Array(0));
    await Deno.writeTextFile(`${root}/sun.txt`, "sun ".repeat(50_000));
    for (const file of ["sun.bin", "empty.bin", "sun.txt"]) {
      await Deno.chmod(`${root}/${file}`, 0o644);
    }
    await Deno.chmod(root, 0o755);
    const port = freePort();
    const [config, program, args] = configure(root, port);
    await Deno.writeTextFile(`${root}/config`, config);
    const server = new Deno.Command(program, {
      args,
      cwd: root,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      const url = `http://127.0.0.1:${port}`;
      (await connect(url, { retry: true, deadline: 20_000 })).close();
      const file = await socketGet(`${url}/sun.bin`);
      assertEquals([file.status, file.headComplete, file.bytes.length], [200, true, sent.length]);
      assertEquals(file.bytes.findIndex((byte, i) => byte !== sent[i]), -1);
      assertEquals((await socketGet(`${url}/empty.bin`)).bytes.length, 0);
      const missing = await socketGet(`${url}/no%20such.file`);
      assertEquals([missing.status, missing.headComplete], [404, true]);
      if (name === "nginx") {
        // A body that nginx compresses while it sends it is chunked.
        const text = await socketGet(`${url}/sun.txt`, { fields: { "Accept-Encoding": "gzip" } });
        assertEquals(text.fields.get("transfer-encoding"), "chunked");
        const inflated = new Blob([text.bytes]).stream().pipeThrough(
          new DecompressionStream("gzip"),
        );
        assertEquals(await new Response(inflated).text(), "sun ".repeat(50_000));
      }
    } finally {
      server.kill("SIGTERM");
      await server.status;
    }
  });
}
