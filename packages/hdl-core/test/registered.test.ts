// `registered`: the shape of the value as registers, with and without enable and reset.

import { bool, bundle, defineModule, input, output, registered, sint, uint, vec } from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';

const Stages = defineModule({
  name: 'Stages',
  params: z.object({}),
  ports: () => ({
    a: input(sint(8)),
    pair: input(bundle({ x: uint(4), y: vec(2, bool) })),
    load: input(bool),
    sum: output(sint(9)),
    both: output(bundle({ x: uint(4), y: vec(2, bool) })),
  }),
  build(io) {
    io.sum.set(registered('sum_r', io.a.add(1), { enable: io.load, reset: -3 }));
    io.both.set(registered('pair_r', io.pair));
  },
});

test('a register per leaf, named by path, as wide as the value', () => {
  const text = Stages.elaborate().verilog({ locations: false })[0]!.text;
  expect(text.slice(text.indexOf(');') + 3, text.indexOf('endmodule'))).toMatchInlineSnapshot(`
    "
      reg signed [8:0] sum_r;

      always @(posedge clk) begin
        if (rst) begin
          sum_r <= -9'sd3;
        end else if (load) begin
          sum_r <= {a[7], a} + 9'd1;
        end
      end

      assign sum = sum_r;

      reg [3:0] pair_r_x;
      reg       pair_r_y_0;
      reg       pair_r_y_1;

      always @(posedge clk) begin
        pair_r_x   <= pair_x;
        pair_r_y_0 <= pair_y_0;
        pair_r_y_1 <= pair_y_1;
      end

      assign both_x   = pair_r_x;
      assign both_y_0 = pair_r_y_0;
      assign both_y_1 = pair_r_y_1;

    "
  `);
});

test('arrays and records keep their shape, and reset in it', () => {
  const Shapes = defineModule({
    name: 'Shapes',
    params: z.object({}),
    ports: () => ({ a: input(uint(4)), b: input(bool), y: output(uint(6)) }),
    build(io) {
      const { row, flag } = registered(
        'r',
        { row: [io.a, io.a.add(1)], flag: io.b },
        { reset: { row: [5, 6], flag: true } },
      );
      io.y.set(row[0]!.add(row[1]!).add(flag.asUInt()));
    },
  });
  const text = Shapes.elaborate().verilog({ locations: false })[0]!.text;
  expect(text.match(/^ {6}r_.*$/gm)).toEqual([
    "      r_row_0 <= 4'd5;",
    "      r_row_1 <= 5'd6;",
    "      r_flag  <= 1'b1;",
    '      r_row_0 <= a;',
    "      r_row_1 <= {1'b0, a} + 5'd1;",
    '      r_flag  <= b;',
  ]);
});

test('a reset value that does not fit is an error at the call', () => {
  const Bad = defineModule({
    name: 'Bad',
    params: z.object({}),
    ports: () => ({ a: input(uint(4)), y: output(uint(4)) }),
    build: (io) => io.y.set(registered('r', io.a, { reset: 16 })),
  });
  expect(() => Bad.elaborate()).toThrow(/E02.*the literal 16 does not fit `r`/);
});
