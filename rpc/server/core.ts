import type { PictureOrigin } from "../picture/picture.ts";
import type { LanguageRoutine } from "../language/routines/routine.ts";
import type { EffectSink } from "./evaluation/effects.ts";
import type { FairTurns } from "./fair_turns.ts";
import type { FrameLimits } from "../frames/frames.ts";
import type { ArrayMetrics, Metrics } from "./metrics.ts";
import type { MessageLimits } from "../idl/message.ts";
import type { TokenGate } from "./token_gate.ts";
import type { WorkbenchTools } from "./workbench.ts";

/** What the connections of one array server share. */
export interface ArrayServerCore {
  readonly tools: WorkbenchTools;
  readonly metrics: Metrics;
  /** Shares the server's thread between the connections. */
  readonly turns: FairTurns;
  readonly limits: MessageLimits & FrameLimits;
  /** Calls of one connection that may be under way at one time. */
  readonly maxInFlight: number;
  /** Where tokens are checked; absent where none is needed. */
  readonly gate?: TokenGate | undefined;
  /** Every routine that commands may call, by its name in capitals. */
  readonly routines: ReadonlyMap<string, LanguageRoutine>;
  /** The numbers of the server as they are now. */
  snapshot(): ArrayMetrics;
  /** Writes one line to the server's log. */
  log(line: string): void;
  /** Where the effects of a command go; what it prints goes to `print`. */
  sinkFor(print: (line: string) => void, origin: PictureOrigin): EffectSink;
}
