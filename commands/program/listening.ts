/** What a server says when it listens: its address, and who can reach it. */

import type { CommandContext } from "./command.ts";

/**
 * Prints where a server listens: the first line of its standard output.
 *
 * @param context The running command.
 * @param url The address.
 * @param service What listens there, where one command starts several servers.
 */
export function announce(
  { json, print }: Pick<CommandContext, "json" | "print">,
  url: string,
  service?: string,
): void {
  if (json) return print(JSON.stringify({ event: "listening", url, service }));
  // The page that a browser opens needs no name.
  const named = service !== undefined && !url.startsWith("http");
  print(`listening on ${url}${named ? ` (${service})` : ""}`);
}

/** Whether only programs on this machine reach an address. */
export function isOwnAddress(host: string): boolean {
  return /^(127\.|localhost$|(\[::1\]|::1)$)/.test(host);
}

/**
 * Says who can reach a server, unless that is only this machine.
 *
 * @param host The address it was asked to listen on.
 * @param url The address of the server.
 * @param what What they can do, such as `read the files in '.'`.
 * @returns Lines for a person.
 */
export function whoCanReach(host: string, url: string, what: string): string[] {
  if (isOwnAddress(host)) return [];
  const everywhere = /^(0\.0\.0\.0|\[?::\]?)$/.test(host);
  const lines = [`Everyone who can reach ${everywhere ? "this machine" : host} can ${what}.`];
  if (!everywhere) return lines;
  try {
    for (const { address, family, scopeid } of Deno.networkInterfaces()) {
      if ((family === "IPv6" && host === "0.0.0.0") || scopeid) continue;
      const name = family === "IPv6" ? `[${address}]` : address;
      lines.push(`  ${url.replace(/0\.0\.0\.0|\[::\]/, name)}`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    lines.push("  (--allow-sys=networkInterfaces lists the addresses)");
  }
  return lines;
}
