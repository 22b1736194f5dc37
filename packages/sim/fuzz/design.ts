// From a recipe to a module definition of the language: its modules, their ports and their clock domains.
// Invariant: every recipe elaborates.

import {
  bool,
  currentDomain,
  type Domain,
  defineModule,
  domain,
  inDomain,
  input,
  output,
  type Ports,
  stream,
} from '@gatewright/hdl-core';
import { z } from 'zod';
import { addCrossing, type CrossingEnd } from './crossings.ts';
import { hwType } from './loose.ts';
import { type Below, type Definition, type Io, ModuleBuilder } from './module-builder.ts';
import type { DesignRecipe, ModuleRecipe } from './recipe.ts';
import { STREAM } from './stateful.ts';

/** The top module of a recipe; the modules below it are called `<name>_c0`, `<name>_c1`, … */
export function designOf(recipe: DesignRecipe, name: string): Definition {
  const made: Definition[] = [];
  recipe.forEach((m, i) => {
    const below = { recipes: recipe, definitions: [...made] };
    made.push(
      defineModule({
        name: i === recipe.length - 1 ? name : `${name}_c${i}`,
        params: z.object({}),
        ...(i === recipe.length - 1 ? { domain: domainOf('main', m) } : {}),
        ports: () => ({ ...portsOf(m, ''), ...(m.side ? portsOf(m.side.module, SIDE) : {}) }),
        build: (io) => buildModule(m, below, io as unknown as Io),
      }) as Definition,
    );
  });
  return made.at(-1)!;
}

/** What the names of the second domain begin with. */
const SIDE = 'side_';

const domainOf = (name: string, { reset: { kind, active } }: ModuleRecipe): Domain => {
  const prefix = name === 'main' ? '' : SIDE;
  const reset = { name: `${prefix}${active === 'low' ? 'rst_n' : 'rst'}`, kind, active };
  return domain(name, { clock: `${prefix}clk`, reset });
};

function portsOf(m: ModuleRecipe, prefix: string): Ports {
  const ports: Ports = {
    load: input(bool),
    ...Object.fromEntries(m.inputs.map((t, i) => [`in${i}`, input(hwType(t))])),
    ...Object.fromEntries(m.outputs.map((o, i) => [`out${i}`, output(hwType(o.type))])),
    ...(m.streams ? { source: input(stream(hwType(STREAM))), sink: output(stream(hwType(STREAM))) } : {}),
  };
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [prefix + name, port]));
}

function buildModule(m: ModuleRecipe, below: Below, io: Io): void {
  const main = new ModuleBuilder(m, below, io, '');
  main.declare();
  if (!m.side) {
    main.describe();
    return;
  }
  const side = new ModuleBuilder(m.side.module, below, io, SIDE);
  const ends: { readonly main: CrossingEnd; readonly side: CrossingEnd } = {
    main: { domain: currentDomain(), pool: main.pool, load: main.load },
    side: { domain: domainOf('side', m.side.module), pool: side.pool, load: side.load },
  };
  inDomain(ends.side.domain, () => side.declare());
  m.side.crossings.forEach((c, i) => {
    const [from, to] = c.out ? [ends.main, ends.side] : [ends.side, ends.main];
    addCrossing(`cross${i}`, c, from, to);
  });
  main.describe();
  inDomain(ends.side.domain, () => side.describe());
}
