// A liberty library for tests.

/** Four cells with round areas, and one delay table for all. */
const timing = (pin: string, sense: string): string =>
  `timing() { related_pin : "${pin}"; ${sense} ${[
    'cell_rise',
    'rise_transition',
    'cell_fall',
    'fall_transition',
  ]
    .map((table) => `${table}(t) { values("0.1, 0.2", "0.2, 0.3"); }`)
    .join(' ')} }`;
const inputPin = (name: string): string => `pin(${name}) { direction : input; capacitance : 0.01; }`;
const negative = 'timing_sense : negative_unate;';
export const smallLibrary = `library(small) {
  time_unit : "1ns"; capacitive_load_unit(1, pf);
  lu_table_template(t) { variable_1 : total_output_net_capacitance; variable_2 : input_net_transition;
    index_1("0.01, 0.1"); index_2("0.01, 0.1"); }
  cell(INV) { area : 2; ${inputPin('A')}
    pin(Y) { direction : output; function : "(!A)"; ${timing('A', negative)} } }
  cell(BUF) { area : 4; ${inputPin('A')}
    pin(Y) { direction : output; function : "A"; ${timing('A', 'timing_sense : positive_unate;')} } }
  cell(NAND) { area : 3; ${inputPin('A')} ${inputPin('B')}
    pin(Y) { direction : output; function : "(!(A&B))"; ${timing('A', negative)} ${timing('B', negative)} } }
  cell(DFF) { area : 10; ff(IQ, IQN) { clocked_on : "CLK"; next_state : "D"; }
    pin(CLK) { direction : input; clock : true; capacitance : 0.01; } ${inputPin('D')}
    pin(Q) { direction : output; function : "IQ"; ${timing('CLK', 'timing_type : rising_edge;')} } }
}
`;
