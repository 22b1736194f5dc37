// What is laid out is read again by the reader, each tensor aligned to its elements.

import { expect, test } from 'vitest';
import { parseSafetensors } from './safetensors.ts';
import { layOutSafetensors, type TensorLayout } from './safetensors-writer.ts';

const tensors: TensorLayout[] = [
  { name: 'flags', dtype: 'U8', shape: [3] },
  { name: '7', dtype: 'F16', shape: [1, 1] },
  { name: '__proto__', dtype: 'F32', shape: [1] },
  { name: 'none', dtype: 'F16', shape: [0, 4] },
];

test('a file of several tensors, read back', () => {
  const { prefix, positions, size } = layOutSafetensors(tensors, { format: 'pt', note: 'ä' });
  const bytes = new Uint8Array(size);
  bytes.set(prefix);
  bytes.set([1, 2, 3], positions.get('flags'));
  bytes.set([0x00, 0x3c], positions.get('7'));
  bytes.set([0, 0, 0x40, 0xc0], positions.get('__proto__'));
  const file = parseSafetensors(bytes);
  expect(file.metadata).toEqual({ format: 'pt', note: 'ä' });
  expect([...file.tensors.keys()].toSorted()).toEqual(['7', '__proto__', 'flags', 'none']);
  expect([...file.tensor('7').data, ...file.tensor('__proto__').data]).toEqual([1, -3]);
  expect([...bytes.subarray(positions.get('flags')!)]).toEqual([1, 2, 3]);
  expect([positions.get('__proto__')! % 8, positions.get('7')! % 2]).toEqual([0, 0]);
});

test('a name that occurs twice is refused', () => {
  expect(() => layOutSafetensors([...tensors, tensors[1]!])).toThrow(
    'safetensors: there would be two tensors 7',
  );
});
