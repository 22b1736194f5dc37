// Text to token numbers and back: one character, one token.
// Invariant: decode(encode(text)) === text for every text that encodes. No normalisation, no unknown token.

export interface Tokenizer {
  /** Characters in token order. */
  readonly vocabulary: readonly string[];
  /** Token numbers of a text. Throws RangeError naming the first character outside the vocabulary and its position. */
  encode(text: string): Uint16Array;
  /** The text of token numbers. Throws RangeError for a number outside the vocabulary. */
  decode(tokens: ArrayLike<number>): string;
}

/** A tokenizer over single characters (code points); token i is `vocabulary[i]`. Throws RangeError for a repeated one. */
export function createTokenizer(vocabulary: readonly string[]): Tokenizer {
  const numbers = new Map(vocabulary.map((character, i) => [character, i]));
  if (numbers.size !== vocabulary.length) throw new RangeError('the vocabulary holds a character twice');
  return {
    vocabulary,
    encode(text) {
      return Uint16Array.from(Array.from(text), (character, position) => {
        const token = numbers.get(character);
        if (token !== undefined) return token;
        const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
        throw new RangeError(
          `character ${JSON.stringify(character)} (U+${code}) at position ${position} is not in the vocabulary: ${JSON.stringify(vocabulary.join(''))}`,
        );
      });
    },
    decode(tokens) {
      return Array.from(tokens, (token, i) => {
        const character = vocabulary[token];
        if (character === undefined) {
          throw new RangeError(`token ${token} at position ${i} is not in 0..${vocabulary.length - 1}`);
        }
        return character;
      }).join('');
    },
  };
}
