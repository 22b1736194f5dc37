// A safetensors file opened for reading, tensor by tensor: a model need not fit the memory.
// Invariant: the header was checked against the size of the file, so a tensor lies inside it.

import { type FileHandle, open } from 'node:fs/promises';
import { parseSafetensorsHeader, type SafetensorsHeader, safetensorsHeaderBytes } from '@gatewright/tiny-lm';
import { reasonOf, UsageError } from '../errors.ts';

export interface ModelFile extends SafetensorsHeader {
  readonly path: string;
  /** Bytes of the file. */
  readonly size: number;
  /** The bytes of a tensor. */
  read(name: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Opens a model. Throws UsageError for a file that cannot be read or is no safetensors file. */
export async function openModel(path: string): Promise<ModelFile> {
  if (path.endsWith('.index.json'))
    throw new UsageError(`${path} is the index of a model in several files`, 'quantise each of its files');
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const stat = await file.stat();
    if (!stat.isFile()) throw new Error('it is not a file');
    const header = safetensorsHeaderBytes(await readAt(file, 0, Math.min(8, stat.size)), stat.size);
    const dataStart = 8 + header;
    const json = await readAt(file, 8, header);
    const { metadata, tensors } = parseSafetensorsHeader(json, stat.size - dataStart);
    const handle = file;
    return {
      ...{ path, size: stat.size, metadata, tensors },
      read: (name) => {
        const { begin, end } = tensors.get(name)!;
        return readAt(handle, dataStart + begin, end - begin);
      },
      close: () => handle.close(),
    };
  } catch (cause) {
    await file?.close();
    throw new UsageError(`cannot read ${path}: ${reasonOf(cause)}`, undefined, { cause });
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw new Error(`the file ended at byte ${position + done}`);
    done += bytesRead;
  }
  return bytes;
}
