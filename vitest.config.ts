import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Tests run the TypeScript sources of every package (condition `gatewright-source`), so a stale build is never tested.
export default defineConfig({
  ssr: { resolve: { conditions: ['gatewright-source', 'module', 'node', 'development|production'] } },
  resolve: { conditions: ['gatewright-source', 'module', 'node', 'development|production'] },
  test: {
    globalSetup: [fileURLToPath(new URL('vitest.temporary-files.ts', import.meta.url))],
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
