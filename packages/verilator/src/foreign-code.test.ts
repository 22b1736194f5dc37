import { expect, it } from 'vitest';
import { codeBehind, foreignCode, placesOf } from './foreign-code.ts';

const text = `// $c("in a comment"); import "DPI-C" function int none(int a);
module M(input wire clk, input wire [7:0] a);
  import "DPI-C" function int plain(input int code);
  import "DPI-C" context c_name = function
    void named(input int code);
  \`systemc_implementation
  extern "C" int plain(int code) { return code; }

  // a comment
  int two;
  \`verilog
  localparam W = $clog2(8); initial $display("$c(\\"no\\")");
  always @(posedge clk) $c("first(", a, ", \\"x\\");\\nsecond();"); /* $c("no")
  */ always @(posedge clk) begin $cpure ( "third();" ); end
endmodule
`;
const code = foreignCode([{ name: 'M.v', text }]);

it('finds calls, imports and sections, and nothing in comments and strings', () => {
  expect(code.map(({ line, text }) => [line, text])).toEqual([
    [3, 'plain'],
    [4, 'c_name'],
    [7, 'extern "C" int plain(int code) { return code; }'],
    [10, 'int two;'],
    [13, 'first('],
    [13, ', "x");'],
    [13, 'second();'],
    [14, 'third();'],
  ]);
});

it('knows the line that generated C++ comes from', () => {
  expect(codeBehind('    first(vlSelf->a, "x");', code)?.line).toBe(13);
  expect(codeBehind('  extern "C" int plain(int code) { return code; }', code)?.line).toBe(7);
  expect(codeBehind('other();', code)).toBeUndefined();
});

it('lists places, the first few of many', () => {
  expect(placesOf(code.slice(0, 1))).toBe('M.v:3');
  expect(placesOf(code.slice(0, 3))).toBe('M.v:3, M.v:4 or M.v:7');
  expect(placesOf(code)).toBe('M.v:3, M.v:4, M.v:7 or 3 more lines');
});
