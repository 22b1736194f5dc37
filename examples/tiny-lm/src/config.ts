// The model's dimensions, from config.json.
// Invariant: what `parseConfig` returns is complete and consistent (heads x head dimension = model dimension).
// It reads no files and holds no defaults.

export interface TinyLmConfig {
  /** Width of the residual stream. */
  readonly dModel: number;
  readonly heads: number;
  /** dModel / heads. */
  readonly headDim: number;
  readonly layers: number;
  /** Hidden width of the SwiGLU. */
  readonly dFfn: number;
  /** Keys a query sees, itself included. */
  readonly window: number;
  /** Tokens per training sequence, and per evaluation window. */
  readonly context: number;
  readonly ropeBase: number;
  readonly normEpsilon: number;
  /** One character per token. */
  readonly vocabulary: readonly string[];
}

/** Reads the fields of config.json; throws an Error naming a field that is missing or makes no sense. */
export function parseConfig(json: unknown): TinyLmConfig {
  if (typeof json !== 'object' || json === null) throw new Error('config.json is not an object');
  const fields = json as Readonly<Record<string, unknown>>;
  const positive = (name: string, integer = true): number => {
    const value = fields[name];
    if (typeof value !== 'number' || !(value > 0) || (integer && !Number.isInteger(value))) {
      throw new Error(
        `config.json: ${name} is ${JSON.stringify(value)}, need a positive ${integer ? 'integer' : 'number'}`,
      );
    }
    return value;
  };
  const { vocab } = fields;
  if (!Array.isArray(vocab) || !vocab.every((c) => typeof c === 'string' && Array.from(c).length === 1)) {
    throw new Error('config.json: vocab is not a list of single characters');
  }
  const config: TinyLmConfig = {
    dModel: positive('d_model'),
    heads: positive('n_heads'),
    headDim: positive('head_dim'),
    layers: positive('n_layers'),
    dFfn: positive('d_ffn'),
    window: positive('window'),
    context: positive('context'),
    ropeBase: positive('rope_base', false),
    normEpsilon: positive('norm_eps', false),
    vocabulary: vocab,
  };
  if (config.heads * config.headDim !== config.dModel || config.headDim % 2 !== 0) {
    throw new Error(
      `config.json: ${config.heads} heads of ${config.headDim} do not make d_model ${config.dModel}`,
    );
  }
  return config;
}
