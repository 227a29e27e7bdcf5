import { pino } from 'pino';
import type { Logger } from '../../src/observe/logger.ts';

/** For parts whose log lines a test does not look at. */
export const silentLogger = pino({ level: 'silent' }) as unknown as Logger;
