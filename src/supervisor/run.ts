import { formatAddress } from '../config/listeners.ts';
import type { LoadedConfig } from '../config/load.ts';
import { LogOutput } from '../observe/log-output.ts';
import { createSupervisorLogger } from '../observe/logger.ts';
import { renderBanner } from './banner.ts';
import { Supervisor } from './supervisor.ts';

/**
 * Runs the daemon in this process until it is stopped. Resolves with the exit code. Rejects where it cannot
 * start; nothing is left running then.
 */
export async function runSupervisor(loaded: LoadedConfig): Promise<number> {
  const { config } = loaded;
  const output = new LogOutput(config.logging, { stdout: process.stdout });
  await output.start();
  const logger = createSupervisorLogger(output, config.logging.level);
  const supervisor = new Supervisor(loaded, output, logger);
  let interrupts = 0;
  process.on('SIGTERM', () => void supervisor.stop('graceful', 'SIGTERM'));
  process.on('SIGINT', () => {
    interrupts += 1;
    void supervisor.stop(interrupts === 1 ? 'graceful' : 'quick', 'SIGINT');
  });
  process.on('SIGQUIT', () => void supervisor.stop('quick', 'SIGQUIT'));
  process.on('SIGHUP', () =>
    logger.warn('reload is not available in this version; restart to apply an edit'),
  );
  process.on('SIGUSR1', () => void output.reopen());
  process.on('SIGUSR2', () => logger.warn('handover is not available in this version'));
  process.on('SIGPIPE', () => {});
  try {
    logger.info({ pid: process.pid, config_file: loaded.file }, `${config.logs.name} : starting log server`);
    await supervisor.start();
    if (supervisor.state === 'running') tellReady();
    return await supervisor.ended;
  } finally {
    await output.close();
  }

  function tellReady(): void {
    for (const { name, address, port } of supervisor.listeners) {
      logger.info({ listener: name }, `${config.logs.name} : listening on ${formatAddress(address, port)}`);
    }
    logger.info(`${config.logs.name} : all server components started`);
    output.showToPerson(renderBanner(supervisor.listeners, supervisor.paths, loaded));
  }
}
