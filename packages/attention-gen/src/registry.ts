// The units of this package: adding a unit means adding its folder and one line here.

import type { AnyUnit } from '@gatewright/sim/unit';
import { onlineAttention } from './streaming/unit.ts';
import { attentionArrayUnit } from './window/array-unit.ts';
import { windowAttention } from './window/unit.ts';

export const UNITS: readonly AnyUnit[] = [windowAttention, attentionArrayUnit, onlineAttention];
