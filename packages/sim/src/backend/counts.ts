// What a running instance has counted, in terms of the design: the same of every back end.
// Types only. Counts of a module are sums over its instances.

/** How often a cover point held: at edges of its clock outside reset. */
export interface CoverCount {
  readonly module: string;
  readonly name: string;
  readonly count: number;
}

/** How often a statement ran. */
export interface StatementCount {
  readonly module: string;
  /** `file:line` of the TypeScript that it was made from. */
  readonly place: string;
  /** Tells it from others of that place and module; the same in a design made with other parameters. */
  readonly id: string;
  readonly count: number;
}

/** How often one bit of a signal changed; the ports, registers and named signals of modules have bits, not clocks. */
export interface BitCount {
  readonly module: string;
  readonly signal: string;
  /** `file:line` of the TypeScript that declares it. */
  readonly place: string | undefined;
  readonly bit: number;
  readonly count: number;
}

/** What a back end does not count is absent. */
export interface Counts {
  readonly covers: readonly CoverCount[];
  readonly statements?: readonly StatementCount[];
  readonly bits?: readonly BitCount[];
}
