import { setPriority } from 'node:os';

/** Loaded before a test file that runs beside one which must not be kept waiting (run-tests.ts). */
const NICENESS = 10;

setPriority(NICENESS);
