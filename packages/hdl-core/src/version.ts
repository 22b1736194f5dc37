// The version that generated files carry.

export const VERSION = '0.1.0';
