/** Work that needs names, until it is over. */
interface Turn {
  readonly names: ReadonlySet<string>;
  readonly ended: Promise<void>;
}

/** Lets work that needs the same names take turns; any other goes on side by side. */
export class Turns {
  #underWay = new Set<Turn>();

  /**
   * What has to end before work on these names may begin.
   *
   * @returns Undefined if it may begin now.
   */
  before(names: ReadonlySet<string>): Promise<unknown> | undefined {
    if (this.#underWay.size === 0) return undefined;
    const earlier = [...this.#underWay].filter((turn) => !turn.names.isDisjointFrom(names));
    return earlier.length === 0 ? undefined : Promise.all(earlier.map(({ ended }) => ended));
  }

  /** Notes that work needs its names, until what is returned is called. */
  begin(names: ReadonlySet<string>): () => void {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const turn = { names, ended };
    this.#underWay.add(turn);
    return () => {
      this.#underWay.delete(turn);
      resolve();
    };
  }
}
