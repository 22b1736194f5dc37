// The public face of @gatewright/sim: testbenches, and the unit contract with what works on every unit.

export {
  type AnyCircuit,
  type AnyModule,
  type AnyStreams,
  type AnyUnit,
  type DirectedScenario,
  defineUnit,
  type GemmWorkload,
  type InputsOf,
  type MappedWorkload,
  type OutputsOf,
  type ParamsOf,
  type Performance,
  type Stimulus,
  type Unit,
} from './unit/unit.ts';
