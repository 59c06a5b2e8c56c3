import type { HttpAnswer } from "../client/exchange.ts";
import { proposedName } from "./http_answer.ts";
import { nameOfUrl } from "../fields/file_name.ts";
import { claimName, type RunContext } from "./job/transfer.ts";

/**
 * Claims the name that the caller gave or that the URL ends in, where there is one.
 *
 * @param context The run.
 * @param target The URL.
 * @param given What the caller wants.
 */
export function planName(context: RunContext, target: URL, given?: string): string | undefined {
  // A query makes many files of one path: only the server knows their names.
  const planned = given ?? (target.search === "" ? nameOfUrl(target) : undefined);
  return planned === undefined ? undefined : claimName(context, planned);
}

/** What the file of an HTTP transfer is called, as far as that is known yet. */
export class HttpName {
  #context: RunContext;
  #target: URL;
  #claimed: string | undefined;
  #settled: boolean;

  /**
   * Begins with what is known before the server is asked.
   *
   * @param context The run.
   * @param target The URL.
   * @param planned What {@linkcode planName} has claimed.
   * @param given Whether that is what the caller wants; the server is not asked then.
   */
  constructor(context: RunContext, target: URL, planned: string | undefined, given: boolean) {
    this.#context = context;
    this.#target = target;
    this.#claimed = planned;
    this.#settled = given;
  }

  /** The name that is claimed; the server's may take its place. */
  get claimed(): string | undefined {
    return this.#claimed;
  }

  /** Claims a name, unless there is one. */
  claim(name: string): string {
    return this.#claimed ??= claimName(this.#context, name);
  }

  /** Keeps the name that is claimed, whatever the server proposes. */
  fix(): void {
    this.#settled = true;
  }

  /** The name that the file of an answer gets; not to be trusted before it is settled. */
  of(answer: HttpAnswer): string {
    if (this.#settled) return this.#claimed!;
    return proposedName(answer) ?? this.#claimed ?? nameOfUrl(answer.url) ??
      nameOfUrl(this.#target) ??
      (/^text\/html\b/i.test(answer.fields.get("content-type") ?? "") ? "index.html" : "download");
  }

  /** Claims the name for the file of an answer, for good. */
  settle(answer: HttpAnswer): string {
    const wanted = this.of(answer);
    if (wanted !== this.#claimed) {
      if (this.#claimed !== undefined) this.#context.claims.release(this.#claimed);
      this.#claimed = claimName(this.#context, wanted);
    }
    this.#settled = true;
    return this.#claimed;
  }
}
