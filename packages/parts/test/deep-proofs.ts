// Proofs of every multiplier style, 2 to 8 weight bits, a weight code at a time:
//   npm run deep:proofs -w @gatewright/parts
// Exit code 1 when a style is not the plain operator.

import { proveEquivalent } from '@gatewright/yosys';
import { MULTIPLIER_STYLES } from '../src/index.ts';
import { weightProduct } from './weight-product.ts';

for (let weightBits = 2; weightBits <= 8; weightBits++) {
  for (const weightSigned of [true, false]) {
    const gold = weightProduct({ weightBits, weightSigned, style: 'operator' });
    for (const style of MULTIPLIER_STYLES) {
      if (style === 'operator' || (style === 'sign_mag' && !weightSigned)) continue;
      const since = performance.now();
      const styled = weightProduct({ weightBits, weightSigned, style });
      const { equivalent } = await proveEquivalent(gold, styled, { input: 'q', bits: weightBits });
      const seconds = ((performance.now() - since) / 1000).toFixed(1);
      const operands = `INT8 x ${weightSigned ? 'signed' : 'unsigned'} ${weightBits} bits`;
      console.log(`${equivalent ? 'ok' : 'WRONG'}  ${operands}, ${style}  ${seconds} s`);
      if (!equivalent) process.exitCode = 1;
    }
  }
}
