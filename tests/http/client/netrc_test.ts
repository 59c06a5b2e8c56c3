import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FormatError, HeliographError } from "../../../net/errors.ts";
import { credentialsFor, readNetrc } from "../../../http/client/credentials.ts";
import { findNetrcEntry, parseNetrc } from "../../../http/client/netrc.ts";
import { proxyFor } from "../../../http/client/proxies.ts";
import { temporaryFolder } from "../../support/temporary.ts";

Deno.test("parseNetrc() reads entries, quotes, comments, accounts and macros", () => {
  const text = `# mine
machine ftp.Example.org login sun password "a \\"b\\" # c"
machine other
  login x
  account y
  password z#1
macdef init
machine not-a-machine login no password no

default login anonymous password me@h # end`;
  assertEquals(parseNetrc(text), [
    { machine: "ftp.example.org", login: "sun", password: 'a "b" # c' },
    { machine: "other", login: "x", password: "z#1" },
    { login: "anonymous", password: "me@h" },
  ]);
  assertEquals(parseNetrc(""), []);
});

Deno.test("parseNetrc() passes over what curl passes over", () => {
  const cases: [text: string, entries: ReturnType<typeof parseNetrc>][] = [
    ["machine", []],
    ["login x", []],
    ["user x machine a login b", [{ machine: "a", login: "b" }]],
    ["machine a login", [{ machine: "a" }]],
    ["machine a secret b login c", [{ machine: "a", login: "c" }]],
    ["machine a port 21 login b\npassword c", [{ machine: "a", login: "b", password: "c" }]],
    ["machine a # login x\nlogin b", [{ machine: "a", login: "b" }]],
    ["machine a login b#c password d", [{ machine: "a", login: "b#c", password: "d" }]],
  ];
  for (const [text, entries] of cases) assertEquals(parseNetrc(text), entries, text);
});

Deno.test("findNetrcEntry() takes the first entry that fits host and user", () => {
  const entries = parseNetrc(
    "machine a login u password 1\nmachine a login v password 2\ndefault login d password 3",
  );
  assertEquals(findNetrcEntry(entries, "A")?.password, "1");
  assertEquals(findNetrcEntry(entries, "a", "v")?.password, "2");
  assertEquals(findNetrcEntry(entries, "b")?.password, "3");
  assertEquals(findNetrcEntry(entries, "b", "w"), undefined);
});

Deno.test("credentialsFor() prefers the URL, then the options, then .netrc", () => {
  const options = { user: "o", password: "p", netrc: parseNetrc("machine h login u password n") };
  const cases: [
    url: string,
    options: Parameters<typeof credentialsFor>[1],
    found: string | undefined,
  ][] = [
    ["http://a:b%3Ac@h/", options, "a:b:c"],
    ["http://h/", options, "o:p"],
    ["http://o@h/", options, "o:p"],
    ["http://u@h/", options, "u:n"],
    ["http://w@h/", options, "w:"],
    ["http://h/", { netrc: options.netrc }, "u:n"],
    ["http://x/", { netrc: options.netrc }, undefined],
  ];
  for (const [url, given, expected] of cases) {
    const found = credentialsFor(new URL(url), given);
    assertEquals(found && `${found.user}:${found.password}`, expected, url);
  }
});

Deno.test("proxyFor() reads the variables as curl does", () => {
  const cases: [url: string, variables: Record<string, string>, proxy: string | undefined][] = [
    ["http://h/", {}, undefined],
    ["http://h/", { http_proxy: "p" }, "http://p"],
    ["http://h/", { http_proxy: "user:word@p:3128" }, "http://p:3128"],
    ["http://h/", { http_proxy: "socks5h://user:word@p:1080/" }, "socks5h://p:1080"],
    ["http://h/", { HTTP_PROXY: "p" }, undefined],
    ["https://h/", { HTTPS_PROXY: "p" }, "http://p"],
    ["https://h/", { http_proxy: "p", ALL_PROXY: "q" }, "http://q"],
    ["http://h/", { http_proxy: "p", no_proxy: "x, h" }, undefined],
    ["http://a.h/", { http_proxy: "p", no_proxy: ".h" }, undefined],
    ["http://ah/", { http_proxy: "p", no_proxy: "h" }, "http://p"],
    ["http://h:8000/", { http_proxy: "p", no_proxy: "h:80" }, "http://p"],
    ["http://[::1]:8000/", { http_proxy: "p", no_proxy: "::1" }, undefined],
    ["http://[::1]:8000/", { http_proxy: "p", no_proxy: "[::1]" }, undefined],
    ["http://[::1]:8000/", { http_proxy: "p", no_proxy: "[::1]:80" }, "http://p"],
    ["http://[::1]:8000/", { http_proxy: "p", no_proxy: "::2" }, "http://p"],
    ["http://h/", { http_proxy: "p", NO_PROXY: "*" }, undefined],
    ["http://10.1.2.3/", { http_proxy: "p", no_proxy: "10.0.0.0/8" }, undefined],
    ["http://11.1.2.3/", { http_proxy: "p", no_proxy: "10.0.0.0/8" }, "http://p"],
    ["http://10.1.2.3/", { http_proxy: "p", no_proxy: "10.1.2.2/31" }, undefined],
    ["http://10.1.2.4/", { http_proxy: "p", no_proxy: "10.1.2.2/31,10.1.2.5/32" }, "http://p"],
    ["http://10.1.2.4/", { http_proxy: "p", no_proxy: "0.0.0.0/0" }, undefined],
    ["http://10.1.2.4/", { http_proxy: "p", no_proxy: "10.0.0.0/33 10.0.0.0/x ::/0" }, "http://p"],
    ["http://ten/", { http_proxy: "p", no_proxy: "0.0.0.0/0" }, "http://p"],
    ["http://[fd12::1]/", { http_proxy: "p", no_proxy: "fd00::/8" }, undefined],
    ["http://[fe80::1]/", { http_proxy: "p", no_proxy: "fd00::/8,[fe80::2]/127" }, "http://p"],
    ["http://[::1]/", { http_proxy: "p", no_proxy: "::/127" }, undefined],
    [
      "http://b\xfccher.example/",
      { http_proxy: "p", no_proxy: "xn--bcher-kva.example" },
      undefined,
    ],
  ];
  for (const [url, variables, proxy] of cases) {
    assertEquals(proxyFor(new URL(url), (name) => variables[name]), proxy, url);
  }
});

Deno.test("proxyFor() refuses what names no proxy, and does not show its password", () => {
  const cases: [proxy: string, found: string][] = [
    ["garbage://", '"garbage://"'],
    ["http://p:99999", '"http://p:99999"'],
    ["http://user:word@p:port", '"http://***@p:port"'],
    ["ftp://p", '"ftp://p"'],
  ];
  for (const [proxy, found] of cases) {
    const error = assertThrows(
      () => proxyFor(new URL("http://h/"), (name) => name === "http_proxy" ? proxy : undefined),
      FormatError,
    );
    assertEquals(
      error.message,
      `Cannot use the proxy of the environment: http_proxy is ${found}, expected http://HOST:PORT`,
    );
  }
});

Deno.test("readNetrc() warns of passwords that others may read", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/netrc`;
  const cases: [text: string, mode: number, warned: boolean][] = [
    ["machine h login u password secret", 0o600, false],
    ["machine h login u password secret", 0o640, true],
    ["machine h login u password secret", 0o604, true],
    ["machine h login u", 0o644, false],
  ];
  for (const [text, mode, warned] of cases) {
    await Deno.writeTextFile(path, text);
    await Deno.chmod(path, mode);
    const warnings: string[] = [];
    const entries = await readNetrc(path, (message) => warnings.push(message));
    assertEquals(entries.map(({ login }) => login), ["u"]);
    const expected = `other users may read the passwords in ${path}: 'chmod 600' makes it private`;
    assertEquals(warnings, warned ? [expected] : []);
  }
});

Deno.test("readNetrc() names the file that it cannot read", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/netrc`;
  await assertRejects(() => readNetrc(path), HeliographError, `'${path}': there is no such file`);
  await assertRejects(() => readNetrc(folder.path), HeliographError, "it is a folder, expected a");
});
