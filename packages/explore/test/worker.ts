// The measuring process of the tests.

import { fileURLToPath } from 'node:url';
import { serveWorker } from '../src/execute/worker.ts';
import { bench } from './bench.ts';

await serveWorker(bench, { module: fileURLToPath(import.meta.url), execArgv: [] });
