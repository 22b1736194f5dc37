import { describe, expect, test } from 'vitest';
import { parseSafetensors } from './safetensors.ts';

/** A file from a header (object or raw text) and data bytes, with the header length right unless given. */
function file(header: unknown, data: number[] = [], headerLength?: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength ?? text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const entry = (dtype: string, shape: unknown, begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('reads', () => {
  test('F16, BF16 and F32 values by hand, at odd offsets, out of header order', () => {
    const bytes = file(
      {
        __metadata__: { format: 'pt' },
        'b.weight': entry('F32', [1, 2], 5, 13),
        'a.weight': entry('F16', [2], 1, 5),
        flag: entry('U8', [], 0, 1),
        c: entry('BF16', [1], 13, 15),
        none: entry('F32', [0, 7], 15, 15),
      },
      // flag; 1.0, -2^-24 as F16; 0.5, -inf as F32; -2.5 as BF16
      [9, 0x00, 0x3c, 0x01, 0x80, 0, 0, 0, 0x3f, 0, 0, 0x80, 0xff, 0x20, 0xc0],
    );
    const tensors = parseSafetensors(bytes);
    expect(tensors.metadata).toEqual({ format: 'pt' });
    expect(tensors.tensor('a.weight', [2]).data).toEqual(Float32Array.of(1, -(2 ** -24)));
    expect(tensors.tensor('b.weight')).toEqual({
      name: 'b.weight',
      shape: [1, 2],
      data: Float32Array.of(0.5, -Infinity),
    });
    expect(tensors.tensor('c').data).toEqual(Float32Array.of(-2.5));
    expect(tensors.tensor('none').data).toEqual(new Float32Array(0));
    expect(() => tensors.tensor('flag')).toThrow(
      'safetensors: tensor flag is U8; only F32, F16, BF16 can be read',
    );
  });

  test('a view into a larger buffer, and a header padded with spaces', () => {
    const inner = file('{"x":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}   ', [0x00, 0x40]);
    const outer = new Uint8Array(inner.length + 7);
    outer.set(inner, 3);
    expect(parseSafetensors(outer.subarray(3, 3 + inner.length)).tensor('x').data).toEqual(
      Float32Array.of(2),
    );
  });

  test('names that mean something to JavaScript are names like any other', () => {
    const bytes = file('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [1]);
    expect([...parseSafetensors(bytes).tensors.keys()]).toEqual(['__proto__']);
  });
});

describe('refuses', () => {
  const one = (over: object, data = [0, 0, 0, 0]) =>
    file({ w: { ...entry('F16', [2], 0, 4), ...over } }, data);
  test.each<[string, Uint8Array]>([
    ['truncated file: 3 bytes, the header length alone takes 8', Uint8Array.of(1, 0, 0)],
    ['truncated file: the header ends at byte 108, the file at 10', file('{}', [], 100)],
    ['header of 1000000000000 bytes is over 100000000; is this a safetensors file?', file('{}', [], 1e12)],
    ['the header is not valid UTF-8 JSON', file('{"a":')],
    ['the header is not a JSON object', file('[1]')],
    ['__metadata__ is not an object', file({ __metadata__: [] })],
    ['__metadata__.v is not a string', file({ __metadata__: { v: 1 } })],
    ['tensor w: its header entry is not an object', file({ w: 3 })],
    ['tensor w: unknown dtype "F17"; known are BOOL,', one({ dtype: 'F17' })],
    ['tensor w: unknown dtype "toString"', one({ dtype: 'toString' })],
    ['tensor w: unknown dtype undefined', file({ w: { shape: [1], data_offsets: [0, 2] } }, [0, 0])],
    ['tensor w: shape [2,-1] is not a list of non-negative integers', one({ shape: [2, -1] })],
    ['tensor w: shape 2 is not a list', one({ shape: 2 })],
    ['tensor w: data_offsets [4,0] is not [begin, end]', one({ data_offsets: [4, 0] })],
    ['tensor w: data_offsets [0] is not [begin, end]', one({ data_offsets: [0] })],
    ['tensor w: F16 [3] takes 6 bytes, its offsets hold 4', one({ shape: [3] })],
    ['truncated file: tensor w ends at data byte 4 of 3', one({}, [0, 0, 0])],
    ['2 bytes after tensor w belong to no tensor', one({}, [0, 0, 0, 0, 0, 0])],
    ['4 bytes after the start of the data belong to no tensor', file({}, [0, 0, 0, 0])],
    [
      'tensor b begins at byte 2, inside tensor a',
      file({ a: entry('F16', [2], 0, 4), b: entry('F16', [2], 2, 6) }, [0, 0, 0, 0, 0, 0]),
    ],
    [
      'bytes 2..3 between tensor a and tensor b belong to no tensor',
      file({ a: entry('F16', [1], 0, 2), b: entry('F16', [1], 4, 6) }, [0, 0, 0, 0, 0, 0]),
    ],
    // Two entries of one name: JSON keeps the last, so the bytes of the first are left over.
    [
      'bytes 0..1 between the start of the data and tensor a belong to no tensor',
      file(
        '{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},"a":{"dtype":"F16","shape":[1],"data_offsets":[2,4]}}',
        [0, 0, 0, 0],
      ),
    ],
  ])('%s', (message, bytes) => {
    expect(() => parseSafetensors(bytes)).toThrow(`safetensors: ${message}`);
  });

  test('every truncation of a good file', () => {
    const good = file({ w: entry('F16', [2], 0, 4) }, [1, 2, 3, 4]);
    for (let length = 0; length < good.length; length++) {
      expect(() => parseSafetensors(good.subarray(0, length))).toThrow('truncated file');
    }
  });
});

test('a missing tensor names the nearest ones, another shape both shapes', () => {
  const tensors = parseSafetensors(file({ 'layers.0.q.weight': entry('F16', [1, 2], 0, 4) }, [0, 0, 0, 0]));
  expect(() => tensors.tensor('layer.0.q.weight')).toThrow(
    'safetensors: no tensor layer.0.q.weight; did you mean layers.0.q.weight?',
  );
  expect(() => tensors.tensor('x')).toThrow('safetensors: no tensor x; there is layers.0.q.weight');
  expect(() => tensors.tensor('layers.0.q.weight', [2, 1])).toThrow(
    'safetensors: tensor layers.0.q.weight has shape [1, 2], need [2, 1]',
  );
});
