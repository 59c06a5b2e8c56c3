import { assertEquals, assertMatch } from "@std/assert";
import { connect } from "../../../net/connect.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const CERTIFICATES = new URL("../../certificates/", import.meta.url);
const pem = (name: string) => Deno.readTextFileSync(new URL(name, CERTIFICATES));

for (const name of ["ws serve", "rpc serve"]) {
  Deno.test(`heliograph ${name} reads its certificate again on SIGHUP, and keeps one that works`, async () => {
    await using folder = await temporaryFolder();
    const [cert, key] = ["cert.pem", "key.pem"].map((file) => `${folder.path}/${file}`);
    Deno.writeTextFileSync(cert!, pem("localhost.pem"));
    Deno.writeTextFileSync(key!, pem("localhost.key.pem"));
    const stop = new AbortController();
    let next = Promise.withResolvers<string>();
    const listening = Promise.withResolvers<string>();
    const hangup = Promise.withResolvers<() => void>();
    const args = ["--port", "0", "--out", folder.path, "--cert", cert!, "--key", key!];
    const running = runCommand(
      name,
      args,
      stop.signal,
      (line) => listening.resolve(line),
      hangup.resolve,
      (line) => void (/certificate/.test(line) && next.resolve(line)),
    );
    try {
      const port = Number(/:(\d+)/.exec(await listening.promise)![1]);
      const again = async (text: string) => {
        Deno.writeTextFileSync(cert!, text);
        next = Promise.withResolvers();
        (await hangup.promise)();
        const line = await next.promise;
        const endpoint = { hostname: "localhost", port, tls: true };
        (await connect(endpoint, { caCerts: [pem("authority.pem")] })).close();
        return line;
      };
      assertMatch(await again("nonsense"), /certificate of before is shown/);
      assertMatch(await again(pem("localhost.pem")), /Read the certificate '.*' again/);
    } finally {
      stop.abort();
    }
    assertEquals([0, 130].includes((await running).status), true);
  });
}
