// The units of this package: adding a unit means adding its folder and one line here.

import type { AnyUnit } from '@gatewright/sim/unit';
import { windowAttention } from './window/unit.ts';

export const UNITS: readonly AnyUnit[] = [windowAttention];
