import { formatAddress } from '../config/listeners.ts';
import type { LoadedConfig } from '../config/load.ts';
import { resolvePaths } from '../config/paths.ts';
import { LogOutput } from '../observe/log-output.ts';
import { createSupervisorLogger } from '../observe/logger.ts';
import { resolveIdentity } from '../process/identity.ts';
import { InstanceLock } from '../process/instance-lock.ts';
import { renderBanner } from './banner.ts';
import { prepareDirectories, prepareLogFolder } from './directories.ts';
import { takeInheritedSockets } from './inherited-sockets.ts';
import type { LoadConfig } from './reloader.ts';
import { ServiceNotifier } from './service-notify.ts';
import { Supervisor } from './supervisor.ts';
import { enterWorkingFolder } from './working-folder.ts';

const EXIT_TRY_AGAIN = 75;

/** How the daemon runs in this process. */
export interface RunOptions {
  /** Nobody watches: nothing goes to the console. */
  readonly isInBackground?: boolean;
  /** Every listener is served. */
  readonly onReady?: () => void;
}

/**
 * Runs the daemon in this process until it is stopped. `load` reads the configuration anew for a reload. Resolves with the exit
 * code, or does not return at all: a restart puts the program anew in the place of this one. Rejects where it cannot
 * start; nothing is left running then.
 */
export async function runSupervisor(
  loaded: LoadedConfig,
  load: LoadConfig,
  options: RunOptions = {},
): Promise<number> {
  const { config } = loaded;
  const origin = { folder: process.cwd(), env: { ...process.env } };
  const inherited = takeInheritedSockets();
  enterWorkingFolder(config.daemon.working_dir);
  const identity = resolveIdentity(config.daemon);
  const paths = resolvePaths(config);
  prepareDirectories(paths, identity);
  // Before the log: a server that runs already goes on alone in its files.
  const lock = new InstanceLock('supervisor', paths.dataDirectory);
  await lock.acquire();
  const logWarning = prepareLogFolder(config.logging.file, identity);
  const output = new LogOutput(config.logging, {
    stdout: options.isInBackground ? undefined : process.stdout,
  });
  await output.start().catch((error) => {
    lock.release();
    throw error;
  });
  const logger = createSupervisorLogger(output, config.logging.level);
  const notifier = new ServiceNotifier(logger);
  const supervisor = new Supervisor(loaded, load, output, logger, {
    lock,
    identity,
    inherited,
    onReloading: () => notifier.reloading(),
    onReady: () => notifier.ready(`${config.logs.name}: ${supervisor.listeners.length} listeners`),
    onStopping: () => notifier.stopping(),
  });
  let interrupts = 0;
  process.on('SIGTERM', () => void supervisor.stop('graceful', 'SIGTERM'));
  process.on('SIGINT', () => {
    interrupts += 1;
    void supervisor.stop(interrupts === 1 ? 'graceful' : 'quick', 'SIGINT');
  });
  process.on('SIGQUIT', () => void supervisor.stop('quick', 'SIGQUIT'));
  process.on('SIGHUP', () => supervisor.reload('SIGHUP'));
  process.on('SIGUSR1', () => void supervisor.reopenFiles());
  process.on('SIGUSR2', () => supervisor.handOver('SIGUSR2'));
  process.on('SIGPIPE', () => {});
  try {
    logger.info({ pid: process.pid, config_file: loaded.file }, `${config.logs.name} : starting log server`);
    if (process.getuid?.() === 0 && config.daemon.user === '') {
      logger.warn('workers and store run as root; set daemon.user to have them run as another user');
    }
    if (logWarning !== undefined) logger.warn(logWarning);
    await supervisor.start();
    if (supervisor.state === 'running') tellReady();
    const code = await supervisor.ended;
    if (!supervisor.isRestarting) return code;
    if (inherited.areThere) {
      // Only the service manager can hand its sockets over once more.
      logger.info('the service manager has to start the server again');
      return EXIT_TRY_AGAIN;
    }
    logger.info('starting again');
  } finally {
    await notifier.close();
    await output.close();
  }
  return restartProgram(origin);

  function tellReady(): void {
    for (const each of inherited.unused) {
      logger.warn(`no listener takes the inherited socket ${each}; closed it`);
    }
    inherited.closeUnused();
    for (const { name, address, port } of supervisor.listeners) {
      logger.info({ listener: name }, `${config.logs.name} : listening on ${formatAddress(address, port)}`);
    }
    logger.info(`${config.logs.name} : all server components started`);
    output.showToPerson(renderBanner(supervisor.listeners, supervisor.paths, loaded));
    notifier.startWatchdog();
    options.onReady?.();
  }
}

/**
 * The same process, as its parent, a terminal or a service manager sees it, with the program anew, from the folder and
 * with the environment that it was started with.
 */
function restartProgram({ folder, env }: { folder: string; env: NodeJS.ProcessEnv }): never {
  const { execve, execPath, execArgv, argv } = process;
  process.chdir(folder);
  if (execve === undefined) throw new Error('this system cannot put a program in the place of another');
  return execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], env);
}
