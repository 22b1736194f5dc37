// The table of diagnostics: one stable code per rule, its severity, its one-line meaning, its usual cause and fix.
// It does not hold message texts: those are made where the facts are known.

export type Severity = 'error' | 'warning';

export const CODES = {
  E01: {
    severity: 'error',
    title: 'kind or sign mismatch in an operator or a connection',
    cause: 'Operators and connections take values of one kind; nothing is converted silently.',
    fix: 'Convert explicitly: .toSInt() or .asSInt(), .asUInt(), .eq(…) or .ne(0) for a bool.',
  },
  E02: {
    severity: 'error',
    title: 'the value would be truncated, or a literal does not fit',
    cause: 'The range of the value exceeds that of the target, or a constant lies outside it.',
    fix: 'Write .trunc(n) or .saturate(n) where bits may go, or widen the target.',
  },
  E03: {
    severity: 'error',
    title: 'undriven wire, output or child input',
    cause: 'No statement gives the signal a value.',
    fix: 'Assign it, or remove it.',
  },
  E04: {
    severity: 'error',
    title: 'incomplete combinational assignment (a latch)',
    cause: 'Some branch of a when or match leaves the signal without a value.',
    fix: 'Assign it in every branch, or give it a default before them.',
  },
  E05: {
    severity: 'error',
    title: 'more than one driver',
    cause: 'The signal is an input, which the parent module drives already.',
    fix: 'Assign to a wire of your own.',
  },
  E06: {
    severity: 'error',
    title: 'an unconditional assignment overrides an earlier one',
    cause: 'A later assignment without a condition makes the earlier one dead.',
    fix: 'Remove one, put one under a condition, or make the first the default of the wire.',
  },
  E07: {
    severity: 'error',
    title: 'combinational loop',
    cause: 'A signal depends on itself with no register on the way.',
    fix: 'Put a register on the way, or compute the value without reading it back.',
  },
  E08: {
    severity: 'error',
    title: 'a signal crosses clock domains without a synchroniser',
    cause: 'A register reads what a register of another clock holds, and may sample it while it changes.',
    fix: 'Let it cross by cdc.sync, cdc.pulse, cdc.handshake or cdc.fifo; cdc.stable for what does not change.',
  },
  E09: {
    severity: 'error',
    title: 'a signal is used outside its module',
    cause: 'A closure or variable carried the signal out of the module that declares it.',
    fix: 'Pass it through a port.',
  },
  E10: {
    severity: 'error',
    title: 'illegal, reserved or duplicate name',
    cause:
      'The name is no Verilog identifier, is a reserved word, or differs from another in nothing or in case only.',
    fix: 'Rename it; ports are never renamed for you.',
  },
  E11: {
    severity: 'error',
    title: 'a match with a repeated or missing arm',
    cause:
      'The arms do not cover the subject exactly, `_` has nothing left to cover, or a state machine starts in no state of it.',
    fix: 'Add the missing arm or `_`, and remove what cannot be reached.',
  },
  E12: {
    severity: 'error',
    title: 'an index or slice outside its signal',
    cause: 'A constant index lies outside, or a computed one is too wide.',
    fix: 'Stay inside the bounds; .trunc(n) narrows a computed index.',
  },
  E13: {
    severity: 'error',
    title: 'a memory that is not what it says, or that no device has',
    cause:
      'Depth, lanes, initial values, addresses or mask do not fit, a RAM has more ports than its style, or a collision of read and write is undecided.',
    fix: "Give sizes that fit, and say collision: 'undefined', 'old' or 'new'.",
  },
  E14: {
    severity: 'error',
    title: 'stream protocol: valid or payload depends on ready, payloads differ, or nothing takes the stream',
    cause: 'A stream breaks the rules of ready and valid, or is joined to one with another payload.',
    fix: 'Derive valid and payload from state, convert with .map(…), and take every stream or .discard() it.',
  },
  E15: {
    severity: 'error',
    title: 'a reset that is missing, of two styles, or of another clock',
    cause:
      'A register is to be reset and its domain cannot do it, one net resets in two styles or from another clock, or a module that requires resets has a register without.',
    fix: 'Give each domain a reset of its own; cdc.syncReset releases an asynchronous one by its clock.',
  },
  E16: {
    severity: 'error',
    title: 'a module instantiates itself, or modules are nested without end',
    cause: 'The module is inside itself, with the same parameters or with ever new ones.',
    fix: 'Change a parameter on the way down, and stop at a base case.',
  },
  E17: {
    severity: 'error',
    title: 'nothing where something is needed: no bits, no content',
    cause: 'The word of a memory has no bits, or a module no port and no content, for these parameters.',
    fix: 'Give it bits, or leave the memory or the instance out.',
  },
  E18: {
    severity: 'warning',
    title: 'a signal is never read',
    cause: 'Nothing uses the value.',
    fix: 'Remove the signal, use it, or say unused(…) where that is intended.',
  },
  E19: {
    severity: 'error',
    title: 'the builder is used outside build(), build() is asynchronous, or it changes a parameter',
    cause:
      'Hardware is described only while build() runs, not after an await or in a later callback, and from parameters that stay as given.',
    fix: 'Keep build() a plain function, call the language inside it only, and leave its parameters alone.',
  },
} as const satisfies Record<string, { severity: Severity; title: string; cause: string; fix: string }>;

export type Code = keyof typeof CODES;
