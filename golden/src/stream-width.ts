// Width conversion of packets: what a converter does to the beats, without time.
// Invariant: the payloads of a packet keep their order and number; `last` marks the end of a packet on both sides.

export interface NarrowBeat {
  readonly payload: bigint;
  readonly last: boolean;
}

export interface WideBeat {
  /** Lane 0 first; only the lanes in use. */
  readonly lanes: readonly bigint[];
  readonly last: boolean;
}

/** Narrow beats gathered into beats of `ratio` lanes; the last one of a packet may have fewer. */
export function widenBeats(beats: readonly NarrowBeat[], ratio: number): WideBeat[] {
  const wide: WideBeat[] = [];
  let lanes: bigint[] = [];
  for (const { payload, last } of beats) {
    lanes.push(payload);
    if (!last && lanes.length < ratio) continue;
    wide.push({ lanes, last });
    lanes = [];
  }
  return wide;
}

/** Wide beats taken apart. Throws RangeError for a beat without a lane. */
export function narrowBeats(beats: readonly WideBeat[]): NarrowBeat[] {
  return beats.flatMap(({ lanes, last }) => {
    if (lanes.length === 0) throw new RangeError('narrowBeats: a beat has no lanes');
    return lanes.map((payload, i) => ({ payload, last: last && i === lanes.length - 1 }));
  });
}
