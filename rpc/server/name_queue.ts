/** Work that needs names, until it is over. */
interface NamedWork {
  readonly names: ReadonlySet<string>;
  readonly ended: Promise<void>;
}

/** Lets work that needs the same names take turns; any other goes on side by side. */
export class NameQueue {
  /** The names of work that may need any. */
  static readonly ALL: ReadonlySet<string> = new Set(["*"]);
  #underWay = new Set<NamedWork>();

  /**
   * What has to end before work on these names may begin.
   *
   * @returns Undefined if it may begin now.
   */
  before(names: ReadonlySet<string>): Promise<unknown> | undefined {
    if (this.#underWay.size === 0) return undefined;
    const earlier = [...this.#underWay].filter((work) => share(work.names, names));
    return earlier.length === 0 ? undefined : Promise.all(earlier.map(({ ended }) => ended));
  }

  /** Notes that work needs its names, until what is returned is called. */
  begin(names: ReadonlySet<string>): () => void {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const work = { names, ended };
    this.#underWay.add(work);
    return () => {
      this.#underWay.delete(work);
      resolve();
    };
  }
}

function share(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a === NameQueue.ALL || b === NameQueue.ALL || !a.isDisjointFrom(b);
}
