// Public face of @gatewright/tiny-lm: load the model, run it, and take one layer's real work out of it.
// Invariant: everything needed ships in this package's data folder; nothing is fetched.

export * from './attention.ts';
export * from './attention-configurations.ts';
export * from './calibration.ts';
export * from './config.ts';
export * from './evaluation.ts';
export * from './forward.ts';
export * from './generate.ts';
export * from './key-value-cache.ts';
export * from './linear.ts';
export * from './linear-configurations.ts';
export * from './model.ts';
export * from './quantised-linear.ts';
export * from './safetensors.ts';
export * from './safetensors-writer.ts';
export * from './tokenizer.ts';
export * from './weight-only-linear.ts';
export * from './workload.ts';
