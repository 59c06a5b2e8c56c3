import { signatureOf } from "../language/routines/define.ts";
import type { LanguageRoutine } from "../language/routines/routine.ts";

/** What a client is told about a function or a procedure of the server. */
export interface RoutineDescription {
  /** Its name in capitals. */
  readonly name: string;
  /** A function stands in expressions; a procedure is a statement. */
  readonly kind: "function" | "procedure";
  /** How it is called, as IDL's manual writes it. */
  readonly signature: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** In what it is not as IDL's routine of this name; absent where it is. */
  readonly departs?: string | undefined;
}

/** The descriptions of routines, by name. */
export function describeRoutines(
  routines: ReadonlyMap<string, LanguageRoutine>,
): { [key: string]: unknown }[] {
  return [...routines].toSorted(([a], [b]) => a < b ? -1 : 1).map(([name, routine]) => ({
    name,
    kind: routine.kind,
    signature: signatureOf(name, routine),
    summary: routine.summary,
    ...(routine.departs === undefined ? {} : { departs: routine.departs }),
  }));
}
