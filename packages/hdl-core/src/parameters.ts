// The parameters of a module as its `ports` and `build` see them: they are read and never change.
// Invariant: every access gives what the schema gave; an assignment is reported (E19) and does nothing. What is inside a
// parameter, as the elements of a list, is not watched.

/** How parameters are parsed: most schemas are asked once, and a parser that zod compiles for one costs more than that. */
export const ONCE = { jitless: true } as const;

/** `params`, where `onChange` hears of the parameter that something tries to change. */
export function constantParameters<P extends object>(params: P, onChange: (name: string) => void): P {
  const refuse = (_: P, name: string | symbol): boolean => {
    onChange(String(name));
    return true;
  };
  return new Proxy(params, { set: refuse, deleteProperty: refuse });
}
