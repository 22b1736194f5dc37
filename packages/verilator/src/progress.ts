// The callback through which slow steps announce themselves.
// Invariant: one short sentence, no newline, before the step begins. Nothing here prints.

/** Hears one short sentence whenever something slow begins. */
export type Progress = (message: string) => void;
