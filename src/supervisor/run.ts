import { formatAddress } from '../config/listeners.ts';
import type { LoadedConfig } from '../config/load.ts';
import { LogOutput } from '../observe/log-output.ts';
import { createSupervisorLogger } from '../observe/logger.ts';
import { renderBanner } from './banner.ts';
import type { LoadConfig } from './reloader.ts';
import { Supervisor } from './supervisor.ts';

/**
 * Runs the daemon in this process until it is stopped. `load` reads the configuration anew for a reload. Resolves with the exit
 * code, or does not return at all: a restart puts the program anew in the place of this one. Rejects where it cannot
 * start; nothing is left running then.
 */
export async function runSupervisor(loaded: LoadedConfig, load: LoadConfig): Promise<number> {
  const { config } = loaded;
  const output = new LogOutput(config.logging, { stdout: process.stdout });
  await output.start();
  const logger = createSupervisorLogger(output, config.logging.level);
  const supervisor = new Supervisor(loaded, load, output, logger);
  let interrupts = 0;
  process.on('SIGTERM', () => void supervisor.stop('graceful', 'SIGTERM'));
  process.on('SIGINT', () => {
    interrupts += 1;
    void supervisor.stop(interrupts === 1 ? 'graceful' : 'quick', 'SIGINT');
  });
  process.on('SIGQUIT', () => void supervisor.stop('quick', 'SIGQUIT'));
  process.on('SIGHUP', () => supervisor.reload('SIGHUP'));
  process.on('SIGUSR1', () => void output.reopen());
  process.on('SIGUSR2', () => supervisor.handOver('SIGUSR2'));
  process.on('SIGPIPE', () => {});
  try {
    logger.info({ pid: process.pid, config_file: loaded.file }, `${config.logs.name} : starting log server`);
    await supervisor.start();
    if (supervisor.state === 'running') tellReady();
    const code = await supervisor.ended;
    if (!supervisor.isRestarting) return code;
    logger.info('starting again');
  } finally {
    await output.close();
  }
  return restartProgram();

  function tellReady(): void {
    for (const { name, address, port } of supervisor.listeners) {
      logger.info({ listener: name }, `${config.logs.name} : listening on ${formatAddress(address, port)}`);
    }
    logger.info(`${config.logs.name} : all server components started`);
    output.showToPerson(renderBanner(supervisor.listeners, supervisor.paths, loaded));
  }
}

/** The same process, as its parent, a terminal or a service manager sees it, with the program anew. */
function restartProgram(): never {
  const { execve, execPath, execArgv, argv, env } = process;
  if (execve === undefined) throw new Error('this system cannot put a program in the place of another');
  return execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], env);
}
