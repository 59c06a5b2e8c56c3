/** A name of this process among the workers of a map: the machine's where it may be asked. */
export function workerName(): string {
  const own = crypto.getRandomValues(new Uint8Array(2)).toHex();
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "hostname" });
  const host = state === "granted" ? Deno.hostname() : "worker";
  return `${host.replace(/[^A-Za-z0-9.-]/g, "_").slice(0, 40)}-${own}`;
}
