// Every test of the package in both back ends side by side: each output of each cycle is compared as well.

import { conformIn } from './conformance.ts';

conformIn('both', { 'coverage/coverage.test.ts': 'takes Verilator, which alone counts lines and bits' });
