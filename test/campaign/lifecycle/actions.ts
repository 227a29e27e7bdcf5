import type { TomlTable } from 'smol-toml';
import type { Random } from '../../../scripts/fuzz/random.ts';
import type { Status } from '../../../src/supervisor/status.ts';
import { listPids, type Settings } from './subject.ts';

/** What is done to a running server, by what it has to cost. */
export const EDITS = ['live', 'workers', 'store', 'restart', 'listener'] as const;
export type Kind = (typeof EDITS)[number] | 'handover' | 'mistake';

/** The folders and files that the lines may go to. */
export const LOG_FOLDERS = ['logs-a', 'logs-b'];
const LOG_FILES = ['_main.log', '_other.log'];

/** An edit of the configuration that is fine, the `round`-th of its kind. */
export function edit(settings: Settings, kind: Kind, round: number, ports: readonly number[]): void {
  const { logs, network, daemon, listeners } = settings;
  switch (kind) {
    case 'live':
      logs.max_message_bytes = 200_001 + round;
      network.max_connections = 10_001 + round;
      return;
    case 'workers':
      if (round % 4 === 3) daemon.workers = daemon.workers === 2 ? 1 : 2;
      else logs.max_batch_size = 1001 + round;
      return;
    case 'store':
      if (round % 2 === 0) logs.file_name = LOG_FILES[(round / 2 + 1) % 2] as string;
      else logs.directory = LOG_FOLDERS[((round + 1) / 2) % 2] as string;
      return;
    case 'restart':
      daemon.pid_file = `./server-${round}.pid`;
      return;
    case 'listener':
      editListeners(listeners, round, ports);
  }
}

/** Added, moved, removed, in turn. */
function editListeners(listeners: TomlTable[], round: number, ports: readonly number[]): void {
  const at = listeners.findIndex(({ name }) => name === 'extra');
  const port = ports[round % ports.length] as number;
  if (at < 0) listeners.push({ name: 'extra', port, tls: false, protocols: ['http'] });
  else if (round % 3 === 1) (listeners[at] as TomlTable).port = port;
  else listeners.splice(at, 1);
}

/** A file that must be refused as a whole; `takenPort` belongs to somebody else. */
export function makeMistake(text: string, random: Random, takenPort: number): string {
  const more = (toml: string) => `${text}\n${toml}\n`;
  return random.pick([
    () => text.slice(0, text.lastIndexOf('=') + 1),
    () => more('[nonsense]\nkey = 1'),
    () => text.replace(/^max_message_bytes = .*$/m, 'max_message_bytes = "many"'),
    () => text.replace(/^level = .*$/m, 'level = "loud"'),
    () => more(`[[listeners]]\nname = "taken"\nport = ${takenPort}\ntls = false`),
    () => more('[[listeners]]\nname = "far"\nport = 0\ntls = false\nbind_address = "192.0.2.1"'),
    () => text.replace(/^auto_generate = .*$/m, '$&\ncert_file = "missing.crt"\nkey_file = "missing.key"'),
  ])();
}

/** Whether the status shows that the action is done. */
export function isDone(kind: Kind, before: Status, now: Status): boolean {
  if (kind === 'handover') {
    const old = listPids(before, 'worker');
    const pids = listPids(now, 'worker');
    return pids.length >= old.length && pids.every((pid) => !old.includes(pid));
  }
  if (now.config.refused !== null && now.config.refused.at !== before.config.refused?.at) return true;
  return kind !== 'mistake' && now.config.revision > before.config.revision;
}

/** What an action did that it must not do; undefined where all is well. */
export function findDamage(kind: Kind, before: Status, now: Status): string | undefined {
  const keeps = (role: 'worker' | 'store') =>
    listPids(before, role).every((pid) => listPids(now, role).includes(pid));
  const { refused, revision, pending_restart } = now.config;
  const isRefused = refused !== null && refused.at !== before.config.refused?.at;
  if (kind === 'mistake') {
    if (!isRefused) return 'was not refused';
    if (revision !== before.config.revision) return 'changed the revision';
  } else if (isRefused) return `was refused: ${refused.message} ${JSON.stringify(refused.problems)}`;
  const replacesWorkers = kind === 'workers' || kind === 'handover' || kind === 'listener';
  if (!replacesWorkers && !keeps('worker')) return 'replaced a worker';
  if (kind !== 'store' && !keeps('store')) return 'replaced the store';
  if (kind === 'restart' && !pending_restart.some((key) => key.includes('pid_file'))) {
    return 'is not told as waiting for a restart';
  }
  return undefined;
}
