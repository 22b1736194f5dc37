import { expect, it } from 'vitest';
import { readClassList } from './class-list.ts';

it('reads lists that go over lines, empty lists and the switches that are macros', () => {
  const text = `# Tracing output mode?  0/1 (from --trace/--trace-fst)
VM_TRACE = 1
VM_PARALLEL_BUILDS = 1
VM_CLASSES_FAST += \\
\tVdut \\
\tVdut___024root__DepSet_h96d12fb6__0 \\

VM_CLASSES_SLOW += \\
\tVdut___024root__Slow \\

VM_SUPPORT_FAST += \\

VM_SUPPORT_SLOW += \\
\tVdut__Syms \\

VM_GLOBAL_FAST += \\
\tverilated \\
\tverilated_threads \\

VM_GLOBAL_SLOW += \\

`;
  expect(readClassList(text)).toEqual({
    fast: ['Vdut', 'Vdut___024root__DepSet_h96d12fb6__0'],
    slow: ['Vdut___024root__Slow', 'Vdut__Syms'],
    runtime: ['verilated', 'verilated_threads'],
    switches: { VM_TRACE: '1' },
  });
});
