import { type Command, defineCommand, UsageError } from "../program/command.ts";
import { StandardInput } from "../program/streams.ts";

/** The most bytes of a password. */
const MAX_PASSWORD_BYTES = 1_024;

/** `heliograph hash`: what `serve --user` takes. */
export const command: Command = defineCommand({
  name: "hash",
  summary: "Hash a password for serve --user",
  usage: "NAME",
  details:
    "The password is the first line of standard input; where that is empty one is made, and\n" +
    "shown on standard error. What is printed, NAME:HASH, can stand in a command line or a\n" +
    "script: it does not tell the password.",
  flags: {},
  arguments: [1, 1],
  example: "hash ada",
  permissions: [],
  async run({ args, json, print, report, complain, signal }) {
    const [name] = args as [string];
    // A user of HTTP has no colon (RFC 7617 section 2).
    if (name === "" || /[:\s]/.test(name)) {
      throw new UsageError(`the name is '${name}', expected one without a colon or a blank`);
    }
    if (Deno.stdin.isTerminal()) report("type the password, and Enter; it is shown");
    let password = await firstLine(signal);
    if (password === "") {
      password = crypto.getRandomValues(new Uint8Array(15)).toBase64({ alphabet: "base64url" });
      complain(`the password of ${name} is ${password}`);
    }
    const { hashPassword } = await import("../../http/access/users.ts");
    const hash = await hashPassword(password);
    print(json ? JSON.stringify({ name, hash }) : `${name}:${hash}`);
  },
});

async function firstLine(signal: AbortSignal): Promise<string> {
  using input = new StandardInput(signal);
  const bytes = new Uint8Array(MAX_PASSWORD_BYTES + 1);
  let length = 0;
  while (length < bytes.length && !bytes.subarray(0, length).includes(10)) {
    const count = await input.read(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  if (length > MAX_PASSWORD_BYTES) {
    throw new UsageError(`the password is longer than ${MAX_PASSWORD_BYTES} bytes`);
  }
  const [line = ""] = new TextDecoder().decode(bytes.subarray(0, length)).split(/\r?\n/);
  return line;
}
