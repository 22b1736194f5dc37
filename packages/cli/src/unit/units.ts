// The units of all generator rooms.

import { UNITS as ATTENTION } from '@gatewright/attention-gen';
import { UNITS as PROCESSING } from '@gatewright/pe-gen';
import type { AnyUnit } from '@gatewright/sim';

export const UNITS: readonly AnyUnit[] = [...PROCESSING, ...ATTENTION];
