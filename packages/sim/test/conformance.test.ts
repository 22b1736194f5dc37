// Every test of the package in Verilator.

import { conformIn } from './conformance.ts';

conformIn('verilator');
