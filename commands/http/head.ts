import { fetchHead, headLines } from "../../http/client/head.ts";
import {
  CLIENT_FLAGS,
  CLIENT_PERMISSION,
  clientOptions,
  ENVIRONMENT_PERMISSION,
} from "./client_flags.ts";
import { type Command, defineCommand } from "../program/command.ts";
import { STORE_DETAILS, STORE_FLAGS } from "../program/store_flags.ts";
import { OutputEnded } from "../program/streams.ts";

/** `heliograph head`: the document's webhead. */
export const command: Command = defineCommand({
  name: "head",
  summary: "Show the status and header fields of a URL without fetching its body",
  usage: "URL...",
  details:
    "Follows redirects. Every status is shown, errors too. With --json one object per URL:\n" +
    "url, status, reason, method, headers (names in small letters, repeated ones in a list).\n" +
    STORE_DETAILS,
  flags: { ...CLIENT_FLAGS, ...STORE_FLAGS },
  arguments: [1, Infinity],
  example: "head http://127.0.0.1:8000/",
  permissions: [CLIENT_PERMISSION],
  furtherPermissions: ENVIRONMENT_PERMISSION,
  run: async (context) => {
    const { args, json, signal } = context;
    const options = await clientOptions(context);
    let failed = false;
    for (const [i, url] of args.entries()) {
      try {
        const result = await fetchHead(url, options);
        if (json) {
          const { status, reason, method } = result;
          const headers = fieldsAsJson(result.fields);
          context.print(JSON.stringify({ url: result.url, status, reason, method, headers }));
          continue;
        }
        if (args.length > 1) context.print(`${i === 0 ? "" : "\n"}${result.url}`);
        for (const line of headLines(result)) context.print(line);
      } catch (error) {
        signal.throwIfAborted();
        if (args.length === 1 || error instanceof OutputEnded) throw error;
        failed = true;
        context.fail(error, url);
      }
    }
    return failed ? 1 : 0;
  },
});

function fieldsAsJson(fields: Iterable<[string, string]>): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    const list = values.get(key);
    if (list === undefined) values.set(key, [value]);
    else list.push(value);
  }
  return Object.fromEntries(
    [...values].map(([name, list]) => [name, list.length === 1 ? list[0]! : list]),
  );
}
