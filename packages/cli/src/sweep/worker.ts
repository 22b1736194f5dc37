// The process that measures points of a sweep: started by a pool, or by a task of a batch.

import { serveWorker } from '@gatewright/explore';
import { sweepBench, sweepWorker } from './bench.ts';

await serveWorker(sweepBench(), sweepWorker);
