// What the pool and a worker process say to each other.
// Invariant: plain data; a worker answers its jobs in order.

import type { Job } from '../measure/measure-point.ts';
import type { Plan } from '../measure/plan.ts';

export type ToWorker =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'job'; readonly job: Job };

export type FromWorker =
  | { readonly kind: 'ready' }
  /** `memory`: resident bytes of the process. */
  | { readonly kind: 'row'; readonly line: string; readonly memory: number };
