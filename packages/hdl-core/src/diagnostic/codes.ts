// The table of diagnostics: one stable code per rule, its severity and its one-line meaning.
// It does not hold message texts: those are made where the facts are known.

export type Severity = 'error' | 'warning';

export const CODES = {
  E01: { severity: 'error', title: 'kind or sign mismatch in an operator or a connection' },
  E02: { severity: 'error', title: 'the value would be truncated, or a literal does not fit' },
  E03: { severity: 'error', title: 'undriven wire, output or child input' },
  E04: { severity: 'error', title: 'incomplete combinational assignment (a latch)' },
  E05: { severity: 'error', title: 'more than one driver' },
  E06: { severity: 'error', title: 'an unconditional assignment overrides an earlier one' },
  E07: { severity: 'error', title: 'combinational loop' },
  E08: { severity: 'error', title: 'a signal crosses clock domains without a synchroniser' },
  E09: { severity: 'error', title: 'a signal is used outside its module' },
  E10: { severity: 'error', title: 'illegal, reserved or duplicate name' },
  E11: { severity: 'error', title: 'a match with a repeated or missing arm' },
  E12: { severity: 'error', title: 'an index or slice outside its signal' },
  E13: { severity: 'error', title: 'a memory that is not what it says, or that no device has' },
  E14: {
    severity: 'error',
    title: 'stream protocol: valid or payload depends on ready, payloads differ, or nothing takes the stream',
  },
  E15: { severity: 'error', title: 'a reset that is missing, of two styles, or of another clock' },
  E16: { severity: 'error', title: 'a module instantiates itself' },
  E17: { severity: 'error', title: 'nothing where something is needed: no bits, no content' },
  E18: { severity: 'warning', title: 'a signal is never read' },
  E19: { severity: 'error', title: 'the builder is used outside build(), or build() is asynchronous' },
} as const satisfies Record<string, { severity: Severity; title: string }>;

export type Code = keyof typeof CODES;
