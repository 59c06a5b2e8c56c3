import { headLines } from "../../http/client/head.ts";
import { readRange } from "../../http/client/read.ts";
import {
  CLIENT_FLAGS,
  CLIENT_PERMISSION,
  clientOptions,
  ENVIRONMENT_PERMISSION,
} from "./client_flags.ts";
import { Progress } from "../../net/progress.ts";
import { type Command, defineCommand, UsageError } from "../program/command.ts";
import { STORE_DETAILS, STORE_FLAGS } from "../program/store_flags.ts";
import { CLOBBER_FLAG, nameFrom, outputPlace } from "../program/output_file.ts";
import { writeWholeFile } from "../program/whole_file.ts";
import { selectBytes } from "../../http/fields/byte_selection.ts";

/** `heliograph read`: the document's webread. */
export const command: Command = defineCommand({
  name: "read",
  summary: "Read a file, or part of one, from a server to standard output or a file",
  usage: "URL",
  details: "Bytes count from 0, and the last one is included: --range 0-2879 is the first block\n" +
    "of a FITS file, 2880 or 2880- all that follows, -500 the last 500. A part of another size than\n" +
    "asked for is an error. With --json (needs --output FILE) the result is one object: url, status,\n" +
    "content_range, bytes, output. --verbose shows the answer's header fields.\n" +
    STORE_DETAILS,
  flags: {
    range: { type: "string", short: "r", value: "FIRST-LAST", help: "read only these bytes" },
    strict: {
      type: "boolean",
      help: "fail if the server sends the whole file instead of the part",
    },
    gunzip: { type: "boolean", short: "z", help: "decompress gzip data" },
    output: {
      type: "string",
      short: "o",
      value: "FILE",
      help: "output file or folder; - for standard output",
    },
    clobber: CLOBBER_FLAG,
    "max-size": { type: "size", value: "SIZE", help: "refuse more than this", default: 2 ** 30 },
    ...CLIENT_FLAGS,
    ...STORE_FLAGS,
  },
  arguments: [1, 1],
  example: "read http://127.0.0.1:8000/sun.fits --range 0-2879",
  permissions: [CLIENT_PERMISSION],
  furtherPermissions: `--allow-read=. --allow-write=. for --output, ${ENVIRONMENT_PERMISSION}`,
  run: async (context) => {
    const { args, flags, json } = context;
    const wanted = flags.output === "-" ? undefined : flags.output;
    if (json && wanted === undefined) {
      throw new UsageError("--json needs --output FILE: the bytes take standard output");
    }
    checkRange(flags.range);
    const path = wanted && await outputPlace(wanted, urlName(args[0]!), flags);
    const options = await clientOptions(context);
    const progress = path === undefined || context.quiet ? undefined : new Progress(path);
    const result = await readRange(args[0]!, {
      ...options,
      range: flags.range,
      whole: flags.strict ? "refuse" : "cut",
      gunzip: flags.gunzip,
      maxBytes: flags["max-size"],
      onPiece: (bytes, whole) => {
        if (progress === undefined) return;
        progress.total = whole;
        progress.advance(bytes);
      },
    }).finally(() => progress?.clear());
    for (const line of headLines(result)) context.detail(line);
    if (path === undefined) return await context.write(result.bytes);
    await writeWholeFile(path, [result.bytes]);
    const { url, status, bytes, fields } = result;
    if (json) {
      const content_range = fields.get("content-range") ?? null;
      context.print(
        JSON.stringify({ url, status, content_range, bytes: bytes.length, output: path }),
      );
    } else context.report(`${path}: ${bytes.length} bytes (status ${status})`);
  },
});

/** The last part of a URL's path. */
function urlName(url: string): string {
  return nameFrom(url, /\.[a-z0-9]{1,5}(\.(gz|fz|bz2|Z))?(?=$|[?#])/i.exec(url)?.[0] ?? "");
}

function checkRange(range: string | undefined): void {
  try {
    if (range !== undefined) selectBytes(range);
  } catch {
    throw new UsageError(`--range is '${range}', expected FIRST-LAST, FIRST or -COUNT, from 0`);
  }
}
