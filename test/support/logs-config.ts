import type { LogsConfig } from '../../src/config/types.generated.ts';

/** `[logs]` with the defaults that the parts below the configuration look at, and quick retries. */
export const LOGS_CONFIG = {
  file_name: '_main.log',
  format: 'plain',
  initial_batch_size: 100,
  max_batch_size: 1000,
  buffer_size: 1024,
  max_file_bytes: 1024 * 1024,
  backup_count: 100,
  max_retries: 1,
  retry_delay_ms: 1,
  sync: 'batch',
  sync_interval_ms: 1000,
} as LogsConfig;
