/** GDL as the oracle of the command language: many expressions in one process. */

import {
  elementBytes,
  elementsOf,
  type IdlNumericType,
  IdlType,
  type IdlValue,
  UNDEFINED,
  viewOf,
} from "../../../rpc/language/values/value.ts";
import { GDL_ENVIRONMENT } from "../../support/rpc/gdl.ts";
import { splitStatements } from "../../support/rpc/compare.ts";
import { temporaryFolder } from "../../support/temporary.ts";

// Each result is written as: the case's number, whether it succeeded, then the
// number of dimensions, the type, the dimensions, and the elements. The commands are
// read from a file: to compile a procedure for each takes GDL as long as to run it.
const PROGRAM = `
pro heliograph_put, lun, r
 dimensions = size(r, /n_dimensions)
 type = size(r, /type)
 writeu, lun, long([dimensions, type])
 if dimensions gt 0 then writeu, lun, long(size(r, /dimensions))
 if type eq 7 then begin
  for i = 0L, n_elements(r) - 1 do begin
   text = byte(r[i])
   writeu, lun, long(strlen(r[i]))
   if strlen(r[i]) gt 0 then writeu, lun, text
  endfor
 endif else if type ne 0 then writeu, lun, r
end
pro heliograph_case, heliograph_lun, heliograph_number, heliograph_command
 r = 0 & dummy = temporary(r)
 ok = execute(heliograph_command, 1)
 ok = ok and n_elements(r) gt 0
 writeu, heliograph_lun, long([heliograph_number, ok])
 if ok then heliograph_put, heliograph_lun, r
 flush, heliograph_lun
end
pro heliograph
 openr, in, 'commands', /get_lun
 openw, out, 'results', /get_lun
 command = ''
 number = 0L
 while ~eof(in) do begin
  readf, in, command
  heliograph_case, out, number, command
  number = number + 1
 endwhile
 free_lun, in, out
end
`;

/**
 * Evaluates expressions with GDL.
 *
 * @param cases Statements joined by `&`, of which the last is an expression.
 * @returns The value of each, or undefined where GDL failed.
 */
export async function evaluateWithGdl(cases: readonly string[]): Promise<(IdlValue | undefined)[]> {
  await using folder = await temporaryFolder();
  const commands = cases.map((text) => {
    const parts = splitStatements(text);
    return [...parts.slice(0, -1), `r = ${parts.at(-1)}`].join(" & ") + "\n";
  });
  await Deno.writeTextFile(`${folder.path}/commands`, commands.join(""));
  await Deno.writeTextFile(`${folder.path}/heliograph.pro`, PROGRAM);
  const { stdout, stderr } = await new Deno.Command("gdl", {
    env: GDL_ENVIRONMENT,
    args: ["-q", "-e", "heliograph"],
    cwd: folder.path,
    stdin: "null",
  }).output();
  const results = new Results(await Deno.readFile(`${folder.path}/results`));
  const values = results.read(cases.length);
  if (values.length !== cases.length) {
    const decoder = new TextDecoder();
    throw new Error(
      `GDL ended at case ${values.length} of ${cases.length}, ${cases[values.length]}:\n` +
        decoder.decode(stdout).slice(-2000) + decoder.decode(stderr).slice(-2000),
    );
  }
  return values;
}

/**
 * Runs statements with GDL.
 *
 * @returns The lines that each prints.
 */
export async function printWithGdl(statements: readonly string[]): Promise<string[][]> {
  const mark = "<<< next >>>";
  const program = statements.map((statement) => `print, '${mark}'\n${statement}\n`).join("");
  const gdl = new Deno.Command("gdl", {
    env: GDL_ENVIRONMENT,
    args: ["-q"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = gdl.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { stdout } = await gdl.output();
  const parts = new TextDecoder().decode(stdout).split(`${mark}\n`).slice(1);
  return parts.map((part) => part.split("\n").slice(0, -1));
}

class Results {
  readonly bytes: Uint8Array<ArrayBuffer>;
  #at = 0;
  readonly #view: DataView;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(most: number): (IdlValue | undefined)[] {
    const values: (IdlValue | undefined)[] = [];
    while (values.length < most && this.#at < this.bytes.length) {
      const index = this.#word();
      if (index !== values.length) throw new Error(`GDL wrote case ${index}, not ${values.length}`);
      values.push(this.#word() === 0 ? undefined : this.#value());
    }
    return values;
  }

  #word(): number {
    const word = this.#view.getInt32(this.#at, true);
    this.#at += 4;
    return word;
  }

  #take(length: number): Uint8Array<ArrayBuffer> {
    this.#at += length;
    return this.bytes.slice(this.#at - length, this.#at);
  }

  #value(): IdlValue {
    const dimensions = this.#word();
    const type = this.#word() as IdlType;
    const shape = Array.from({ length: dimensions }, () => this.#word());
    if (type === IdlType.UNDEFINED) return UNDEFINED;
    const count = elementsOf(shape);
    if (type !== IdlType.STRING) {
      return viewOf(type as IdlNumericType, shape, this.#take(count * elementBytes(type)));
    }
    const data = Array.from(
      { length: count },
      () => new TextDecoder().decode(this.#take(this.#word())),
    );
    return { type: 7, shape, data };
  }
}
