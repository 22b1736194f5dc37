// The paper that these units are built after.

export const MIXPE = {
  title: 'MixPE: Quantization and Hardware Co-design for Efficient LLM Inference',
  reference: 'arXiv 2411.16158',
} as const;
